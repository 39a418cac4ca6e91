/** A recorded run trained again from its seed, as far as there is time for, with the states that its record names. */
import type { AnyTrainTest } from '../data/datasets.js';
import { Engine } from '../engine/engine.js';
import type { EngineState, GivenState } from '../engine/state.js';
import type { RatePart } from '../network/history.js';
import { presentEnd } from '../train/call-end.js';
import { Interrupted } from '../train/interrupt.js';
import { meanOfWeights } from '../train/mean-weights.js';
import { requireClassWeights, threadsOf } from '../train/model-parts.js';
import { openNetwork } from '../train/opened.js';
import { rateAt, trainedRates } from '../train/rates.js';
import type { Position, TrainingState } from '../train/state.js';
import { placeOf, type RecordedRun } from '../replicate/recorded-run.js';
import { ratesPlanned } from './epochs.js';

export interface RepeatOptions {
  /** The first recorded place, where the record has one, is always reached. */
  readonly seconds: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

export interface Repetition {
  /** How far it came. */
  readonly position: Position;
  /** The state with which the record ends, where it came there. */
  readonly last?: TrainingState | undefined;
  /** Mean weights of the epochs that the final test averages, where it came to their end. */
  readonly mean?: readonly Float32Array[] | undefined;
}

export async function repetitionOf(run: RecordedRun, data: AnyTrainTest, options: RepeatOptions): Promise<Repetition> {
  const { network, rule, seed, marks, epochs, final, ends } = run;
  const { seconds, threads, signal } = options;
  const goal = goalOf(run, data.train.length);
  const planned = ratesPlanned(run);
  requireClassWeights(network, rule);
  const { trainer } = await openNetwork(Engine.create(network, rule, threadsOf(threads)), network, seed, undefined);
  const { restored, averaged = 1 } = presentEnd(ends, epochs.length) ?? {};
  const kept = new Map<number, GivenState>();
  const averagedFrom = epochs.length - Math.max(averaged, final?.average ?? 1);
  const there = ({ epoch, place }: Position): boolean =>
    epoch > goal.epoch || (epoch === goal.epoch && place >= goal.place);
  // A mark after the first epoch is none that a run makes.
  const first = Math.min(1, marks[0]?.epoch ?? 0);
  const enough = new AbortController();
  const started = performance.now();
  const look = (): void => {
    const reached = trainer.position.progress.at(-1)?.epoch ?? 0;
    const outOfTime = performance.now() - started > 1000 * seconds;
    if (signal?.aborted || (reached >= first && outOfTime) || there(trainer.position)) enough.abort();
  };
  look();
  const watch = setInterval(look, 50);
  try {
    const repeated = trainer.run(data.train, {
      epochs: Math.max(1, goal.epoch + Math.sign(goal.place)),
      validation: data.test,
      signals: [enough.signal],
      snapshotSeconds: Infinity,
      // A run that was resumed with another rate says so in its epochs; of one that is not through, in its experiment.
      learningRate: (k) => {
        const rates = epochs[k] ? trainedRates(epochs[k]) : planned(k);
        return k === goal.epoch ? withBreak(rates, goal.place) : rates;
      },
      onProgress: look,
    });
    for await (const { epoch } of repeated) {
      if (epoch === restored || (epoch > averagedFrom && epoch <= epochs.length)) {
        const { engine } = await trainer.takeSnapshot();
        kept.set(epoch, epoch === restored ? engine : { weights: engine.weights });
      }
      if (there(trainer.position)) break;
    }
  } catch (error) {
    if (!(error instanceof Interrupted) || signal?.aborted) throw error;
  } finally {
    clearInterval(watch);
  }
  const { position } = trainer;
  const meanOf = (count: number): readonly Float32Array[] | undefined => {
    const all = Array.from({ length: count }, (_, k) => kept.get(epochs.length - count + 1 + k)?.weights);
    return all.every((weights) => weights !== undefined) ? meanOfWeights(all) : undefined;
  };
  const mean = final && final.average > 1 ? meanOf(final.average) : undefined;
  if (!goal.last || position.epoch !== goal.epoch || position.place !== goal.place) return { position, mean };
  const state = await trainer.takeSnapshot();
  if (restored !== undefined) {
    const engine = kept.get(restored) as EngineState | undefined;
    return { position, mean, last: engine && { ...state, engine } };
  }
  if (averaged === 1) return { position, mean, last: state };
  const weights = meanOf(averaged);
  return { position, mean, last: weights && { ...state, engine: { ...state.engine, weights } } };
}

interface Goal {
  /** Whole epochs, and samples of the next one. */
  readonly epoch: number;
  readonly place: number;
  /** Whether the record ends there. */
  readonly last: boolean;
}

/** Epochs that follow from the seed alone: a call that ended with other weights was gone on with from those. */
export const repeatable = ({ epochs, ends }: RecordedRun): number =>
  Math.min(epochs.length, ends?.[0]?.epoch ?? Infinity);

/** How far a repetition goes. @param samples of an epoch */
function goalOf(run: RecordedRun, samples: number): Goal {
  const { epochs, parts, status, marks, ends, experiment } = run;
  const { length } = epochs;
  const to = placeOf(run);
  if (ends && (repeatable(run) < length || to > length)) return { epoch: repeatable(run), place: 0, last: false };
  // A record of an earlier version does not say where its last epoch was cut, nor its rates there.
  if (parts.length === 0 && status !== 'done' && length + marks.length > 0)
    return { epoch: Math.max(length, Math.ceil(marks.at(-1)?.epoch ?? 0)), place: 0, last: false };
  const place = Math.round((to - length) * samples);
  return { epoch: length, place, last: place === 0 || experiment !== undefined };
}

/** Rates of an epoch with a slice that ends at a place: nothing else changes by it. */
function withBreak(rates: readonly RatePart[], place: number): readonly RatePart[] {
  if (rates.some(({ from }) => from === place)) return rates;
  const here = { from: place, learningRate: rateAt(rates, place).learningRate };
  return [...rates.filter(({ from }) => from < place), here, ...rates.filter(({ from }) => from > place)];
}
