// Recorded spikes (event lists) into the masks and counts that the layers read: what the encoder does for images.
import { Plan, rowBytes } from './plan';

/** First event from `low` to `high` whose neuron is at least `neuron`; events ascend by neuron. */
function firstOf(neurons: usize, low: u32, high: u32, neuron: u32): u32 {
  while (low < high) {
    const middle = low + ((high - low) >> 1);
    if (<u32>load<u16>(neurons + ((<usize>middle) << 1)) < neuron) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Masks and counts of input blocks `from` to `to` (exclusive) of one recording.
 * @param neurons u16[events], ascending within the recording
 * @param times u16[events], steps below T
 * @param first number of the recording's first event; `end` of the one after its last
 */
export function placeEvents(
  plan: Plan,
  masks: usize,
  counts: usize,
  neurons: usize,
  times: usize,
  first: u32,
  end: u32,
  from: i32,
  to: i32,
): void {
  if (from >= to) return;
  const stride = <usize>rowBytes(plan.inputs);
  let row = masks + ((<usize>from) << 1);
  for (let t = 0; t < plan.steps; t++, row += stride) memory.fill(row, 0, (<usize>(to - from)) << 1);
  memory.fill(counts + ((<usize>from) << 6), 0, (<usize>(to - from)) << 6);
  const last = <u32>(to << 4);
  for (let event = firstOf(neurons, first, end, <u32>(from << 4)); event < end; event++) {
    const neuron = <u32>load<u16>(neurons + ((<usize>event) << 1));
    if (neuron >= last) break;
    const word = masks + <usize>load<u16>(times + ((<usize>event) << 1)) * stride + ((<usize>(neuron >> 4)) << 1);
    const bits = <u32>load<u16>(word);
    const bit: u32 = 1 << (neuron & 15);
    if (bits & bit) continue; // several events of a step are one spike
    store<u16>(word, <u16>(bits | bit));
    const count = counts + ((<usize>neuron) << 2);
    store<i32>(count, load<i32>(count) + 1);
  }
}
