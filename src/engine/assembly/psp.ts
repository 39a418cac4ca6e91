// S-PSP in closed form (docs/numerics.md): each neuron's e as a sum of a few rows of the traces D (traces.ts). Four
// neurons at a time: their rows of e, then the tile of lines that everything after works on, by shuffles, and the sums
// of w*e for the side effect while the line is in registers.
import { lineOf } from './backward';
import { Layer, LINE, Plan, Scratch } from './plan';
import { spread } from './spread';
import { paddedActive, tracesOfChunk } from './traces';
import { workOf } from './work';

/**
 * e of one block for one chunk of inputs, written as lines of 16 lanes, one for each active column of the chunk (and up
 * to 15 more). A silent neuron has 0.1 everywhere. The trains are those that `gatherTrains` left in `scratch`.
 * @param trains of the block's neurons, u16[16][steps]; `lengths`: i32[16]
 */
export function pspTile(
  plan: Plan,
  layer: Layer,
  block: i32,
  chunk: i32,
  active: usize,
  chunkStart: usize,
  trains: usize,
  lengths: usize,
  scratch: Scratch,
  tile: usize,
): void {
  const from = load<i32>(chunkStart + ((<usize>chunk) << 2));
  const columns = load<i32>(chunkStart + ((<usize>chunk) << 2), 4) - from;
  const weighted = layer.weighted + ((<usize>(block * layer.chunks + chunk)) << 6);
  const places = active + ((<usize>from) << 1);
  let quiet = 0;
  for (let quarter = 0; quarter < 4; quarter++) {
    const lane = quarter << 2;
    const at = (<usize>quarter) << 4;
    if (i32x4.all_true(i32x4.eq(v128.load(lengths + at), i32x4.splat(0)))) {
      quiet++;
      fillSilent(tile + at, columns); // silent neurons have no use for the sum of w*e: see sideEffectFactor
      v128.store(weighted + at, i32x4.splat(0));
      continue;
    }
    for (let k = 0; k < 4; k++)
      pspRow(
        plan,
        layer,
        chunk,
        paddedActive(columns),
        trains + ((<usize>((lane + k) * plan.steps)) << 1),
        load<i32>(lengths + ((<usize>(lane + k)) << 2)),
        scratch.rows + ((<usize>(k * layer.chunkWidth)) << 2),
        scratch,
      );
    const weights = lineOf(layer, layer.weights, block, 0) + at;
    v128.store(
      weighted + at,
      transpose(scratch.rows, (<usize>layer.chunkWidth) << 2, columns, tile + at, weights, places),
    );
  }
  workOf(scratch).potentials += <f64>((4 - quiet) * columns) / 4;
  workOf(scratch).weighed += <f64>((4 - quiet) * columns) / 4;
}


@inline
function fillSilent(at: usize, columns: i32): void {
  const silent = f32x4.splat(0.1);
  for (let column = 0; column < columns; column++, at += LINE) v128.store(at, silent);
}

/** e of one neuron for the active columns of a chunk, f32[width]; `width` is a multiple of 16. */
@inline
function pspRow(
  plan: Plan,
  layer: Layer,
  chunk: i32,
  width: i32,
  times: usize,
  length: i32,
  row: usize,
  scratch: Scratch,
): void {
  const bytes = (<usize>width) << 2;
  const traces = tracesOfChunk(plan, layer, chunk);
  const scale = spread(layer, offsetof<Layer>('pspScale'));
  const silent = f32x4.splat(0.1);
  let read = 0;
  for (let column: usize = 0; column < bytes; column += 64) {
    let e0 = silent,
      e1 = silent,
      e2 = silent,
      e3 = silent;
    if (length > 0) {
      const at = traces + column;
      e0 = e1 = e2 = e3 = i32x4.splat(0);
      let last = 1;
      for (let spike = 0; spike < length; spike++) {
        const fired = <i32>load<u16>(times + ((<usize>spike) << 1));
        if (last < fired) {
          read += 2;
          const rowA = at + <usize>fired * bytes;
          const rowB = at + <usize>last * bytes;
          const decay = v128.load32_splat(layer.expM + ((<usize>(fired - last)) << 2));
          e0 = f32x4.add(e0, f32x4.sub(v128.load(rowA), f32x4.mul(decay, v128.load(rowB))));
          e1 = f32x4.add(e1, f32x4.sub(v128.load(rowA, 16), f32x4.mul(decay, v128.load(rowB, 16))));
          e2 = f32x4.add(e2, f32x4.sub(v128.load(rowA, 32), f32x4.mul(decay, v128.load(rowB, 32))));
          e3 = f32x4.add(e3, f32x4.sub(v128.load(rowA, 48), f32x4.mul(decay, v128.load(rowB, 48))));
        }
        last = fired + layer.refractory;
      }
      e0 = f32x4.mul(e0, scale);
      e1 = f32x4.mul(e1, scale);
      e2 = f32x4.mul(e2, scale);
      e3 = f32x4.mul(e3, scale);
    }
    v128.store(row + column, e0);
    v128.store(row + column, e1, 16);
    v128.store(row + column, e2, 32);
    v128.store(row + column, e3, 48);
  }
  workOf(scratch).read += <f64>read;
}

/**
 * Four rows of e, `pitch` bytes apart, to a quarter of the lines of a tile.
 * @param weights of column 0, the same quarter; `places`: u16, the columns
 * @returns the sum of w*e over the columns, in their order
 */
@inline
function transpose(rows: usize, pitch: usize, columns: i32, tile: usize, weights: usize, places: usize): v128 {
  let sum = i32x4.splat(0);
  let column = 0;
  for (; column + 4 <= columns; column += 4, rows += 16, tile += 4 * LINE, places += 8) {
    const a = v128.load(rows),
      b = v128.load(rows + pitch),
      c = v128.load(rows + 2 * pitch),
      d = v128.load(rows + 3 * pitch);
    const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5),
      cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5),
      ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7),
      cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    const e0 = v128.shuffle<i64>(ab, cd, 0, 2),
      e1 = v128.shuffle<i64>(ab, cd, 1, 3),
      e2 = v128.shuffle<i64>(ab2, cd2, 0, 2),
      e3 = v128.shuffle<i64>(ab2, cd2, 1, 3);
    v128.store(tile, e0);
    v128.store(tile, e1, 64);
    v128.store(tile, e2, 128);
    v128.store(tile, e3, 192);
    sum = weighed(sum, weights, load<u16>(places), e0);
    sum = weighed(sum, weights, load<u16>(places, 2), e1);
    sum = weighed(sum, weights, load<u16>(places, 4), e2);
    sum = weighed(sum, weights, load<u16>(places, 6), e3);
  }
  for (; column < columns; column++, rows += 4, tile += LINE, places += 2) {
    const e = f32x4(load<f32>(rows), load<f32>(rows + pitch), load<f32>(rows + 2 * pitch), load<f32>(rows + 3 * pitch));
    v128.store(tile, e);
    sum = weighed(sum, weights, load<u16>(places), e);
  }
  return sum;
}


@inline
function weighed(sum: v128, weights: usize, column: u32, e: v128): v128 {
  return f32x4.add(sum, f32x4.mul(v128.load(weights + ((<usize>column) << 6)), e));
}
