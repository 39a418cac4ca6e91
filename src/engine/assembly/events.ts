// From spike masks [step][neuron bit] to what the inner loops read: the columns that fired at each step, the columns that fired
// at all, the spike times of a block. Always ascending, so that every sum has one order.
import { Layer, LANES, Plan, rowBytes } from './plan';

/** Lists the neurons that fired, step by step: `events[stepStart[t] .. stepStart[t+1]-1]` are the columns at step t. */
export function expandEvents(steps: i32, neurons: i32, masks: usize, stepStart: usize, events: usize): void {
  const stride = rowBytes(neurons);
  let at = events;
  let row = masks;
  for (let t = 0; t < steps; t++, row += stride) {
    store<u32>(stepStart + ((<usize>t) << 2), <u32>(at - events));
    for (let word = 0; word < stride; word += 8) {
      let bits = load<u64>(row + word);
      while (bits != 0) {
        store<u16>(at, <u16>((word << 3) + <i32>ctz(bits)));
        at += 2;
        bits &= bits - 1;
      }
    }
  }
  store<u32>(stepStart + ((<usize>steps) << 2), <u32>(at - events));
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
