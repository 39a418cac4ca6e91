// Optimiser step of one block over one chunk of inputs, fused with the regulariser and, at batch size 1, with the data
// gradient: one pass over the weights, the largest stage of a fresh sample.
import { Control, Layer, LINE, Plan, Scratch } from './plan';
import { lineOf, statsOf } from './backward';
import { spread } from './spread';
import { workOf } from './work';

/** The lowest layer that is broken, whoever comes first: workers are not at the same layer. */
function noteBroken(control: Control, number: i32): void {
  const at = changetype<usize>(control) + offsetof<Control>('brokenLayer');
  let noted = atomic.load<i32>(at);
  while (noted == 0 || number < noted) {
    const before = atomic.cmpxchg<i32>(at, noted, number);
    if (before == noted) return;
    noted = before;
  }
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
  if (!isFinite<f32>(all)) noteBroken(control, layerIndex + 1);
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

/** Columns that are stepped together: their lines stay in the nearest cache, and the next come meanwhile. */
const PIECE = 64;

/**
 * One optimiser step for columns of a chunk, four lanes after four: for all sixteen at once there are not enough
 * registers.
 * @param scratch with the block's scales, f32[2][16]: of the gradient and of the regulariser
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
  scratch: Scratch,
  adam: bool,
  fromTile: bool,
): void {
  const begin = chunk * layer.chunkWidth;
  const end = min(layer.taps, begin + layer.chunkWidth);
  const stats = statsOf(layer, 1 - parity, block, chunk);
  memory.fill(stats, 0, 2 * LINE);
  let next: usize = 0;
  let stop: usize = 0;
  let source = tile;
  if (fromTile && tile != 0) {
    next = active + ((<usize>load<i32>(chunkStart + ((<usize>chunk) << 2))) << 1);
    stop = active + ((<usize>load<i32>(chunkStart + ((<usize>chunk) << 2), 4)) << 1);
  }
  for (let column = begin; column < end; column += PIECE) {
    const weights = lineOf(layer, layer.weights, block, column);
    const first = lineOf(layer, layer.moment1, block, column);
    const second = adam ? lineOf(layer, layer.moment2, block, column) : 0;
    if (!fromTile) source = lineOf(layer, layer.gradient, block, column);
    let after = next;
    for (let lane: usize = 0; lane < <usize>LINE; lane += 16)
      after = updateLanes(
        plan,
        column,
        min(end, column + PIECE),
        weights + lane,
        first + lane,
        second + lane,
        next,
        stop,
        source + lane,
        stats + lane,
        scratch,
        scratch.scales + lane,
        adam,
        fromTile,
      );
    if (fromTile) source += ((after - next) >> 1) * LINE;
    next = after;
  }
}

/**
 * Four lanes of columns `column` to `end`: their step, and the sums of the squares and of the weights.
 * @param next active columns, to `stop`: the lines of `source` are theirs, or of every column
 * @param stats the sums so far
 * @returns the first active column after these
 */
@inline
function updateLanes(
  plan: Plan,
  column: i32,
  end: i32,
  w: usize,
  m: usize,
  v: usize,
  next: usize,
  stop: usize,
  source: usize,
  stats: usize,
  scratch: Scratch,
  scales: usize,
  adam: bool,
  fromTile: bool,
): usize {
  const rate = spread(scratch, offsetof<Scratch>('rate'));
  const rootScale = spread(scratch, offsetof<Scratch>('rootScale'));
  const regScale = v128.load(scales, 64);
  const b1 = spread(plan, adam ? offsetof<Plan>('beta1') : offsetof<Plan>('momentum'));
  const ob1 = spread(plan, offsetof<Plan>('oneMinusBeta1'));
  const b2 = spread(plan, offsetof<Plan>('beta2'));
  const ob2 = spread(plan, offsetof<Plan>('oneMinusBeta2'));
  const eps = spread(plan, offsetof<Plan>('epsilon'));
  // Moments below 2^-100 are zero: they change no weight, and subnormal numbers are slow.
  const tiny = spread(plan, offsetof<Plan>('tiny'));
  const magnitude = spread(plan, offsetof<Plan>('magnitude'));
  let squares = v128.load(stats);
  let sum = v128.load(stats, 64);
  for (; column < end; column++, w += LINE, m += LINE, v += LINE) {
    const weight = v128.load(w);
    let g = f32x4.mul(regScale, weight);
    if (!fromTile) {
      g = f32x4.add(v128.load(source), g);
      v128.store(source, i32x4.splat(0));
      source += LINE;
    } else if (next < stop && <i32>load<u16>(next) == column) {
      g = f32x4.add(f32x4.mul(v128.load(scales), v128.load(source)), g);
      next += 2;
      source += LINE;
    }
    let stepped: v128;
    if (adam) {
      const raw = f32x4.add(f32x4.mul(b1, v128.load(m)), f32x4.mul(ob1, g));
      const first = v128.and(raw, f32x4.ge(v128.and(raw, magnitude), tiny));
      const power = f32x4.add(f32x4.mul(b2, v128.load(v)), f32x4.mul(f32x4.mul(ob2, g), g));
      const second = v128.and(power, f32x4.ge(power, tiny)); // never negative
      v128.store(m, first);
      v128.store(v, second);
      const root = f32x4.add(f32x4.mul(f32x4.sqrt(second), rootScale), eps);
      stepped = f32x4.sub(weight, f32x4.div(f32x4.mul(rate, first), root));
    } else {
      const raw = f32x4.add(f32x4.mul(b1, v128.load(m)), g);
      const velocity = v128.and(raw, f32x4.ge(v128.and(raw, magnitude), tiny));
      v128.store(m, velocity);
      stepped = f32x4.sub(weight, f32x4.mul(rate, velocity));
    }
    v128.store(w, stepped);
    squares = f32x4.add(squares, f32x4.mul(stepped, stepped));
    sum = f32x4.add(sum, stepped);
  }
  v128.store(stats, squares);
  v128.store(stats, sum, 64);
  return next;
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
  scratch: Scratch,
): void {
  updateColumns(plan, layer, block, chunk, parity, active, chunkStart, tile, scratch, true, true);
}
export function adamFromBatch(plan: Plan, layer: Layer, block: i32, chunk: i32, parity: i32, scratch: Scratch): void {
  updateColumns(plan, layer, block, chunk, parity, 0, 0, 0, scratch, true, false);
}
export function sgdFromBatch(plan: Plan, layer: Layer, block: i32, chunk: i32, parity: i32, scratch: Scratch): void {
  updateColumns(plan, layer, block, chunk, parity, 0, 0, 0, scratch, false, false);
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
