/**
 * The training loop of one network: epochs in slices, the curve's points at fixed places, boosting, snapshots. Where a run was cut, or into which
 * slices, changes no bit of what follows.
 */
import { Augmenter } from '../data/augment.js';
import { boost } from '../hm2bp/boosting.js';
import { isEventDataset } from '../data/events.js';
import { permutation, RandomStream, sampleKey } from '../data/random.js';
import type { Engine } from '../engine/engine.js';
import type { LoadedSamples } from '../engine/samples.js';
import { WorkerLost } from '../engine/pool.js';
import { learningRateAt } from '../network/rule.js';
import type { DatasetSlots } from './dataset-slots.js';
import type { EpochRecord } from './history.js';
import { sha256Of } from './files.js';
import { Interrupted, onStop } from './interrupt.js';
import type { SampleSet } from './samples.js';
import { addTally, emptyTally, type Position, startPosition, type TestMark, type TrainingState } from './state.js';

/** Points of the live curve in one epoch. */
const pointsPerEpoch = 50;
/** Points of the curve after which the weights are hashed. */
const markedPoints: readonly number[] = [1, 5, 25, 50];
/** Longest time that distorting images keeps the main thread from other work, ms. */
const patience = 8;
/** Test samples whose predictions are hashed: few enough to be made again in seconds. */
const hashedPredictions = 1_000;

export interface EpochOptions {
  /** Epochs to complete from here; one that was interrupted is finished first and counts. */
  readonly epochs: number;
  readonly validation?: SampleSet;
  readonly signals: readonly (AbortSignal | undefined)[];
  /** Seconds between snapshots. */
  readonly snapshotSeconds: number;
  /** Called with each snapshot (to write it to a file) and awaited. */
  readonly onSnapshot?: (state: TrainingState) => Promise<void>;
  /** Called after each slice. */
  readonly onProgress?: (position: Position) => void;
}

export class Trainer {
  private snapshot: TrainingState | undefined;
  private sampleWeights = new Float64Array(0);
  /** Where training stands. */
  position: Position = startPosition;

  constructor(private readonly engine: Engine, private readonly slots: DatasetSlots, private readonly seed: number) {}

  /** Begins anew from weights. */
  async begin(weights: readonly Float32Array[]): Promise<void> {
    await this.engine.setState({ weights });
    this.position = startPosition;
    this.snapshot = undefined;
  }

  /** Continues from a state, for instance a checkpoint's. */
  async restore(state: TrainingState): Promise<void> {
    await this.engine.setState(state.engine);
    this.sampleWeights = Float64Array.from(state.sampleWeights);
    this.position = state.position;
    this.snapshot = state;
  }

  /** Everything as it is now, between two slices. */
  async takeSnapshot(): Promise<TrainingState> {
    const { dataset } = this.position;
    const predictions = dataset && this.samples ? this.engine.views(this.samples).predictions.slice() : (this.snapshot?.predictions ?? new Uint16Array(0));
    this.snapshot = { engine: await this.engine.getState(), position: this.position, sampleWeights: this.sampleWeights.slice(), predictions };
    return this.snapshot;
  }

  private samples: LoadedSamples | undefined;
  private augmenter: Augmenter | undefined;

