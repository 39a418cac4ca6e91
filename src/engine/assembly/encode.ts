// Poisson encoder, four neurons at a time: the SIMD twin of `src/data/encode/poisson.ts` and `src/numeric/random.ts` (same bits).
import { LANES, Plan, rowBytes } from './plan';

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

/** Spikes of input blocks `from` to `to` (exclusive) of one image: masks and counts. `keys`: 128 bytes of the caller's. */
export function encodePixels(
  plan: Plan,
  keys: usize,
  masks: usize,
  counts: usize,
  pixels: usize,
  keyA: u32,
  keyB: u32,
  from: i32,
  to: i32,
): void {
  const steps = plan.steps;
  const stride = <usize>rowBytes(plan.inputs);
  for (let block = from; block < to; block++) {
    const count = counts + ((<usize>block) << 6);
    let any: u32 = 0;
    // Thresholds wait in `counts`, which this function fills last.
    for (let lane = 0; lane < LANES; lane++) {
      const j = block * LANES + lane;
      const threshold =
        j < plan.inputs ? load<u32>(plan.pixelThreshold + ((<usize>load<u8>(pixels + <usize>j)) << 2)) : 0;
      any |= threshold;
      store<u32>(count + ((<usize>lane) << 2), threshold);
    }
    let row = masks + ((<usize>block) << 1);
    if (any == 0) {
      for (let t = 0; t < steps; t++, row += stride) store<u16>(row, 0);
      continue; // the zero thresholds are the zero counts
    }
    const threshold0 = v128.load(count);
    const threshold1 = v128.load(count, 16);
    const threshold2 = v128.load(count, 32);
    const threshold3 = v128.load(count, 48);
    for (let lane = 0; lane < LANES; lane++) {
      const a = mix(keyA + <u32>(block * LANES + lane) * WEYL);
      store<u32>(keys + ((<usize>lane) << 2), a);
      store<u32>(keys + ((<usize>lane) << 2), mix(keyB ^ a), 64);
    }
    let a0 = v128.load(keys),
      a1 = v128.load(keys, 16),
      a2 = v128.load(keys, 32),
      a3 = v128.load(keys, 48);
    const b0 = v128.load(keys, 64),
      b1 = v128.load(keys, 80),
      b2 = v128.load(keys, 96),
      b3 = v128.load(keys, 112);
    const weyl = i32x4.splat(<i32>WEYL);
    let n0 = i32x4.splat(0),
      n1 = n0,
      n2 = n0,
      n3 = n0;
    store<u16>(row, 0);
    for (let t = 1; t < steps; t++) {
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
    v128.store(count, n0);
    v128.store(count, n1, 16);
    v128.store(count, n2, 32);
    v128.store(count, n3, 48);
  }
}
