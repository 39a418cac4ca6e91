// S-PSP of dense layers with a window: sums of the response G (response.ts) over the spikes of each input. Closed forms
// by traces of the input, as in psp.ts, would subtract what is too old from nearly as much, and float32 has not the
// digits for that.
import { columnsOfBits, inputBits } from './listed';
import { Layer, layerAt, LANES, LINE, Plan, rowBytes, Scratch } from './plan';
import { firstBit } from './traces';
import { fillWindowed } from './response';
import { workOf } from './work';

/**
 * G of a block of 16 neurons from the trains that `gatherTrains` left, u16[16][steps]. Returns the last step at which
 * one fires.
 */
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
  l: i32,
  chunk: i32,
  inputMasks: usize,
  active: usize,
  chunkStart: usize,
  lengths: usize,
  scratch: Scratch,
  tile: usize,
): void {
  const layer = layerAt(plan, l);
  const from = load<i32>(chunkStart + ((<usize>chunk) << 2));
  const to = load<i32>(chunkStart + ((<usize>chunk) << 2), 4);
  memory.fill(tile, 0, <usize>(to - from) * LINE);
  const bits = inputBits(scratch, l, scratch.odd, layer.inputs);
  const names = columnsOfBits(plan, scratch, l, scratch.odd);
  const begin = firstBit(names, bits, chunk * layer.chunkWidth);
  const end = firstBit(names, bits, (chunk + 1) * layer.chunkWidth);
  const stride = <usize>rowBytes(bits);
  const columns = active + ((<usize>from) << 1);
  let read = 0;
  for (let t = 1; t + layer.refractory <= scratch.lastFire; t++) {
    const row = inputMasks + <usize>t * stride;
    const g = scratch.response + <usize>(t + layer.refractory) * LINE;
    let place = 0;
    for (let word = begin & ~15; word < end; word += 16) {
      let fired = <u32>load<u16>(row + ((<usize>word) >> 3));
      if (word < begin) fired &= u32.MAX_VALUE << (begin - word);
      if (word + 16 > end) fired &= ((<u32>1) << (end - word)) - 1;
      for (; fired != 0; fired &= fired - 1) {
        const column = load<u32>(names + ((<usize>(word + <i32>ctz(fired))) << 2));
        while (<u32>load<u16>(columns + ((<usize>place) << 1)) != column) place++;
        addLine(tile + <usize>place * LINE, g);
        read++;
      }
    }
  }
  workOf(scratch).read += <f64>read;
  workOf(scratch).potentials += <f64>(to - from);
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
