// Leaky integrate-and-fire simulation of dense layers (docs/numerics.md, "Simulation"): first the currents of all
// steps, then the membranes. Spikes go into masks of the worker's own first, 64 neurons of a step in a word: rows of the
// masks that all share would travel from core to core for each block.
import { advance } from './currents';
import { dropSpikes } from './dropout';
import { Buffers, Layer, layerAt, LINE, Plan, pointerAt, rowBytes, Scratch } from './plan';
import { sumBlock } from './sums';
import { workOf } from './work';

/** Where a block's u16 of each step lie among the worker's own masks, 8 bytes apart. */
@inline
function ownMasks(plan: Plan, scratch: Scratch, block: i32): usize {
  return scratch.ownMasks + ((<usize>((block >> 2) * plan.steps)) << 3) + ((<usize>(block & 3)) << 1);
}

/**
 * Simulates one block of layer `l`, one without lateral inhibition, from the events in `scratch`. Writes its counts,
 * and its masks for `publishMasks`.
 * @param odd the input slot of the sample, which keys its dropout
 */
export function forwardBlock(plan: Plan, l: i32, scratch: Scratch, buffers: Buffers, odd: i32, block: i32): void {
  const layer = layerAt(plan, l);
  const counts = pointerAt(buffers.counts, l + 1) + ((<usize>block) << 6);
  const currents = scratch.blockCurrents;
  const masks = ownMasks(plan, scratch, block);
  sumBlock(plan, layer, block, scratch, currents, LINE);
  store<u16>(masks, 0);
  for (let half: usize = 0; half < 2; half++)
    advance(plan, layer, currents + (half << 5), 1, masks + half + 8, 8, counts + (half << 5));
  workOf(scratch).advanced += <f64>(plan.steps - 1);
  if (layer.dropBelow != 0) dropSpikes(plan, l, scratch, odd, block, masks, counts);
}

/** Copies the masks of blocks `from` to `to` (exclusive) of a layer to where all workers read them. */
export function publishMasks(plan: Plan, layer: Layer, scratch: Scratch, masks: usize, from: i32, to: i32): void {
  const stride = <usize>rowBytes(layer.units);
  const firstWord = (from + 3) >> 2; // of those that are wholly this worker's
  const endWord = to >> 2;
  const head = min(to, firstWord << 2);
  const tail = max(head, endWord << 2);
  let row = masks;
  for (let t: usize = 0; t < <usize>plan.steps; t++, row += stride) {
    const own = t << 3;
    for (let block = from; block < head; block++)
      store<u16>(row + ((<usize>block) << 1), load<u16>(ownMasks(plan, scratch, block) + own));
    for (let word = firstWord; word < endWord; word++)
      store<u64>(row + ((<usize>word) << 3), load<u64>(ownMasks(plan, scratch, word << 2) + own));
    for (let block = tail; block < to; block++)
      store<u16>(row + ((<usize>block) << 1), load<u16>(ownMasks(plan, scratch, block) + own));
  }
  workOf(scratch).published += <f64>(plan.steps * (head - from + max(0, endWord - firstWord) + to - tail));
}
