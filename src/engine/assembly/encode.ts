// Poisson encoder, four neurons at a time: the SIMD twin of `src/data/encode/poisson.ts` and `src/numeric/random.ts`
// (same bits).
import { clearCounts, listedOf, listOf } from './listed';
import { LANES, Plan, rowBytes, Scratch, share } from './plan';
import { workOf } from './work';

export const WEYL: u32 = 0x9e3779b9;


@inline
export function mix(x: u32): u32 {
  x ^= x >> 16;
  x *= 0x7feb352d;
  x ^= x >> 15;
  x *= 0x846ca68b;
  return x ^ (x >> 16);
}


@inline
function fires(counter: v128, keyB: v128, threshold: v128): v128 {
  let x = v128.xor(counter, i32x4.shr_u(counter, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = v128.xor(x, keyB);
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(<i32>0x846ca68b));
  x = v128.xor(x, i32x4.shr_u(x, 16));
  return i32x4.lt_u(x, threshold);
}

/**
 * Spikes of one worker's groups of 16 lit pixels of an image, which are listed: masks, with a bit for each lit pixel, and counts.
 */
export function encodePixels(
  plan: Plan,
  scratch: Scratch,
  odd: i32,
  masks: usize,
  counts: usize,
  pixels: usize,
  keyA: u32,
  keyB: u32,
  worker: i32,
  threads: i32,
): void {
  const listed = listedOf(scratch, odd);
  const list = listOf(plan, scratch, odd);
  const stride = <usize>rowBytes(listed);
  const groups = <i32>(stride >> 1);
  const from = share(groups, worker, threads);
  const to = share(groups, worker + 1, threads);
  clearCounts(plan, list, listed, counts, from, to);
  for (let group = from; group < to; group++) {
    const lanes = min(LANES, listed - group * LANES);
    const row = masks + ((<usize>group) << 1);
    if (lanes > 0)
      encodeGroup(
        plan,
        scratch,
        list + ((<usize>(group * LANES)) << 2),
        lanes,
        row,
        stride,
        counts,
        pixels,
        keyA,
        keyB,
      );
    else clearColumn(plan.steps, row, stride);
  }
}


@inline
function clearColumn(steps: i32, row: usize, stride: usize): void {
  for (let t = 0; t < steps; t++, row += stride) store<u16>(row, 0);
}

/** The group's 16 bits in each row of the masks, and its counts. */
function encodeGroup(
  plan: Plan,
  scratch: Scratch,
  list: usize,
  lanes: i32,
  row: usize,
  stride: usize,
  counts: usize,
  pixels: usize,
  keyA: u32,
  keyB: u32,
): void {
  const keys = scratch.keys;
  for (let lane = 0; lane < LANES; lane++) {
    const j = lane < lanes ? load<u32>(list + ((<usize>lane) << 2)) : 0;
    const at = keys + ((<usize>lane) << 2);
    const a = mix(keyA + j * WEYL);
    store<u32>(at, a);
    store<u32>(at, mix(keyB ^ a), 64);
    const pixel = lane < lanes ? <usize>load<u8>(pixels + <usize>j) : 0;
    store<u32>(at, load<u32>(plan.pixelThreshold + (pixel << 2)), 128);
  }
  let a0 = v128.load(keys),
    a1 = v128.load(keys, 16),
    a2 = v128.load(keys, 32),
    a3 = v128.load(keys, 48);
  const b0 = v128.load(keys, 64),
    b1 = v128.load(keys, 80),
    b2 = v128.load(keys, 96),
    b3 = v128.load(keys, 112);
  const threshold0 = v128.load(keys, 128),
    threshold1 = v128.load(keys, 144),
    threshold2 = v128.load(keys, 160),
    threshold3 = v128.load(keys, 176);
  const weyl = i32x4.splat(<i32>WEYL);
  let n0 = i32x4.splat(0),
    n1 = n0,
    n2 = n0,
    n3 = n0;
  store<u16>(row, 0);
  for (let t = 1; t < plan.steps; t++) {
    row += stride;
    a0 = i32x4.add(a0, weyl);
    a1 = i32x4.add(a1, weyl);
    a2 = i32x4.add(a2, weyl);
    a3 = i32x4.add(a3, weyl);
    const f0 = fires(a0, b0, threshold0);
    const f1 = fires(a1, b1, threshold1);
    const f2 = fires(a2, b2, threshold2);
    const f3 = fires(a3, b3, threshold3);
    n0 = i32x4.sub(n0, f0);
    n1 = i32x4.sub(n1, f1);
    n2 = i32x4.sub(n2, f2);
    n3 = i32x4.sub(n3, f3);
    store<u16>(
      row,
      i32x4.bitmask(f0) | (i32x4.bitmask(f1) << 4) | (i32x4.bitmask(f2) << 8) | (i32x4.bitmask(f3) << 12),
    );
  }
  workOf(scratch).draws += <f64>((plan.steps - 1) * LANES);
  v128.store(keys, n0);
  v128.store(keys, n1, 16);
  v128.store(keys, n2, 32);
  v128.store(keys, n3, 48);
  for (let lane = 0; lane < lanes; lane++) {
    const j = <usize>load<u32>(list + ((<usize>lane) << 2));
    store<i32>(counts + (j << 2), load<i32>(keys + ((<usize>lane) << 2)));
  }
}
