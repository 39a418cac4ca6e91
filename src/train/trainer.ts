/**
 * The training loop of one network: epochs in slices, the curve's points at fixed places, boosting, snapshots. Where a
 * run was cut, or into which slices, changes no bit of what follows.
 */
import { boost } from '../hm2bp/boosting.js';
import type { Engine } from '../engine/engine.js';
import { NotFinite } from '../engine/slice.js';
import type { LoadedSamples } from '../engine/samples.js';
import { WorkerLost } from '../engine/pool.js';
import { BestEpoch } from './best.js';
import { type OtherEnd, otherEnd } from './call-end.js';
import { firstSampleWeights } from './sample-weights.js';
import { MeanWeights } from './mean-weights.js';
import { markedPoints, nextPoint } from './curve-points.js';
import type { DatasetSlots } from './dataset-slots.js';
import { Distortion } from './distortion.js';
import type { EpochOptions } from './epoch-options.js';
import type { EpochRecord, RatePart } from '../network/history.js';
import { sha256Of } from './digest.js';
import { Interrupted, onStop } from './interrupt.js';
import { layerRecords } from './layer-record.js';
import { sampleOrder } from './order.js';
import { afterEpoch, afterSlice, epochNow } from './position.js';
import { rateAt, ratePlan } from './rates.js';
import type { SampleSet } from './samples.js';
import { emptyTally, type Position, startPosition, type TrainingState } from './state.js';
import { validate } from './validation.js';

export class Trainer {
  private snapshot: TrainingState | undefined;
  private sampleWeights: Float64Array = new Float64Array(0);
  private samples: LoadedSamples | undefined;
  private readonly distortion: Distortion | undefined;
  private ratesOf: (epoch: number) => readonly RatePart[];
  /** Where training stands. */
  position: Position = startPosition;

  constructor(
    private readonly engine: Engine,
    private readonly slots: DatasetSlots,
    private readonly seed: number,
  ) {
    const { augmentation, optimizer } = engine.rule;
    this.ratesOf = ratePlan(optimizer);
    this.distortion = augmentation && new Distortion(engine, augmentation, seed);
  }

  /** Begins anew from weights. */
  begin(weights: readonly Float32Array[]): Promise<void> {
    return this.slots.inTurn(async () => {
      await this.engine.setState({ weights });
      this.position = startPosition;
      this.snapshot = undefined;
    });
  }

  /** Continues from a state, for instance a checkpoint's. */
  restore(state: TrainingState): Promise<void> {
    return this.slots.inTurn(async () => {
      await this.engine.setState(state.engine);
      this.sampleWeights = Float64Array.from(state.sampleWeights);
      this.position = state.position;
      this.snapshot = state;
    });
  }

  /** Everything as it is now, between two slices. */
  takeSnapshot(): Promise<TrainingState> {
    return this.slots.inTurn(async () => {
      const { dataset } = this.position;
      const current = dataset && this.samples && this.engine.views(this.samples).predictions.slice();
      const predictions = current ?? this.snapshot?.predictions ?? new Uint16Array(0);
      this.snapshot = {
        engine: await this.engine.getState(),
        position: this.position,
        sampleWeights: this.sampleWeights.slice(),
        predictions,
      };
      return this.snapshot;
    });
  }

