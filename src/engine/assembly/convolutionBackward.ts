// Convolution, backward: for each output position and block of 16 channels the e of every tap, once, for the side
// effect, the gradient and the error sent down. Positions are taken in fixed chunks; each chunk has gradient sums of
// its own, so that the order of additions does not depend on the threads.
import { Layer, LANES, LINE, Plan, Scratch } from './plan';
import { sideEffectFactor } from './backward';
import { channelsOf } from './convolution';
import { deltaOf } from './receive';
import { fillResponse } from './response';
import { spread } from './spread';
import { listTaps } from './taps';
import { workOf } from './work';

/**
 * Gradient sums and errors of one chunk of positions.
 * @param room of the input's trains
 * @param errorDown 0: nothing below learns
 */
export function backwardPositions(
  plan: Plan,
  l: i32,
  layer: Layer,
  scratch: Scratch,
  inputTrains: usize,
  inputCounts: usize,
  room: i32,
  trains: usize,
  counts: usize,
  chunk: i32,
  errorDown: usize,
  samples: f32,
): void {
  const from = chunk * layer.chunkPositions;
  const to = min(layer.positions, from + layer.chunkPositions);
  const bytes = <usize>(layer.blocks * layer.taps) * LINE;
  const sums = layer.partial + <usize>chunk * bytes;
  memory.fill(sums, 0, bytes);
  for (let position = from; position < to; position++) {
    const row = errorDown + ((<usize>(position * layer.taps)) << 2);
    if (errorDown != 0) memory.fill(row, 0, (<usize>layer.taps) << 2);
    for (let block = 0; block < layer.blocks; block++) {
      if (!loadLanes(plan, l, layer, scratch, counts, block, position)) continue;
      const firstArrival = listTaps(layer, scratch, position, inputTrains, inputCounts, room) + layer.refractory;
      const neuron = block * LANES * layer.positions + position;
      const lastFire = fillResponse(
        plan,
        layer,
        trains,
        counts,
        neuron,
        layer.positions,
        channelsOf(layer, block),
        firstArrival,
        scratch.laneMasks,
        scratch.response,
      );
      const weights = layer.weights + <usize>(block * layer.taps) * LINE;
      potentials(plan, layer, scratch, inputTrains, inputCounts, room, lastFire, weights);
      if (errorDown != 0) sendErrors(plan, layer, scratch, inputCounts, weights, row);
      if (errorDown != 0) workOf(scratch).sent += <f64>layer.taps;
      workOf(scratch).summed += <f64>scratch.activeTaps;
      addGradient(scratch, sums + <usize>(block * layer.taps) * LINE, samples);
    }
  }
}

/** delta and counts of the 16 channels of a block at a position; false when every delta is 0. */
function loadLanes(plan: Plan, l: i32, layer: Layer, scratch: Scratch, counts: usize, block: i32, position: i32): bool {
  const lanes = channelsOf(layer, block);
  let any = false;
  for (let lane = 0; lane < LANES; lane++) {
    const neuron = (block * LANES + lane) * layer.positions + position;
    const delta = lane < lanes ? deltaOf(plan, l, neuron) : 0;
    if (delta != 0) any = true;
    store<f32>(scratch.delta + ((<usize>lane) << 2), delta);
    store<i32>(
      scratch.laneCounts + ((<usize>lane) << 2),
      lane < lanes ? load<i32>(counts + ((<usize>neuron) << 2)) : 0,
    );
  }
  return any;
}

/**
 * e of each active tap (a line of the tile), the sum of w*e and, for silent neurons, of w over every tap inside the
 * image.
 */
