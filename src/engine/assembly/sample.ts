// From a place in the run to the spikes of its image or recording.
import { Buffers, Plan, pointerAt, Run, Scratch } from './plan';
import { encodePixels } from './encode';
import { placeEvents } from './recorded';

const WEYL: u32 = 0x9e3779b9;

@inline
function mix(x: u32): u32 {
  x ^= x >> 16;
  x *= 0x7feb352d;
  x ^= x >> 15;
  x *= 0x846ca68b;
  return x ^ (x >> 16);
}

/** Spikes of input blocks `from` to `to` of the sample at `place` into masks and counts number `slot`. */
export function encodeSample(plan: Plan, run: Run, scratch: Scratch, buffers: Buffers, slot: i32, place: i32, from: i32, to: i32): void {
  const sample = run.order == 0 ? <u32>place : load<u32>(run.order + (<usize>place << 2));
  const masks = pointerAt(buffers.masks, slot);
  const counts = pointerAt(buffers.counts, slot);
  if (run.pixels == 0) {
    const start = run.eventStarts + (<usize>sample << 2);
    placeEvents(plan, masks, counts, run.eventNeurons, run.eventTimes, load<u32>(start), load<u32>(start, 4), from, to);
    return;
  }
  const number = sample + <u32>run.firstNumber;
  const keyA = mix((run.keyA + number) ^ run.keyB);
  const keyB = mix(run.keyB + keyA * WEYL + number);
  const pixels = run.pixels + <usize>sample * <usize>plan.inputs;
  encodePixels(plan, scratch.keys, masks, counts, pixels, keyA, keyB, from, to);
}