  /** Trains; yields after each epoch. `Interrupted`, `WorkerLost` and `NotFinite` keep the last consistent state. */
  async *run(dataset: SampleSet, options: EpochOptions): AsyncGenerator<EpochRecord> {
    const best = new BestEpoch(options.patience, options.restoreBest ?? false, options.validation !== undefined);
    const mean = new MeanWeights(options.average, options.restoreBest);
    this.ratesOf = ratePlan(this.engine.rule.optimizer, options.learningRate);
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
          if (!isStopped()) await this.distort(dataset, samples, isStopped);
          if (!isStopped()) await this.trainSlice(samples, dataset.length, isStopped);
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
        if (!record) continue;
        const last = best.note(record, this.snapshot?.engine);
        mean.note(this.snapshot?.engine);
        yield record;
        if (last) break;
      }
      await this.takeBack(otherEnd(best, mean, this.snapshot?.engine), options, isStopped);
    } catch (error) {
      throw error instanceof WorkerLost || error instanceof NotFinite
        ? await this.recover(error, dataset.length)
        : error;
    } finally {
      unsubscribe();
    }
  }

  /** Goes on from another state of the engine, with all curves kept. A mean has no accuracy yet: it is tested. */
  private async takeBack(other: OtherEnd | undefined, options: EpochOptions, stopped: () => boolean): Promise<void> {
    if (!other) return;
    await this.slots.inTurn(() => this.engine.setState(other.state));
    const { epoch, ends = [] } = this.position;
    const untested = other.what.restored === undefined ? options.validation : undefined;
    const tested = untested && (await validate(this.slots, untested, this.seed, epoch, stopped));
    const end = { epoch, ...other.what, ...(tested && { testAccuracy: tested.accuracy }) };
    this.position = { ...this.position, ends: [...ends, end] };
    await this.save(options);
  }

  private async save(options: EpochOptions): Promise<void> {
    const state = await this.takeSnapshot();
    await options.onSnapshot?.(state);
  }

  private async interrupt(options: EpochOptions, length: number): Promise<never> {
    await this.save(options);
    throw new Interrupted(
      `training stopped at epoch ${epochNow(this.position, length)}; nothing is lost: train again to go on from here`,
    );
  }

  /** After a worker died weights may be half updated, after NotFinite they are none: back to the last snapshot. */
  private async recover(error: WorkerLost | NotFinite, length: number): Promise<Error> {
    if (this.snapshot) await this.restore(this.snapshot);
    const back = `; the network is back at epoch ${epochNow(this.position, length)}, its last snapshot`;
    if (error instanceof NotFinite) return new NotFinite(error.layer, error.sample, back);
    return new WorkerLost(`${error.message}${back}: train again to go on from there`, { cause: error });
  }

  /** Data into the engine. Another data set than before begins a new epoch with fresh weights of its samples. */
  private async prepare(dataset: SampleSet): Promise<LoadedSamples> {
    const samples = this.slots.load('train', dataset);
    this.samples = samples;
    const { dataset: before } = this.position;
    if (!before || before.sha256 !== dataset.sha256) {
      this.position = {
        ...this.position,
        dataset: { name: dataset.name, sha256: dataset.sha256, samples: dataset.length },
        place: 0,
        seconds: 0,
        epochTally: emptyTally,
        pointTally: emptyTally,
      };
      this.sampleWeights = firstSampleWeights(dataset.labels, this.engine.rule);
    } else if (this.snapshot && this.snapshot.predictions.length === dataset.length) {
      this.engine.views(samples).predictions.set(this.snapshot.predictions);
    }
    return samples;
  }

  private beginEpoch(samples: LoadedSamples, length: number): void {
    const views = this.engine.views(samples);
    views.order.set(sampleOrder(this.engine.rule.order ?? 'shuffled', length, this.seed, this.position.epoch));
    views.sampleWeights.set(this.sampleWeights);
  }

  /** The images of the next slice, distorted as the rule says; its time counts as training. */
  private async distort(dataset: SampleSet, samples: LoadedSamples, stopped: () => boolean): Promise<void> {
    if (!this.distortion) return;
    const { rule } = this.engine;
    const started = performance.now();
    const { epoch, place } = this.position;
    await this.distortion.apply(
      dataset,
      samples,
      { epoch, from: place, to: nextPoint(place, dataset.length, rule.batchSize) },
      stopped,
    );
    this.position = { ...this.position, seconds: this.position.seconds + (performance.now() - started) / 1000 };
  }

  /** Trains up to the curve's next point. Weights and position change in one turn, so that they always fit. */
  private trainSlice(samples: LoadedSamples, length: number, stopped: () => boolean): Promise<void> {
    return this.slots.inTurn(async () => {
      if (stopped()) return;
      const { rule } = this.engine;
      const { epoch, place } = this.position;
      const point = nextPoint(place, length, rule.batchSize);
      const { learningRate, until } = rateAt(this.ratesOf(epoch), place, rule.batchSize);
      const started = performance.now();
      const to = Math.min(point, until);
      const slice = await this.engine.train(samples, { from: place, to, seed: this.seed, epoch, learningRate });
      const done = place + slice.samples;
      const atPoint = done === point;
      const seconds = (performance.now() - started) / 1000;
      const { threads } = this.engine;
      this.position = afterSlice(this.position, slice, { length, seconds, atPoint, threads, learningRate });
      if (atPoint) await this.mark(epoch + done / length);
    });
  }

  private async mark(epoch: number): Promise<void> {
    const { progress, marks } = this.position;
    if (!markedPoints.includes(progress.length)) return;
    const { weights } = await this.engine.getState();
    this.position = { ...this.position, marks: [...marks, { epoch, weightsSha256: sha256Of(weights) }] };
  }

  /** Validation, boosting, the epoch's record. Stopped before the validation ends: undefined, and the epoch is open. */
  private async endEpoch(
    dataset: SampleSet,
    samples: LoadedSamples,
    validation: SampleSet | undefined,
    stopped: () => boolean,
  ): Promise<EpochRecord | undefined> {
    const tested = validation && (await validate(this.slots, validation, this.seed, this.position.epoch + 1, stopped));
    if (validation && !tested) return undefined;
    if (this.engine.rule.boosting) boost(this.sampleWeights, dataset.labels, this.engine.views(samples).predictions);
    const layers = await layerRecords(this.engine, this.slots, dataset, this.seed, stopped);
    const { epoch, place } = this.position;
    this.position = afterEpoch(this.position, rateAt(this.ratesOf(epoch), place).learningRate, tested, layers);
    return this.position.epochs.at(-1);
  }
}
