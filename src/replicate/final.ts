/**
 * The test after a run's last epoch: with the mean of the weights of the last epochs, over several draws of the input.
 * The weights of these epochs lie in the run's folder, so that a run that was killed among them goes on to the same
 * mean.
 */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isEventDataset } from '../data/sets/events.js';
import { pick } from '../network/known.js';
import type { FinalTest } from '../presets/index.js';
import { sha256Of } from '../train/digest.js';
import { meanOfWeights } from '../train/mean-weights.js';
import { SpikingNetwork } from '../train/model.js';
import type { SampleSet } from '../train/samples.js';
import { predictionMark } from '../train/validation.js';
import { readModel } from '../train/weights-file.js';
import { sameSettings } from './same-settings.js';

/** What it gave, as it stands in the report. */
export interface FinalRecord {
  /** Epochs in the mean of the weights. */
  readonly average: number;
  /** Those that were asked for, where the run has fewer epochs; it can go on to have them. */
  readonly asked?: number;
  readonly draws: number;
  /** Fraction, 0 .. 1. */
  readonly testAccuracy: number;
  /** Of the weights that were tested; with an average they are `averaged.safetensors`. */
  readonly weightsSha256: string;
  readonly testSha256: string;
  /** How many of the first predictions are in the hash, and the hash; absent in a record of an earlier version. */
  readonly hashed?: number;
  readonly predictionsSha256?: string;
}

const prefix = 'weights-epoch-';
const epochFile = (out: string, epoch: number): string => path.join(out, `${prefix}${epoch}.safetensors`);
/** The network that was tested, where its weights are a mean. */
export const averagedFile = (out: string): string => path.join(out, 'averaged.safetensors');

/** The epochs of a run of `planned` whose weights are averaged; none without an average. */
function averagedEpochs({ average = 1 }: FinalTest, planned: number): number[] {
  const count = Math.min(average, planned);
  return count < 2 ? [] : Array.from({ length: count }, (_, k) => planned - count + 1 + k);
}

/** Looks before the training, not after it. @throws RangeError for draws of recordings, which are the same each time */
export function checkDraws({ draws = 1 }: FinalTest = {}, test: SampleSet): void {
  if (draws > 1 && isEventDataset(test))
    throw new RangeError(
      `final.draws is ${draws}, but ${test.name} holds recorded spikes, which are the same each time: leave it out`,
    );
}

/**
 * Keeps the weights of the epoch that has just ended, when they belong to the mean; in place of those of another run,
 * or of another learning rate, that the folder may hold.
 */
export async function keepEpoch(out: string, net: SpikingNetwork, final: FinalTest, planned: number): Promise<void> {
  const epoch = net.trainedEpochs;
  if (averagedEpochs(final, planned).includes(epoch)) await net.save(epochFile(out, epoch), { weightsOnly: true });
}

/**
 * Looks whether a run that goes on still can have its mean.
 * @throws RangeError when it went past an epoch of the mean before the mean was asked for, or the epoch's weights are
 * damaged or another run's
 */
export async function checkAverage(out: string, net: SpikingNetwork, final: FinalTest, planned: number): Promise<void> {
  const past = averagedEpochs(final, planned).filter((epoch) => epoch < net.trainedEpochs);
  for (const epoch of past.reverse()) {
    const file = epochFile(out, epoch);
    const lost = existsSync(file)
      ? await keptWeights(file, net).then(
          () => undefined,
          (error: unknown) => `with weights that are lost: ${(error as Error).message}`,
        )
      : 'without keeping its weights';
    if (lost !== undefined)
      throw new RangeError(
        `final.average is ${final.average}: the run in ${out} has gone past epoch ${epoch} ${lost}; give ${epoch + (final.average ?? 1)} or more epochs, or another average`,
      );
  }
}

/**
 * Tests once more; writes the mean weights, and removes those that no longer count.
 * @param known what the folder has of an earlier test: the same weights and samples are not tested again
 * @throws Interrupted, with nothing written
 */
