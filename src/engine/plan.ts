/**
 * Lays a network and its learning rule out in one shared WASM memory: parameters, weights, spikes, traces, each worker's scratch.
 * `docs/engine.md` has the picture. Nothing here depends on the number of threads but the count of scratch areas.
 */
import { decayTable, exp } from '../data/exp.js';
import { pixelThresholds } from '../data/poisson.js';
import { type ConvolutionLayer, isLearned, type Network, type PoolingLayer, weightShape } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import { buffersFields, bytesOf, controlFields, layerFields, planFields, runFields, scratchFields, Struct } from './structs.js';

export const lanes = 16;
const pageBytes = 65536;
/** Static data of the WASM module lies below this address. */
export const staticLimit = 65536;
const memoryLimit = 65535 * pageBytes;
/** Numbers of the kinds of layers, as in `assembly/plan.ts`. */
const kinds = { dense: 0, reservoir: 1, convolution: 2, pooling: 3 } as const;
/** Inputs of a layer are numbered in 16 bits. */
const mostInputs = 65536;
/** Layers with fewer blocks than this are shared out by columns. */
const fewBlocks = 4;

export type LayerStruct = Struct<typeof layerFields>;

/** Spikes of the input or of a layer. */
export interface RecordedSlot {
  readonly neurons: number;
  readonly masks: number;
  readonly counts: number;
  readonly trains: number;
  /** Most spikes of a train; 0: there are masks only. */
  readonly room: number;
}

/** Where everything lies. Sizes in bytes, addresses are byte offsets. */
export interface MemoryPlan {
  readonly memory: WebAssembly.Memory;
  readonly plan: Struct<typeof planFields>;
  readonly layers: readonly LayerStruct[];
  readonly control: Struct<typeof controlFields>;
  readonly run: Struct<typeof runFields>;
  /** Worker 0's own buffers, input first: what `run` reads. */
  readonly recorded: readonly RecordedSlot[];
  readonly allocate: (bytes: number) => number;
}

const ceilTo = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Bytes of one row of a spike mask, as `rowBytes` in `assembly/plan.ts`. */
export function maskRowBytes(neurons: number): number {
  return ceilTo(neurons, 64) / 8;
}

/** Bump allocator that grows the memory; addresses are multiples of 64. */
class Arena {
  private end = staticLimit;
  constructor(readonly memory: WebAssembly.Memory) {}

  allocate = (bytes: number): number => {
    const at = this.end;
    this.end = ceilTo(at + bytes, 64);
    const missing = Math.ceil((this.end - this.memory.buffer.byteLength) / pageBytes);
    if (this.end > memoryLimit) {
      throw new RangeError(`the network and its data need more than ${Math.round(this.end / 2 ** 20)} MB of engine memory; the limit is 4095 MB: use fewer samples, steps or units`);
    }
    if (missing > 0) {
      try {
        this.memory.grow(missing);
      } catch (cause) {
        throw new RangeError(`no memory for ${Math.round(this.end / 2 ** 20)} MB: use fewer samples, steps or units`, { cause });
      }
    }
    return at;
  };

  pointers(addresses: readonly number[]): number {
    const at = this.allocate(addresses.length * 4);
    new Uint32Array(this.memory.buffer, at, addresses.length).set(addresses);
    return at;
  }
}

/** A batch larger than one sample, and SGD, keep gradient sums; Adam at batch size 1 uses each tile of e as it is made. */
function keepsGradient(rule: LearningRule): boolean {
  return rule.batchSize > 1 || rule.optimizer.type !== 'adam';
}

