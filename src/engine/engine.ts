/**
 * The fast engine: one network in one shared WASM memory, computed by worker threads. The main thread never blocks and never computes.
 * Results have the same bits for any number of threads.
 */
import { epochKey, type Purpose } from '../numeric/random.js';
import { type Network, weightShape } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import type { SpikeTrains } from '../network/spikes.js';
import { checkWeights } from '../network/weights.js';
import { fromBlocks, toBlocks } from './matrix.js';
import { type Recordings, recordingsOf } from './recordings.js';
import { type LoadedSamples, SampleMemory, type SampleViews } from './samples.js';
import { lanes, staticLimit } from './arena.js';
import { layOut, type MemoryPlan } from './plan.js';
import { readSpikes } from './spike-slots.js';
import { loadModule } from './platform.js';
import { forgetEngine, runJob } from './pool.js';
import type { EngineExports, Entry } from './protocol.js';
import { bytesOf, controlFields, layerFields, planFields, runFields, scratchFields } from './structs.js';
import { Turns } from './turns.js';

/** Everything that training changes; arrays are row-major in the shapes of the weights, one for each layer. */
export interface EngineState {
  readonly weights: readonly Float32Array[];
  /** Adam's m, or the momentum. */
  readonly moment1: readonly Float32Array[];
  /** Adam's v; empty for SGD. */
  readonly moment2: readonly Float32Array[];
  /** beta1^k and beta2^k after k steps. */
  readonly powers: readonly [number, number];
}

export interface TrainSlice {
  /** `[places]`: sample at each place of the epoch. */
  readonly from: number;
  readonly to: number;
  readonly seed: number;
  /** Epoch that keys the spike trains: 0 when they are drawn once. */
  readonly encodingEpoch: number;
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
}

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

type MatrixName = 'weights' | 'moment1' | 'moment2' | 'gradient';

const aborted = 1;
let engines = 0;
const retired = new FinalizationRegistry<number>((id) => forgetEngine(id));

export class Engine {
  private readonly id = ++engines;
  private readonly samples: SampleMemory;
  /** Calls take turns: there is one state and one run structure. */
  private readonly turns = new Turns();

  private constructor(
    readonly network: Network,
    readonly rule: LearningRule,
    readonly threads: number,
    private readonly module: WebAssembly.Module,
    private readonly exports: EngineExports,
    private readonly plan: MemoryPlan,
  ) {
    const { inputs, layers, steps } = network;
    this.samples = new SampleMemory(plan.memory, plan.allocate, inputs, layers[layers.length - 1].units, steps);
    retired.register(this, this.id);
  }

  /** Lays the network out and compiles the module (once in a process). Weights are all 0 until `setState`. */
  static async create(network: Network, rule: LearningRule, threads: number): Promise<Engine> {
    const module = await loadModule();
    const plan = layOut(network, rule, threads);
    const exports = (await WebAssembly.instantiate(module, { env: { memory: plan.memory } }))
      .exports as unknown as EngineExports;
    const sizes = [
      exports.planBytes(),
      exports.layerBytes(),
      exports.scratchBytes(),
      exports.controlBytes(),
      exports.runBytes(),
    ];
    const expected = [planFields, layerFields, scratchFields, controlFields, runFields].map(bytesOf);
    if (String(sizes) !== String(expected) || exports.staticEnd() > staticLimit) {
      throw new Error(
        `the built engine (${String(sizes)}) does not fit this library (${String(expected)}): run \`npm run build\``,
      );
    }
    return new Engine(network, rule, threads, module, exports, plan);
  }

  /** Engine memory in bytes. */
  get memoryBytes(): number {
    return this.plan.memory.buffer.byteLength;
  }

  /** Sets weights and, if given, the optimiser's state (otherwise as before the first step). */
  setState(state: Pick<EngineState, 'weights'> & Partial<EngineState>): Promise<void> {
    return this.turns.take(() => this.setStateNow(state));
  }

