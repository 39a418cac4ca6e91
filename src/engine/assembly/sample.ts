// From a place in the run to the spikes of its image or recording.
import { Buffers, inputSlot, Plan, pointerAt, Run, Scratch, share } from './plan';
import { encodePixels, mix, WEYL } from './encode';
import { listLit, listRecorded } from './listed';
import { placeEvents } from './recorded';
import { trainsFromMasks } from './trains';

/** Number of the sample at a place of the run. */
@inline
function sampleAt(run: Run, place: i32): u32 {
  return run.order == 0 ? <u32>place : load<u32>(run.order + ((<usize>place) << 2));
}

/** First pixel of an image. */
@inline
function pixelsOf(plan: Plan, run: Run, sample: u32): usize {
  return run.pixels + <usize>sample * <usize>plan.inputs;
}

/** Lists, for this worker, the inputs that may fire in the sample at `place`. */
export function listSample(plan: Plan, run: Run, scratch: Scratch, odd: i32, place: i32): void {
  const sample = sampleAt(run, place);
  if (run.pixels != 0) {
    listLit(plan, scratch, odd, pixelsOf(plan, run, sample));
    return;
  }
  const start = run.eventStarts + ((<usize>sample) << 2);
  const first = load<u32>(start);
  listRecorded(plan, scratch, odd, run.eventNeurons + ((<usize>first) << 1), <i32>(load<u32>(start, 4) - first));
}

/**
 * One worker's share of the spikes of the sample at `place` into the even or odd input slot: masks and counts, and
 * trains if the first layer needs them.
 */
export function encodeSample(
  plan: Plan,
  run: Run,
  scratch: Scratch,
  buffers: Buffers,
  odd: i32,
  place: i32,
  worker: i32,
  threads: i32,
): void {
  const sample = sampleAt(run, place);
  listSample(plan, run, scratch, odd, place);
  const slot = inputSlot(plan, 0, odd);
  const masks = pointerAt(buffers.masks, slot);
  const counts = pointerAt(buffers.counts, slot);
  if (run.pixels == 0) {
    const start = run.eventStarts + ((<usize>sample) << 2);
    const first = load<u32>(start);
    const end = load<u32>(start, 4);
    placeEvents(plan, scratch, odd, masks, counts, run.eventNeurons, run.eventTimes, first, end, worker, threads);
  } else {
    const number = sample + <u32>run.firstNumber;
    const keyA = mix((run.keyA + number) ^ run.keyB);
    const keyB = mix(run.keyB + keyA * WEYL + number);
    const pixels = pixelsOf(plan, run, sample);
    encodePixels(plan, scratch, odd, masks, counts, pixels, keyA, keyB, worker, threads);
  }
  const trains = pointerAt(buffers.trains, slot);
  if (trains != 0) trainsFromMasks(plan, scratch, odd, masks, trains, worker, threads);
}
