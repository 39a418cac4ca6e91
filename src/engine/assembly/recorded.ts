// Recorded spikes (event lists) into the masks and counts that the layers read: what the encoder does for images.
import { clearCounts, listedOf, listOf } from './listed';
import { Plan, rowBytes, Scratch, share } from './plan';

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
 * Masks and counts of one worker's groups of 16 inputs of a recording, of those that have events and are listed.
 * @param neurons u16[events], ascending within the recording
 * @param times u16[events], steps below T
 * @param first number of the recording's first event; `end` of the one after its last
 */
export function placeEvents(
  plan: Plan,
  scratch: Scratch,
  odd: i32,
  masks: usize,
  counts: usize,
  neurons: usize,
  times: usize,
  first: u32,
  end: u32,
  worker: i32,
  threads: i32,
): void {
  const listed = listedOf(scratch, odd);
  const list = listOf(plan, scratch, odd);
  const stride = <usize>rowBytes(listed);
  const groups = <i32>(stride >> 1);
  const from = share(groups, worker, threads);
  const to = share(groups, worker + 1, threads);
  clearCounts(plan, list, listed, counts, from, to);
  let row = masks + ((<usize>from) << 1);
  for (let t = 0; t < plan.steps; t++, row += stride) memory.fill(row, 0, (<usize>(to - from)) << 1);
  let place = <u32>(from << 4);
  const last = min(<u32>(to << 4), <u32>listed);
  if (place >= last) return;
  let listedNeuron = load<u32>(list + ((<usize>place) << 2));
  for (let event = firstOf(neurons, first, end, listedNeuron); event < end; event++) {
    const neuron = <u32>load<u16>(neurons + ((<usize>event) << 1));
    if (neuron != listedNeuron) {
      if (++place == last) break;
      listedNeuron = neuron;
    }
    const word = masks + <usize>load<u16>(times + ((<usize>event) << 1)) * stride + ((<usize>(place >> 4)) << 1);
    const bits = <u32>load<u16>(word);
    const bit: u32 = 1 << (place & 15);
    if (bits & bit) continue; // several events of a step are one spike
    store<u16>(word, <u16>(bits | bit));
    const count = counts + ((<usize>neuron) << 2);
    store<i32>(count, load<i32>(count) + 1);
  }
}
