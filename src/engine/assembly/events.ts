// From spike masks [step][neuron bit] to what the inner loops read: the columns that fired at each step, the columns that fired
// at all, the spike times of a block. Always ascending, so that every sum has one order.
import { columnsOfBits, inputBits } from './listed';
import { DENSE, Layer, layerAt, LANES, Plan, rowBytes, Scratch } from './plan';
import { workOf } from './work';

/** A list of inputs is worth packing (forward.ts) when their lines of a block fit into the fastest cache beside the currents. */
const PACKED: i32 = 256;

/**
 * Lists the inputs of layer `l` that fired, step by step, into `scratch`: `events[stepStart[t] .. stepStart[t+1]-1]` are the columns at step t, or their
 * places in the list of the sample's inputs.
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
      let bits = load<u64>(row + word);
      while (bits != 0) {
        store<u16>(at, <u16>load<u32>(names + ((<usize>((word << 3) + <i32>ctz(bits))) << 2)));
        at += 2;
        bits &= bits - 1;
      }
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

/** Spike times of the 16 neurons of a block: `trains[lane][0 .. lengths[lane]-1]`. */
export function gatherTrains(plan: Plan, layer: Layer, masks: usize, block: i32, trains: usize, lengths: usize): void {
  const steps = plan.steps;
  const stride = rowBytes(layer.units);
  memory.fill(lengths, 0, LANES << 2);
  let row = masks + ((<usize>block) << 1);
  for (let t = 0; t < steps; t++, row += stride) {
    let bits = <u32>load<u16>(row);
    while (bits != 0) {
      const lane = <i32>ctz(bits);
      const length = load<i32>(lengths + ((<usize>lane) << 2));
      store<u16>(trains + ((<usize>(lane * steps + length)) << 1), <u16>t);
      store<i32>(lengths + ((<usize>lane) << 2), length + 1);
      bits &= bits - 1;
    }
  }
}
