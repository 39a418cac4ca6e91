// Optimiser step of one block over one chunk of inputs, fused with the regulariser and, at batch size 1, with the data
// gradient: one pass over the weights, the largest stage of a fresh sample.
import { Control, Layer, LINE, Plan, Scratch } from './plan';
import { lineOf, statsOf } from './backward';
import { workOf } from './work';

/** Moments below 2^-100 are zero: they change no weight, and subnormal numbers are slow. */
const TINY: f32 = 7.888609052210118e-31;


@inline
function flush(x: v128): v128 {
  return v128.and(x, f32x4.ge(f32x4.abs(x), f32x4.splat(TINY)));
}

/**
 * Regulariser's factor for four lanes: lambda*beta/limit * exp(beta*(q - 1)); notes a layer whose weights are not
 * finite.
 */
export function regularizerScale(
  layer: Layer,
  layerIndex: i32,
  control: Control,
  block: i32,
  lane: i32,
  parity: i32,
): v128 {
  let squares = f32x4.splat(0);
  for (let chunk = 0; chunk < layer.chunks; chunk++) {
    squares = f32x4.add(squares, v128.load(statsOf(layer, parity, block, chunk) + ((<usize>lane) << 2)));
  }
  const all =
    f32x4.extract_lane(squares, 0) +
    f32x4.extract_lane(squares, 1) +
    f32x4.extract_lane(squares, 2) +
    f32x4.extract_lane(squares, 3);
  if (!isFinite<f32>(all)) control.brokenLayer = layerIndex + 1;
  if (layer.regScale == 0) return f32x4.splat(0);
  let scale = f32x4.splat(0);
  scale = f32x4.replace_lane(scale, 0, expScale(layer, f32x4.extract_lane(squares, 0)));
  scale = f32x4.replace_lane(scale, 1, expScale(layer, f32x4.extract_lane(squares, 1)));
  scale = f32x4.replace_lane(scale, 2, expScale(layer, f32x4.extract_lane(squares, 2)));
  return f32x4.replace_lane(scale, 3, expScale(layer, f32x4.extract_lane(squares, 3)));
}


@inline
function expScale(layer: Layer, squares: f32): f32 {
  return <f32>(<f64>layer.regScale * NativeMath.exp(<f64>layer.regBeta * (<f64>(squares * layer.regMean) - 1)));
}


@inline
function stepQuarter(
  adam: bool,
  w: usize,
  m: usize,
  v: usize,
  g: v128,
  rate: v128,
  rootScale: v128,
  b1: v128,
  ob1: v128,
  b2: v128,
  ob2: v128,
  eps: v128,
): v128 {
  const weight = v128.load(w);
  if (adam) {
    const first = flush(f32x4.add(f32x4.mul(b1, v128.load(m)), f32x4.mul(ob1, g)));
    const second = flush(f32x4.add(f32x4.mul(b2, v128.load(v)), f32x4.mul(f32x4.mul(ob2, g), g)));
    v128.store(m, first);
    v128.store(v, second);
    const root = f32x4.add(f32x4.mul(f32x4.sqrt(second), rootScale), eps);
    const next = f32x4.sub(weight, f32x4.div(f32x4.mul(rate, first), root));
    v128.store(w, next);
    return next;
  }
  const velocity = flush(f32x4.add(f32x4.mul(b1, v128.load(m)), g));
  v128.store(m, velocity);
  const next = f32x4.sub(weight, f32x4.mul(rate, velocity));
  v128.store(w, next);
  return next;
}

/**
 * One optimiser step for columns of a chunk.
 * @param scales f32[2][16]: gradient scale and regulariser scale of the block
 * @param fromTile the data gradient comes from the tile of active columns (tile 0: there is none); otherwise from the
 * batch's gradient sums, which are cleared
 */