function potentials(
  plan: Plan,
  layer: Layer,
  scratch: Scratch,
  inputTrains: usize,
  inputCounts: usize,
  room: i32,
  lastFire: i32,
  weights: usize,
): void {
  const zero = i32x4.splat(0);
  const scale = spread(layer, offsetof<Layer>('pspScale'));
  const silentPotential = f32x4.splat(0.1);
  const count = scratch.laneCounts;
  const q0 = i32x4.eq(v128.load(count), zero),
    q1 = i32x4.eq(v128.load(count, 16), zero),
    q2 = i32x4.eq(v128.load(count, 32), zero),
    q3 = i32x4.eq(v128.load(count, 48), zero);
  const arrivals = scratch.response + <usize>layer.refractory * LINE;
  let read = 0;
  let y0 = zero,
    y1 = zero,
    y2 = zero,
    y3 = zero;
  let z0 = zero,
    z1 = zero,
    z2 = zero,
    z3 = zero;
  let e = scratch.tile;
  const end = scratch.tapList + ((<usize>scratch.activeTaps) << 3);
  for (let next = scratch.tapList; next < end; next += 8, e += LINE) {
    const input = <usize>load<u32>(next);
    const times = inputTrains + ((input * <usize>room) << 1);
    const stop = times + ((<usize>load<i32>(inputCounts + (input << 2))) << 1);
    let e0 = zero,
      e1 = zero,
      e2 = zero,
      e3 = zero;
    let spike = times;
    for (; spike < stop; spike += 2) {
      const t = <usize>load<u16>(spike);
      if (<i32>t + layer.refractory > lastFire) break;
      const g = arrivals + (t << 6);
      e0 = f32x4.add(e0, v128.load(g));
      e1 = f32x4.add(e1, v128.load(g, 16));
      e2 = f32x4.add(e2, v128.load(g, 32));
      e3 = f32x4.add(e3, v128.load(g, 48));
    }
    read += (<i32>(spike - times)) >> 1;
    e0 = v128.bitselect(silentPotential, f32x4.mul(e0, scale), q0);
    e1 = v128.bitselect(silentPotential, f32x4.mul(e1, scale), q1);
    e2 = v128.bitselect(silentPotential, f32x4.mul(e2, scale), q2);
    e3 = v128.bitselect(silentPotential, f32x4.mul(e3, scale), q3);
    v128.store(e, e0);
    v128.store(e, e1, 16);
    v128.store(e, e2, 32);
    v128.store(e, e3, 48);
    const w = weights + ((<usize>load<u32>(next, 4)) << 6);
    const w0 = v128.load(w),
      w1 = v128.load(w, 16),
      w2 = v128.load(w, 32),
      w3 = v128.load(w, 48);
    y0 = f32x4.add(y0, f32x4.mul(w0, e0));
    y1 = f32x4.add(y1, f32x4.mul(w1, e1));
    y2 = f32x4.add(y2, f32x4.mul(w2, e2));
    y3 = f32x4.add(y3, f32x4.mul(w3, e3));
    z0 = f32x4.add(z0, w0);
    z1 = f32x4.add(z1, w1);
    z2 = f32x4.add(z2, w2);
    z3 = f32x4.add(z3, w3);
  }
  const last = scratch.tapList + ((<usize>layer.taps) << 3);
  for (let next = scratch.silentTaps; next < last; next += 8) {
    const w = weights + ((<usize>load<u32>(next, 4)) << 6);
    z0 = f32x4.add(z0, v128.load(w));
    z1 = f32x4.add(z1, v128.load(w, 16));
    z2 = f32x4.add(z2, v128.load(w, 32));
    z3 = f32x4.add(z3, v128.load(w, 48));
  }
  const work = workOf(scratch);
  work.read += <f64>read;
  work.potentials += <f64>scratch.activeTaps;
  work.weighed += <f64>scratch.activeTaps;
  setScale(plan, layer, scratch, 0, y0, z0);
  setScale(plan, layer, scratch, 16, y1, z1);
  setScale(plan, layer, scratch, 32, y2, z2);
  setScale(plan, layer, scratch, 48, y3, z3);
}

/** delta * (1 + side effect) of four lanes. */
@inline
function setScale(plan: Plan, layer: Layer, scratch: Scratch, offset: usize, weighted: v128, weights: v128): void {
  const delta = v128.load(scratch.delta + offset);
  let scale = delta;
  if (plan.sideEffect != 0) {
    const count = f32x4.convert_i32x4_s(v128.load(scratch.laneCounts + offset));
    scale = f32x4.mul(scale, sideEffectFactor(plan, layer, weighted, weights, count));
  }
  v128.store(scratch.scales + offset, v128.andnot(scale, f32x4.eq(delta, f32x4.splat(0))));
}


@inline
function sumOfLanes(p0: v128, p1: v128, p2: v128, p3: v128): f32 {
  const p = f32x4.add(f32x4.add(p0, p1), f32x4.add(p2, p3));
  return f32x4.extract_lane(p, 0) + f32x4.extract_lane(p, 1) + (f32x4.extract_lane(p, 2) + f32x4.extract_lane(p, 3));
}

