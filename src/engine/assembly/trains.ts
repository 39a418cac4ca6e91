// Spike trains: the steps at which each neuron fired, u16[neurons][room], as many as its count says. Convolution and
// pooling read and write trains, because they go through a neuron's few spikes for each of the many that see it; dense
// layers read masks, step by step.
import { listedOf, listOf } from './listed';
import { Layer, layerAt, LANES, Plan, rowBytes, Scratch, share } from './plan';

/**
 * Room for the spikes of each train in the input of layer `l`: an input may fire at every step, a neuron once in
 * refractory + 1.
 */
@inline
export function trainRoom(plan: Plan, l: i32): i32 {
  return l == 0 ? plan.steps : layerAt(plan, l - 1).mostSpikes;
}

/**
 * Trains of one worker's groups of 16 listed inputs from their masks; those of the others are empty, as their counts
 * say.
 */
export function trainsFromMasks(
  plan: Plan,
  scratch: Scratch,
  odd: i32,
  masks: usize,
  trains: usize,
  worker: i32,
  threads: i32,
): void {
  const list = listOf(plan, scratch, odd);
  const stride = <usize>rowBytes(listedOf(scratch, odd));
  const lengths = scratch.trainLengths;
  const groups = <i32>(stride >> 1);
  for (let group = share(groups, worker, threads); group < share(groups, worker + 1, threads); group++) {
    memory.fill(lengths, 0, LANES << 2);
    let row = masks + ((<usize>group) << 1);
    for (let t = 0; t < plan.steps; t++, row += stride) {
      let bits = <u32>load<u16>(row);
      while (bits != 0) {
        const lane = <i32>ctz(bits);
        const input = <i32>load<u32>(list + ((<usize>(group * LANES + lane)) << 2));
        const length = load<i32>(lengths + ((<usize>lane) << 2));
        store<u16>(trains + ((<usize>(input * plan.steps + length)) << 1), <u16>t);
        store<i32>(lengths + ((<usize>lane) << 2), length + 1);
        bits &= bits - 1;
      }
    }
  }
}

/** Masks of blocks `from` to `to` (exclusive) of 16 successive neurons of a layer from their trains. */
export function masksFromTrains(
  plan: Plan,
  layer: Layer,
  trains: usize,
  counts: usize,
  masks: usize,
  from: i32,
  to: i32,
): void {
  if (from >= to) return;
  const stride = <usize>rowBytes(layer.units);
  let row = masks + ((<usize>from) << 1);
  for (let t = 0; t < plan.steps; t++, row += stride) memory.fill(row, 0, (<usize>(to - from)) << 1);
  const end = min(layer.units, to * LANES);
  for (let neuron = from * LANES; neuron < end; neuron++) {
    const times = trains + ((<usize>(neuron * layer.mostSpikes)) << 1);
    const count = load<i32>(counts + ((<usize>neuron) << 2));
    for (let spike = 0; spike < count; spike++) {
      const word = masks + <usize>load<u16>(times + ((<usize>spike) << 1)) * stride + ((<usize>(neuron >> 4)) << 1);
      store<u16>(word, load<u16>(word) | (<u16>((<u32>1) << (neuron & 15))));
    }
  }
}
