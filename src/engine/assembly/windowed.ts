// S-PSP of dense layers with a window: sums of the response G (response.ts) over the spikes of each input. Closed forms by traces of the input, as in psp.ts,
// would subtract what is too old from nearly as much, and float32 has not the digits for that.
import { Layer, LANES, LINE, Plan, rowBytes } from './plan';
import { fillWindowed } from './response';

/** G of a block of 16 neurons from the trains that `gatherTrains` left, u16[16][steps]. Returns the last step at which one fires. */
export function windowedResponse(plan: Plan, layer: Layer, trains: usize, lengths: usize, response: usize): i32 {
  let lastFire = 0;
  for (let lane = 0; lane < LANES; lane++) {
    const length = load<i32>(lengths + ((<usize>lane) << 2));
    if (length > 0) lastFire = max(lastFire, <i32>load<u16>(trains + ((<usize>(lane * plan.steps + length - 1)) << 1)));
  }
  fillWindowed(plan, layer, trains, plan.steps, lengths, 0, 1, LANES, layer.refractory + 1, lastFire, response);
  return lastFire;
}


@inline
function addLine(to: usize, from: usize): void {
  v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  v128.store(to, f32x4.add(v128.load(to, 16), v128.load(from, 16)), 16);
  v128.store(to, f32x4.add(v128.load(to, 32), v128.load(from, 32)), 32);
  v128.store(to, f32x4.add(v128.load(to, 48), v128.load(from, 48)), 48);
}

/** As `pspTile`: e of one block for one chunk of inputs, one line for each active column. */
export function windowedTile(
  plan: Plan,
  layer: Layer,
  chunk: i32,
  inputMasks: usize,
  active: usize,
  chunkStart: usize,
  lengths: usize,
  lastFire: i32,
  response: usize,
  tile: usize,
): void {
  const from = load<i32>(chunkStart + ((<usize>chunk) << 2));
  const to = load<i32>(chunkStart + ((<usize>chunk) << 2), 4);
  memory.fill(tile, 0, <usize>(to - from) * LINE);
  const stride = <usize>rowBytes(layer.inputs);
  const columns = active + ((<usize>from) << 1);
  const firstByte = (<usize>(chunk * layer.chunkWidth)) >> 3;
  const endByte = min(stride, firstByte + ((<usize>layer.chunkWidth) >> 3));
  for (let t = 1; t + layer.refractory <= lastFire; t++) {
    const row = inputMasks + <usize>t * stride;
    const g = response + <usize>(t + layer.refractory) * LINE;
    let place = 0;
    for (let word = firstByte; word < endByte; word += 2) {
      let bits = <u32>load<u16>(row + word);
      while (bits != 0) {
        const column = <i32>(word << 3) + <i32>ctz(bits);
        while (<i32>load<u16>(columns + ((<usize>place) << 1)) != column) place++;
        addLine(tile + <usize>place * LINE, g);
        bits &= bits - 1;
      }
    }
  }
  for (let lane: usize = 0; lane < 64; lane += 16) {
    const silent = i32x4.eq(v128.load(lengths + lane), i32x4.splat(0));
    for (let line = tile + lane; line < tile + <usize>(to - from) * LINE; line += LINE) {
      v128.store(
        line,
        v128.bitselect(f32x4.splat(0.1), f32x4.mul(v128.load(line), f32x4.splat(layer.pspScale)), silent),
      );
    }
  }
}

/** e_lj of 16 output neurons l caused by each output neuron j, as lines [j][16]. */
export function windowedPairs(
  plan: Plan,
  layer: Layer,
  masks: usize,
  lastFire: i32,
  response: usize,
  pairs: usize,
): void {
  memory.fill(pairs, 0, <usize>layer.units * LINE);
  const stride = <usize>rowBytes(layer.units);
  for (let t = 1; t + layer.refractory <= lastFire; t++) {
    const g = response + <usize>(t + layer.refractory) * LINE;
    for (let word: usize = 0; word < stride; word += 8) {
      let bits = load<u64>(masks + <usize>t * stride + word);
      while (bits != 0) {
        addLine(pairs + ((word << 3) + <usize>ctz(bits)) * LINE, g);
        bits &= bits - 1;
      }
    }
  }
}
