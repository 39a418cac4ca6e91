/**
 * Lays a network and its learning rule out in one WASM memory: parameters, weights, spikes, traces, each worker's
 * scratch. `docs/engine.md` has the picture. Nothing here depends on the number of threads but the count of scratch
 * areas.
 */
import { pixelThresholds } from '../data/encode/poisson.js';
import { dropBelow, trainingNetwork } from '../network/dropout.js';
import { isLearned, type Network, weightShape } from '../network/network.js';
import { type LearningRule, sideEffects } from '../network/rule.js';
import { Arena, ceilTo, lanes } from './arena.js';
import { firingFields, type LayerStruct, layOutLayer } from './layer-plan.js';
import { layOutNeurons } from './neuron-plan.js';
import { layOutSpikes, type SpikeSlot } from './spike-slots.js';
import {
  bytesOf,
  controlFields,
  layerFields,
  planFields,
  runFields,
  scratchFields,
  Struct,
  workFields,
} from './structs.js';

/** Inputs of a layer are numbered in 16 bits. */
const mostInputs = 65536;

/** Where everything lies. Sizes in bytes, addresses are byte offsets. */
export interface MemoryPlan {
  readonly memory: WebAssembly.Memory;
  readonly plan: Struct<typeof planFields>;
  /** What training reads instead: the same, but with layers as dropout has them. Without dropout it is `plan`. */
  readonly training: Struct<typeof planFields>;
  readonly layers: readonly LayerStruct[];
  readonly control: Struct<typeof controlFields>;
  readonly run: Struct<typeof runFields>;
  /** Worker 0's own buffers, input first: what `run` reads. */
  readonly recorded: readonly SpikeSlot[];
  /** Inputs that may fire in the sample that worker 0 has just simulated for itself: a bit each in its masks. */
  readonly listed: () => Uint32Array;
  /** Of each worker. */
  readonly works: readonly Struct<typeof workFields>[];
  readonly allocate: (bytes: number) => number;
}

