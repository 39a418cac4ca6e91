// Dropout of hidden neurons in training samples: the draws of `src/network/dropout.ts`, 16 neurons of a block at a
// time.
import { mix, WEYL } from './encode';
import { Layer, LANES, layerAt, Plan, Run, Scratch } from './plan';

/** Keys the draws of the sample at `place`, whose input is in the even or the odd slot. */
export function keyDropout(run: Run, scratch: Scratch, odd: i32, place: i32): void {
  const number = load<u32>(run.order + ((<usize>place) << 2)) + <u32>run.firstNumber;
  const a = mix((run.dropA + number) ^ run.dropB);
  const keys = scratch.dropKeys + ((<usize>odd) << 3);
  store<u32>(keys, a);
  store<u32>(keys, mix(run.dropB + a * WEYL + number), 4);
}

/** One bit for each neuron of a block that is dropped. */
function droppedOf(layer: Layer, l: i32, scratch: Scratch, odd: i32, block: i32): u32 {
  const keys = scratch.dropKeys + ((<usize>odd) << 3);
  const keyA = load<u32>(keys);
  const keyB = load<u32>(keys, 4);
  let bits: u32 = 0;
  for (let lane = 0; lane < LANES; lane++) {
    const a = mix(keyA + <u32>(block * LANES + lane) * WEYL);
    let x = a + <u32>l * WEYL;
    x ^= x >> 16;
    x *= 0x7feb352d;
    x ^= mix(keyB ^ a);
    x ^= x >> 15;
    x *= 0x846ca68b;
    x ^= x >> 16;
    bits |= u32(x < layer.dropBelow) << lane;
  }
  return bits;
}

/**
 * Takes the spikes of a block's dropped neurons out of its counts, i32[16], and its masks: a u16 for each step, 8 bytes
 * apart.
 */
export function dropSpikes(
  plan: Plan,
  l: i32,
  scratch: Scratch,
  odd: i32,
  block: i32,
  masks: usize,
  counts: usize,
): void {
  const dropped = droppedOf(layerAt(plan, l), l, scratch, odd, block);
  if (dropped == 0) return;
  const end = masks + ((<usize>plan.steps) << 3);
  for (let mask = masks; mask < end; mask += 8) store<u16>(mask, load<u16>(mask) & ~dropped);
  zeroLanes(counts, dropped);
}

/** A dropped neuron has no error. `delta`: of one block, `[16]`. */
export function dropErrors(layer: Layer, l: i32, scratch: Scratch, block: i32, delta: usize): void {
  zeroLanes(delta, droppedOf(layer, l, scratch, scratch.odd, block));
}

function zeroLanes(values: usize, lanes: u32): void {
  for (let bits = lanes; bits != 0; bits &= bits - 1) store<u32>(values + ((<usize>ctz(bits)) << 2), 0);
}
