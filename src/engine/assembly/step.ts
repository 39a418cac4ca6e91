// The optimiser step at the end of a batch. Each worker steps the weights whose gradient it has summed.
import { lineOf } from './backward';
import { ADAM, Control, Layer, layerAt, LINE, Plan, Scratch, share } from './plan';
import { workOf } from './work';
import { adamFromBatch, adamFromTile, measureChunk, regularizerScale, sgdFromBatch } from './update';

/**
 * First unit of a worker: chunks of columns, by whole blocks where a layer is shared out by blocks. `worker + 1` gives
 * the end.
 */
@inline
export function firstUnit(layer: Layer, worker: i32, threads: i32): i32 {
  return layer.byColumns
    ? share(layer.blocks * layer.chunks, worker, threads)
    : share(layer.blocks, worker, threads) * layer.chunks;
}

/** This worker's share of a layer, from the batch's gradient sums, or from none. */
export function stepLayer(plan: Plan, control: Control, scratch: Scratch, l: i32): void {
  const layer = layerAt(plan, l);
  if (layer.weights == 0) return;
  const end = firstUnit(layer, scratch.worker + 1, plan.threads);
  let scaled = -1;
  for (let unit = firstUnit(layer, scratch.worker, plan.threads); unit < end; unit++) {
    const block = unit / layer.chunks;
    if (block != scaled) regularize(layer, l, control, scratch, block);
    scaled = block;
    stepUnit(plan, layer, scratch, block, unit % layer.chunks);
  }
}

/** The regulariser's scales of a block. */
export function regularize(layer: Layer, l: i32, control: Control, scratch: Scratch, block: i32): void {
  workOf(scratch).scaled++;
  for (let lane = 0; lane < 16; lane += 4)
    v128.store(
      scratch.scales + ((<usize>lane) << 2),
      regularizerScale(layer, l, control, block, lane, scratch.parity),
      64,
    );
}

/** Counts the lines of weights that a step of a chunk goes through. */
@inline
export function countStep(layer: Layer, scratch: Scratch, chunk: i32): void {
  workOf(scratch).stepped += <f64>min(layer.taps - chunk * layer.chunkWidth, layer.chunkWidth);
}

/** One chunk of columns of a block. */
export function stepUnit(plan: Plan, layer: Layer, scratch: Scratch, block: i32, chunk: i32): void {
  const parity = scratch.parity;
  if (!layer.frozen) countStep(layer, scratch, chunk);
  if (layer.frozen) keepUnit(layer, scratch, block, chunk);
  else if (plan.optimizer != ADAM) sgdFromBatch(plan, layer, block, chunk, parity, scratch);
  else if (layer.gradient != 0) adamFromBatch(plan, layer, block, chunk, parity, scratch);
  else adamFromTile(plan, layer, block, chunk, parity, 0, 0, 0, scratch);
}

/** A step of weights that stay as they are: their sums go over to the other copy, and gradient sums are cleared. */
export function keepUnit(layer: Layer, scratch: Scratch, block: i32, chunk: i32): void {
  countStep(layer, scratch, chunk);
  measureChunk(layer, block, chunk, 1 - scratch.parity);
  if (layer.gradient == 0) return;
  const begin = chunk * layer.chunkWidth;
  const columns = min(layer.taps - begin, layer.chunkWidth);
  memory.fill(lineOf(layer, layer.gradient, block, begin), 0, <usize>columns * LINE);
}
