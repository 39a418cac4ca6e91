/** What `verify-run` makes of a run's final test: its weights, and the predictions they make. */
import { existsSync } from 'node:fs';
import { endText, presentEnd } from '../train/call-end.js';
import { sha256Of } from '../train/digest.js';
import { SpikingNetwork } from '../train/model.js';
import type { SampleSet } from '../train/samples.js';
import { hashedPredictions } from '../train/validation.js';
import { averagedFile, keptMean, keptWeights } from '../replicate/final.js';
import type { RecordedRun } from '../replicate/recorded-run.js';
import type { Findings } from './verified.js';
import type { Repeated } from './training.js';

export interface TestedRun {
  readonly run: RecordedRun;
  readonly folder: string;
  readonly test: SampleSet;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Where there is time up to here, by `performance.now()`, all samples are asked. */
  readonly until: number;
}

/**
 * The test after the last epoch, of a run that had one: what was asked, the weights it tested, what they predict.
 * @param checkpoint the run's last weights, where they are there
 */
export async function checkFinal(
  tested: TestedRun,
  repeated: Repeated,
  checkpoint: readonly Float32Array[] | undefined,
  findings: Findings,
): Promise<void> {
  const { compare, open } = findings;
  const { run, test } = tested;
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
  const averaged = final.average > 1;
  const made = averaged ? repeated.mean : repeated.last?.engine.weights;
  const own = averaged ? await meanWeights(tested, findings) : checkpoint;
  if (!own && !made) {
    open.push('the final test');
    return;
  }
  if (!compare('test data of the final test', final.testSha256, test.sha256)) return;
  const what = averaged ? `mean of the weights of the last ${final.average} epochs` : 'weights of the final test';
  if (made && !compare(what, final.weightsSha256, sha256Of(made))) return;
  const weights = own ?? made!;
  const digest = sha256Of(weights);
  if (digest !== final.weightsSha256) {
    findings.differ('weights of the final test', final.weightsSha256, digest);
    return;
  }
  if (averaged && !made) open.push(`that averaged.safetensors is the ${what}`);
  await repeatTest(tested, weights, final, findings);
}

/** The accuracy of the weights that the last call ended with, where they are not those of its last epoch. */
export async function checkEnd(
  tested: TestedRun,
  repeated: Repeated,
  checkpoint: readonly Float32Array[] | undefined,
  findings: Findings,
): Promise<void> {
  const { ends, epochs } = tested.run;
  const end = presentEnd(ends, epochs.length);
  // Of an epoch that was repeated its accuracy was compared.
  if (end?.testAccuracy === undefined || (end.restored ?? Infinity) <= repeated.epochs) return;
  const what = `test accuracy of the ${endText(end)}`;
  const weights = repeated.last?.engine.weights ?? checkpoint;
  if (weights) compareAccuracy(what, end.testAccuracy, await asked(tested, weights, undefined, 1), findings);
  else findings.open.push(what);
}

async function repeatTest(
  tested: TestedRun,
  weights: readonly Float32Array[],
  { draws, testAccuracy, hashed, predictionsSha256 }: NonNullable<RecordedRun['final']>,
  findings: Findings,
): Promise<void> {
  const { compare } = findings;
  if (hashed === undefined || predictionsSha256 === undefined) {
    findings.open.push('the accuracy of the final test, whose predictions the report lacks');
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
  compareAccuracy('accuracy of the final test', testAccuracy, answers, findings);
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
  { compare, differ, open }: Findings,
): void {
  const [low, high] = [correct / length, (correct + length - count) / length];
  if (count === length) compare(what, String(recorded), String(low));
  else if (recorded < low || recorded > high) differ(what, recorded, `${low} to ${high}`);
  else open.push(`${what}, which may be ${low} to ${high} by ${count} of ${length} test samples`);
}

/** The mean that the folder holds, if it does; a difference where it is damaged or another's. */
async function meanWeights(
  { run, folder }: TestedRun,
  { differ }: Findings,
): Promise<readonly Float32Array[] | undefined> {
  if (!existsSync(averagedFile(folder))) return undefined;
  try {
    const mean = await keptMean(folder, run, run.final!.average, run.epochs.length);
    const [said, found] = [run.final!.weightsSha256, mean && sha256Of(mean)];
    if (found !== undefined && said !== found) differ('mean of the weights of the last epochs', said, found);
    return await keptWeights(averagedFile(folder), run);
  } catch (error) {
    differ('averaged.safetensors', 'the mean weights of this run', (error as Error).message);
    return undefined;
  }
}

/**
 * What weights in this run's network answer to the first samples of the test set, or to all. As many are asked as a
 * record hashes, whatever this one says: of a single sample any accuracy would be possible.
 */
export async function asked(
  { run: { network, rule, seed }, test, threads, signal, until }: TestedRun,
  weights: readonly Float32Array[],
  hashed: number | undefined,
  draws: number,
): Promise<Answers & { readonly predictions: Uint16Array }> {
  const { length } = test;
  const count = Math.min(length, Math.max(hashed ?? 1, hashedPredictions));
  const net = SpikingNetwork.create(network, rule, { seed, weights, ...(threads !== undefined && { threads }) });
  const answers = async (samples: number): Promise<Answers & { readonly predictions: Uint16Array }> => {
    const { predictions, correct } = await net.evaluate(test.slice(0, samples), { draws, ...(signal && { signal }) });
    return { predictions, correct, count: samples, length };
  };
  const started = performance.now();
  const first = await answers(count);
  const now = performance.now();
  return count < length && now + ((now - started) * length) / count < until ? answers(length) : first;
}
