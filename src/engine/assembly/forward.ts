// Leaky integrate-and-fire simulation (docs/numerics.md, "Simulation"). A block of 16 neurons keeps its state in SIMD registers
// through all steps; each input spike adds one 64-byte line of weights.
import { Layer, LINE, Plan, rowBytes } from './plan';
import { stepNeurons } from './neuron';

/** Simulates block `block` of a layer without lateral inhibition. Writes its masks and counts. */
export function forwardBlock(plan: Plan, layer: Layer, block: i32, stepStart: usize, events: usize, masks: usize, counts: usize): void {
  const steps = plan.steps;
  const stride = <usize>rowBytes(layer.units);
  const weights = layer.weights + <usize>block * <usize>layer.inputs * LINE;
  const decayM = f32x4.splat(plan.decayM);
  const decayS = f32x4.splat(plan.decayS);
  const fireAbove = f32x4.splat(layer.fireAbove);
  const refractory = i32x4.splat(plan.refractory);
  const zero = i32x4.splat(0);
  let v0 = zero, v1 = zero, v2 = zero, v3 = zero;
  let i0 = zero, i1 = zero, i2 = zero, i3 = zero;
  let r0 = zero, r1 = zero, r2 = zero, r3 = zero;
  let n0 = zero, n1 = zero, n2 = zero, n3 = zero;
  let row = masks + (<usize>block << 1);
  store<u16>(row, 0);
  let next = events;
  for (let t = 1; t < steps; t++) {
    const end = events + <usize>load<u32>(stepStart + (<usize>t << 2));
    let x0 = zero, x1 = zero, x2 = zero, x3 = zero;
    for (; next < end; next += 2) {
      const line = weights + (<usize>load<u16>(next) << 6);
      x0 = f32x4.add(x0, v128.load(line));
      x1 = f32x4.add(x1, v128.load(line, 16));
      x2 = f32x4.add(x2, v128.load(line, 32));
      x3 = f32x4.add(x3, v128.load(line, 48));
    }
    i0 = f32x4.add(f32x4.sub(i0, f32x4.mul(i0, decayS)), x0);
    i1 = f32x4.add(f32x4.sub(i1, f32x4.mul(i1, decayS)), x1);
    i2 = f32x4.add(f32x4.sub(i2, f32x4.mul(i2, decayS)), x2);
    i3 = f32x4.add(f32x4.sub(i3, f32x4.mul(i3, decayS)), x3);
    v0 = f32x4.add(f32x4.sub(v0, f32x4.mul(v0, decayM)), f32x4.mul(i0, decayS));
    v1 = f32x4.add(f32x4.sub(v1, f32x4.mul(v1, decayM)), f32x4.mul(i1, decayS));
    v2 = f32x4.add(f32x4.sub(v2, f32x4.mul(v2, decayM)), f32x4.mul(i2, decayS));
    v3 = f32x4.add(f32x4.sub(v3, f32x4.mul(v3, decayM)), f32x4.mul(i3, decayS));
    const h0 = i32x4.gt_s(r0, zero), h1 = i32x4.gt_s(r1, zero), h2 = i32x4.gt_s(r2, zero), h3 = i32x4.gt_s(r3, zero);
    v0 = v128.andnot(v0, h0);
    v1 = v128.andnot(v1, h1);
    v2 = v128.andnot(v2, h2);
    v3 = v128.andnot(v3, h3);
    const f0 = f32x4.gt(v0, fireAbove), f1 = f32x4.gt(v1, fireAbove), f2 = f32x4.gt(v2, fireAbove), f3 = f32x4.gt(v3, fireAbove);
    v0 = v128.andnot(v0, f0);
    v1 = v128.andnot(v1, f1);
    v2 = v128.andnot(v2, f2);
    v3 = v128.andnot(v3, f3);
    r0 = v128.bitselect(refractory, i32x4.add(r0, h0), f0);
    r1 = v128.bitselect(refractory, i32x4.add(r1, h1), f1);
    r2 = v128.bitselect(refractory, i32x4.add(r2, h2), f2);
    r3 = v128.bitselect(refractory, i32x4.add(r3, h3), f3);
    n0 = i32x4.sub(n0, f0);
    n1 = i32x4.sub(n1, f1);
    n2 = i32x4.sub(n2, f2);
    n3 = i32x4.sub(n3, f3);
    row += stride;
    store<u16>(row, i32x4.bitmask(f0) | (i32x4.bitmask(f1) << 4) | (i32x4.bitmask(f2) << 8) | (i32x4.bitmask(f3) << 12));
  }
  const count = counts + (<usize>block << 6);
  v128.store(count, n0);
  v128.store(count, n1, 16);
  v128.store(count, n2, 32);
  v128.store(count, n3, 48);
}

/**
 * Simulates a whole layer with lateral inhibition: its blocks advance together, step by step, because each neuron receives -w0 for every
 * other one that fired a step before. `state`: v, i, r for all blocks, f32[3][blocks][16].
 */
export function forwardInhibited(plan: Plan, layer: Layer, state: usize, stepStart: usize, events: usize, masks: usize, counts: usize): void {
  const steps = plan.steps;
  const stride = <usize>rowBytes(layer.units);
  const size = <usize>layer.blocks * LINE;
  const decayM = f32x4.splat(plan.decayM);
  const decayS = f32x4.splat(plan.decayS);
  const fireAbove = f32x4.splat(layer.fireAbove);
  const refractory = i32x4.splat(plan.refractory);
  const zero = i32x4.splat(0);
  const laneNumbers = i32x4(0, 1, 2, 3);
  const inhibition = f32x4.splat(layer.inhibition);
  memory.fill(state, 0, 3 * size);
  memory.fill(counts, 0, size);
  memory.fill(masks, 0, stride);
  let before = masks;
  let row = masks + stride;
  for (let t = 1; t < steps; t++, before = row, row += stride) {
    const begin = events + <usize>load<u32>(stepStart + (<usize>(t - 1) << 2));
    const end = events + <usize>load<u32>(stepStart + (<usize>t << 2));
    for (let quarter = 0; quarter < layer.blocks << 2; quarter++) {
      const block = quarter >> 2;
      const lane = (quarter & 3) << 2;
      const weights = layer.weights + <usize>block * <usize>layer.inputs * LINE + (<usize>lane << 2);
      let x = zero;
      for (let next = begin; next < end; next += 2) x = f32x4.add(x, v128.load(weights + (<usize>load<u16>(next) << 6)));
      const neurons = i32x4.add(laneNumbers, i32x4.splat((block << 4) + lane));
      for (let word: usize = 0; word < stride; word += 8) {
        let bits = load<u64>(before + word);
        while (bits != 0) {
          const fired = i32x4.splat(<i32>(word << 3) + <i32>ctz(bits));
          x = f32x4.sub(x, v128.andnot(inhibition, i32x4.eq(neurons, fired)));
          bits &= bits - 1;
        }
      }
      const fires = stepNeurons(state + (<usize>quarter << 4), size, x, decayM, decayS, fireAbove, refractory);
      const count = counts + (<usize>quarter << 4);
      v128.store(count, i32x4.sub(v128.load(count), fires));
      const bits = i32x4.bitmask(fires) << lane;
      const mask = row + (<usize>block << 1);
      store<u16>(mask, lane == 0 ? bits : load<u16>(mask) | bits);
    }
  }
}
