// Margin loss on firing counts, silent-class rule and lateral factor of the output layer (hm2bp: macro level).
import { Control, Layer, Plan, rowBytes } from './plan';

@inline
function countOf(counts: usize, neuron: i32): i32 {
  return load<i32>(counts + (<usize>neuron << 2));
}

/** Largest count; ties go to the lowest index. */
export function predict(layer: Layer, counts: usize): i32 {
  let best = 0;
  for (let k = 1; k < layer.units; k++) if (countOf(counts, k) > countOf(counts, best)) best = k;
  return best;
}

/** delta of the output layer and the sample's cost; true when every delta is zero. */
export function marginLoss(plan: Plan, layer: Layer, control: Control, counts: usize, label: i32, sampleWeight: f32): bool {
  let cost: f64 = 0;
  let quiet = true;
  for (let k = 0; k < layer.blocks << 4; k++) {
    let delta: f32 = 0;
    if (k < layer.units) {
      const difference = countOf(counts, k) - (k == label ? plan.desired : plan.undesired);
      if (difference > plan.margin || -difference > plan.margin) {
        delta = (<f32>difference * sampleWeight) / layer.errorDivisor;
        cost += <f64>difference * <f64>difference * 0.5;
        if (delta != 0) quiet = false;
      }
    }
    store<f32>(layer.delta + (<usize>k << 2), delta);
  }
  control.cost += cost;
  return quiet;
}

/** A silent class neuron is given spikes at k, 2k, ..., k = max(1, floor(T/desired)), for the backward pass. */
export function wakeClass(plan: Plan, layer: Layer, masks: usize, counts: usize, label: i32): void {
  if (countOf(counts, label) != 0) return;
  const stride = rowBytes(layer.units);
  const interval = max(1, plan.steps / plan.desired);
  let count = 0;
  for (let t = interval; t < plan.steps; t += interval) {
    const word = masks + <usize>t * <usize>stride + (<usize>(label >> 4) << 1);
    store<u16>(word, load<u16>(word) | <u16>(<u32>1 << (label & 15)));
    count++;
  }
  store<i32>(counts + (<usize>label << 2), count);
}

/** S-PSP of output i's spikes caused by output j's, by two running traces. */
function pspBetween(plan: Plan, stride: usize, masks: usize, i: i32, j: i32): f32 {
  let slow: f32 = 0; // M and S of j's arrivals
  let fast: f32 = 0;
  let slowSince: f32 = 0; // the same at `last`
  let fastSince: f32 = 0;
  let last = 1;
  let sum: f32 = 0;
  const wordI = masks + (<usize>(i >> 4) << 1);
  const wordJ = masks + (<usize>(j >> 4) << 1);
  for (let t = 0; t < plan.steps; t++) {
    slow *= plan.traceM;
    fast *= plan.traceS;
    const source = t - plan.refractory;
    if (source >= 0 && (load<u16>(wordJ + <usize>source * stride) >> <u16>(j & 15)) & 1) {
      slow += 1;
      fast += 1;
    }
    if (t == last) {
      slowSince = slow;
      fastSince = fast;
    }
    if ((load<u16>(wordI + <usize>t * stride) >> <u16>(i & 15)) & 1) {
      if (last < t) sum += slow - fast - load<f32>(plan.expM + (<usize>(t - last) << 2)) * (slowSince - fastSince);
      last = t + plan.refractory;
      if (last == t) {
        slowSince = slow;
        fastSince = fast;
      }
    }
  }
  return sum * plan.pspScale;
}

/**
 * lat_j = 1 / (1 - w0^2 sum_{l != j} (e_lj/o_j) g_l (e_jl/o_l) g_j), with counts and trains from before the silent-class rule.
 * `ratios`: f32[units * units], scratch: e_lj / o_j, 1 where either count is 0.
 */
export function lateralFactor(plan: Plan, layer: Layer, masks: usize, counts: usize, label: i32, ratios: usize): void {
  const units = layer.units;
  if (layer.inhibition == 0) return; // the plan has filled in 1
  const stride = <usize>rowBytes(units);
  for (let l = 0; l < units; l++) {
    for (let j = 0; j < units; j++) {
      if (l == j) continue;
      let ratio: f32 = 1;
      if (countOf(counts, l) > 0 && countOf(counts, j) > 0) ratio = pspBetween(plan, stride, masks, l, j) / <f32>countOf(counts, j);
      store<f32>(ratios + (<usize>(l * units + j) << 2), ratio);
    }
  }
  const squared = layer.inhibition * layer.inhibition;
  for (let j = 0; j < units; j++) {
    const own: f32 = countOf(counts, j) > 0 || j == label ? 1 / layer.nu : 0;
    let sum: f32 = 0;
    for (let l = 0; l < units; l++) {
      if (l == j) continue;
      const other: f32 = countOf(counts, l) > 0 || l == label ? 1 / layer.nu : 0;
      sum += load<f32>(ratios + (<usize>(l * units + j) << 2)) * other * load<f32>(ratios + (<usize>(j * units + l) << 2)) * own;
    }
    const open: f32 = <f32>1 - squared * sum;
    store<f32>(layer.lateral + (<usize>j << 2), open == 0 ? <f32>1 : <f32>1 / open);
  }
}