  private setStateNow(state: Pick<EngineState, 'weights'> & Partial<EngineState>): void {
    checkWeights(this.network, state.weights);
    const parts = { weights: state.weights, moment1: state.moment1, moment2: state.moment2 };
    this.network.layers.forEach((layer, index) => {
      const { rows, columns } = weightShape(layer);
      for (const [name, values] of Object.entries(parts) as [MatrixName, readonly Float32Array[] | undefined][]) {
        const blocks = this.matrix(index, name);
        blocks?.fill(0);
        if (blocks && values?.[index]) toBlocks(values[index], rows, columns, blocks);
      }
    });
    const [power1, power2] = state.powers ?? [1, 1];
    this.plan.control.set({ power1, power2, parity: 0, brokenLayer: 0 });
    this.exports.measure(this.plan.plan.at, 0);
  }

  getState(): Promise<EngineState> {
    return this.turns.take(() => this.getStateNow());
  }

  private getStateNow(): EngineState {
    const { layers } = this.network;
    const part = (name: MatrixName): Float32Array[] => layers.map((_, index) => this.rowMajor(index, name));
    const moment2 = this.rule.optimizer.type === 'adam' ? part('moment2') : [];
    return {
      weights: part('weights'),
      moment1: part('moment1'),
      moment2,
      powers: [this.plan.control.get('power1'), this.plan.control.get('power2')],
    };
  }

  /** A copy of one of a layer's matrices; zeros where a layer does not learn. */
  private rowMajor(index: number, name: MatrixName): Float32Array {
    const { rows, columns } = weightShape(this.network.layers[index]);
    const blocks = this.matrix(index, name);
    return blocks ? fromBlocks(blocks, rows, columns) : new Float32Array(rows * columns);
  }

  /** One of a layer's matrices as it lies in memory; undefined when the layer or the optimiser has none. */
  private matrix(index: number, name: MatrixName): Float32Array | undefined {
    const { rows, columns } = weightShape(this.network.layers[index]);
    const at = this.plan.layers[index].get(name);
    return at === 0
      ? undefined
      : new Float32Array(this.plan.memory.buffer, at, Math.ceil(rows / lanes) * lanes * columns);
  }

  /** Copies images into engine memory under a name; later calls under the same name reuse the room. */
  loadSamples(name: string, pixels: Uint8Array, labels: Uint8Array): LoadedSamples {
    return this.samples.loadImages(name, pixels, labels);
  }

  /** Copies recorded spikes, as `loadSamples` does images. @throws RangeError for a spike outside the network's inputs or steps, or out of order */
  loadRecordings(name: string, recordings: Recordings, labels: Uint8Array): LoadedSamples {
    return this.samples.loadRecordings(name, recordings, labels);
  }

  /** Views on what training reads and writes for each sample; they change as it goes on. */
  views(samples: LoadedSamples): SampleViews {
    return this.samples.views(samples);
  }

  /** Trains on a slice of an epoch's order. Set `order` and `sampleWeights` by `views` first. */
  train(samples: LoadedSamples, slice: TrainSlice): Promise<SliceResult> {
    return this.turns.take(() => this.trainNow(samples, slice));
  }

  private async trainNow(samples: LoadedSamples, slice: TrainSlice): Promise<SliceResult> {
    this.begin(samples, slice.from, slice.to, samples.order, 'trainSpikes', slice.seed, slice.encodingEpoch);
    this.plan.control.set({ learningRate: slice.learningRate });
    await this.runEntry('train', this.threads);
    const broken = this.plan.control.get('brokenLayer');
    if (broken) throw new NotFinite(this.network.layers[broken - 1].name, this.plan.control.get('brokenSample'));
    return this.result();
  }

  /** Simulates samples `from` to `to`; predictions and firing counts are in `views`. */
  evaluate(
    samples: LoadedSamples,
    from: number,
    to: number,
    seed: number,
    purpose: Purpose = 'testSpikes',
  ): Promise<SliceResult> {
    return this.turns.take(async () => {
      this.begin(samples, from, to, 0, purpose, seed, 0);
      await this.runEntry('evaluate', this.threads);
      return this.result();
    });
  }