@inline
function updateColumns(
  plan: Plan,
  layer: Layer,
  block: i32,
  chunk: i32,
  parity: i32,
  active: usize,
  chunkStart: usize,
  tile: usize,
  scales: usize,
  rateOf: f32,
  rootScaleOf: f32,
  adam: bool,
  fromTile: bool,
): void {
  const rate = f32x4.splat(rateOf);
  const rootScale = f32x4.splat(rootScaleOf);
  const c0 = v128.load(scales),
    c1 = v128.load(scales, 16),
    c2 = v128.load(scales, 32),
    c3 = v128.load(scales, 48);
  const r0 = v128.load(scales, 64),
    r1 = v128.load(scales, 80),
    r2 = v128.load(scales, 96),
    r3 = v128.load(scales, 112);
  // Read once: after each store the compiler would have to read them again.
  const b1 = f32x4.splat(adam ? plan.beta1 : plan.momentum),
    ob1 = f32x4.splat(plan.oneMinusBeta1);
  const b2 = f32x4.splat(plan.beta2),
    ob2 = f32x4.splat(plan.oneMinusBeta2);
  const eps = f32x4.splat(plan.epsilon);
  const zero = i32x4.splat(0);
  let q0 = zero,
    q1 = zero,
    q2 = zero,
    q3 = zero;
  let s0 = zero,
    s1 = zero,
    s2 = zero,
    s3 = zero;
  const begin = chunk * layer.chunkWidth;
  const columns = min(layer.taps - begin, layer.chunkWidth);
  let w = lineOf(layer, layer.weights, block, begin);
  let m = lineOf(layer, layer.moment1, block, begin);
  let v = lineOf(layer, layer.moment2, block, begin);
  let sums = !fromTile ? lineOf(layer, layer.gradient, block, begin) : 0;
  let next: usize = 0;
  let stop: usize = 0;
  let e = tile;
  if (fromTile && tile != 0) {
    next = active + ((<usize>load<i32>(chunkStart + ((<usize>chunk) << 2))) << 1);
    stop = active + ((<usize>load<i32>(chunkStart + ((<usize>chunk) << 2), 4)) << 1);
  }
  for (let column = begin; column < begin + columns; column++) {
    let g0 = f32x4.mul(r0, v128.load(w));
    let g1 = f32x4.mul(r1, v128.load(w, 16));
    let g2 = f32x4.mul(r2, v128.load(w, 32));
    let g3 = f32x4.mul(r3, v128.load(w, 48));
    if (fromTile) {
      if (next < stop && <i32>load<u16>(next) == column) {
        g0 = f32x4.add(f32x4.mul(c0, v128.load(e)), g0);
        g1 = f32x4.add(f32x4.mul(c1, v128.load(e, 16)), g1);
        g2 = f32x4.add(f32x4.mul(c2, v128.load(e, 32)), g2);
        g3 = f32x4.add(f32x4.mul(c3, v128.load(e, 48)), g3);
        next += 2;
        e += LINE;
      }
    } else {
      g0 = f32x4.add(v128.load(sums), g0);
      g1 = f32x4.add(v128.load(sums, 16), g1);
      g2 = f32x4.add(v128.load(sums, 32), g2);
      g3 = f32x4.add(v128.load(sums, 48), g3);
      v128.store(sums, zero);
      v128.store(sums, zero, 16);
      v128.store(sums, zero, 32);
      v128.store(sums, zero, 48);
      sums += LINE;
    }
    const w0 = stepQuarter(adam, w, m, v, g0, rate, rootScale, b1, ob1, b2, ob2, eps);
    const w1 = stepQuarter(adam, w + 16, m + 16, v + 16, g1, rate, rootScale, b1, ob1, b2, ob2, eps);
    const w2 = stepQuarter(adam, w + 32, m + 32, v + 32, g2, rate, rootScale, b1, ob1, b2, ob2, eps);
    const w3 = stepQuarter(adam, w + 48, m + 48, v + 48, g3, rate, rootScale, b1, ob1, b2, ob2, eps);
    q0 = f32x4.add(q0, f32x4.mul(w0, w0));
    q1 = f32x4.add(q1, f32x4.mul(w1, w1));
    q2 = f32x4.add(q2, f32x4.mul(w2, w2));
    q3 = f32x4.add(q3, f32x4.mul(w3, w3));
    s0 = f32x4.add(s0, w0);
    s1 = f32x4.add(s1, w1);
    s2 = f32x4.add(s2, w2);
    s3 = f32x4.add(s3, w3);
    w += LINE;
    m += LINE;
    v += LINE;
  }
  storeStats(statsOf(layer, 1 - parity, block, chunk), q0, q1, q2, q3, s0, s1, s2, s3);
}


