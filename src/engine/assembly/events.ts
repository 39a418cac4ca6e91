// From spike masks [step][neuron bit] to what the inner loops read: the columns that fired at each step, the columns
// that fired at all, the spike times of a block. Always ascending, so that every sum has one order.
import { columnsOfBits, inputBits } from './listed';
import { DENSE, Layer, layerAt, LANES, Plan, rowBytes, Scratch } from './plan';
import { workOf } from './work';

/**
 * A list of inputs is worth packing (forward.ts) when their lines of a block fit into the fastest cache beside the
 * currents.
 */
const PACKED: i32 = 256;

/**
 * Lists the inputs of layer `l` that fired, step by step, into `scratch`: `events[stepStart[t] .. stepStart[t+1]-1]`
 * are the columns at step t, or their places in the list of the sample's inputs.
 */
export function expandEvents(plan: Plan, l: i32, masks: usize, scratch: Scratch, odd: i32): void {
  const layer = layerAt(plan, l);
  const listed = inputBits(scratch, l, odd, layer.inputs);
  const columns = columnsOfBits(plan, scratch, l, odd);
  const packs = l == 0 && layer.kind == DENSE && !layer.byColumns && layer.inhibition == 0 && listed <= PACKED;
  scratch.eventList = packs ? columns : 0;
  scratch.eventsListed = listed;
  const names = packs ? plan.everyColumn : columns;
  const steps = plan.steps;
  const stepStart = scratch.stepStart;
  const events = scratch.events;
  const stride = rowBytes(listed);
  let at = events;
  let row = masks;
  for (let t = 0; t < steps; t++, row += stride) {
    store<u32>(stepStart + ((<usize>t) << 2), <u32>(at - events));
    for (let word = 0; word < stride; word += 8) {
      const bits = load<u64>(row + word);
      const named = names + ((<usize>word) << 5);
      // Two at once, also where there are fewer: the next word overwrites them. Most words of a layer have no more, and
      // how many they have no processor foresees.
      store<u16>(at, <u16>load<u32>(named + ((<usize>ctz(bits)) << 2)));
      let rest = bits & (bits - 1);
      store<u16>(at, <u16>load<u32>(named + ((<usize>ctz(rest)) << 2)), 2);
      const next = at + ((<usize>popcnt(bits)) << 1);
      for (rest &= rest - 1, at += 4; rest != 0; rest &= rest - 1, at += 2)
        store<u16>(at, <u16>load<u32>(named + ((<usize>ctz(rest)) << 2)));
      at = next;
    }
  }
  store<u32>(stepStart + ((<usize>steps) << 2), <u32>(at - events));
  workOf(scratch).events += <f64>((at - events) >> 1);
}

/** Lists the columns that fired at least once, with the place where each chunk begins. */
export function listActive(layer: Layer, counts: usize, active: usize, chunkStart: usize): void {
  let found = 0;
  for (let chunk = 0; chunk < layer.chunks; chunk++) {
    store<i32>(chunkStart + ((<usize>chunk) << 2), found);
    const end = min(layer.inputs, (chunk + 1) * layer.chunkWidth);
    for (let j = chunk * layer.chunkWidth; j < end; j++) {
      store<u16>(active + ((<usize>found) << 1), <u16>j);
      found += i32(load<i32>(counts + ((<usize>j) << 2)) > 0);
    }
  }
  store<i32>(chunkStart + ((<usize>layer.chunks) << 2), found);
}

/** Trains of a block's neurons among those that `gatherTrains` left, u16[16][steps]. */
@inline
export function trainsOfBlock(plan: Plan, scratch: Scratch, block: i32): usize {
  return scratch.trains + ((<usize>((block & 3) * LANES * plan.steps)) << 1);
}

/** Their lengths, i32[16]. */
@inline
export function lengthsOfBlock(scratch: Scratch, block: i32): usize {
  return scratch.trainLengths + ((<usize>(block & 3)) << 6);
}

/**
 * Spike times of the 64 neurons of the four blocks that `block` is one of, in one go through the masks: `trains[neuron
 * & 63][0 .. length-1]`.
 */
export function gatherTrains(plan: Plan, layer: Layer, masks: usize, block: i32, scratch: Scratch): void {
  const steps = plan.steps;
  const stride = rowBytes(layer.units);
  const trains = scratch.trains;
  const lengths = scratch.trainLengths;
  workOf(scratch).gathered += <f64>steps;
  memory.fill(lengths, 0, LANES << 4);
  let row = masks + ((<usize>(block >> 2)) << 3);
  for (let t = 0; t < steps; t++, row += stride) {
    let bits = load<u64>(row);
    while (bits != 0) {
      const neuron = <usize>ctz(bits);
      const at = lengths + (neuron << 2);
      const length = load<u32>(at);
      store<u16>(trains + ((neuron * <usize>steps + <usize>length) << 1), <u16>t);
      store<u32>(at, length + 1);
      bits &= bits - 1;
    }
  }
}
