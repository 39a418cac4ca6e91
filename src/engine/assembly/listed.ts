// Which inputs of the network can fire in a sample: lit pixels, or inputs with events. The masks of the network's input
// have a bit for each of these only, in ascending order, so that nobody draws, clears or looks through what stays
// silent. Every worker lists them for itself: less work than to wait for a list.
import { LANES, Plan, Scratch } from './plan';

/** u32 list of the sample's inputs, in the even or the odd input slot; one more than `listedOf` is written. */
@inline
export function listOf(plan: Plan, scratch: Scratch, odd: i32): usize {
  return scratch.lists + (odd ? (<usize>(plan.inputs + 1)) << 2 : 0);
}


@inline
export function listedOf(scratch: Scratch, odd: i32): i32 {
  return odd ? scratch.listedOdd : scratch.listedEven;
}

/** Number of bits in the masks of layer `l`'s input (before padding). */
@inline
export function inputBits(scratch: Scratch, l: i32, odd: i32, inputs: i32): i32 {
  return l == 0 ? listedOf(scratch, odd) : inputs;
}

/** Column of each bit in the masks of layer `l`'s input, u32. */
@inline
export function columnsOfBits(plan: Plan, scratch: Scratch, l: i32, odd: i32): usize {
  return l == 0 ? listOf(plan, scratch, odd) : plan.everyColumn;
}


@inline
function keep(scratch: Scratch, odd: i32, listed: i32): void {
  if (odd) scratch.listedOdd = listed;
  else scratch.listedEven = listed;
}

/** Lists the pixels that are not 0. */
export function listLit(plan: Plan, scratch: Scratch, odd: i32, pixels: usize): void {
  let at = listOf(plan, scratch, odd);
  const begin = at;
  for (let j = 0; j < plan.inputs; j++) {
    store<u32>(at, j);
    at += (<usize>i32(load<u8>(pixels + <usize>j) != 0)) << 2;
  }
  keep(scratch, odd, (<i32>(at - begin)) >> 2);
}

/** Lists the inputs of `events` events, which ascend. */
export function listRecorded(plan: Plan, scratch: Scratch, odd: i32, neurons: usize, events: i32): void {
  let at = listOf(plan, scratch, odd);
  const begin = at;
  const end = neurons + ((<usize>events) << 1);
  let before = -1;
  for (; neurons < end; neurons += 2) {
    const neuron = <i32>load<u16>(neurons);
    if (neuron == before) continue;
    store<u32>(at, neuron);
    at += 4;
    before = neuron;
  }
  keep(scratch, odd, (<i32>(at - begin)) >> 2);
}

/**
 * Sets the counts to 0 of all inputs from the first listed one of group `from` of 16 up to that of group `to`, so that
 * all groups together clear all inputs.
 */
export function clearCounts(plan: Plan, list: usize, listed: i32, counts: usize, from: i32, to: i32): void {
  if (from > 0 && from * LANES >= listed) return;
  const begin = from == 0 ? 0 : <i32>load<u32>(list + ((<usize>(from * LANES)) << 2));
  const end = to * LANES >= listed ? plan.inputs : <i32>load<u32>(list + ((<usize>(to * LANES)) << 2));
  if (begin < end) memory.fill(counts + ((<usize>begin) << 2), 0, (<usize>(end - begin)) << 2);
}
