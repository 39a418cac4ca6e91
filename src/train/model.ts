/** The object that people hold: a spiking network that can be trained, asked and saved. */
import type { Backward } from '../hm2bp/backward.js';
import { Engine } from '../engine/engine.js';
import type { Network } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import { requireKnown, requireNone } from '../network/known.js';
import { requireText } from '../network/require.js';
import { checkWeights } from '../network/weights.js';
import { raster, type RasterOptions } from '../plot/raster.js';
import type { Picture } from '../plot/display.js';
import { writeCheckpoint } from './checkpoint.js';
import { epochOptions } from './epoch-options.js';
import { evaluateOn } from './evaluate.js';
import { type EvaluateOptions, type Evaluation } from './evaluation.js';
import { type LayerSynops, layerSynops } from './synops.js';
import { sha256Of } from './digest.js';
import { firstRuns, noteFirstLook } from './first-look.js';
import { type CreateOptions, givenParts } from './given-parts.js';
import { gradientsOf } from './gradients.js';
import { layerHealth, type LayerHealth } from './health.js';
import type { History } from '../network/history.js';
import { withSummary } from './inspect.js';
import { epochsOfOptions, type FitOptions, type SaveOptions, type TrainedEpoch, type TrainOptions } from './options.js';
import { beginningOf, historyOf, networkSummary, requireClassWeights, seedAfter, threadsOf } from './model-parts.js';
import { openNetwork, type Opened } from './opened.js';
import { pretrainedModel, type PretrainedOptions } from './pretrained.js';
import { defaultObserver, type Observer, silentObserver } from './progress.js';
import { runRecord, type RunRecord } from './record.js';
import { type Run, type RunOptions, runSample } from './run-sample.js';
import { type AnySample, isSampleSet, type SampleSet } from './samples.js';
import { saveNetwork } from './save.js';
import type { Position, TrainingState } from './state.js';
import { type Model, readModel } from './weights-file.js';

export class SpikingNetwork {
  private readonly engineOf: Promise<Engine>;
  private opened: Promise<Opened> | undefined;
  private position: Position;
  private training = false;
  private digest: string;

  private constructor(
    readonly network: Network,
    readonly rule: LearningRule,
    private currentSeed: number,
    /** Worker threads; changes the speed, never a result. */
    readonly threads: number,
    private readonly start: TrainingState | readonly Float32Array[] | undefined,
  ) {
    requireClassWeights(network, rule);
    withSummary(this, () => this.summary);
    this.engineOf = Engine.create(network, rule, threads);
    this.engineOf.catch(() => undefined); // reported by the first call that needs it
    ({ position: this.position, digest: this.digest } = beginningOf(start));
  }

  /** A network with fresh weights (or those given). `sequential` and `classifier` are the usual ways to make one. */
  static create(network: Network, rule: LearningRule, options: CreateOptions = {}): SpikingNetwork {
    const given = givenParts(network, rule, options);
    return new SpikingNetwork(given.network, given.rule, given.seed, given.threads, options.weights);
  }

  /** A network as `save` or a checkpoint left it: training goes on with the same bits, or anew from weights alone. */
  static async load(file: string, options: { threads?: number } = {}): Promise<SpikingNetwork> {
    requireText('load()', file, 'the name of a file that save() or a training wrote');
    requireKnown('load()', options, ['threads']);
    return SpikingNetwork.of(await readModel(file), options.threads);
  }

  /**
   * A network that was trained before, by name, for instance `mnist-dense`: downloaded once and checked.
   * @throws RangeError, MissingDataError, OfflineError
   */
  static async pretrained(name: string, options: PretrainedOptions = {}): Promise<SpikingNetwork> {
    return SpikingNetwork.of(await pretrainedModel(name, options), options.threads);
  }

  private static of(model: Model, threads: number | undefined): SpikingNetwork {
    const { network, rule, seed } = model;
    return new SpikingNetwork(network, rule, seed, threadsOf(threads), 'state' in model ? model.state : model.weights);
  }

  /** One line: layers, steps, what training has reached. */
  get summary(): string {
    return networkSummary(this.network, this.currentSeed, this.position);
  }

  get seed(): number {
    return this.currentSeed;
  }

  /** Epochs of training so far, with the part of one that was begun. */
  get trainedEpochs(): number {
    const { epoch, place, dataset } = this.position;
    return epoch + (dataset ? place / dataset.samples : 0);
  }

  /** Curves so far. */
  get history(): History {
    return historyOf(this.position);
  }

  private get parts(): { network: Network; rule: LearningRule; seed: number } {
    return { network: this.network, rule: this.rule, seed: this.currentSeed };
  }

  private open(): Promise<Opened> {
    return (this.opened ??= openNetwork(this.engineOf, this.network, this.currentSeed, this.start));
  }

  /**
   * Trains and shows progress: live curves in a notebook, lines elsewhere.
   * @throws Interrupted after a stop (the network keeps what it learnt), NotFinite, WorkerLost
   */
  async fit(train: SampleSet, options: FitOptions = {}): Promise<History> {
    epochsOfOptions(this.network, options);
    const observer = options.silent ? silentObserver : defaultObserver();
    this.useSeed(options.seed); // the look opens the engine with it
    if (!this.training) await noteFirstLook(this, train, observer, options);
    try {
      for await (const epoch of this.observed(train, options, observer)) {
        observer.epoch(epoch);
        await options.onEpoch?.(epoch, epoch.history);
      }
    } finally {
      await observer.end(this.history);
    }
    return this.history;
  }

