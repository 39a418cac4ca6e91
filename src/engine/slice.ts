/** A stretch of samples that the engine goes through: how it is set up in memory, and what came of it. */
import { epochKey, type Purpose } from '../numeric/random.js';
import type { MemoryPlan } from './plan.js';
import type { LoadedSamples } from './samples.js';
import { workFields } from './structs.js';

export interface TrainSlice {
  /** `[places]`: sample at each place of the epoch. */
  readonly from: number;
  readonly to: number;
  readonly seed: number;
  /** 0-based: keys dropout, and the spike trains unless they are drawn once. */
  readonly epoch: number;
  readonly learningRate: number;
}

export interface SliceResult {
  /** Samples gone through; less than asked for when cancelled. */
  readonly samples: number;
  readonly correct: number;
  /** Sum over the samples of E. */
  readonly cost: number;
  /** Samples without any error, whose backward pass was skipped. */
  readonly skipped: number;
  /** What was done for it, by all workers. */
  readonly work: Work;
}

/**
 * Counted work, in lines of 64 bytes where `assembly/work.ts` says nothing else; and how often the workers met at a
 * barrier.
 */
export type Work = Readonly<Record<keyof typeof workFields | 'barriers', number>>;

/** Weights stopped being finite. */
export class NotFinite extends Error {
  override readonly name = 'NotFinite';
  constructor(
    readonly layer: string,
    readonly sample: number,
    since = '',
  ) {
    super(
      `layer ${layer}: weights are no longer finite at sample ${sample}; lower the learning rate, or raise the regulariser${since}`,
    );
  }
}

/** Which samples, in which order, and which stream draws their spikes. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** In the order of `views(samples).order`, or as they are numbered. */
  readonly ordered: boolean;
  readonly seed: number;
  readonly purpose: Purpose;
  readonly epoch: number;
  /** Epoch that keys dropout. Default 0. */
  readonly dropoutEpoch?: number;
  /** Number in its data set of the first sample loaded. Default 0. */
  readonly firstNumber?: number;
}

/**
 * Writes a stretch into the plan's run, and begins its counts.
 * @throws RangeError for samples that are not there
 */
export function beginStretch({ run, control, works }: MemoryPlan, samples: LoadedSamples, stretch: Stretch): void {
  const { from, to, ordered, seed, purpose, epoch, dropoutEpoch, firstNumber = 0 } = stretch;
  const { length, order, ...arrays } = samples;
  if (from < 0 || to > length) throw new RangeError(`samples ${from} to ${to} of ${length}: choose a range inside`);
  const key = epochKey(seed, purpose, epoch); // the workers mix in the sample's number
  const drop = epochKey(seed, 'dropout', dropoutEpoch);
  run.set({ ...arrays, from, to, order: ordered ? order : 0, firstNumber });
  run.set({ keyA: key.a | 0, keyB: key.b | 0, dropA: drop.a | 0, dropB: drop.b | 0 });
  // The barrier's counts too: a job before may have lost a worker.
  control.set({ abort: 0, arrived: 0, waiting: 0, cancel: 0, stop: 0, skip: 0 });
  control.set({ nextSample: from, samplesDone: 0, correct: 0, cost: 0, skipped: 0, generation: 0 });
  for (const work of works) work.clear();
}

/** What came of the stretch. */
export function sliceResult({ control, works }: MemoryPlan): SliceResult {
  const total = (name: keyof typeof workFields): number => works.reduce((sum, work) => sum + work.get(name), 0);
  const names = Object.keys(workFields) as (keyof typeof workFields)[];
  const counted = Object.fromEntries(names.map((name) => [name, total(name)])) as Record<
    (typeof names)[number],
    number
  >;
  return {
    samples: control.get('samplesDone'),
    correct: control.get('correct'),
    cost: control.get('cost'),
    skipped: control.get('skipped'),
    work: { ...counted, barriers: control.get('generation') },
  };
}
