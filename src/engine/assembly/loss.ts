// Losses on firing counts and the silent-class rule (hm2bp: macro level).
import { Control, Layer, Plan, rowBytes } from './plan';


@inline
export function countOf(counts: usize, neuron: i32): i32 {
  return load<i32>(counts + ((<usize>neuron) << 2));
}

/** Largest count; ties go to the lowest index. */
export function predict(layer: Layer, counts: usize): i32 {
  let best = 0;
  for (let k = 1; k < layer.units; k++) if (countOf(counts, k) > countOf(counts, best)) best = k;
  return best;
}

/**
 * Errors this small are 0 in a softmax (docs/numerics.md): below them products are subnormal, and subnormal numbers are
 * slow.
 */
const NEGLIGIBLE: f64 = 7.888609052210118e-31; // 2^-100

/** delta of the output layer and the sample's cost; true when there is no error. */
export function outputError(
  plan: Plan,
  layer: Layer,
  control: Control,
  counts: usize,
  label: i32,
  sampleWeight: f32,
): bool {
  memory.fill(layer.delta, 0, (<usize>layer.blocks) << 6);
  return plan.loss == 0
    ? marginError(plan, layer, control, counts, label, sampleWeight)
    : softmaxError(layer, control, counts, label, sampleWeight);
}


@inline
function setDelta(layer: Layer, neuron: i32, error: f32, sampleWeight: f32): void {
  store<f32>(layer.delta + ((<usize>neuron) << 2), (error * sampleWeight) / layer.errorDivisor);
}

function marginError(plan: Plan, layer: Layer, control: Control, counts: usize, label: i32, sampleWeight: f32): bool {
  let cost: f64 = 0;
  for (let k = 0; k < layer.units; k++) {
    const difference = countOf(counts, k) - (k == label ? plan.desired : plan.undesired);
    if (difference <= plan.margin && -difference <= plan.margin) continue;
    setDelta(layer, k, <f32>difference, sampleWeight);
    cost += <f64>difference * <f64>difference * 0.5;
  }
  control.cost += cost;
  return cost == 0;
}

/**
 * Softmax over counts: delta = p - onehot, E = -log p of the class. In float64, as the reference; counts are integers.
 */
function softmaxError(layer: Layer, control: Control, counts: usize, label: i32, sampleWeight: f32): bool {
  const most = countOf(counts, predict(layer, counts));
  let sum: f64 = 0;
  for (let k = 0; k < layer.units; k++) sum += NativeMath.exp(<f64>(countOf(counts, k) - most));
  let quiet = true;
  for (let k = 0; k < layer.units; k++) {
    const error = NativeMath.exp(<f64>(countOf(counts, k) - most)) / sum - f64(k == label);
    if (Math.abs(error) < NEGLIGIBLE) continue;
    setDelta(layer, k, <f32>error, sampleWeight);
    quiet = false;
  }
  control.cost += NativeMath.log(sum) + <f64>(most - countOf(counts, label));
  return quiet;
}

/** A silent class neuron is given spikes at k, 2k, ..., k = max(1, floor(T/desired)), for the backward pass. */
export function wakeClass(plan: Plan, layer: Layer, masks: usize, counts: usize, label: i32): void {
  if (countOf(counts, label) != 0) return;
  const stride = rowBytes(layer.units);
  const interval = max(1, plan.steps / plan.desired);
  let count = 0;
  for (let t = interval; t < plan.steps; t += interval) {
    const word = masks + <usize>t * <usize>stride + ((<usize>(label >> 4)) << 1);
    store<u16>(word, load<u16>(word) | (<u16>((<u32>1) << (label & 15))));
    count++;
  }
  store<i32>(counts + ((<usize>label) << 2), count);
}
