// Fixed recurrent layer: every neuron also receives what the others fired one step before, so that its blocks advance
// together.
import { Layer, LINE, Plan, rowBytes } from './plan';
import { stepNeurons } from './neuron';
import { spread } from './spread';

/** Sum of the weight lines of the neurons whose bits are set in a mask row, in ascending order; four lanes. */
@inline
function addFired(x: v128, weights: usize, row: usize, bytes: usize): v128 {
  for (let word: usize = 0; word < bytes; word += 8) {
    let bits = load<u64>(row + word);
    while (bits != 0) {
      x = f32x4.add(x, v128.load(weights + (((word << 3) + <usize>ctz(bits)) << 6)));
      bits &= bits - 1;
    }
  }
  return x;
}

/**
 * Simulates a whole reservoir. Weights `[block][inputs, then units][16]`; `state`: v, i, r of all blocks,
 * f32[3][blocks][16].
 */
export function forwardReservoir(
  plan: Plan,
  layer: Layer,
  state: usize,
  stepStart: usize,
  events: usize,
  masks: usize,
  counts: usize,
): void {
  const stride = <usize>rowBytes(layer.units);
  const size = <usize>layer.blocks * LINE;
  const decayM = spread(layer, offsetof<Layer>('decayM'));
  const decayS = spread(layer, offsetof<Layer>('decayS'));
  const fireAbove = spread(layer, offsetof<Layer>('fireAbove'));
  const refractory = spread(layer, offsetof<Layer>('refractory'));
  const columns = <usize>layer.taps;
  memory.fill(state, 0, 3 * size);
  memory.fill(counts, 0, size);
  memory.fill(masks, 0, stride);
  let before = masks;
  let row = masks + stride;
  for (let t = 1; t < plan.steps; t++, before = row, row += stride) {
    const begin = events + <usize>load<u32>(stepStart + ((<usize>(t - 1)) << 2));
    const end = events + <usize>load<u32>(stepStart + ((<usize>t) << 2));
    for (let quarter = 0; quarter < layer.blocks << 2; quarter++) {
      const block = quarter >> 2;
      const lane = (quarter & 3) << 2;
      const weights = layer.weights + <usize>block * columns * LINE + ((<usize>lane) << 2);
      let x = i32x4.splat(0);
      for (let next = begin; next < end; next += 2)
        x = f32x4.add(x, v128.load(weights + ((<usize>load<u16>(next)) << 6)));
      x = addFired(x, weights + <usize>layer.inputs * LINE, before, stride);
      const fires = stepNeurons(state + ((<usize>quarter) << 4), size, x, decayM, decayS, fireAbove, refractory);
      const count = counts + ((<usize>quarter) << 4);
      v128.store(count, i32x4.sub(v128.load(count), fires));
      const bits = i32x4.bitmask(fires) << lane;
      const mask = row + ((<usize>block) << 1);
      store<u16>(mask, lane == 0 ? bits : load<u16>(mask) | bits);
    }
  }
}
