// From a place in the run to the spikes of its image or recording.
import { Buffers, Plan, pointerAt, Run, Scratch } from './plan';
import { encodePixels, mix, WEYL } from './encode';
import { placeEvents } from './recorded';
import { trainsFromMasks } from './trains';

/** Spikes of input blocks `from` to `to` of the sample at `place` into slot number `slot`: masks and counts, and trains if the first layer needs them. */
export function encodeSample(
  plan: Plan,
  run: Run,
  scratch: Scratch,
  buffers: Buffers,
  slot: i32,
  place: i32,
  from: i32,
  to: i32,
): void {
  const sample = run.order == 0 ? <u32>place : load<u32>(run.order + ((<usize>place) << 2));
  const masks = pointerAt(buffers.masks, slot);
  const counts = pointerAt(buffers.counts, slot);
  if (run.pixels == 0) {
    const start = run.eventStarts + ((<usize>sample) << 2);
    placeEvents(plan, masks, counts, run.eventNeurons, run.eventTimes, load<u32>(start), load<u32>(start, 4), from, to);
  } else {
    const number = sample + <u32>run.firstNumber;
    const keyA = mix((run.keyA + number) ^ run.keyB);
    const keyB = mix(run.keyB + keyA * WEYL + number);
    encodePixels(
      plan,
      scratch.keys,
      masks,
      counts,
      run.pixels + <usize>sample * <usize>plan.inputs,
      keyA,
      keyB,
      from,
      to,
    );
  }
  const trains = pointerAt(buffers.trains, slot);
  if (trains != 0) trainsFromMasks(plan, masks, trains, scratch.trainLengths, from, to);
}