  /** Trains by epochs: `for await (const { history } of net.train(data)) show(curves(history))`. Throws as `fit`. */
  train(train: SampleSet, options: TrainOptions = {}): AsyncGenerator<TrainedEpoch> {
    return this.observed(train, options, silentObserver);
  }

  private async *observed(train: SampleSet, options: TrainOptions, observer: Observer): AsyncGenerator<TrainedEpoch> {
    const epochs = epochsOfOptions(this.network, options);
    if (this.training) throw new Error('this network is training already: await the first call, or stop it');
    this.useSeed(options.seed);
    this.training = true;
    try {
      const { trainer } = await this.open();
      const save = (file: string, state: TrainingState) => writeCheckpoint(file, { ...this.parts, state });
      const stand = (position: Position) => void (this.position = position);
      const epochsOf = trainer.run(train, epochOptions(epochs, options, observer, save, stand));
      try {
        for await (const record of epochsOf) {
          this.position = trainer.position;
          yield { ...record, history: this.history };
        }
      } finally {
        this.position = trainer.position;
        await this.measure();
      }
    } finally {
      this.training = false;
    }
  }

  private useSeed(seed: number | undefined): void {
    // A checkpoint's weights, order and spikes belong to its seed, also before its first epoch is through.
    const began = this.opened !== undefined || (this.start !== undefined && 'position' in this.start);
    this.currentSeed = seedAfter(this.currentSeed, seed, began);
  }

  private async measure(): Promise<void> {
    const { engine } = await this.open();
    this.digest = sha256Of((await engine.getState()).weights);
  }

  /** Accuracy, predictions, firing counts and confusion matrix on a data set. */
  async evaluate(dataset: SampleSet, options: EvaluateOptions = {}): Promise<Evaluation> {
    const { engine, slots } = await this.open();
    return evaluateOn(engine, slots, dataset, this.currentSeed, options);
  }

  /** Predicted class of one sample, or of each sample of a set. */
  async predict(sample: AnySample): Promise<number>;
  async predict(dataset: SampleSet, options?: EvaluateOptions): Promise<Uint16Array>;
  async predict(what: AnySample | SampleSet, options: EvaluateOptions = {}): Promise<number | Uint16Array> {
    if (isSampleSet(what)) return (await this.evaluate(what, options)).predictions;
    requireNone('predict() of one sample', options);
    return (await this.run(what)).prediction;
  }

  /** Simulates one sample and keeps its spikes: the same ones that `evaluate` counts. */
  async run(sample: AnySample, options: RunOptions = {}): Promise<Run> {
    const { engine, slots } = await this.open();
    return runSample(engine, slots, sample, this.currentSeed, options);
  }

  /** Raster of one sample, input and every layer. */
  async raster(sample: AnySample, options: RasterOptions = {}): Promise<Picture> {
    return raster(await this.run(sample), options);
  }

  /** Silent and saturated layers over the first samples of a set, and what to change. */
  async health(dataset: SampleSet, samples = 20): Promise<LayerHealth[]> {
    return layerHealth(this.network, await firstRuns(this, dataset, samples));
  }

  /** Synaptic operations of a sample by layer, mean of a set's first samples: spikes times the synapses they reach. */
  async synops(dataset: SampleSet, samples = 20): Promise<LayerSynops[]> {
    return layerSynops(this.network, await this.weights(), await firstRuns(this, dataset, samples));
  }

  /**
   * What one sample, with the spikes of `run` and its class's weight, would teach: deltas, data gradients in the shape
   * of the weights, cost; float64, nothing changes.
   */
  gradients(sample: AnySample): Promise<Backward> {
    return gradientsOf(this, sample);
  }

  /** A copy of the weights, `[units, inputs]` for each layer. */
  async weights(): Promise<Float32Array[]> {
    const { engine } = await this.open();
    return [...(await engine.getState()).weights];
  }

  /**
   * Replaces the weights, `[units, inputs]` for each layer; training begins anew from them.
   * @throws RangeError, with the network as it was
   */
  async setWeights(weights: readonly Float32Array[]): Promise<void> {
    if (this.training) throw new Error('this network is training: await that call first, or stop it');
    checkWeights(this.network, weights);
    const { trainer } = await this.open();
    await trainer.begin(weights);
    this.position = trainer.position;
    await this.measure();
  }

  /** Writes everything that a continued training needs; with `weightsOnly` a third of it, to start from. */
  async save(file: string, options: SaveOptions = {}): Promise<void> {
    const state = async (): Promise<TrainingState> => (await this.open()).trainer.takeSnapshot();
    await saveNetwork(file, options, this.parts, () => this.weights(), state);
  }

  /** What was run and how it ended; plain JSON, made after training. */
  get runRecord(): RunRecord {
    return runRecord({ ...this.position, ...this.parts, threads: this.threads, weightsSha256: this.digest });
  }

  /** The run record with the hash of the weights as they are now, also in the middle of a training. */
  async measuredRecord(): Promise<RunRecord> {
    await this.measure();
    return this.runRecord;
  }
}
