/**
 * Lays one layer out in the shared memory: its shape, its weights and the optimiser's memory of them, what its backward
 * pass needs.
 */
import {
  type ConvolutionLayer,
  isLearnable,
  isLearned,
  type Layer,
  type Network,
  type PoolingLayer,
  weightShape,
} from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import { type Arena, ceilTo, lanes } from './arena.js';
import type { NeuronFields } from './neuron-plan.js';
import { layerFields, Struct } from './structs.js';

/** Numbers of the kinds of layers, as in `assembly/plan.ts`. */
const kinds = { dense: 0, reservoir: 1, convolution: 2, pooling: 3 } as const;
/** Layers with fewer blocks than this are shared out by columns. */
const fewBlocks = 4;

export type LayerStruct = Struct<typeof layerFields>;

/**
 * A batch larger than one sample, and SGD, keep gradient sums; Adam at batch size 1 uses each tile of e as it is made.
 */
function keepsGradient(rule: LearningRule): boolean {
  return rule.batchSize > 1 || rule.optimizer.type !== 'adam';
}

/** What depends on a layer's threshold and inhibition. */
export function firingFields(
  layer: Layer,
  rule: LearningRule,
): Record<'nu' | 'errorDivisor' | 'fireAbove' | 'inhibition', number> {
  return {
    nu: layer.threshold,
    errorDivisor: layer.type !== 'pooling' && rule.rule.errorScale === 'threshold' ? layer.threshold : 1,
    fireAbove: layer.type === 'convolution' ? layer.threshold : layer.threshold - 1e-6,
    inhibition: layer.type === 'dense' ? layer.lateralInhibition : 0,
  };
}

/**
 * @param at address of the layer's structure
 * @param neuron the constants of its neurons
 */
export function layOutLayer(
  arena: Arena,
  network: Network,
  rule: LearningRule,
  index: number,
  at: number,
  neuron: NeuronFields,
): LayerStruct {
  const layer = network.layers[index];
  const struct = new Struct(arena.memory, at, layerFields);
  const { rows, columns: taps } = weightShape(layer);
  const blocks = Math.ceil((layer.type === 'pooling' ? layer.units : rows) / lanes);
  const bytes = blocks * taps * lanes * 4;
  struct.set({
    kind: kinds[layer.type],
    inputs: layer.inputs,
    units: layer.units,
    blocks,
    taps,
    ...firingFields(layer, rule),
    ...neuron,
    frozen: Number(!isLearned(layer)),
    weights: bytes > 0 ? arena.allocate(bytes) : 0,
  });
  if (layer.type === 'convolution' || layer.type === 'pooling') layOutVolume(arena, layer, struct);
  if (!isLearnable(layer)) return struct;
  const { lambda, beta, limit } = rule.regularizer;
  struct.set({
    moment1: arena.allocate(bytes),
    moment2: rule.optimizer.type === 'adam' ? arena.allocate(bytes) : 0,
    gradient: layer.type === 'convolution' || keepsGradient(rule) ? arena.allocate(bytes) : 0,
    regScale: (lambda * beta) / limit,
    regBeta: beta,
    regMean: 1 / (limit * limit * taps),
  });
  const byColumns = layer.type === 'convolution' || blocks < fewBlocks;
  const chunkWidth = Math.min(ceilTo(taps, lanes), byColumns ? 128 : 256);
  const chunks = Math.ceil(taps / chunkWidth);
  struct.set({ chunkWidth, chunks, byColumns: Number(byColumns), stats: arena.allocate(2 * blocks * chunks * 128) });
  if (layer.type === 'dense') layOutDense(arena, network, struct);
  return struct;
}

/** Shapes of a convolution or pooling, and where the errors it sends down and its gradient sums lie. */
function layOutVolume(arena: Arena, layer: ConvolutionLayer | PoolingLayer, struct: LayerStruct): void {
  const [channels, rows, columns] = layer.shape;
  const [inputChannels, inputRows, inputColumns] = layer.inputShape;
  const positions = rows * columns;
  struct.set({ channels, rows, columns, positions, inputChannels, inputRows, inputColumns });
  if (layer.type === 'pooling') {
    struct.set({
      size: layer.size,
      stride: layer.stride,
      errorDown: arena.allocate(layer.units * layer.size * layer.size * 4),
    });
    return;
  }
  const blocks = struct.get('blocks');
  const taps = struct.get('taps');
  // Each chunk costs a copy of the filters: more of them, and so more workers, where filters are small.
  const chunkPositions = Math.ceil(positions / Math.min(positions, blocks * taps <= 256 ? 32 : 8));
  const positionChunks = Math.ceil(positions / chunkPositions);
  struct.set({
    size: layer.kernel,
    stride: 1,
    padding: layer.padding,
    chunkPositions,
    positionChunks,
    partial: arena.allocate(positionChunks * blocks * taps * 64),
    errorDown: arena.allocate(positions * taps * 4),
  });
}

/** What the backward pass of a dense layer needs. */
function layOutDense(arena: Arena, { steps }: Network, struct: LayerStruct): void {
  const [blocks, chunks] = [struct.get('blocks'), struct.get('chunks')];
  const columns = chunks * struct.get('chunkWidth');
  const lateral = arena.allocate(blocks * lanes * 4);
  new Float32Array(arena.memory.buffer, lateral, blocks * lanes).fill(1);
  struct.set({
    lateral,
    weighted: arena.allocate(blocks * chunks * 64),
    errorDown: arena.allocate(blocks * columns * 4),
    delta: arena.allocate(blocks * lanes * 4),
    traces: arena.allocate(steps * columns * 4),
    psp: struct.get('byColumns') ? arena.allocate(blocks * columns * 64) : 0,
  });
}
