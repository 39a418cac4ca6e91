/**
 * The fast engine: one network in one shared WASM memory, computed by worker threads. The main thread never blocks and never computes.
 * Results have the same bits for any number of threads.
 */
import { epochKey, type Purpose } from '../data/random.js';
import type { Network } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import { packSpikeTrains, type SpikeTrains } from '../network/spikes.js';
import { checkWeights } from '../network/weights.js';
import { fromBlocks, toBlocks } from './matrix.js';
import { lanes, layOut, type MemoryPlan, maskRowBytes, staticLimit } from './plan.js';
import { loadModule } from './platform.js';
import { forgetEngine, runJob } from './pool.js';
import type { EngineExports, Entry } from './protocol.js';
import { bytesOf, controlFields, layerFields, planFields, runFields, scratchFields } from './structs.js';

/** Everything that training changes; arrays are row-major `[units, inputs]`, one for each layer. */
export interface EngineState {
  readonly weights: readonly Float32Array[];
  /** Adam's m, or the momentum. */
  readonly moment1: readonly Float32Array[];
  /** Adam's v; empty for SGD. */
  readonly moment2: readonly Float32Array[];
  /** beta1^k and beta2^k after k steps. */
  readonly powers: readonly [number, number];
}

/** Samples in engine memory. */
export interface LoadedSamples {
  readonly length: number;
  readonly pixels: number;
  readonly labels: number;
  readonly predictions: number;
  readonly firingCounts: number;
  readonly sampleWeights: number;
  readonly order: number;
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
  constructor(readonly layer: string, readonly sample: number) {
    super(`layer ${layer}: weights are no longer finite at sample ${sample}; lower the learning rate, or raise the regulariser`);
  }
}

const aborted = 1;
let engines = 0;
const retired = new FinalizationRegistry<number>((id) => forgetEngine(id));