export async function finalTest(
  out: string,
  net: SpikingNetwork,
  test: SampleSet,
  final: FinalTest,
  { known, signal }: { known?: FinalRecord | undefined; signal?: AbortSignal | undefined },
): Promise<FinalRecord> {
  const epochs = averagedEpochs(final, net.history.epochs.length);
  const weights = epochs.length > 0 ? await meanOf(out, epochs, net) : await net.weights();
  const { draws = 1 } = final;
  const asked = {
    average: Math.max(1, epochs.length),
    draws,
    weightsSha256: sha256Of(weights),
    testSha256: test.sha256,
  };
  const written = epochs.length === 0 ? !existsSync(averagedFile(out)) : await holdsMean(out, net, asked.weightsSha256);
  if (known && written && sameSettings(asked, pick(known, ['average', 'draws', 'weightsSha256', 'testSha256'])))
    return withAsked(known, final);
  const { network, rule, seed, threads } = net;
  const tested = SpikingNetwork.create(network, rule, { seed, threads, weights });
  const { accuracy, predictions } = await tested.evaluate(test, { draws, ...(signal && { signal }) });
  if (epochs.length > 0) await tested.save(averagedFile(out), { weightsOnly: true });
  else await rm(averagedFile(out), { force: true });
  const needed = new Set(epochs.map((epoch) => path.basename(epochFile(out, epoch))));
  for (const name of await readdir(out))
    if (name.startsWith(prefix) && !needed.has(name)) await rm(path.join(out, name), { force: true });
  return withAsked({ ...asked, testAccuracy: accuracy, ...predictionMark(predictions) }, final);
}

/** With the average that a run of fewer epochs could not have. */
function withAsked({ asked: _, average, ...rest }: FinalRecord, { average: wanted = 1 }: FinalTest): FinalRecord {
  return { average, ...(wanted > average && { asked: wanted }), ...rest };
}

/** `mean weights of 2 epochs (5 were asked for)`. */
export const averageText = ({ average, asked }: Pick<FinalRecord, 'average' | 'asked'>): string =>
  `mean weights of ${average} epoch${average === 1 ? '' : 's'}${asked === undefined ? '' : ` (${asked} were asked for)`}`;

/** The mean of the epochs whose weights a folder still has; undefined where one is missing. */
export async function keptMean(
  out: string,
  run: Pick<SpikingNetwork, 'network' | 'seed'>,
  average: number,
  epochs: number,
): Promise<Float32Array[] | undefined> {
  const averaged = averagedEpochs({ average }, epochs);
  const whole = averaged.length > 0 && averaged.every((epoch) => existsSync(epochFile(out, epoch)));
  return whole ? meanOf(out, averaged, run) : undefined;
}

/** Whether the mean that the folder holds is this one, and whole. */
const holdsMean = (out: string, net: SpikingNetwork, weightsSha256: string): Promise<boolean> =>
  keptWeights(averagedFile(out), net).then(
    (weights) => sha256Of(weights) === weightsSha256,
    () => false,
  );

async function meanOf(
  out: string,
  epochs: readonly number[],
  net: Pick<SpikingNetwork, 'network' | 'seed'>,
): Promise<Float32Array[]> {
  const all: (readonly Float32Array[])[] = [];
  for (const epoch of epochs) all.push(await keptWeights(epochFile(out, epoch), net));
  return meanOfWeights(all);
}

/** Weights that a run kept, of an epoch or their mean. @throws Error for a damaged file, or one of another run */
export async function keptWeights(
  file: string,
  { network, seed }: Pick<SpikingNetwork, 'network' | 'seed'>,
): Promise<readonly Float32Array[]> {
  const model = await readModel(file);
  if (!('weights' in model)) throw new Error(`${file} is no file of weights`);
  if (model.seed !== seed || !sameSettings(model.network, network))
    throw new Error(`${file} is of another network or seed`);
  return model.weights;
}