  /** Spikes of the input and of every layer for one image or recording; `number` is an image's place in its data set, which keys its spikes. */
  record(
    sample: Uint8Array | SpikeTrains,
    number: number,
    seed: number,
    purpose: Purpose = 'testSpikes',
  ): Promise<SpikeTrains[]> {
    const label = new Uint8Array(1);
    return this.turns.take(() => {
      const samples =
        sample instanceof Uint8Array
          ? this.loadSamples('record', sample, label)
          : this.loadRecordings('record', recordingsOf(sample), label);
      return this.recordNow(samples, number, seed, purpose);
    });
  }

  private async recordNow(
    samples: LoadedSamples,
    number: number,
    seed: number,
    purpose: Purpose,
  ): Promise<SpikeTrains[]> {
    this.begin(samples, 0, 1, 0, purpose, seed, 0);
    this.plan.run.set({ firstNumber: number });
    await this.runEntry('evaluate', 1);
    return readSpikes(this.plan.memory, this.plan.recorded, this.network);
  }

  /**
   * Mean data gradient of a batch, row-major in the shape of each layer's weights, without changing the network. Needs a rule whose batches keep
   * gradient sums (batch size above 1, or SGD). For tests and for those who want to look inside.
   */
  gradients(samples: LoadedSamples, slice: TrainSlice): Promise<Float32Array[]> {
    return this.turns.take(() => this.gradientsNow(samples, slice));
  }

  private async gradientsNow(samples: LoadedSamples, slice: TrainSlice): Promise<Float32Array[]> {
    if (!this.network.layers.some((_, index) => this.matrix(index, 'gradient'))) {
      throw new Error('gradients() needs batchSize > 1 or sgd(): Adam at batch size 1 keeps no gradient');
    }
    const { plan, control } = this.plan;
    const before = { optimizer: plan.get('optimizer') };
    const powers = { power1: control.get('power1'), power2: control.get('power2') };
    plan.set({ optimizer: 2 });
    try {
      await this.trainNow(samples, slice);
      return this.network.layers.map((_, index) => this.rowMajor(index, 'gradient'));
    } finally {
      plan.set(before);
      control.set(powers);
      this.network.layers.forEach((_, index) => this.matrix(index, 'gradient')?.fill(0));
    }
  }

  /** Asks a running call to stop at the next batch boundary. */
  cancel(): void {
    Atomics.store(new Int32Array(this.plan.memory.buffer), this.plan.control.offsetOf('cancel') / 4, 1);
  }

  private begin(
    samples: LoadedSamples,
    from: number,
    to: number,
    order: number,
    purpose: Purpose,
    seed: number,
    epoch: number,
  ): void {
    if (from < 0 || to > samples.length)
      throw new RangeError(`samples ${from} to ${to} of ${samples.length}: choose a range inside`);
    const { pixels, eventStarts, eventNeurons, eventTimes, labels, sampleWeights, predictions, firingCounts } = samples;
    const key = epochKey(seed, purpose, epoch); // the workers mix in the sample's number
    this.plan.run.set({
      from,
      to,
      order,
      pixels,
      eventStarts,
      eventNeurons,
      eventTimes,
      labels,
      sampleWeights,
      predictions,
      firingCounts,
      keyA: key.a | 0,
      keyB: key.b | 0,
      firstNumber: 0,
    });
    // abort and the barrier's counts: a job before may have lost a worker
    this.plan.control.set({
      abort: 0,
      arrived: 0,
      waiting: 0,
      cancel: 0,
      stop: 0,
      skip: 0,
      nextSample: from,
      samplesDone: 0,
      correct: 0,
      cost: 0,
      skipped: 0,
    });
  }

  private result(): SliceResult {
    const { control } = this.plan;
    return {
      samples: control.get('samplesDone'),
      correct: control.get('correct'),
      cost: control.get('cost'),
      skipped: control.get('skipped'),
    };
  }

  private async runEntry(entry: Entry, threads: number): Promise<void> {
    const { plan, run, memory, control } = this.plan;
    plan.set({ threads });
    const words = new Int32Array(memory.buffer);
    const abort = (): void => {
      Atomics.store(words, control.offsetOf('abort') / 4, aborted);
      Atomics.store(words, control.offsetOf('cancel') / 4, 1);
      Atomics.notify(words, control.offsetOf('generation') / 4);
    };
    await runJob({ engine: this.id, module: this.module, memory, entry, plan: plan.at, run: run.at, threads, abort });
  }
}
