// Pooling, backward: p_j = delta_i * r_ij / size^2 for each input of a neuron's field, r_ij = e_ij/o_j, or 1 when
// either is silent. Nothing is learned.
import { Layer, LANES, Plan, Scratch } from './plan';
import { Field, setField } from './pooling';
import { deltaOf } from './receive';
import { responseTo } from './response';

/**
 * Errors of blocks `from` to `to` (exclusive) of 16 neurons, into `errorDown` f32[units][size][size].
 * @param room of the input's trains
 */
export function backwardPooling(
  plan: Plan,
  l: i32,
  layer: Layer,
  scratch: Scratch,
  inputTrains: usize,
  inputCounts: usize,
  room: i32,
  trains: usize,
  counts: usize,
  from: i32,
  to: i32,
): void {
  const field = changetype<Field>(scratch.field);
  const size = layer.size;
  const area = <f32>(size * size);
  const end = min(layer.units, to * LANES);
  for (let neuron = from * LANES; neuron < end; neuron++) {
    const delta = deltaOf(plan, l, neuron);
    const times = trains + ((<usize>(neuron * layer.mostSpikes)) << 1);
    const count = load<i32>(counts + ((<usize>neuron) << 2));
    const ratios = plan.effectRatio && count > 0 && delta != 0;
    if (ratios) fillAfter(layer, times, count, scratch.after);
    setField(field, layer, neuron);
    for (let row = field.top; row < field.bottom; row++) {
      for (let column = field.left; column < field.right; column++) {
        const input = field.channel + row * layer.inputColumns + column;
        const inputCount = load<i32>(inputCounts + ((<usize>input) << 2));
        let ratio: f32 = 1;
        if (ratios && inputCount > 0)
          ratio =
            pspOf(
              plan,
              layer,
              times,
              count,
              scratch.after,
              inputTrains + ((<usize>input * <usize>room) << 1),
              inputCount,
            ) / <f32>inputCount;
        const at = (neuron * size + row - field.top) * size + column - field.left;
        store<f32>(layer.errorDown + ((<usize>at) << 2), (delta * ratio) / area);
      }
    }
  }
}


@inline
function timeAt(times: usize, spike: i32): i32 {
  return <i32>load<u16>(times + ((<usize>spike) << 1));
}

/**
 * For each spike f of a train what is left, where its window begins, of the responses of f and all later spikes
 * (response.ts): f32[count].
 */
function fillAfter(layer: Layer, times: usize, count: i32, after: usize): void {
  let left: f32 = 0;
  let nextLast = 0;
  for (let spike = count - 1; spike >= 0; spike--) {
    const fired = timeAt(times, spike);
    const last = spike > 0 ? timeAt(times, spike - 1) + layer.refractory : 1;
    if (spike < count - 1) left *= load<f32>(layer.expS + ((<usize>(nextLast - last)) << 2));
    left += load<f32>(layer.rise + ((<usize>(fired - last)) << 2));
    store<f32>(after + ((<usize>spike) << 2), left);
    nextLast = last;
  }
}

/** e of one pair of trains: for each arrival the window it falls into, and what is left of the windows after it. */
function pspOf(plan: Plan, layer: Layer, times: usize, count: i32, after: usize, input: usize, inputCount: i32): f32 {
  if (plan.window > 0) return windowedPsp(plan, layer, times, count, input, inputCount);
  let e: f32 = 0;
  let spike = 0; // the first that fires at or after the arrival
  for (let k = 0; k < inputCount; k++) {
    const t = timeAt(input, k) + layer.refractory;
    while (spike < count && timeAt(times, spike) < t) spike++;
    if (spike == count) break;
    const last = spike > 0 ? timeAt(times, spike - 1) + layer.refractory : 1;
    if (t <= last) {
      e += load<f32>(after + ((<usize>spike) << 2)) * load<f32>(layer.expS + ((<usize>(last - t)) << 2));
      continue;
    }
    const fired = timeAt(times, spike);
    e += load<f32>(layer.rise + ((<usize>(fired - t)) << 2));
    if (spike + 1 < count)
      e +=
        load<f32>(after + ((<usize>(spike + 1)) << 2)) *
        load<f32>(layer.expS + ((<usize>(fired + layer.refractory - t)) << 2));
  }
  return e * layer.pspScale;
}

function windowedPsp(plan: Plan, layer: Layer, times: usize, count: i32, input: usize, inputCount: i32): f32 {
  let e: f32 = 0;
  for (let spike = 0; spike < count; spike++) {
    const fired = timeAt(times, spike);
    const last = spike > 0 ? timeAt(times, spike - 1) + layer.refractory : 1;
    for (let k = 0; k < inputCount; k++) {
      const t = timeAt(input, k) + layer.refractory;
      if (t <= fired && t >= fired - plan.window + layer.refractory) e += responseTo(layer, fired, last, t);
    }
  }
  return e * layer.pspScale;
}
