/** What `verify-run` makes of the weights that a run left: their hashes, and the predictions they make. */
import { existsSync } from 'node:fs';
import type { EpochRecord } from '../network/history.js';
import { readCheckpoint } from '../train/checkpoint.js';
import { sha256Of } from '../train/digest.js';
import { SpikingNetwork } from '../train/model.js';
import type { SampleSet } from '../train/samples.js';
import { hashedPredictions } from '../train/validation.js';
import { numericVersion } from '../train/version.js';
import { averagedFile, keptMean, keptWeights } from './final.js';
import type { RecordedRun } from './recorded-run.js';
import { checkpointOf } from './run-folder.js';
import { sameSettings } from './same-settings.js';
import type { Compare } from './verified.js';
import type { Repeated } from './verify-training.js';

export interface TestedRun {
  readonly run: RecordedRun;
  readonly folder: string;
  readonly test: SampleSet;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/**
 * Weights of the checkpoint against the report, its predictions against those that were hashed and the accuracy of its
 * epoch.
 * @returns its epochs, and the run's last weights; undefined where the checkpoint has others
 */
export async function checkCheckpoint(
  tested: TestedRun,
  compare: Compare,
  notes: string[],
): Promise<{ readonly epochs: readonly EpochRecord[]; readonly last: readonly Float32Array[] | undefined }> {
  const { run, folder, test } = tested;
  const none = { epochs: [], last: undefined };
  const file = checkpointOf(folder);
  if (!existsSync(file)) {
    notes.push('there is no checkpoint to compare');
    return none;
  }
  if (run.versions.numeric !== numericVersion) {
    notes.push('the checkpoint was not compared: it is of another numeric version');
    return none;
  }
  const { state, rule } = await readCheckpoint(file);
  if (!sameSettings(run.rule, rule))
    compare('learning rule of the last checkpoint', JSON.stringify(run.rule), JSON.stringify(rule));
  const { epoch, place, epochs } = state.position;
  const later = epoch > run.epochs.length || (epoch === run.epochs.length && place > 0);
  if (later)
    notes.push('the checkpoint is later than the report: the run was killed or goes on; its own command finishes it');
  else compare('weights of the last checkpoint', run.weightsSha256, sha256Of(state.engine.weights));
  const last = later ? undefined : state.engine.weights;
  const { lastTest } = run;
  if (lastTest && lastTest.dataSha256 !== test.sha256) return { epochs, last };
  if (place > 0) notes.push(`predictions were not repeated: the checkpoint lies inside epoch ${epoch + 1}`);
  else if (epoch === 0 || epoch !== run.epochs.length)
    notes.push(`predictions were not repeated: the checkpoint is of epoch ${epoch}, the record's last is another`);
  else await repeatLastTest(tested, state.engine.weights, compare);
  return { epochs, last };
}

/** The answers of the last epoch's weights; a record without a mark of its test still has its accuracy. */
async function repeatLastTest(tested: TestedRun, weights: readonly Float32Array[], compare: Compare): Promise<void> {
  const { run, test } = tested;
  const { lastTest } = run;
  const { epoch, testAccuracy } = run.epochs[run.epochs.length - 1];
  if (testAccuracy === undefined) return;
  const said = (at: number, samples: number): string => `epoch ${at}, ${samples} samples`;
  if (lastTest && !compare('last test', said(lastTest.epoch, lastTest.samples), said(epoch, test.length))) return;
  const { predictions, ...answers } = await asked(tested, weights, lastTest?.hashed, 1);
  if (lastTest)
    compare(
      `predictions of the last checkpoint for the first ${lastTest.hashed} test samples`,
      lastTest.predictionsSha256,
      sha256Of([predictions.subarray(0, lastTest.hashed)]),
    );
  compareAccuracy(`test accuracy of epoch ${epoch}`, testAccuracy, answers, compare);
}

/**
 * The test after the last epoch, of a run that had one: what was asked, the weights it tested, what they predict.
 * @param last the run's last weights, and the mean of its last epochs, where they are there or were repeated
 */
export async function checkFinal(
  tested: TestedRun,
  { last, mean }: Pick<Repeated, 'last' | 'mean'>,
  compare: Compare,
  notes: string[],
): Promise<void> {
  const { run, folder, test } = tested;
  const wanted = run.experiment?.final;
  const { final } = run;
  if (!final) {
    if (wanted && run.status === 'done') compare('final test', JSON.stringify(wanted), 'none');
    return;
  }
  if (run.versions.numeric !== numericVersion) return;
  const { average = 1, draws = 1 } = wanted ?? {};
  const settings = { average: Math.min(average, Math.max(1, run.epochs.length)), draws };
  const found = { average: final.average, draws: final.draws };
  compare('settings of the final test', JSON.stringify(found), JSON.stringify(settings));
  if (final.asked !== undefined) compare('average that was asked for', String(final.asked), String(average));
  const kept = final.average > 1 && existsSync(averagedFile(folder));
  if (!kept && !(final.average > 1 ? mean : last)) {
    notes.push(
      `the final test was not repeated: ${final.average > 1 ? 'averaged.safetensors is missing' : 'its checkpoint is missing, later or of other weights'}, and the training was not repeated to its end`,
    );
    return;
  }
  if (!compare('test data of the final test', final.testSha256, test.sha256)) return;
  const weights = final.average > 1 ? (kept ? await meanWeights(tested, mean, compare) : mean) : last;
  if (!weights || !compare('weights of the final test', final.weightsSha256, sha256Of(weights))) return;
  await repeatTest(tested, weights, final, compare, notes);
}

async function repeatTest(
  tested: TestedRun,
  weights: readonly Float32Array[],
  { draws, testAccuracy, hashed, predictionsSha256 }: NonNullable<RecordedRun['final']>,
  compare: Compare,
  notes: string[],
): Promise<void> {
  if (hashed === undefined || predictionsSha256 === undefined) {
    notes.push('predictions of the final test were not repeated: the record, of an earlier version, has none');
    return;
  }
  const { length } = tested.test;
  if (hashed > length) {
    compare('samples of the final test', String(hashed), `at most ${length}`);
    return;
  }
  const { predictions, ...answers } = await asked(tested, weights, hashed, draws);
  compare(
    `predictions of the final test for the first ${hashed} test samples, ${draws} draw${draws === 1 ? '' : 's'} each`,
    predictionsSha256,
    sha256Of([predictions.subarray(0, hashed)]),
  );
  compareAccuracy('accuracy of the final test', testAccuracy, answers, compare);
}

interface Answers {
  readonly correct: number;
  /** Samples that were asked, the first ones, and those of the whole test. */
  readonly count: number;
  readonly length: number;
}

/** An accuracy against the answers to the first samples: the rest of them can be all wrong or all right. */
function compareAccuracy(what: string, recorded: number, { correct, count, length }: Answers, compare: Compare): void {
  const [low, high] = [correct / length, (correct + length - count) / length];
  const possible = recorded >= low && recorded <= high;
  const found = count === length ? String(low) : `${low} to ${high}`;
  const asked = count === length ? '' : `, by ${count} of ${length} test samples`;
  compare(what + asked, String(recorded), possible ? String(recorded) : found);
}

/** The mean that the folder holds; undefined, with a failed comparison, where it is damaged or another run's. */
async function meanWeights(
  { run, folder }: TestedRun,
  repeated: Repeated['mean'],
  compare: Compare,
): Promise<readonly Float32Array[] | undefined> {
  try {
    const weights = await keptWeights(averagedFile(folder), run);
    const mean = repeated ?? (await keptMean(folder, run, run.final!.average, run.epochs.length));
    if (mean) compare('mean of the weights of the last epochs', run.final!.weightsSha256, sha256Of(mean));
    return weights;
  } catch (error) {
    compare('averaged.safetensors', 'the mean weights of this run', (error as Error).message);
    return undefined;
  }
}

/**
 * What weights in this run's network answer to the first samples of the test set. As many are asked as a record hashes,
 * whatever this one says: of a single sample any accuracy would be possible.
 */
async function asked(
  { run: { network, rule, seed }, test, threads, signal }: TestedRun,
  weights: readonly Float32Array[],
  hashed: number | undefined,
  draws: number,
): Promise<Answers & { readonly predictions: Uint16Array }> {
  const count = Math.min(test.length, Math.max(hashed ?? 1, hashedPredictions));
  const net = SpikingNetwork.create(network, rule, { seed, weights, ...(threads !== undefined && { threads }) });
  const { predictions, correct } = await net.evaluate(test.slice(0, count), { draws, ...(signal && { signal }) });
  return { predictions, correct, count, length: test.length };
}