/** Makes the memory and fills in everything but weights and data. */
export function layOut(network: Network, rule: LearningRule, threads: number): MemoryPlan {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65535, shared: true });
  const arena = new Arena(memory);
  const { steps, neuron } = network;
  const inputSizes = network.layers.map((layer) => layer.inputs);
  const taps = network.layers.map((layer) => (layer.type === 'convolution' ? weightShape(layer).columns : 0));
  const mostTaps = Math.max(...taps);
  const plan = new Struct(memory, arena.allocate(bytesOf(planFields)), planFields);
  const control = new Struct(memory, arena.allocate(bytesOf(controlFields)), controlFields);
  const run = new Struct(memory, arena.allocate(bytesOf(runFields)), runFields);
  const layerTable = arena.allocate(bytesOf(layerFields) * network.layers.length);
  const layers = network.layers.map((_, index) => layOutLayer(arena, network, rule, index, layerTable + index * bytesOf(layerFields)));

  const slow = decayTable(neuron.tauM, steps + 1);
  const fast = decayTable(neuron.tauS, steps + 1);
  const table = (values: Float64Array): number => {
    const at = arena.allocate((steps + 1) * 4);
    new Float32Array(memory.buffer, at, steps + 1).set(values);
    return at;
  };
  const pixelThreshold = arena.allocate(1024);
  new Uint32Array(memory.buffer, pixelThreshold, 256).set(pixelThresholds());

  const onMasks = network.layers.filter(({ type }) => type === 'dense' || type === 'reservoir');
  const widest = Math.max(...onMasks.map(({ inputs, units }) => Math.max(inputs, units)));
  const output = layers[layers.length - 1];
  const inhibited = output.get('inhibition') !== 0;
  const shared = layOutBuffers(arena, network, true);
  const scratchTable = arena.allocate(bytesOf(scratchFields) * threads);
  let recorded: MemoryPlan['recorded'] = [];
  for (let worker = 0; worker < threads; worker++) {
    const own = layOutBuffers(arena, network, false);
    if (worker === 0) recorded = own.slots;
    new Struct(memory, scratchTable + worker * bytesOf(scratchFields), scratchFields).set({
      keys: arena.allocate(128),
      scales: arena.allocate(128),
      delta: arena.allocate(64),
      ratios: inhibited && worker === 0 ? arena.allocate(output.get('units') * output.get('blocks') * 64) : 0,
      lateralTraces: inhibited && worker === 0 ? arena.allocate(2 * steps * output.get('blocks') * 64) : 0,
      stepStart: arena.allocate((steps + 1) * 4),
      events: arena.allocate(steps * widest * 2),
      active: arena.pointers(inputSizes.map((size) => arena.allocate((size + 1) * 2))),
      chunkStart: arena.pointers(layers.map((layer) => arena.allocate((layer.get('chunks') + 1) * 4))),
      traceState: arena.allocate(256 * 8),
      trains: arena.allocate(lanes * steps * 2),
      trainLengths: arena.allocate(lanes * 4),
      tile: arena.allocate(Math.max(...layers.map((layer) => layer.get('chunks') * layer.get('chunkWidth'))) * 64),
      state: arena.allocate(3 * ceilTo(widest, lanes) * 4),
      currents: arena.allocate((steps + 1) * 64),
      response: arena.allocate(steps * 64),
      laneMasks: arena.allocate((steps + 4) * 2),
      laneCounts: arena.allocate(lanes * 4),
      tapList: arena.allocate(mostTaps * 8),
      field: arena.allocate(20),
      after: arena.allocate(mostSpikes(network) * 4),
      buffers: own.at,
    });
  }

  const { rule: hm2bp, loss, optimizer } = rule;
  const margins = loss.type === 'firingCount' ? loss : { undesired: 0, margin: 0 };
  const isAdam = optimizer.type === 'adam';
  const [beta1, beta2] = isAdam ? [optimizer.beta1, optimizer.beta2] : [0, 0];
  plan.set({
    steps, layers: layers.length, lowest: network.layers.findIndex(isLearned), layer: layerTable, inputs: network.inputs, threads, refractory: neuron.refractory,
    decayM: 1 / neuron.tauM, decayS: 1 / neuron.tauS, traceM: exp(-1 / neuron.tauM), traceS: exp(-1 / neuron.tauS),
    pspScale: 1 / (1 - neuron.tauS / neuron.tauM), expM: table(slow), expS: table(fast), rise: table(slow.map((decay, d) => decay - fast[d])), mostSpikes: mostSpikes(network),
    window: hm2bp.window,
    loss: Number(loss.type === 'softmaxCount'), desired: loss.desired, undesired: margins.undesired, margin: margins.margin,
    sideEffect: ['off', 'linear', 'implicit'].indexOf(hm2bp.sideEffect), effectRatio: Number(hm2bp.effectRatio),
    batchSize: rule.batchSize, stepIdle: Number(rule.idle === 'step'), optimizer: Number(isAdam),
    beta1, beta2, oneMinusBeta1: 1 - beta1, oneMinusBeta2: 1 - beta2,
    epsilon: isAdam ? optimizer.epsilon : 0, momentum: isAdam ? 0 : optimizer.momentum,
    pixelThreshold, control: control.at, buffers: shared.at, workers: scratchTable,
  });
  const wide = onMasks.find((layer) => layer.inputs > mostInputs);
  if (wide) throw new RangeError(`layer ${wide.name} has ${wide.inputs} inputs; the engine's limit is ${mostInputs}: use a smaller layer before it`);
  control.set({ power1: 1, power2: 1, beta1, beta2 });
  return { memory, plan, layers, control, run, recorded, allocate: arena.allocate };
}