/** Adds sum over the lanes of delta * w * r to the partial error of each tap inside the image. */
function sendErrors(plan: Plan, layer: Layer, scratch: Scratch, inputCounts: usize, weights: usize, row: usize): void {
  const zero = i32x4.splat(0);
  const one = f32x4.splat(1);
  const count = scratch.laneCounts;
  const q0 = i32x4.eq(v128.load(count), zero),
    q1 = i32x4.eq(v128.load(count, 16), zero),
    q2 = i32x4.eq(v128.load(count, 32), zero),
    q3 = i32x4.eq(v128.load(count, 48), zero);
  const delta = scratch.delta;
  const d0 = v128.load(delta),
    d1 = v128.load(delta, 16),
    d2 = v128.load(delta, 32),
    d3 = v128.load(delta, 48);
  let e = scratch.tile;
  const activeEnd = scratch.tapList + ((<usize>scratch.activeTaps) << 3);
  for (let next = scratch.tapList; next < activeEnd; next += 8, e += LINE) {
    const tap = <usize>load<u32>(next, 4);
    const w = weights + (tap << 6);
    let p0 = f32x4.mul(d0, v128.load(w)),
      p1 = f32x4.mul(d1, v128.load(w, 16)),
      p2 = f32x4.mul(d2, v128.load(w, 32)),
      p3 = f32x4.mul(d3, v128.load(w, 48));
    if (plan.effectRatio) {
      const perSpike = f32x4.splat(1 / <f32>load<i32>(inputCounts + ((<usize>load<u32>(next)) << 2)));
      p0 = f32x4.mul(p0, v128.bitselect(one, f32x4.mul(v128.load(e), perSpike), q0));
      p1 = f32x4.mul(p1, v128.bitselect(one, f32x4.mul(v128.load(e, 16), perSpike), q1));
      p2 = f32x4.mul(p2, v128.bitselect(one, f32x4.mul(v128.load(e, 32), perSpike), q2));
      p3 = f32x4.mul(p3, v128.bitselect(one, f32x4.mul(v128.load(e, 48), perSpike), q3));
    }
    const out = row + (tap << 2);
    store<f32>(out, load<f32>(out) + sumOfLanes(p0, p1, p2, p3));
  }
  const end = scratch.tapList + ((<usize>layer.taps) << 3);
  for (let next = scratch.silentTaps; next < end; next += 8) {
    const tap = <usize>load<u32>(next, 4);
    const w = weights + (tap << 6);
    const out = row + (tap << 2);
    store<f32>(
      out,
      load<f32>(out) +
        sumOfLanes(
          f32x4.mul(d0, v128.load(w)),
          f32x4.mul(d1, v128.load(w, 16)),
          f32x4.mul(d2, v128.load(w, 32)),
          f32x4.mul(d3, v128.load(w, 48)),
        ),
    );
  }
}

/** Adds scale * e / samples to the chunk's gradient sums. */
function addGradient(scratch: Scratch, sums: usize, samples: f32): void {
  const n = f32x4.splat(samples);
  const scales = scratch.scales;
  const c0 = f32x4.div(v128.load(scales), n),
    c1 = f32x4.div(v128.load(scales, 16), n),
    c2 = f32x4.div(v128.load(scales, 32), n),
    c3 = f32x4.div(v128.load(scales, 48), n);
  let e = scratch.tile;
  const end = scratch.tapList + ((<usize>scratch.activeTaps) << 3);
  for (let next = scratch.tapList; next < end; next += 8, e += LINE) {
    const sum = sums + ((<usize>load<u32>(next, 4)) << 6);
    v128.store(sum, f32x4.add(v128.load(sum), f32x4.mul(c0, v128.load(e))));
    v128.store(sum, f32x4.add(v128.load(sum, 16), f32x4.mul(c1, v128.load(e, 16))), 16);
    v128.store(sum, f32x4.add(v128.load(sum, 32), f32x4.mul(c2, v128.load(e, 32))), 32);
    v128.store(sum, f32x4.add(v128.load(sum, 48), f32x4.mul(c3, v128.load(e, 48))), 48);
  }
}

/** Adds the sums of all chunks of positions, in order, to the gradient of the batch: one chunk of taps of one block. */
export function collectGradient(layer: Layer, block: i32, chunk: i32): void {
  const begin = chunk * layer.chunkWidth;
  const offset = <usize>(block * layer.taps + begin) * LINE;
  const bytes = <usize>(min(layer.taps, begin + layer.chunkWidth) - begin) * LINE;
  const stride = <usize>(layer.blocks * layer.taps) * LINE;
  const gradient = layer.gradient + offset;
  for (let at: usize = 0; at < bytes; at += 16) {
    let sum = v128.load(gradient + at);
    let part = layer.partial + offset + at;
    for (let positions = 0; positions < layer.positionChunks; positions++, part += stride)
      sum = f32x4.add(sum, v128.load(part));
    v128.store(gradient + at, sum);
  }
}
