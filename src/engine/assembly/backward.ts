// Backward pass of one block of 16 neurons over one chunk of inputs, from its tile of e (lines of 16 lanes, active
// columns only). Sums run over ascending columns within a chunk, chunks are added in order: the same bits whoever
// computes a chunk.
import { IMPLICIT, Layer, LINE, LINEAR, Plan, Scratch } from './plan';
import { workOf } from './work';


@inline
export function tileOfChunk(layer: Layer, base: usize, chunk: i32): usize {
  return base + <usize>(chunk * layer.chunkWidth) * LINE;
}


@inline
export function lineOf(layer: Layer, array: usize, block: i32, column: i32): usize {
  return array + (<usize>block * <usize>layer.taps + <usize>column) * LINE;
}

/** Stats of a (block, chunk): 16 sums of squares, then 16 sums. Two copies, read and written in turn (`parity`). */
@inline
export function statsOf(layer: Layer, parity: i32, block: i32, chunk: i32): usize {
  return layer.stats + ((<usize>((parity * layer.blocks + block) * layer.chunks + chunk)) << 7);
}

/** Partial sum of w*e over the chunk, kept for the side effect. */
export function weighChunk(
  layer: Layer,
  block: i32,
  chunk: i32,
  active: usize,
  chunkStart: usize,
  tile: usize,
  scratch: Scratch,
): void {
  const from = load<i32>(chunkStart + ((<usize>chunk) << 2));
  const to = load<i32>(chunkStart + ((<usize>chunk) << 2), 4);
  const zero = i32x4.splat(0);
  let s0 = zero,
    s1 = zero,
    s2 = zero,
    s3 = zero;
  let e = tile;
  for (let index = from; index < to; index++, e += LINE) {
    const w = lineOf(layer, layer.weights, block, <i32>load<u16>(active + ((<usize>index) << 1)));
    s0 = f32x4.add(s0, f32x4.mul(v128.load(w), v128.load(e)));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(w, 16), v128.load(e, 16)));
    s2 = f32x4.add(s2, f32x4.mul(v128.load(w, 32), v128.load(e, 32)));
    s3 = f32x4.add(s3, f32x4.mul(v128.load(w, 48), v128.load(e, 48)));
  }
  const out = layer.weighted + ((<usize>(block * layer.chunks + chunk)) << 6);
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
  workOf(scratch).weighed += <f64>(to - from);
}

/** The factor of the side effect, of four lanes: kinds and equations as in `src/hm2bp/sideEffect.ts`. */
@inline
export function sideEffectFactor(plan: Plan, layer: Layer, weighted: v128, weights: v128, count: v128): v128 {
  const one = f32x4.splat(1);
  const silent = f32x4.eq(count, f32x4.splat(0));
  const ratio = v128.bitselect(f32x4.mul(weights, f32x4.splat(0.5)), f32x4.div(weighted, count), silent);
  const effect = f32x4.div(ratio, f32x4.splat(layer.nu));
  if (plan.sideEffect == LINEAR) return f32x4.add(one, effect);
  if (plan.sideEffect == IMPLICIT) return f32x4.div(one, f32x4.sub(one, effect));
  const intervals = f32x4.add(f32x4.splat(<f32>plan.steps * layer.decayM + 1), count);
  const elasticity = f32x4.sub(one, f32x4.div(count, intervals));
  const saturating = f32x4.div(one, f32x4.sub(one, f32x4.mul(elasticity, f32x4.min(effect, one))));
  return v128.bitselect(one, saturating, silent);
}

/**
 * delta * (1 + side effect) * lateral factor / samples of the batch: what each e is multiplied by. Four lanes from
 * `lane`.
 */