/** Makes the memory, `shared` between threads or not, and fills in everything but weights and data. */
export function layOut(network: Network, rule: LearningRule, threads: number, shared: boolean): MemoryPlan {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65535, shared });
  const arena = new Arena(memory);
  const { steps } = network;
  const neurons = layOutNeurons(arena, network);
  const inputSizes = network.layers.map((layer) => layer.inputs);
  const taps = network.layers.map((layer) => (layer.type === 'convolution' ? weightShape(layer).columns : 0));
  const mostTaps = Math.max(...taps);
  const plan = new Struct(memory, arena.allocate(bytesOf(planFields)), planFields);
  const control = new Struct(memory, arena.allocate(bytesOf(controlFields)), controlFields);
  const run = new Struct(memory, arena.allocate(bytesOf(runFields)), runFields);
  const layerTable = arena.allocate(bytesOf(layerFields) * network.layers.length);
  const layers = network.layers.map((_, index) =>
    layOutLayer(arena, network, rule, index, layerTable + index * bytesOf(layerFields), neurons[index]),
  );

  for (const layer of layers) layer.set({ claims: arena.allocate(128 * Math.ceil(threads / 2)) });
  const pixelThreshold = arena.allocate(1024);
  new Uint32Array(memory.buffer, pixelThreshold, 256).set(pixelThresholds());
  const bitValues = arena.allocate(256);
  new Float32Array(memory.buffer, bitValues, 64).set(Array.from({ length: 64 }, (_, k) => ((k >> 2) >> (k & 3)) & 1));

  const onMasks = network.layers.filter(({ type }) => type === 'dense' || type === 'reservoir');
  const widest = Math.max(...onMasks.map(({ inputs, units }) => Math.max(inputs, units)));
  const output = layers[layers.length - 1];
  const inhibited = output.get('inhibition') !== 0;
  const sumsAtOnce = Math.max(1, ...layers.map((layer) => (layer.get('inhibition') !== 0 ? layer.get('blocks') : 0)));
  const works = Array.from(
    { length: threads },
    () => new Struct(memory, arena.allocate(bytesOf(workFields)), workFields),
  );
  const common = layOutSpikes(arena, network, true);
  const scratchBytes = ceilTo(bytesOf(scratchFields), 128); // none shares lines with the next
  const scratchTable = arena.allocate(scratchBytes * threads);
  let recorded: MemoryPlan['recorded'] = [];
  for (let worker = 0; worker < threads; worker++) {
    const own = layOutSpikes(arena, network, false);
    if (worker === 0) recorded = own.slots;
    new Struct(memory, scratchTable + worker * scratchBytes, scratchFields).set({
      dropKeys: arena.allocate(16),
      keys: arena.allocate(192),
      scales: arena.allocate(128),
      delta: arena.allocate(64),
      ratios: inhibited && worker === 0 ? arena.allocate(output.get('units') * output.get('blocks') * 64) : 0,
      lateralTraces: inhibited && worker === 0 ? arena.allocate(Math.max(steps, lanes) * output.get('blocks') * 64) : 0,
      stepStart: arena.allocate((steps + 1) * 4),
      events: arena.allocate(steps * widest * 2 + 4), // two may be written after the last
      lists: arena.allocate(2 * (network.inputs + 1) * 4),
      work: works[worker].at,
      active: arena.pointers(inputSizes.map((size) => arena.allocate((size + 1) * 2))),
      chunkStart: arena.pointers(layers.map((layer) => arena.allocate((layer.get('chunks') + 1) * 4))),
      arrivals: arena.allocate(steps * 32),
      places: arena.allocate(512 + 128), // from a whole word of bits on
      tracedSteps: arena.allocate(steps + 1),
      trains: arena.allocate(4 * lanes * steps * 2),
      trainLengths: arena.allocate(4 * lanes * 4),
      rows: arena.allocate(4 * 256 * 4),
      tile: arena.allocate(Math.max(...layers.map((layer) => layer.get('chunks') * layer.get('chunkWidth'))) * 64),
      state: arena.allocate(3 * ceilTo(widest, lanes) * 4),
      currents: arena.allocate((steps + 1) * 64),
      blockCurrents: arena.allocate(steps * 64 * sumsAtOnce),
      ownMasks: arena.allocate(ceilTo(widest, 64) * (steps / 8)),
      response: arena.allocate(steps * 64),
      laneMasks: arena.allocate((steps + 4) * 2),
      laneCounts: arena.allocate(lanes * 4),
      tapList: arena.allocate(mostTaps * 8),
      field: arena.allocate(20),
      after: arena.allocate(Math.max(...layers.map((layer) => layer.get('mostSpikes'))) * 4),
      buffers: own.at,
    });
  }

  const first = new Struct(memory, scratchTable, scratchFields);
  const listed = (): Uint32Array => new Uint32Array(memory.buffer, first.get('lists'), first.get('listedEven'));
  const { rule: hm2bp, loss, optimizer } = rule;
  const margins = loss.type === 'firingCount' ? loss : { undesired: 0, margin: 0 };
  const isAdam = optimizer.type === 'adam';
  const [beta1, beta2] = isAdam ? [optimizer.beta1, optimizer.beta2] : [0, 0];
  plan.set({
    steps,
    layers: layers.length,
    lowest: network.layers.findIndex(isLearned),
    layer: layerTable,
    inputs: network.inputs,
    threads,
    window: hm2bp.window,
    loss: Number(loss.type === 'softmaxCount'),
    desired: loss.desired,
    undesired: margins.undesired,
    margin: margins.margin,
    sideEffect: sideEffects.indexOf(hm2bp.sideEffect),
    effectRatio: Number(hm2bp.effectRatio),
    batchSize: rule.batchSize,
    stepIdle: Number(rule.idle === 'step'),
    optimizer: Number(isAdam),
    beta1,
    beta2,
    oneMinusBeta1: 1 - beta1,
    oneMinusBeta2: 1 - beta2,
    epsilon: isAdam ? optimizer.epsilon : 0,
    momentum: isAdam ? 0 : optimizer.momentum,
    tiny: 2 ** -100,
    magnitude: 0x7fffffff,
    pixelThreshold,
    bitValues,
    everyColumn: everyColumn(arena, widest),
    control: control.at,
    buffers: common.at,
    workers: scratchTable,
  });
  const wide = onMasks.find((layer) => layer.inputs > mostInputs);
  if (wide)
    throw new RangeError(
      `layer ${wide.name} has ${wide.inputs} inputs; the engine's limit is ${mostInputs}: use a smaller layer before it`,
    );
  control.set({ power1: 1, power2: 1, beta1, beta2 });
  const training = layOutTraining(arena, network, rule, plan, layers);
  return { memory, plan, training, layers, control, run, recorded, listed, works, allocate: arena.allocate };
}

/** The numbers 0, 1, 2, … of 32 bits, and room to read those of a whole word of bits and one more. */
function everyColumn(arena: Arena, count: number): number {
  const at = arena.allocate((count + 128) * 4);
  new Uint32Array(arena.memory.buffer, at, count).forEach((_, k, all) => (all[k] = k));
  return at;
}

/**
 * A copy of the plan whose layers have the thresholds of training and drop neurons; everything they point at is shared.
 */
function layOutTraining(
  arena: Arena,
  network: Network,
  rule: LearningRule,
  plan: Struct<typeof planFields>,
  layers: readonly LayerStruct[],
): Struct<typeof planFields> {
  const inTraining = trainingNetwork(network);
  if (inTraining === network) return plan;
  const table = arena.allocate(bytesOf(layerFields) * layers.length);
  inTraining.layers.forEach((layer, index) => {
    const struct = layers[index].copyTo(table + index * bytesOf(layerFields));
    struct.set({ ...firingFields(layer, rule), dropBelow: dropBelow(layer) | 0 });
  });
  const training = plan.copyTo(arena.allocate(bytesOf(planFields)));
  training.set({ layer: table });
  return training;
}
