// Traces D of the input spikes (docs/numerics.md, "S-PSP"), shared by all neurons of a layer: each one's e is a sum of
// a few rows of D (psp.ts).
import { columnsOfBits, inputBits } from './listed';
import { Layer, layerAt, LANES, LINE, Plan, rowBytes, Scratch } from './plan';
import { spread } from './spread';
import { workOf } from './work';


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
 * Marks the steps whose traces the neurons of layer `l` ask for (psp.ts): those at which one fires, and where a window
 * begins. All steps where there are many neurons, for they fire at nearly all.
 * @param masks of the layer itself
 */
export function markSteps(plan: Plan, l: i32, masks: usize, scratch: Scratch): void {
  const layer = layerAt(plan, l);
  const marks = scratch.tracedSteps;
  memory.fill(marks, layer.byColumns ? 0 : 1, plan.steps);
  if (!layer.byColumns) return;
  const stride = <usize>rowBytes(layer.units);
  store<u8>(marks, 1, 1); // room for more than `steps`
  for (let t = 0; t < plan.steps; t++, masks += stride) {
    let fired: u64 = 0;
    for (let word: usize = 0; word < stride; word += 8) fired |= load<u64>(masks + word);
    if (fired == 0) continue;
    store<u8>(marks + <usize>t, 1);
    if (t + layer.refractory < plan.steps) store<u8>(marks + <usize>(t + layer.refractory), 1);
  }
}

/**
 * Traces D[t][active column] of one chunk of a layer's inputs at the steps that `markSteps` has marked, f32, rows of
 * `paddedActive` columns. `inputMasks`: masks of the layer below.
 */
export function traceChunk(
  plan: Plan,
  l: i32,
  chunk: i32,
  inputMasks: usize,
  active: usize,
  chunkStart: usize,
  scratch: Scratch,
): void {
  const layer = layerAt(plan, l);
  const from = load<i32>(chunkStart + ((<usize>chunk) << 2));
  const width = paddedActive(load<i32>(chunkStart + ((<usize>chunk) << 2), 4) - from);
  if (width == 0) return;
  gatherArrivals(plan, l, chunk, inputMasks, active, chunkStart, scratch);
  const pitch = (<usize>layer.chunkWidth) >> 3;
  const out = tracesOfChunk(plan, layer, chunk);
  for (let column = 0; column < width; column += 16)
    traceColumns(
      plan,
      layer,
      scratch.arrivals + ((<usize>column) >> 3),
      pitch,
      out + ((<usize>column) << 2),
      (<usize>width) << 2,
      scratch,
    );
  workOf(scratch).traced += <f64>(plan.steps * (width >> 4));
}

/** Which active columns of a chunk a spike reaches at each step: a bit for each place in the list of active columns. */
export function gatherArrivals(
  plan: Plan,
  l: i32,
  chunk: i32,
  inputMasks: usize,
  active: usize,
  chunkStart: usize,
  scratch: Scratch,
): void {
  const layer = layerAt(plan, l);
  const bits = inputBits(scratch, l, scratch.odd, layer.inputs);
  const columns = columnsOfBits(plan, scratch, l, scratch.odd);
  const begin = firstBit(columns, bits, chunk * layer.chunkWidth);
  const end = firstBit(columns, bits, (chunk + 1) * layer.chunkWidth);
  const firstWord = begin & ~63;
  placeBits(chunk, columns, begin, end, firstWord, active, chunkStart, scratch.places);
  const stride = <usize>rowBytes(bits);
  const pitch = (<usize>layer.chunkWidth) >> 3;
  memory.fill(scratch.arrivals, 0, <usize>plan.steps * pitch);
  const places = scratch.places;
  let source = inputMasks + ((<usize>firstWord) >> 3);
  let row = scratch.arrivals + <usize>layer.refractory * pitch;
  const words = (end + 63 - firstWord) >> 6;
  for (let t = layer.refractory; t < plan.steps; t++, source += stride, row += pitch) {
    for (let word = 0; word < words; word++) {
      let fired = load<u64>(source + ((<usize>word) << 3));
      if (word == 0) fired &= u64.MAX_VALUE << u64(begin - firstWord);
      if (word == words - 1) fired &= u64.MAX_VALUE >> u64((firstWord + (words << 6) - end) & 63);
      while (fired != 0) {
        const place = <u32>load<u16>(places + ((<usize>((word << 6) + <i32>ctz(fired))) << 1));
        const at = row + ((<usize>(place >> 4)) << 1);
        store<u16>(at, load<u16>(at) | (<u16>((<u32>1) << (place & 15))));
        fired &= fired - 1;
      }
    }
  }
}