export function gradientScale(
  plan: Plan,
  layer: Layer,
  block: i32,
  lane: i32,
  parity: i32,
  delta: usize,
  counts: usize,
  samples: f32,
): v128 {
  const offset = (<usize>lane) << 2;
  let scale = v128.load(delta + offset);
  if (plan.sideEffect != 0) {
    let weighted = f32x4.splat(0);
    let weights = f32x4.splat(0);
    for (let chunk = 0; chunk < layer.chunks; chunk++) {
      weighted = f32x4.add(
        weighted,
        v128.load(layer.weighted + ((<usize>(block * layer.chunks + chunk)) << 6) + offset),
      );
      weights = f32x4.add(weights, v128.load(statsOf(layer, parity, block, chunk) + offset, 64));
    }
    const count = f32x4.convert_i32x4_s(v128.load(counts + ((<usize>block) << 6) + offset));
    scale = f32x4.mul(scale, sideEffectFactor(plan, layer, weighted, weights, count));
  }
  scale = f32x4.mul(scale, v128.load(layer.lateral + ((<usize>block) << 6) + offset));
  return f32x4.div(scale, f32x4.splat(samples));
}

/** Partial error p_j that this block sends down, for every column of the chunk. */
export function sendErrorDown(
  plan: Plan,
  layer: Layer,
  block: i32,
  chunk: i32,
  chunkStart: usize,
  active: usize,
  tile: usize,
  delta: usize,
  counts: usize,
  countsBelow: usize,
): void {
  const zero = i32x4.splat(0);
  const one = f32x4.splat(1);
  const count = counts + ((<usize>block) << 6);
  const d0 = v128.load(delta),
    d1 = v128.load(delta, 16),
    d2 = v128.load(delta, 32),
    d3 = v128.load(delta, 48);
  const silent0 = i32x4.eq(v128.load(count), zero);
  const silent1 = i32x4.eq(v128.load(count, 16), zero);
  const silent2 = i32x4.eq(v128.load(count, 32), zero);
  const silent3 = i32x4.eq(v128.load(count, 48), zero);
  let next = active + ((<usize>load<i32>(chunkStart + ((<usize>chunk) << 2))) << 1);
  const stop = active + ((<usize>load<i32>(chunkStart + ((<usize>chunk) << 2), 4)) << 1);
  let e = tile;
  const begin = chunk * layer.chunkWidth;
  const end = min(layer.inputs, begin + layer.chunkWidth);
  const out = layer.errorDown + ((<usize>(block * layer.chunks * layer.chunkWidth)) << 2);
  let w = lineOf(layer, layer.weights, block, begin);
  for (let column = begin; column < end; column++, w += LINE) {
    let p0 = f32x4.mul(d0, v128.load(w));
    let p1 = f32x4.mul(d1, v128.load(w, 16));
    let p2 = f32x4.mul(d2, v128.load(w, 32));
    let p3 = f32x4.mul(d3, v128.load(w, 48));
    if (next < stop && <i32>load<u16>(next) == column) {
      if (plan.effectRatio) {
        const perSpike = f32x4.splat(1 / <f32>load<i32>(countsBelow + ((<usize>column) << 2)));
        p0 = f32x4.mul(p0, v128.bitselect(one, f32x4.mul(v128.load(e), perSpike), silent0));
        p1 = f32x4.mul(p1, v128.bitselect(one, f32x4.mul(v128.load(e, 16), perSpike), silent1));
        p2 = f32x4.mul(p2, v128.bitselect(one, f32x4.mul(v128.load(e, 32), perSpike), silent2));
        p3 = f32x4.mul(p3, v128.bitselect(one, f32x4.mul(v128.load(e, 48), perSpike), silent3));
      }
      next += 2;
      e += LINE;
    }
    const p = f32x4.add(f32x4.add(p0, p1), f32x4.add(p2, p3));
    const sum =
      f32x4.extract_lane(p, 0) + f32x4.extract_lane(p, 1) + (f32x4.extract_lane(p, 2) + f32x4.extract_lane(p, 3));
    store<f32>(out + ((<usize>column) << 2), sum);
  }
}

/**
 * delta of a block from what the layer above sent down: sum over its blocks in order, divided by nu (or not, by the
 * rule).
 */
export function receiveError(layer: Layer, above: Layer, block: i32, delta: usize): void {
  for (let lane: usize = 0; lane < 64; lane += 16) {
    let sum = f32x4.splat(0);
    for (let from = 0; from < above.blocks; from++) {
      sum = f32x4.add(
        sum,
        v128.load(above.errorDown + ((<usize>(from * above.chunks * above.chunkWidth + (block << 4))) << 2) + lane),
      );
    }
    v128.store(delta + lane, f32x4.div(sum, f32x4.splat(layer.errorDivisor)));
  }
}