  /** Trains; yields after each epoch. Throws `Interrupted`, `WorkerLost` or `NotFinite` with the last consistent state kept. */
  async *run(dataset: SampleSet, options: EpochOptions): AsyncGenerator<EpochRecord> {
    const samples = await this.prepare(dataset);
    const goal = this.position.epoch + options.epochs;
    this.position = { ...this.position, plannedEpochs: Math.max(goal, this.position.epochs.length) };
    let stopped = false;
    const unsubscribe = onStop(options.signals, () => {
      stopped = true;
      this.engine.cancel();
    });
    const isStopped = (): boolean => stopped;
    try {
      if (!this.snapshot) await this.takeSnapshot();
      let snapshotAt = performance.now();
      while (this.position.epoch < goal) {
        this.beginEpoch(samples, dataset.length);
        while (this.position.place < dataset.length) {
          if (!isStopped()) await this.distort(dataset, samples);
          if (!isStopped()) await this.trainSlice(samples, dataset.length);
          options.onProgress?.(this.position);
          if (isStopped()) await this.interrupt(options, dataset.length);
          if (performance.now() - snapshotAt > options.snapshotSeconds * 1000) {
            await this.save(options);
            snapshotAt = performance.now();
          }
        }
        const record = await this.endEpoch(dataset, samples, options.validation, isStopped);
        if (!record) await this.interrupt(options, dataset.length);
        await this.save(options);
        snapshotAt = performance.now();
        options.onProgress?.(this.position);
        if (record) yield record;
      }
    } catch (error) {
      if (error instanceof WorkerLost) throw await this.recover(error, dataset.length);
      throw error;
    } finally {
      unsubscribe();
    }
  }

  private async save(options: EpochOptions): Promise<void> {
    const state = await this.takeSnapshot();
    await options.onSnapshot?.(state);
  }

  private async interrupt(options: EpochOptions, length: number): Promise<never> {
    await this.save(options);
    throw new Interrupted(`training stopped at epoch ${this.epochNow(length)}; nothing is lost: train again to go on from here`);
  }

  private epochNow(length: number): string {
    return (this.position.epoch + this.position.place / length).toFixed(2);
  }

  /** After a worker died the weights may be half updated: back to the last snapshot. */
  private async recover(error: WorkerLost, length: number): Promise<Error> {
    if (this.snapshot) await this.restore(this.snapshot);
    return new WorkerLost(`${error.message}; the network is back at epoch ${this.epochNow(length)}, its last snapshot: train again to go on from there`, { cause: error });
  }

  /** Data into the engine. Another data set than before begins a new epoch with fresh boosting weights. */
  private async prepare(dataset: SampleSet): Promise<LoadedSamples> {
    const samples = this.slots.load('train', dataset);
    this.samples = samples;
    const { dataset: before } = this.position;
    const sha256 = dataset.sha256;
    if (!before || before.sha256 !== sha256) {
      this.position = { ...this.position, dataset: { name: dataset.name, sha256, samples: dataset.length }, place: 0, seconds: 0, epochTally: emptyTally, pointTally: emptyTally };
      this.sampleWeights = new Float64Array(dataset.length).fill(1);
    } else if (this.snapshot && this.snapshot.predictions.length === dataset.length) {
      this.engine.views(samples).predictions.set(this.snapshot.predictions);
    }
    return samples;
  }

  private beginEpoch(samples: LoadedSamples, length: number): void {
    const views = this.engine.views(samples);
    views.order.set(permutation(length, new RandomStream(sampleKey(this.seed, 'shuffle', this.position.epoch))));
    views.sampleWeights.set(this.sampleWeights);
  }

  /** Puts the images of the next slice into engine memory, distorted as the rule says. */
  private async distort(dataset: SampleSet, samples: LoadedSamples): Promise<void> {
    const { rule } = this.engine;
    if (!rule.augmentation) return;
    if (isEventDataset(dataset)) throw new RangeError(`augmentation distorts images, and ${dataset.name} holds recorded spikes: leave it out`);
    const started = performance.now();
    this.augmenter ??= new Augmenter(rule.augmentation, this.seed, dataset.shape);
    const { epoch, place } = this.position;
    const { order, pixels } = this.engine.views(samples);
    let pause = started + patience;
    for (let at = place; at < nextPoint(place, dataset.length, rule.batchSize); at++) {
      const n = order[at];
      this.augmenter.distort(dataset.at(n).pixels, epoch, n, pixels.subarray(n * dataset.inputs, (n + 1) * dataset.inputs));
      if (performance.now() < pause) continue;
      await new Promise((resume) => setImmediate(resume));
      pause = performance.now() + patience;
    }
    this.position = { ...this.position, seconds: this.position.seconds + (performance.now() - started) / 1000 };
  }

