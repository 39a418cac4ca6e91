/** What `verify-run` makes of a run's final test: its weights, and the predictions they make. */
import { existsSync } from 'node:fs';
import { sha256Of } from '../train/digest.js';
import { SpikingNetwork } from '../train/model.js';
import type { SampleSet } from '../train/samples.js';
import { hashedPredictions } from '../train/validation.js';
import { averagedFile, keptMean, keptWeights } from './final.js';
import type { RecordedRun } from './recorded-run.js';
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
  const { final, status } = run;
  if (!final) {
    if (wanted && status === 'done') compare('final test', JSON.stringify(wanted), 'none');
    return;
  }
  if (status !== 'done') compare('status of a run with a final test', status, 'done');
  const { average = 1, draws = 1 } = wanted ?? {};
  const settings = { average: Math.min(average, Math.max(1, run.epochs.length)), draws };
  const found = { average: final.average, draws: final.draws };
  compare('settings of the final test', JSON.stringify(found), JSON.stringify(settings));
  const said = average > settings.average ? average : undefined;
  // A record of an earlier version does not say what was asked for.
  if (final.asked !== said && (final.asked ?? final.hashed) !== undefined)
    compare('average that was asked for', String(final.asked ?? 'not said'), String(said ?? 'not to be said'));
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
export function compareAccuracy(
  what: string,
  recorded: number,
  { correct, count, length }: Answers,
  compare: Compare,
): void {
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
export async function asked(
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