@inline
function storeStats(at: usize, q0: v128, q1: v128, q2: v128, q3: v128, s0: v128, s1: v128, s2: v128, s3: v128): void {
  v128.store(at, q0);
  v128.store(at, q1, 16);
  v128.store(at, q2, 32);
  v128.store(at, q3, 48);
  v128.store(at, s0, 64);
  v128.store(at, s1, 80);
  v128.store(at, s2, 96);
  v128.store(at, s3, 112);
}

export function adamFromTile(
  plan: Plan,
  layer: Layer,
  block: i32,
  chunk: i32,
  parity: i32,
  active: usize,
  chunkStart: usize,
  tile: usize,
  scales: usize,
  rate: f32,
  root: f32,
): void {
  updateColumns(plan, layer, block, chunk, parity, active, chunkStart, tile, scales, rate, root, true, true);
}
export function adamFromBatch(
  plan: Plan,
  layer: Layer,
  block: i32,
  chunk: i32,
  parity: i32,
  scales: usize,
  rate: f32,
  root: f32,
): void {
  updateColumns(plan, layer, block, chunk, parity, 0, 0, 0, scales, rate, root, true, false);
}
export function sgdFromBatch(
  plan: Plan,
  layer: Layer,
  block: i32,
  chunk: i32,
  parity: i32,
  scales: usize,
  rate: f32,
): void {
  updateColumns(plan, layer, block, chunk, parity, 0, 0, 0, scales, rate, 0, false, false);
}

/** Adds a sample's data gradient, scale * e, to the batch's sums. */
export function accumulateTile(
  layer: Layer,
  block: i32,
  chunk: i32,
  active: usize,
  chunkStart: usize,
  tile: usize,
  scratch: Scratch,
): void {
  const scales = scratch.scales;
  const c0 = v128.load(scales),
    c1 = v128.load(scales, 16),
    c2 = v128.load(scales, 32),
    c3 = v128.load(scales, 48);
  const to = load<i32>(chunkStart + ((<usize>chunk) << 2), 4);
  const from = load<i32>(chunkStart + ((<usize>chunk) << 2));
  let e = tile;
  workOf(scratch).summed += <f64>(to - from);
  for (let index = from; index < to; index++, e += LINE) {
    const sums = lineOf(layer, layer.gradient, block, <i32>load<u16>(active + ((<usize>index) << 1)));
    v128.store(sums, f32x4.add(v128.load(sums), f32x4.mul(c0, v128.load(e))));
    v128.store(sums, f32x4.add(v128.load(sums, 16), f32x4.mul(c1, v128.load(e, 16))), 16);
    v128.store(sums, f32x4.add(v128.load(sums, 32), f32x4.mul(c2, v128.load(e, 32))), 32);
    v128.store(sums, f32x4.add(v128.load(sums, 48), f32x4.mul(c3, v128.load(e, 48))), 48);
  }
}

/**
 * Sums of squares and sums of the weights as they are now, in the order of the optimiser's pass (after weights were set
 * from outside).
 */
export function measureChunk(layer: Layer, block: i32, chunk: i32, parity: i32): void {
  const zero = i32x4.splat(0);
  let q0 = zero,
    q1 = zero,
    q2 = zero,
    q3 = zero;
  let s0 = zero,
    s1 = zero,
    s2 = zero,
    s3 = zero;
  const begin = chunk * layer.chunkWidth;
  const end = min(layer.taps, begin + layer.chunkWidth);
  let w = lineOf(layer, layer.weights, block, begin);
  for (let column = begin; column < end; column++, w += LINE) {
    const w0 = v128.load(w),
      w1 = v128.load(w, 16),
      w2 = v128.load(w, 32),
      w3 = v128.load(w, 48);
    q0 = f32x4.add(q0, f32x4.mul(w0, w0));
    q1 = f32x4.add(q1, f32x4.mul(w1, w1));
    q2 = f32x4.add(q2, f32x4.mul(w2, w2));
    q3 = f32x4.add(q3, f32x4.mul(w3, w3));
    s0 = f32x4.add(s0, w0);
    s1 = f32x4.add(s1, w1);
    s2 = f32x4.add(s2, w2);
    s3 = f32x4.add(s3, w3);
  }
  storeStats(statsOf(layer, parity, block, chunk), q0, q1, q2, q3, s0, s1, s2, s3);
}
