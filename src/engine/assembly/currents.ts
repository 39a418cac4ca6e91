// Forward pass of convolution and pooling, 16 neurons at a time: first the currents of all steps, one input train after the other (so that the sum of a
// step has the order of the inputs), then the membranes through the steps.
import { LINE, Plan } from './plan';

/** Adds a line of 16 weights to the currents at each step after a spike: f32[steps + 1][16], row t + 1 for a spike at t. */
@inline
export function addTrain(currents: usize, line: usize, times: usize, count: i32): void {
  const w0 = v128.load(line), w1 = v128.load(line, 16), w2 = v128.load(line, 32), w3 = v128.load(line, 48);
  const end = times + (<usize>count << 1);
  for (let next = times; next < end; next += 2) {
    const x = currents + (<usize>load<u16>(next) << 6);
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
export function integrate(plan: Plan, fireAbove: f32, currents: usize, first: i32, masks: usize, neuron: i32, pitch: i32, lanes: i32, trains: usize, counts: usize): void {
  store<u64>(masks + (<usize>(first & ~3) << 1), 0);
  store<u64>(masks + (<usize>(plan.steps & ~3) << 1), 0);
  for (let lane = 0; lane < lanes; lane++) store<i32>(counts + (<usize>(neuron + lane * pitch) << 2), 0);
  if (plan.refractory == 2) advance(plan, fireAbove, currents, first, masks, true);
  else advance(plan, fireAbove, currents, first, masks, false);
  appendSpikes(plan, masks, first, neuron, pitch, trains, counts);
}

/**
 * The masks of steps `first` to the last.
 * @param two the refractory time is two steps: who rests is known from who fired in these; otherwise each lane counts
 */
@inline
function advance(plan: Plan, fireAboveOf: f32, currents: usize, first: i32, masks: usize, two: bool): void {
  const steps = plan.steps;
  const decayM = f32x4.splat(plan.decayM);
  const decayS = f32x4.splat(plan.decayS);
  const fireAbove = f32x4.splat(fireAboveOf);
  const zero = i32x4.splat(0);
  let v0 = zero, v1 = zero, v2 = zero, v3 = zero;
  let i0 = zero, i1 = zero, i2 = zero, i3 = zero;
  // two: who fired two steps and one step ago; otherwise r counts refractory steps
  let r0 = zero, r1 = zero, r2 = zero, r3 = zero;
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero;
  let x = currents + <usize>first * LINE;
  for (let t = first; t < steps; t++, x += LINE) {
    i0 = f32x4.add(f32x4.sub(i0, f32x4.mul(i0, decayS)), v128.load(x));
    i1 = f32x4.add(f32x4.sub(i1, f32x4.mul(i1, decayS)), v128.load(x, 16));
    i2 = f32x4.add(f32x4.sub(i2, f32x4.mul(i2, decayS)), v128.load(x, 32));
    i3 = f32x4.add(f32x4.sub(i3, f32x4.mul(i3, decayS)), v128.load(x, 48));
    v128.store(x, zero);
    v128.store(x, zero, 16);
    v128.store(x, zero, 32);
    v128.store(x, zero, 48);
    v0 = f32x4.add(f32x4.sub(v0, f32x4.mul(v0, decayM)), f32x4.mul(i0, decayS));
    v1 = f32x4.add(f32x4.sub(v1, f32x4.mul(v1, decayM)), f32x4.mul(i1, decayS));
    v2 = f32x4.add(f32x4.sub(v2, f32x4.mul(v2, decayM)), f32x4.mul(i2, decayS));
    v3 = f32x4.add(f32x4.sub(v3, f32x4.mul(v3, decayM)), f32x4.mul(i3, decayS));
    const h0 = two ? v128.or(a0, r0) : i32x4.gt_s(r0, zero), h1 = two ? v128.or(a1, r1) : i32x4.gt_s(r1, zero);
    const h2 = two ? v128.or(a2, r2) : i32x4.gt_s(r2, zero), h3 = two ? v128.or(a3, r3) : i32x4.gt_s(r3, zero);
    v0 = v128.andnot(v0, h0);
    v1 = v128.andnot(v1, h1);
    v2 = v128.andnot(v2, h2);
    v3 = v128.andnot(v3, h3);
    const f0 = f32x4.gt(v0, fireAbove), f1 = f32x4.gt(v1, fireAbove), f2 = f32x4.gt(v2, fireAbove), f3 = f32x4.gt(v3, fireAbove);
    if (two) {
      // Who fires need not be set to 0: the next step does that.
      r0 = a0;
      r1 = a1;
      r2 = a2;
      r3 = a3;
      a0 = f0;
      a1 = f1;
      a2 = f2;
      a3 = f3;
    } else {
      v0 = v128.andnot(v0, f0);
      v1 = v128.andnot(v1, f1);
      v2 = v128.andnot(v2, f2);
      v3 = v128.andnot(v3, f3);
      const refractory = i32x4.splat(plan.refractory);
      r0 = v128.bitselect(refractory, i32x4.add(r0, h0), f0);
      r1 = v128.bitselect(refractory, i32x4.add(r1, h1), f1);
      r2 = v128.bitselect(refractory, i32x4.add(r2, h2), f2);
      r3 = v128.bitselect(refractory, i32x4.add(r3, h3), f3);
    }
    store<u16>(masks + (<usize>t << 1), <u16>i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(f0, f1), i16x8.narrow_i32x4_s(f2, f3))));
  }
  // Spikes at the last step have written a row that no step reads.
  v128.store(x, zero);
  v128.store(x, zero, 16);
  v128.store(x, zero, 32);
  v128.store(x, zero, 48);
}

/** Trains of 16 neurons from their masks of steps `first` to the last, four steps at a time. */
function appendSpikes(plan: Plan, masks: usize, first: i32, neuron: i32, pitch: i32, trains: usize, counts: usize): void {
  for (let start = first & ~3; start < plan.steps; start += 4) {
    let bits = load<u64>(masks + (<usize>start << 1));
    while (bits != 0) {
      const bit = <i32>ctz(bits);
      const fired = neuron + (bit & 15) * pitch;
      const count = load<i32>(counts + (<usize>fired << 2));
      store<u16>(trains + (<usize>(fired * plan.mostSpikes + count) << 1), <u16>(start + (bit >> 4)));
      store<i32>(counts + (<usize>fired << 2), count + 1);
      bits &= bits - 1;
    }
  }
}