export class Engine {
  private readonly id = ++engines;
  private readonly samples = new Map<string, LoadedSamples & { capacity: number }>();
  /** Calls take turns: there is one state and one run structure. */
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly network: Network,
    readonly rule: LearningRule,
    readonly threads: number,
    private readonly module: WebAssembly.Module,
    private readonly exports: EngineExports,
    private readonly plan: MemoryPlan,
  ) {
    retired.register(this, this.id);
  }

  /** Lays the network out and compiles the module (once in a process). Weights are all 0 until `setState`. */
  static async create(network: Network, rule: LearningRule, threads: number): Promise<Engine> {
    const module = await loadModule();
    const plan = layOut(network, rule, threads);
    const exports = (await WebAssembly.instantiate(module, { env: { memory: plan.memory } })).exports as unknown as EngineExports;
    const sizes = [exports.planBytes(), exports.layerBytes(), exports.scratchBytes(), exports.controlBytes(), exports.runBytes()];
    const expected = [planFields, layerFields, scratchFields, controlFields, runFields].map(bytesOf);
    if (String(sizes) !== String(expected) || exports.staticEnd() > staticLimit) {
      throw new Error(`the built engine (${sizes}) does not fit this library (${expected}): run \`npm run build\``);
    }
    return new Engine(network, rule, threads, module, exports, plan);
  }

  /** Engine memory in bytes. */
  get memoryBytes(): number {
    return this.plan.memory.buffer.byteLength;
  }

  /** Sets weights and, if given, the optimiser's state (otherwise as before the first step). */
  setState(state: Pick<EngineState, 'weights'> & Partial<EngineState>): Promise<void> {
    return this.inTurn(() => this.setStateNow(state));
  }

  private setStateNow(state: Pick<EngineState, 'weights'> & Partial<EngineState>): void {
    checkWeights(this.network, state.weights);
    this.network.layers.forEach((layer, index) => {
      const parts = [state.weights[index], state.moment1?.[index], state.moment2?.[index]];
      this.matrices(index).forEach((blocks, part) => {
        blocks.fill(0);
        const values = parts[part];
        if (values) toBlocks(values, layer.units, layer.inputs, blocks);
      });
    });
    const [power1, power2] = state.powers ?? [1, 1];
    this.plan.control.set({ power1, power2, parity: 0, brokenLayer: 0, abort: 0, arrived: 0, waiting: 0 });
    this.exports.measure(this.plan.plan.at, 0);
  }

  getState(): Promise<EngineState> {
    return this.inTurn(() => this.getStateNow());
  }

  private getStateNow(): EngineState {
    const parts = this.network.layers.map((layer, index) => this.matrices(index).map((blocks) => fromBlocks(blocks, layer.units, layer.inputs)));
    const part = (k: number): Float32Array[] => parts.map((layer) => layer[k]).filter((array) => array !== undefined);
    return { weights: part(0), moment1: part(1), moment2: part(2), powers: [this.plan.control.get('power1'), this.plan.control.get('power2')] };
  }

  /** Weights, m and v of a layer as they lie in memory. */
  private matrices(index: number): Float32Array[] {
    const { units, inputs } = this.network.layers[index];
    const length = Math.ceil(units / lanes) * lanes * inputs;
    const layer = this.plan.layers[index];
    return [layer.get('weights'), layer.get('moment1'), layer.get('moment2')].filter((at) => at !== 0).map((at) => new Float32Array(this.plan.memory.buffer, at, length));
  }

  /** Copies samples into engine memory under a name; later calls under the same name reuse the room. */
  loadSamples(name: string, pixels: Uint8Array, labels: Uint8Array): LoadedSamples {
    const { inputs, layers } = this.network;
    const length = labels.length;
    if (pixels.length !== length * inputs) {
      throw new RangeError(`${pixels.length} pixels for ${length} samples of ${inputs} inputs: expected ${length * inputs}; use a network with input(${pixels.length / length})`);
    }
    let room = this.samples.get(name);
    if (!room || room.capacity < length) {
      const { allocate } = this.plan;
      room = {
        length, capacity: length, pixels: allocate(length * inputs), labels: allocate(length), predictions: allocate(length * 2),
        firingCounts: allocate(length * layers[layers.length - 1].units * 2), sampleWeights: allocate(length * 4), order: allocate(length * 4),
      };
    }
    const loaded = { ...room, length };
    this.samples.set(name, loaded);
    const { buffer } = this.plan.memory;
    new Uint8Array(buffer, loaded.pixels, pixels.length).set(pixels);
    new Uint8Array(buffer, loaded.labels, length).set(labels);
    return loaded;
  }

  /** Views on what training reads and writes for each sample; they change as it goes on. */
  views(samples: LoadedSamples): { predictions: Uint16Array; firingCounts: Uint16Array; sampleWeights: Float32Array; order: Uint32Array } {
    const { buffer } = this.plan.memory;
    const outputs = this.network.layers[this.network.layers.length - 1].units;
    return {
      predictions: new Uint16Array(buffer, samples.predictions, samples.length),
      firingCounts: new Uint16Array(buffer, samples.firingCounts, samples.length * outputs),
      sampleWeights: new Float32Array(buffer, samples.sampleWeights, samples.length),
      order: new Uint32Array(buffer, samples.order, samples.length),
    };
  }

  private inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** Trains on a slice of an epoch's order. Set `order` and `sampleWeights` by `views` first. */
  train(samples: LoadedSamples, slice: TrainSlice): Promise<SliceResult> {
    return this.inTurn(() => this.trainNow(samples, slice));
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
  evaluate(samples: LoadedSamples, from: number, to: number, seed: number, purpose: Purpose = 'testSpikes'): Promise<SliceResult> {
    return this.inTurn(async () => {
      this.begin(samples, from, to, 0, purpose, seed, 0);
      await this.runEntry('evaluate', this.threads);
      return this.result();
    });
  }

  /** Spikes of the input and of every layer for one image; `number` is its place in its data set, which keys its spikes. */
  record(pixels: Uint8Array, number: number, seed: number, purpose: Purpose = 'testSpikes'): Promise<SpikeTrains[]> {
    return this.inTurn(() => this.recordNow(this.loadSamples('record', pixels, new Uint8Array(1)), number, seed, purpose));
  }

  private async recordNow(samples: LoadedSamples, number: number, seed: number, purpose: Purpose): Promise<SpikeTrains[]> {
    this.begin(samples, 0, 1, 0, purpose, seed, 0);
    this.plan.run.set({ firstNumber: number });
    await this.runEntry('evaluate', 1);
    const { steps, layers } = this.network;
    return this.plan.recorded.map(({ masks, neurons }, slot) => {
      const stride = maskRowBytes(neurons);
      const bytes = new Uint8Array(this.plan.memory.buffer, masks, steps * stride);
      const times: number[][] = Array.from({ length: neurons }, () => []);
      for (let t = 0; t < steps; t++) {
        for (let byte = 0; byte < stride; byte++) {
          for (let bits = bytes[t * stride + byte], bit = 0; bits !== 0; bits >>= 1, bit++) if (bits & 1) times[byte * 8 + bit].push(t);
        }
      }
      return packSpikeTrains(slot === 0 ? 'input' : layers[slot - 1].name, steps, times);
    });
  }

  /**
   * Mean data gradient of a batch, row-major `[units, inputs]` for each layer, without changing the network. Needs a rule whose batches keep
   * gradient sums (batch size above 1, or SGD). For tests and for those who want to look inside.
   */
  gradients(samples: LoadedSamples, slice: TrainSlice): Promise<Float32Array[]> {
    return this.inTurn(() => this.gradientsNow(samples, slice));
  }

  private async gradientsNow(samples: LoadedSamples, slice: TrainSlice): Promise<Float32Array[]> {
    const sums = this.network.layers.map(({ units, inputs }, index) => {
      const at = this.plan.layers[index].get('gradient');
      if (at === 0) throw new Error('gradients() needs batchSize > 1 or sgd(): Adam at batch size 1 keeps no gradient');
      return new Float32Array(this.plan.memory.buffer, at, Math.ceil(units / lanes) * lanes * inputs);
    });
    const { plan, control } = this.plan;
    const before = { optimizer: plan.get('optimizer') };
    const powers = { power1: control.get('power1'), power2: control.get('power2') };
    plan.set({ optimizer: 2 });
    try {
      await this.trainNow(samples, slice);
      return this.network.layers.map(({ units, inputs }, index) => fromBlocks(sums[index], units, inputs));
    } finally {
      plan.set(before);
      control.set(powers);
      for (const array of sums) array.fill(0);
    }
  }

  /** Asks a running call to stop at the next batch boundary. */
  cancel(): void {
    Atomics.store(new Int32Array(this.plan.memory.buffer), this.plan.control.offsetOf('cancel') / 4, 1);
  }

  private begin(samples: LoadedSamples, from: number, to: number, order: number, purpose: Purpose, seed: number, epoch: number): void {
    if (from < 0 || to > samples.length) throw new RangeError(`samples ${from} to ${to} of ${samples.length}: choose a range inside`);
    const { pixels, labels, sampleWeights, predictions, firingCounts } = samples;
    const key = epochKey(seed, purpose, epoch); // the workers mix in the sample's number
    this.plan.run.set({ from, to, order, pixels, labels, sampleWeights, predictions, firingCounts, keyA: key.a | 0, keyB: key.b | 0, firstNumber: 0 });
    this.plan.control.set({ cancel: 0, stop: 0, skip: 0, nextSample: from, samplesDone: 0, correct: 0, cost: 0, skipped: 0 });
  }

  private result(): SliceResult {
    const { control } = this.plan;
    return { samples: control.get('samplesDone'), correct: control.get('correct'), cost: control.get('cost'), skipped: control.get('skipped') };
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
