// S-PSP in closed form (docs/numerics.md): traces D of the input spikes, then each neuron's e as a sum of a few rows of D.
import { Layer, LANES, LINE, Plan, rowBytes } from './plan';

@inline
export function paddedActive(count: i32): i32 {
  return (count + 15) & ~15;
}

/** Byte offset of a chunk's traces: room for all its columns at every step. */
@inline
export function tracesOfChunk(plan: Plan, layer: Layer, chunk: i32): usize {
  return layer.traces + ((<usize>plan.steps * <usize>chunk * <usize>layer.chunkWidth) << 2);
}

/**
 * Traces D[t][active column] of one chunk of a layer's inputs, f32, rows of `paddedActive` columns.
 * @param inputMasks masks of the layer below
 * @param state f32[2 * chunkWidth], scratch
 */
export function traceChunk(plan: Plan, layer: Layer, chunk: i32, inputMasks: usize, active: usize, chunkStart: usize, state: usize): void {
  const from = load<i32>(chunkStart + (<usize>chunk << 2));
  const to = load<i32>(chunkStart + (<usize>chunk << 2), 4);
  const width = paddedActive(to - from);
  if (width == 0) return;
  const stride = <usize>rowBytes(layer.inputs);
  const traceM = f32x4.splat(plan.traceM);
  const traceS = f32x4.splat(plan.traceS);
  const bytes = <usize>width << 2;
  const slow = state + (<usize>layer.chunkWidth << 2);
  memory.fill(state, 0, bytes);
  memory.fill(slow, 0, bytes);
  const columns = active + (<usize>from << 1);
  let out = tracesOfChunk(plan, layer, chunk);
  const firstByte = <usize>(chunk * layer.chunkWidth) >> 3;
  for (let t = 0; t < plan.steps; t++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(state + at, f32x4.mul(v128.load(state + at), traceM));
      v128.store(slow + at, f32x4.mul(v128.load(slow + at), traceS));
    }
    const source = t - plan.refractory;
    if (source >= 0) {
      // Columns ascend both in the mask and in the active list: one pass finds their places.
      const row = inputMasks + <usize>source * stride;
      let place = 0;
      for (let word = firstByte; word < firstByte + (<usize>layer.chunkWidth >> 3) && word < stride; word += 2) {
        let bits = <u32>load<u16>(row + word);
        while (bits != 0) {
          const column = <i32>(word << 3) + <i32>ctz(bits);
          while (<i32>load<u16>(columns + (<usize>place << 1)) != column) place++;
          const at = <usize>place << 2;
          store<f32>(state + at, load<f32>(state + at) + 1);
          store<f32>(slow + at, load<f32>(slow + at) + 1);
          bits &= bits - 1;
        }
      }
    }
    for (let at: usize = 0; at < bytes; at += 16, out += 16) v128.store(out, f32x4.sub(v128.load(state + at), v128.load(slow + at)));
  }
}

/**
 * e of one block for one chunk of inputs, written as lines of 16 lanes, one for each active column of the chunk.
 * A silent neuron has 0.1 everywhere. `trains`, `lengths`: from `gatherTrains`.
 */
export function pspTile(plan: Plan, layer: Layer, chunk: i32, chunkStart: usize, trains: usize, lengths: usize, tile: usize): void {
  const columns = load<i32>(chunkStart + (<usize>chunk << 2), 4) - load<i32>(chunkStart + (<usize>chunk << 2));
  const width = paddedActive(columns);
  const bytes = <usize>width << 2;
  const traces = tracesOfChunk(plan, layer, chunk);
  const scale = f32x4.splat(plan.pspScale);
  const silent = f32x4.splat(0.1);
  for (let lane = 0; lane < LANES; lane++) {
    const length = load<i32>(lengths + (<usize>lane << 2));
    const times = trains + (<usize>(lane * plan.steps) << 1);
    for (let column = 0; column < width; column += 16) {
      let e0 = silent, e1 = silent, e2 = silent, e3 = silent;
      if (length > 0) {
        const at = traces + (<usize>column << 2);
        e0 = e1 = e2 = e3 = i32x4.splat(0);
        let last = 1;
        for (let spike = 0; spike < length; spike++) {
          const fired = <i32>load<u16>(times + (<usize>spike << 1));
          if (last < fired) {
            const rowA = at + <usize>fired * bytes;
            const rowB = at + <usize>last * bytes;
            const decay = v128.load32_splat(plan.expM + (<usize>(fired - last) << 2));
            e0 = f32x4.add(e0, f32x4.sub(v128.load(rowA), f32x4.mul(decay, v128.load(rowB))));
            e1 = f32x4.add(e1, f32x4.sub(v128.load(rowA, 16), f32x4.mul(decay, v128.load(rowB, 16))));
            e2 = f32x4.add(e2, f32x4.sub(v128.load(rowA, 32), f32x4.mul(decay, v128.load(rowB, 32))));
            e3 = f32x4.add(e3, f32x4.sub(v128.load(rowA, 48), f32x4.mul(decay, v128.load(rowB, 48))));
          }
          last = fired + plan.refractory;
        }
        e0 = f32x4.mul(e0, scale);
        e1 = f32x4.mul(e1, scale);
        e2 = f32x4.mul(e2, scale);
        e3 = f32x4.mul(e3, scale);
      }
      storeColumn(tile + <usize>column * LINE + (<usize>lane << 2), e0, e1, e2, e3);
    }
  }
}

/** Sixteen values of one lane to sixteen successive lines (the tile has room for a padded chunk). */
@inline
function storeColumn(at: usize, e0: v128, e1: v128, e2: v128, e3: v128): void {
  v128.store_lane<f32>(at, e0, 0, 0);
  v128.store_lane<f32>(at, e0, 1, 64);
  v128.store_lane<f32>(at, e0, 2, 128);
  v128.store_lane<f32>(at, e0, 3, 192);
  v128.store_lane<f32>(at, e1, 0, 256);
  v128.store_lane<f32>(at, e1, 1, 320);
  v128.store_lane<f32>(at, e1, 2, 384);
  v128.store_lane<f32>(at, e1, 3, 448);
  v128.store_lane<f32>(at, e2, 0, 512);
  v128.store_lane<f32>(at, e2, 1, 576);
  v128.store_lane<f32>(at, e2, 2, 640);
  v128.store_lane<f32>(at, e2, 3, 704);
  v128.store_lane<f32>(at, e3, 0, 768);
  v128.store_lane<f32>(at, e3, 1, 832);
  v128.store_lane<f32>(at, e3, 2, 896);
  v128.store_lane<f32>(at, e3, 3, 960);
}
