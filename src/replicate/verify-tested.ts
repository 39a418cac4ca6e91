/** What `verify-run` makes of the weights that a run left: their hashes, and the predictions they make. */
import { existsSync } from 'node:fs';
import type { EpochRecord } from '../network/history.js';
import { readCheckpoint } from '../train/checkpoint.js';
import { sha256Of } from '../train/digest.js';
import { SpikingNetwork } from '../train/model.js';
import type { SampleSet } from '../train/samples.js';
import { numericVersion } from '../train/version.js';
import { averagedFile, keptMean, keptWeights } from './final.js';
import type { RecordedRun } from './recorded-run.js';
import { checkpointOf } from './run-folder.js';
import { sameSettings } from './same-settings.js';
import type { Compare } from './verified.js';

export interface TestedRun {
  readonly run: RecordedRun;
  readonly folder: string;
  readonly test: SampleSet;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/**
 * Weights of the checkpoint against the report, its predictions against those that were hashed.
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
  const { lastTest } = run;
  const last = later ? undefined : state.engine.weights;
  if (!lastTest || lastTest.dataSha256 !== test.sha256) return { epochs, last };
  if (epoch !== lastTest.epoch || place > 0) {
    notes.push(`predictions were not repeated: the checkpoint lies inside epoch ${epoch + 1}`);
    return { epochs, last };
  }
  const { predictions } = await asked(tested, state.engine.weights, lastTest.hashed, 1);
  compare(
    `predictions of the last checkpoint for the first ${lastTest.hashed} test samples`,
    lastTest.predictionsSha256,
    sha256Of([predictions]),
  );
  return { epochs, last };
}

/**
 * The test after the last epoch, of a run that had one: what was asked, the weights it tested, what they predict.
 * @param last the run's last weights, where they are there
 */
export async function checkFinal(
  tested: TestedRun,
  last: readonly Float32Array[] | undefined,
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
  const file = averagedFile(folder);
  if (final.average > 1 ? !existsSync(file) : !last) {
    notes.push(
      `the final test was not repeated: ${final.average > 1 ? 'averaged.safetensors is missing' : 'its checkpoint is missing, later or of other weights'}`,
    );
    return;
  }
  if (!compare('test data of the final test', final.testSha256, test.sha256)) return;
  const weights = final.average > 1 ? await meanWeights(tested, compare) : last;
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
  const { predictions, correct } = await asked(tested, weights, hashed, draws);
  compare(
    `predictions of the final test for the first ${hashed} test samples, ${draws} draw${draws === 1 ? '' : 's'} each`,
    predictionsSha256,
    sha256Of([predictions]),
  );
  // The rest of the samples can be all wrong or all right.
  const [low, high] = [correct / length, (correct + length - hashed) / length];
  const possible = testAccuracy >= low && testAccuracy <= high;
  compare(
    'accuracy of the final test',
    String(testAccuracy),
    possible ? String(testAccuracy) : hashed === length ? String(low) : `${low} to ${high}`,
  );
}

/** The mean that the folder holds; undefined, with a failed comparison, where it is damaged or another run's. */
async function meanWeights({ run, folder }: TestedRun, compare: Compare): Promise<readonly Float32Array[] | undefined> {
  try {
    const weights = await keptWeights(averagedFile(folder), run);
    const mean = await keptMean(folder, run, run.final!.average, run.epochs.length);
    if (mean) compare('mean of the weights of the last epochs', run.final!.weightsSha256, sha256Of(mean));
    return weights;
  } catch (error) {
    compare('averaged.safetensors', 'the mean weights of this run', (error as Error).message);
    return undefined;
  }
}

/** What weights in this run's network answer to the first samples of the test set. */
function asked(
  { run: { network, rule, seed }, test, threads, signal }: TestedRun,
  weights: readonly Float32Array[],
  samples: number,
  draws: number,
): ReturnType<SpikingNetwork['evaluate']> {
  const net = SpikingNetwork.create(network, rule, { seed, weights, ...(threads !== undefined && { threads }) });
  return net.evaluate(test.slice(0, samples), { draws, ...(signal && { signal }) });
}
