// Forward pass in two: first the currents of all steps, then the membranes through the steps. Convolution and pooling
// add one input train after the other, so that the sum of a step has the order of the inputs; a dense layer
// (forward.ts) adds step by step.
import { Layer, LINE, Plan } from './plan';
import { spread } from './spread';

/**
 * Adds a line of 16 weights to the currents at each step after a spike: f32[steps + 1][16], row t + 1 for a spike at t.
 */
@inline
export function addTrain(currents: usize, line: usize, times: usize, count: i32): void {
  const w0 = v128.load(line),
    w1 = v128.load(line, 16),
    w2 = v128.load(line, 32),
    w3 = v128.load(line, 48);
  const end = times + ((<usize>count) << 1);
  for (let next = times; next < end; next += 2) {
    const x = currents + ((<usize>load<u16>(next)) << 6);
    v128.store(x, f32x4.add(v128.load(x, 64), w0), 64);
    v128.store(x, f32x4.add(v128.load(x, 80), w1), 80);
    v128.store(x, f32x4.add(v128.load(x, 96), w2), 96);
    v128.store(x, f32x4.add(v128.load(x, 112), w3), 112);
  }
}

/**
 * Simulates 16 neurons from their currents and clears these.
 * @param first step before which nothing arrives; `steps` if nothing does
 * @param masks u16[steps + 4], scratch
 * @param neuron number of the first one; the next is `pitch` further, and there are `lanes`
 * @param trains u16[neurons][mostSpikes]
 * @param counts i32[neurons]
 */
export function integrate(
  plan: Plan,
  layer: Layer,
  currents: usize,
  first: i32,
  masks: usize,
  neuron: i32,
  pitch: i32,
  lanes: i32,
  trains: usize,
  counts: usize,
): void {
  store<u64>(masks + ((<usize>(first & ~3)) << 1), 0);
  store<u64>(masks + ((<usize>(plan.steps & ~3)) << 1), 0);
  for (let lane = 0; lane < lanes; lane++) store<i32>(counts + ((<usize>(neuron + lane * pitch)) << 2), 0);
  const row = masks + ((<usize>first) << 1);
  const x = currents + <usize>first * LINE;
  advance(plan, layer, x, first, row, 2, 0);
  advance(plan, layer, x + 32, first, row + 1, 2, 0);
  // Spikes at the last step have written a row that no step reads.
  memory.fill(x, 0, <usize>(plan.steps + 1 - first) * LINE);
  appendSpikes(plan, layer, masks, first, neuron, pitch, trains, counts);
}

/**
 * Membranes of 8 neurons through the steps `first` to the last: as many as keep their state in registers.
 * @param x their currents at step `first`; the next step's are a line further
 * @param row where their byte of the mask of step `first` goes; the next step's is `stride` bytes further
 * @param counts i32[8], or 0
 */
export function advance(
  plan: Plan,
  layer: Layer,
  x: usize,
  first: i32,
  row: usize,
  stride: usize,
  counts: usize,
): void {
  if (layer.refractory == 2) advanceResting(plan, layer, x, first, row, stride, counts, true);
  else advanceResting(plan, layer, x, first, row, stride, counts, false);
}

/**
 * @param two the refractory time is two steps: who rests is known from who fired in these; otherwise each lane counts
 */
@inline
function advanceResting(
  plan: Plan,
  layer: Layer,
  x: usize,
  first: i32,
  row: usize,
  stride: usize,
  counts: usize,
  two: bool,
): void {
  const steps = plan.steps;
  const decayM = spread(layer, offsetof<Layer>('decayM'));
  const decayS = spread(layer, offsetof<Layer>('decayS'));
  const fireAbove = spread(layer, offsetof<Layer>('fireAbove'));
  const zero = i32x4.splat(0);
  let v0 = zero,
    v1 = zero,
    i0 = zero,
    i1 = zero,
    n0 = zero,
    n1 = zero;
  // two: who fired two steps and one step ago; otherwise r counts refractory steps
  let r0 = zero,
    r1 = zero,
    a0 = zero,
    a1 = zero;
  for (let t = first; t < steps; t++, x += LINE, row += stride) {
    i0 = f32x4.add(f32x4.sub(i0, f32x4.mul(i0, decayS)), v128.load(x));
    i1 = f32x4.add(f32x4.sub(i1, f32x4.mul(i1, decayS)), v128.load(x, 16));
    v0 = f32x4.add(f32x4.sub(v0, f32x4.mul(v0, decayM)), f32x4.mul(i0, decayS));
    v1 = f32x4.add(f32x4.sub(v1, f32x4.mul(v1, decayM)), f32x4.mul(i1, decayS));
    const h0 = two ? v128.or(a0, r0) : i32x4.gt_s(r0, zero),
      h1 = two ? v128.or(a1, r1) : i32x4.gt_s(r1, zero);
    v0 = v128.andnot(v0, h0);
    v1 = v128.andnot(v1, h1);
    const f0 = f32x4.gt(v0, fireAbove),
      f1 = f32x4.gt(v1, fireAbove);
    if (two) {
      // Who fires need not be set to 0: the next step does that.
      r0 = a0;
      r1 = a1;
      a0 = f0;
      a1 = f1;
    } else {
      v0 = v128.andnot(v0, f0);
      v1 = v128.andnot(v1, f1);
      const refractory = spread(layer, offsetof<Layer>('refractory'));
      r0 = v128.bitselect(refractory, i32x4.add(r0, h0), f0);
      r1 = v128.bitselect(refractory, i32x4.add(r1, h1), f1);
    }
    n0 = i32x4.sub(n0, f0);
    n1 = i32x4.sub(n1, f1);
    store<u8>(row, i32x4.bitmask(f0) | (i32x4.bitmask(f1) << 4));
  }
  if (counts == 0) return;
  v128.store(counts, n0);
  v128.store(counts, n1, 16);
}

/** Trains of 16 neurons from their masks of steps `first` to the last, four steps at a time. */
function appendSpikes(
  plan: Plan,
  layer: Layer,
  masks: usize,
  first: i32,
  neuron: i32,
  pitch: i32,
  trains: usize,
  counts: usize,
): void {
  for (let start = first & ~3; start < plan.steps; start += 4) {
    let bits = load<u64>(masks + ((<usize>start) << 1));
    while (bits != 0) {
      const bit = <i32>ctz(bits);
      const fired = neuron + (bit & 15) * pitch;
      const count = load<i32>(counts + ((<usize>fired) << 2));
      store<u16>(trains + ((<usize>(fired * layer.mostSpikes + count)) << 1), <u16>(start + (bit >> 4)));
      store<i32>(counts + ((<usize>fired) << 2), count + 1);
      bits &= bits - 1;
    }
  }
}