/** First of `bits` bits whose column is at least `column`; columns ascend. */
export function firstBit(columns: usize, bits: i32, column: i32): i32 {
  let low = 0;
  let high = bits;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (<i32>load<u32>(columns + ((<usize>middle) << 2)) < column) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Place in a chunk's list of active columns of each bit from `begin` to `end` that is in it: `places[bit - firstWord]`.
 */
function placeBits(
  chunk: i32,
  columns: usize,
  begin: i32,
  end: i32,
  firstWord: i32,
  active: usize,
  chunkStart: usize,
  places: usize,
): void {
  const from = load<i32>(chunkStart + ((<usize>chunk) << 2));
  const to = load<i32>(chunkStart + ((<usize>chunk) << 2), 4);
  let index = from;
  for (let bit = begin; bit < end && index < to; bit++) {
    const column = load<u32>(columns + ((<usize>bit) << 2));
    if (<u32>load<u16>(active + ((<usize>index) << 1)) != column) continue;
    store<u16>(places + ((<usize>(bit - firstWord)) << 1), <u16>(index - from));
    index++;
  }
}

/** Traces of 16 columns: both exponentials stay in registers. */
function traceColumns(
  plan: Plan,
  layer: Layer,
  arrivals: usize,
  pitch: usize,
  out: usize,
  bytes: usize,
  scratch: Scratch,
): void {
  const marks = scratch.tracedSteps;
  let kept = 0;
  const traceM = spread(layer, offsetof<Layer>('traceM'));
  const traceS = spread(layer, offsetof<Layer>('traceS'));
  const values = plan.bitValues;
  let m0 = i32x4.splat(0),
    m1 = m0,
    m2 = m0,
    m3 = m0;
  let s0 = m0,
    s1 = m0,
    s2 = m0,
    s3 = m0;
  for (let t = 0; t < plan.steps; t++, arrivals += pitch, out += bytes) {
    const bits = <usize>load<u16>(arrivals);
    const x0 = v128.load(values + ((bits & 15) << 4)),
      x1 = v128.load(values + (bits & 240)),
      x2 = v128.load(values + ((bits >> 4) & 240)),
      x3 = v128.load(values + ((bits >> 8) & 240));
    m0 = f32x4.add(f32x4.mul(m0, traceM), x0);
    m1 = f32x4.add(f32x4.mul(m1, traceM), x1);
    m2 = f32x4.add(f32x4.mul(m2, traceM), x2);
    m3 = f32x4.add(f32x4.mul(m3, traceM), x3);
    s0 = f32x4.add(f32x4.mul(s0, traceS), x0);
    s1 = f32x4.add(f32x4.mul(s1, traceS), x1);
    s2 = f32x4.add(f32x4.mul(s2, traceS), x2);
    s3 = f32x4.add(f32x4.mul(s3, traceS), x3);
    if (!load<u8>(marks + <usize>t)) continue;
    kept++;
    v128.store(out, f32x4.sub(m0, s0));
    v128.store(out, f32x4.sub(m1, s1), 16);
    v128.store(out, f32x4.sub(m2, s2), 32);
    v128.store(out, f32x4.sub(m3, s3), 48);
  }
  workOf(scratch).kept += <f64>kept;
}