function layOutLayer(arena: Arena, network: Network, rule: LearningRule, index: number, at: number): LayerStruct {
  const layer = network.layers[index];
  const struct = new Struct(arena.memory, at, layerFields);
  const { rows, columns: taps } = weightShape(layer);
  const blocks = Math.ceil((layer.type === 'pooling' ? layer.units : rows) / lanes);
  const bytes = blocks * taps * lanes * 4;
  struct.set({
    kind: kinds[layer.type], inputs: layer.inputs, units: layer.units, blocks, taps, nu: layer.threshold,
    errorDivisor: layer.type !== 'pooling' && rule.rule.errorScale === 'threshold' ? layer.threshold : 1,
    fireAbove: layer.type === 'convolution' ? layer.threshold : layer.threshold - 1e-6,
    inhibition: layer.type === 'dense' ? layer.lateralInhibition : 0,
    weights: bytes > 0 ? arena.allocate(bytes) : 0,
  });
  if (layer.type === 'convolution' || layer.type === 'pooling') layOutVolume(arena, layer, struct);
  if (!isLearned(layer)) return struct;
  const { lambda, beta, limit } = rule.regularizer;
  struct.set({
    moment1: arena.allocate(bytes),
    moment2: rule.optimizer.type === 'adam' ? arena.allocate(bytes) : 0,
    gradient: layer.type === 'convolution' || keepsGradient(rule) ? arena.allocate(bytes) : 0,
    regScale: (lambda * beta) / limit, regBeta: beta, regMean: 1 / (limit * limit * taps),
  });
  const byColumns = layer.type === 'convolution' || blocks < fewBlocks;
  const chunkWidth = Math.min(ceilTo(taps, lanes), byColumns ? 128 : 256);
  const chunks = Math.ceil(taps / chunkWidth);
  struct.set({ chunkWidth, chunks, byColumns: Number(byColumns), stats: arena.allocate(2 * blocks * chunks * 128) });
  if (layer.type === 'dense') layOutDense(arena, network, rule, struct);
  return struct;
}

/** Shapes of a convolution or pooling, and where the errors it sends down and its gradient sums lie. */
function layOutVolume(arena: Arena, layer: ConvolutionLayer | PoolingLayer, struct: LayerStruct): void {
  const [channels, rows, columns] = layer.shape;
  const [inputChannels, inputRows, inputColumns] = layer.inputShape;
  const positions = rows * columns;
  struct.set({ channels, rows, columns, positions, inputChannels, inputRows, inputColumns });
  if (layer.type === 'pooling') {
    struct.set({ size: layer.size, stride: layer.stride, errorDown: arena.allocate(layer.units * layer.size * layer.size * 4) });
    return;
  }
  const blocks = struct.get('blocks');
  const taps = struct.get('taps');
  // Each chunk costs a copy of the filters: more of them, and so more workers, where filters are small.
  const chunkPositions = Math.ceil(positions / Math.min(positions, blocks * taps <= 256 ? 32 : 8));
  const positionChunks = Math.ceil(positions / chunkPositions);
  struct.set({
    size: layer.kernel, stride: 1, padding: layer.padding, chunkPositions, positionChunks,
    partial: arena.allocate(positionChunks * blocks * taps * 64), errorDown: arena.allocate(positions * taps * 4),
  });
}

/** What the backward pass of a dense layer needs. */
function layOutDense(arena: Arena, { steps }: Network, rule: LearningRule, struct: LayerStruct): void {
  const [blocks, chunks] = [struct.get('blocks'), struct.get('chunks')];
  const columns = chunks * struct.get('chunkWidth');
  const lateral = arena.allocate(blocks * lanes * 4);
  new Float32Array(arena.memory.buffer, lateral, blocks * lanes).fill(1);
  struct.set({
    lateral, weighted: arena.allocate(blocks * chunks * 64), errorDown: arena.allocate(blocks * columns * 4), delta: arena.allocate(blocks * lanes * 4),
    traces: arena.allocate(steps * columns * 4), fastTraces: rule.rule.window > 0 ? arena.allocate(steps * columns * 4) : 0,
    psp: struct.get('byColumns') ? arena.allocate(blocks * columns * 64) : 0,
  });
}

/**
 * Masks, counts and trains of the input and every layer; the shared buffers have the input twice (the next sample is encoded meanwhile).
 * Trains are there where a convolution or pooling writes or reads them.
 */
function layOutBuffers(arena: Arena, network: Network, inputTwice: boolean): { at: number; slots: MemoryPlan['recorded'] } {
  const { steps, layers } = network;
  const onTrains = layers.map(({ type }) => type === 'convolution' || type === 'pooling');
  const input = { neurons: network.inputs, room: onTrains[0] ? steps : 0 };
  const sizes = [input, ...layers.map(({ units }, index) => ({ neurons: units, room: onTrains[index] ? mostSpikes(network) : 0 })), ...(inputTwice ? [input] : [])];
  const slots = sizes.map(({ neurons, room }) => ({
    neurons, room,
    masks: arena.allocate(steps * maskRowBytes(neurons)),
    counts: arena.allocate(ceilTo(neurons, lanes) * 4),
    trains: room > 0 ? arena.allocate(ceilTo(neurons, lanes) * room * 2) : 0,
  }));
  const struct = new Struct(arena.memory, arena.allocate(bytesOf(buffersFields)), buffersFields);
  const pointers = (name: 'masks' | 'counts' | 'trains'): number => arena.pointers(slots.map((slot) => slot[name]));
  struct.set({ masks: pointers('masks'), counts: pointers('counts'), trains: pointers('trains') });
  return { at: struct.at, slots };
}

/** Most spikes that a neuron can fire in T steps: one in refractory + 1. */
function mostSpikes({ steps, neuron }: Network): number {
  return Math.ceil(steps / (neuron.refractory + 1));
}
