// Dense layers with lateral inhibition, outputs mostly: their neurons are coupled step by step, so that all blocks
// advance together.
import { stepNeurons } from './neuron';
import { Layer, LINE, Plan, rowBytes, Scratch } from './plan';
import { spread } from './spread';
import { sumBlock } from './sums';
import { workOf } from './work';

/** What four neurons lose for each other one of the layer that fired a step before, in ascending order. */
@inline
function inhibited(x: v128, inhibition: v128, neurons: v128, before: usize, stride: usize): v128 {
  for (let word: usize = 0; word < stride; word += 8) {
    let bits = load<u64>(before + word);
    while (bits != 0) {
      const fired = i32x4.splat(<i32>(word << 3) + <i32>ctz(bits));
      x = f32x4.sub(x, v128.andnot(inhibition, i32x4.eq(neurons, fired)));
      bits &= bits - 1;
    }
  }
  return x;
}

/**
 * Simulates a whole layer from the events in `scratch`. Each neuron receives -w0 for every other one that fired a step
 * before. Writes masks and counts.
 */
export function forwardInhibited(plan: Plan, layer: Layer, scratch: Scratch, masks: usize, counts: usize): void {
  const state = scratch.state; // v, i, r of all blocks: f32[3][blocks][16]
  const stride = <usize>rowBytes(layer.units);
  const size = <usize>layer.blocks * LINE;
  const quarters = (layer.units + 3) >> 2;
  const decayM = spread(layer, offsetof<Layer>('decayM'));
  const decayS = spread(layer, offsetof<Layer>('decayS'));
  const fireAbove = spread(layer, offsetof<Layer>('fireAbove'));
  const refractory = spread(layer, offsetof<Layer>('refractory'));
  const inhibition = spread(layer, offsetof<Layer>('inhibition'));
  const laneNumbers = i32x4(0, 1, 2, 3);
  for (let block = 0; block < layer.blocks; block++)
    sumBlock(plan, layer, block, scratch, scratch.blockCurrents + ((<usize>block) << 6), size);
  workOf(scratch).advanced += <f64>((plan.steps - 1) * layer.blocks);
  memory.fill(state, 0, 3 * size);
  memory.fill(counts, 0, size);
  memory.fill(masks, 0, stride);
  let before = masks;
  let row = masks + stride;
  let currents = scratch.blockCurrents;
  for (let t = 1; t < plan.steps; t++, before = row, row += stride, currents += size) {
    for (let word = 0; word << 4 < quarters; word++) {
      let fired: u64 = 0; // stored whole: the next step would wait for parts to be put together
      const end = min(quarters, (word + 1) << 4);
      for (let quarter = word << 4; quarter < end; quarter++) {
        const at = (<usize>quarter) << 4;
        const neurons = i32x4.add(laneNumbers, i32x4.splat(quarter << 2));
        const x = inhibited(v128.load(currents + at), inhibition, neurons, before, stride);
        const fires = stepNeurons(state + at, size, x, decayM, decayS, fireAbove, refractory);
        const count = counts + at;
        v128.store(count, i32x4.sub(v128.load(count), fires));
        fired |= u64(i32x4.bitmask(fires)) << u64((quarter & 15) << 2);
      }
      store<u64>(row + ((<usize>word) << 3), fired);
    }
  }
}
