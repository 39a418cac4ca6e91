/**
 * The fast engine: one network in one WASM memory, computed by worker threads; the main thread never blocks and never
 * computes, but on a web page that may share no memory. Results have the same bits for any number of threads.
 *
 * Who owns what: `EngineInstance` the module and the memory, `StateMemory` the weights and the optimiser's state in it,
 * `SampleMemory` the data in it; this class whose turn it is, for there is one state and one run.
 */
import type { Purpose } from '../numeric/random.js';
import type { Network } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import type { SpikeTrains } from '../network/spikes.js';
import { EngineInstance } from './instance.js';
import { type Recordings, recordingsOf } from './recordings.js';
import { type LoadedSamples, SampleMemory, type SampleViews } from './samples.js';
import { beginStretch, NotFinite, type SliceResult, sliceResult, type TrainSlice } from './slice.js';
import { readSpikes } from './spike-slots.js';
import { type EngineState, type GivenState, StateMemory } from './state.js';
import { Turns } from './turns.js';

export class Engine {
  private readonly samples: SampleMemory;
  private readonly state: StateMemory;
  private readonly turns = new Turns();

  private constructor(
    readonly network: Network,
    readonly rule: LearningRule,
    readonly threads: number,
    private readonly instance: EngineInstance,
  ) {
    const { inputs, layers, steps } = network;
    const { plan } = instance;
    this.samples = new SampleMemory(plan.memory, plan.allocate, inputs, layers[layers.length - 1].units, steps);
    this.state = new StateMemory(network, rule, plan);
  }

  /** Lays the network out and compiles the module (once in a process). Weights are all 0 until `setState`. */
  static async create(network: Network, rule: LearningRule, threads: number): Promise<Engine> {
    return new Engine(network, rule, threads, await EngineInstance.create(network, rule, threads));
  }

  /** Engine memory in bytes. */
  get memoryBytes(): number {
    return this.instance.plan.memory.buffer.byteLength;
  }

  /** Sets weights and, if given, the optimiser's state (otherwise as before the first step). */
  setState(state: GivenState): Promise<void> {
    return this.turns.take(() => {
      this.state.write(state);
      this.instance.measure();
    });
  }

  getState(): Promise<EngineState> {
    return this.turns.take(() => this.state.read());
  }

  /** Copies images into engine memory under a name; later calls under the same name reuse the room. */
  loadSamples(name: string, pixels: Uint8Array, labels: Uint8Array): LoadedSamples {
    return this.samples.loadImages(name, pixels, labels);
  }

  /**
   * Copies recorded spikes, as `loadSamples` does images. @throws RangeError for a spike outside the network's inputs
   * or steps, or out of order
   */
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
    const { plan } = this.instance;
    const { from, to, seed, epoch: dropoutEpoch, learningRate } = slice;
    const epoch = this.rule.encoding === 'once' ? 0 : dropoutEpoch;
    beginStretch(plan, samples, { from, to, ordered: true, seed, purpose: 'trainSpikes', epoch, dropoutEpoch });
    plan.control.set({ learningRate });
    await this.instance.run('train', this.threads);
    const broken = plan.control.get('brokenLayer');
    if (broken) throw new NotFinite(this.network.layers[broken - 1].name, plan.control.get('brokenSample'));
    return sliceResult(plan);
  }

  /**
   * Simulates samples `from` to `to`; predictions and firing counts are in `views`. Each `draw` of an image's spikes is
   * another.
   */
  evaluate(
    samples: LoadedSamples,
    from: number,
    to: number,
    seed: number,
    purpose: Purpose = 'testSpikes',
    draw = 0,
  ): Promise<SliceResult> {
    return this.turns.take(async () => {
      beginStretch(this.instance.plan, samples, { from, to, ordered: false, seed, purpose, epoch: draw });
      await this.instance.run('evaluate', this.threads);
      return sliceResult(this.instance.plan);
    });
  }

  /**
   * Spikes of the input and of every layer for one image or recording; `number` is an image's place in its data set,
   * which keys its spikes.
   */
  record(
    sample: Uint8Array | SpikeTrains,
    number: number,
    seed: number,
    purpose: Purpose = 'testSpikes',
  ): Promise<SpikeTrains[]> {
    const label = new Uint8Array(1);
    return this.turns.take(async () => {
      const samples =
        sample instanceof Uint8Array
          ? this.loadSamples('record', sample, label)
          : this.loadRecordings('record', recordingsOf(sample), label);
      const { plan } = this.instance;
      // A stop that is meant for another call may come first: then the spikes of the sample before still lie there.
      do {
        beginStretch(plan, samples, { from: 0, to: 1, ordered: false, seed, purpose, epoch: 0, firstNumber: number });
        await this.instance.run('evaluate', 1);
      } while (plan.control.get('samplesDone') === 0);
      return readSpikes(plan.memory, plan.recorded, plan.listed(), this.network);
    });
  }

  /**
   * Mean data gradient of a batch, row-major in the shape of each layer's weights, without changing the network. Needs
   * a rule whose batches keep gradient sums (batch size above 1, or SGD). For tests and for those who want to look
   * inside.
   */
  gradients(samples: LoadedSamples, slice: TrainSlice): Promise<Float32Array[]> {
    return this.turns.take(() => {
      if (!this.state.keepsGradients)
        throw new Error('gradients() needs batchSize > 1 or sgd(): Adam at batch size 1 keeps no gradient');
      return this.state.withoutStep(() => this.trainNow(samples, slice));
    });
  }

  /** Asks a running call to stop at the next batch boundary. */
  cancel(): void {
    this.instance.cancel();
  }
}
