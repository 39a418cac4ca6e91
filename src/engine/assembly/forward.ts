// Leaky integrate-and-fire simulation of dense layers (docs/numerics.md, "Simulation"): each input spike adds one 64-byte line of weights to a block's current.
import { advance } from './currents';
import { dropSpikes } from './dropout';
import { Buffers, Layer, layerAt, LINE, Plan, pointerAt, rowBytes, Scratch } from './plan';
import { stepNeurons } from './neuron';

/**
 * Simulates blocks `from` to `to` (exclusive) of layer `l`, one without lateral inhibition, from the events in `scratch`. Writes their masks and counts.
 * @param odd the input slot of the sample, which keys its dropout
 */
export function forwardBlocks(
  plan: Plan,
  l: i32,
  scratch: Scratch,
  buffers: Buffers,
  odd: i32,
  from: i32,
  to: i32,
): void {
  const layer = layerAt(plan, l);
  const stride = <usize>rowBytes(layer.units);
  const masks = pointerAt(buffers.masks, l + 1);
  const counts = pointerAt(buffers.counts, l + 1);
  const currents = scratch.blockCurrents;
  for (let block = from; block < to; block++) {
    sumBlock(plan, layer, block, scratch.stepStart, scratch.events, currents);
    for (let half: usize = 0; half < 2; half++) {
      const row = masks + ((<usize>block) << 1) + half;
      store<u8>(row, 0);
      advance(
        plan,
        layer,
        currents + (half << 5),
        1,
        row + stride,
        stride,
        counts + ((<usize>block) << 6) + (half << 5),
      );
    }
    if (layer.dropBelow != 0) dropSpikes(plan, l, scratch, odd, block, masks, counts);
  }
}

/** Currents of a block at steps 1 to the last, which lie from `currents` on. */
function sumBlock(plan: Plan, layer: Layer, block: i32, stepStart: usize, events: usize, currents: usize): void {
  const weights = layer.weights + <usize>block * <usize>layer.inputs * LINE;
  const zero = i32x4.splat(0);
  const lastStart = stepStart + ((<usize>plan.steps) << 2);
  let next = events;
  for (let start = stepStart + 4; start < lastStart; start += 4, currents += LINE) {
    const end = events + <usize>load<u32>(start);
    let x0 = zero,
      x1 = zero,
      x2 = zero,
      x3 = zero;
    for (; next < end; next += 2) {
      const line = weights + ((<usize>load<u16>(next)) << 6);
      x0 = f32x4.add(x0, v128.load(line));
      x1 = f32x4.add(x1, v128.load(line, 16));
      x2 = f32x4.add(x2, v128.load(line, 32));
      x3 = f32x4.add(x3, v128.load(line, 48));
    }
    v128.store(currents, x0);
    v128.store(currents, x1, 16);
    v128.store(currents, x2, 32);
    v128.store(currents, x3, 48);
  }
}

/**
 * Simulates a whole layer with lateral inhibition: its blocks advance together, step by step, because each neuron receives -w0 for every
 * other one that fired a step before. `state`: v, i, r for all blocks, f32[3][blocks][16].
 */
export function forwardInhibited(
  plan: Plan,
  layer: Layer,
  state: usize,
  stepStart: usize,
  events: usize,
  masks: usize,
  counts: usize,
): void {
  const steps = plan.steps;
  const stride = <usize>rowBytes(layer.units);
  const size = <usize>layer.blocks * LINE;
  const decayM = f32x4.splat(layer.decayM);
  const decayS = f32x4.splat(layer.decayS);
  const fireAbove = f32x4.splat(layer.fireAbove);
  const refractory = i32x4.splat(layer.refractory);
  const zero = i32x4.splat(0);
  const laneNumbers = i32x4(0, 1, 2, 3);
  const inhibition = f32x4.splat(layer.inhibition);
  memory.fill(state, 0, 3 * size);
  memory.fill(counts, 0, size);
  memory.fill(masks, 0, stride);
  let before = masks;
  let row = masks + stride;
  for (let t = 1; t < steps; t++, before = row, row += stride) {
    const begin = events + <usize>load<u32>(stepStart + ((<usize>(t - 1)) << 2));
    const end = events + <usize>load<u32>(stepStart + ((<usize>t) << 2));
    for (let quarter = 0; quarter < layer.blocks << 2; quarter++) {
      const block = quarter >> 2;
      const lane = (quarter & 3) << 2;
      const weights = layer.weights + <usize>block * <usize>layer.inputs * LINE + ((<usize>lane) << 2);
      let x = zero;
      for (let next = begin; next < end; next += 2)
        x = f32x4.add(x, v128.load(weights + ((<usize>load<u16>(next)) << 6)));
      const neurons = i32x4.add(laneNumbers, i32x4.splat((block << 4) + lane));
      for (let word: usize = 0; word < stride; word += 8) {
        let bits = load<u64>(before + word);
        while (bits != 0) {
          const fired = i32x4.splat(<i32>(word << 3) + <i32>ctz(bits));
          x = f32x4.sub(x, v128.andnot(inhibition, i32x4.eq(neurons, fired)));
          bits &= bits - 1;
        }
      }
      const fires = stepNeurons(state + ((<usize>quarter) << 4), size, x, decayM, decayS, fireAbove, refractory);
      const count = counts + ((<usize>quarter) << 4);
      v128.store(count, i32x4.sub(v128.load(count), fires));
      const bits = i32x4.bitmask(fires) << lane;
      const mask = row + ((<usize>block) << 1);
      store<u16>(mask, lane == 0 ? bits : load<u16>(mask) | bits);
    }
  }
}
