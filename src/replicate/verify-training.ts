/** What `verify-run` makes of a record by training again from its seed, as far as there is time for. */
import type { AnyTrainTest } from '../data/datasets.js';
import type { EpochRecord } from '../network/history.js';
import { presentEnd } from '../train/call-end.js';
import { sha256Of } from '../train/digest.js';
import { Interrupted } from '../train/interrupt.js';
import { meanOfWeights } from '../train/mean-weights.js';
import { SpikingNetwork } from '../train/model.js';
import { trainedRates } from '../train/rates.js';
import type { RecordedRun } from './recorded-run.js';
import type { Compare } from './verified.js';
import { plannedOf } from './verify-epochs.js';

/** How far a training was repeated. */
export interface Repeated {
  /** Whole epochs. */
  readonly epochs: number;
  /** The weights after the record's last epoch, where it was repeated to there. */
  readonly last?: readonly Float32Array[];
  /** Their mean over the epochs that the final test averages, where it was repeated to its end. */
  readonly mean?: readonly Float32Array[] | undefined;
  /** Whether the record's last weights were compared. */
  readonly weights: boolean;
}

export interface RepeatOptions {
  /** The first recorded place, where the record has one, is always reached. */
  readonly seconds: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** Compares the weights at the recorded places, the figures of each repeated epoch, and the last weights and test. */
export async function repeatTraining(
  run: RecordedRun,
  data: AnyTrainTest,
  options: RepeatOptions,
  compare: Compare,
): Promise<Repeated> {
  const { seed, marks, epochs } = run;
  const { net, kept } = await trained(run, data, options);
  const found = net.runRecord;
  for (const [k, mark] of marks.slice(0, found.marks.length).entries()) {
    const place = found.marks[k].epoch;
    if (mark.epoch !== place) compare(`place of mark ${k + 1}`, `${mark.epoch} epochs`, `${place} epochs`);
    compare(
      `weights after ${Number(mark.epoch.toFixed(4))} epochs from seed ${seed}`,
      mark.weightsSha256,
      found.marks[k].weightsSha256,
    );
  }
  const repeated = net.history.epochs.slice(0, repeatable(run));
  for (const [k, epoch] of repeated.entries()) {
    compare(`accuracies and cost of epoch ${epoch.epoch}`, figures(epochs[k]), figures(epoch));
    const layers = [epochs[k], epoch].map((one) => JSON.stringify(one.layers));
    // A record of an earlier version has no layers, nor has an epoch that was stopped at its end.
    if (epochs[k].layers && epoch.layers && layers[0] !== layers[1])
      compare(`layers of epoch ${epoch.epoch}`, layers[0], layers[1]);
  }
  const last = kept.at(-1);
  if (!last || repeated.length < epochs.length || kept.length < neededOf(run))
    return { epochs: repeated.length, weights: false };
  const weights = endsWhole(run);
  if (weights) compare(`weights after all ${epochs.length} epochs`, run.weightsSha256, sha256Of(last));
  if (run.lastTest && found.lastTest) {
    const { predictionsSha256, epoch, hashed } = found.lastTest;
    const said = run.lastTest;
    compare(
      'predictions hashed in the last test',
      `${said.hashed} in epoch ${said.epoch}`,
      `${hashed} in epoch ${epoch}`,
    );
    compare(`predictions of epoch ${epoch}`, said.predictionsSha256, predictionsSha256);
  }
  const mean = kept.length > 1 ? meanOfWeights(kept) : undefined;
  return { epochs: repeated.length, last, mean, weights };
}

/** The repeated network, and the weights after each of the last epochs that the final test needs, or of the last. */
async function trained(
  run: RecordedRun,
  data: AnyTrainTest,
  { seconds, threads, signal }: RepeatOptions,
): Promise<{ net: SpikingNetwork; kept: (readonly Float32Array[])[] }> {
  const { network, rule, seed, marks, epochs } = run;
  const planned = plannedOf(run);
  const net = SpikingNetwork.create(network, rule, { seed, ...(threads !== undefined && { threads }) });
  const kept: (readonly Float32Array[])[] = [];
  const needed = neededOf(run);
  // A mark after the first epoch is none that a run makes.
  const first = Math.min(1, marks[0]?.epoch ?? 0);
  const end = marks.at(-1)?.epoch ?? 0;
  const whole = repeatable(run);
  const enough = new AbortController();
  const started = performance.now();
  const watch = setInterval(() => {
    const reached = net.history.progress.at(-1)?.epoch ?? 0;
    const outOfTime = performance.now() - started > 1000 * seconds;
    // A run that was cut inside an epoch has its last place there.
    const through = reached > end && net.history.epochs.length >= whole;
    if (signal?.aborted || (reached >= first && outOfTime) || through) enough.abort();
  }, 50);
  try {
    await net.fit(data.train, {
      epochs: Math.max(1, whole, Math.ceil(end)),
      validation: data.test,
      signal: enough.signal,
      silent: true,
      // A run that was resumed with another rate says so in its epochs; of one that is not through, in its experiment.
      learningRate: (k) => (epochs[k] ? trainedRates(epochs[k]) : planned(k)),
      onEpoch: async ({ epoch }) => {
        if (epoch <= epochs.length && epoch > epochs.length - needed) kept.push(await net.weights());
      },
    });
  } catch (error) {
    if (!(error instanceof Interrupted) || signal?.aborted) throw error;
  } finally {
    clearInterval(watch);
  }
  return { net, kept };
}

/** Last epochs whose weights are kept: those of the final test's mean. */
const neededOf = ({ epochs, final }: RecordedRun): number => Math.min(final?.average ?? 1, epochs.length);

/** Epochs that follow from the seed alone: a call that ended with other weights was gone on with from those. */
const repeatable = ({ epochs, ends }: RecordedRun): number => Math.min(epochs.length, ends?.[0]?.epoch ?? Infinity);

/** Whether the weights of the record are those after its last epoch: it was not cut inside the next one. */
const endsWhole = ({ status, parts, epochs, ends }: RecordedRun): boolean =>
  !presentEnd(ends, epochs.length) && (status !== 'interrupted' || parts.at(-1)?.to === epochs.length);

const figures = ({ trainAccuracy, testAccuracy, cost }: EpochRecord): string =>
  JSON.stringify({ trainAccuracy, testAccuracy, cost });