  /** Trains up to the next point of the curve. */
  private async trainSlice(samples: LoadedSamples, length: number): Promise<void> {
    const { rule } = this.engine;
    const { epoch, place } = this.position;
    const to = nextPoint(place, length, rule.batchSize);
    const started = performance.now();
    const slice = await this.engine.train(samples, {
      from: place,
      to,
      seed: this.seed,
      encodingEpoch: rule.encoding === 'once' ? 0 : epoch,
      learningRate: learningRateAt(rule.optimizer, epoch),
    });
    const done = place + slice.samples;
    const pointTally = addTally(this.position.pointTally, slice);
    const atPoint = done === to;
    this.position = {
      ...this.position,
      place: done,
      seconds: this.position.seconds + (performance.now() - started) / 1000,
      epochTally: addTally(this.position.epochTally, slice),
      pointTally: atPoint ? emptyTally : pointTally,
      progress: atPoint
        ? [...this.position.progress, { epoch: epoch + done / length, trainAccuracy: pointTally.correct / pointTally.samples, cost: pointTally.cost / pointTally.samples }]
        : this.position.progress,
    };
    if (atPoint) await this.mark(epoch + done / length);
  }

  private async mark(epoch: number): Promise<void> {
    const { progress, marks } = this.position;
    if (!markedPoints.includes(progress.length)) return;
    const { weights } = await this.engine.getState();
    this.position = { ...this.position, marks: [...marks, { epoch, weightsSha256: sha256Of(weights) }] };
  }

  /** Validation, boosting, the epoch's record. Undefined when stopped before the validation was through: the epoch stays open. */
  private async endEpoch(dataset: SampleSet, samples: LoadedSamples, validation: SampleSet | undefined, stopped: () => boolean): Promise<EpochRecord | undefined> {
    let testAccuracy: number | undefined;
    let lastTest: TestMark | undefined;
    if (validation) {
      const test = this.slots.load('test', validation);
      const result = stopped() ? undefined : await this.engine.evaluate(test, 0, validation.length, this.seed);
      if (!result || result.samples < validation.length) return undefined;
      testAccuracy = result.correct / validation.length;
      const hashed = Math.min(hashedPredictions, validation.length);
      const predictionsSha256 = sha256Of([this.engine.views(test).predictions.slice(0, hashed)]);
      lastTest = { epoch: this.position.epoch + 1, dataset: validation.name, dataSha256: validation.sha256, samples: validation.length, hashed, predictionsSha256 };
    }
    const { rule } = this.engine;
    if (rule.boosting) boost(this.sampleWeights, dataset.labels, this.engine.views(samples).predictions);
    const { epoch, epochTally, seconds } = this.position;
    const record: EpochRecord = {
      epoch: epoch + 1,
      trainAccuracy: epochTally.correct / epochTally.samples,
      ...(testAccuracy === undefined ? {} : { testAccuracy }),
      cost: epochTally.cost / epochTally.samples,
      seconds,
      learningRate: learningRateAt(rule.optimizer, epoch),
    };
    this.position = {
      ...this.position, ...(lastTest && { lastTest }), epoch: epoch + 1, place: 0, seconds: 0, epochTally: emptyTally, pointTally: emptyTally, epochs: [...this.position.epochs, record],
    };
    return record;
  }
}

/** First place after `place` at which the curve gets a point: a batch boundary that depends on the length and the batch size alone. */
function nextPoint(place: number, length: number, batchSize: number): number {
  const batches = Math.ceil(length / batchSize);
  const batch = place / batchSize;
  let point = Math.floor((batch * pointsPerEpoch) / batches);
  while (Math.ceil((point * batches) / pointsPerEpoch) <= batch) point++;
  return Math.min(length, Math.ceil((point * batches) / pointsPerEpoch) * batchSize);
}
