// The factor by which lateral inhibition between the outputs changes their gradients (hm2bp: macro level).
import { gatherTrains, lengthsOfBlock, trainsOfBlock } from './events';
import { countOf } from './loss';
import { Layer, LANES, LINE, Plan, rowBytes, Scratch } from './plan';
import { spread } from './spread';
import { windowedPairs, windowedResponse } from './windowed';

/** Traces D of the output layer's own spikes: f32[steps][16 * blocks]. `state`: f32[2][16 * blocks]. */
function ownTraces(plan: Plan, layer: Layer, masks: usize, state: usize, traces: usize): void {
  const bytes = (<usize>layer.blocks) << 6;
  const fast = state + bytes;
  const stride = <usize>rowBytes(layer.units);
  const traceM = spread(layer, offsetof<Layer>('traceM'));
  const traceS = spread(layer, offsetof<Layer>('traceS'));
  memory.fill(state, 0, 2 * bytes);
  for (let t = 0; t < plan.steps; t++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(state + at, f32x4.mul(v128.load(state + at), traceM));
      v128.store(fast + at, f32x4.mul(v128.load(fast + at), traceS));
    }
    const source = t - layer.refractory;
    for (let word: usize = 0; source >= 0 && word < stride; word += 8) {
      let bits = load<u64>(masks + <usize>source * stride + word);
      while (bits != 0) {
        const at = ((word << 3) + <usize>ctz(bits)) << 2;
        store<f32>(state + at, load<f32>(state + at) + 1);
        store<f32>(fast + at, load<f32>(fast + at) + 1);
        bits &= bits - 1;
      }
    }
    const row = <usize>t * bytes;
    for (let at: usize = 0; at < bytes; at += 16)
      v128.store(traces + row + at, f32x4.sub(v128.load(state + at), v128.load(fast + at)));
  }
}

/** e_lj of one output neuron l for four outputs j, without the factor c. */
function pspOf(layer: Layer, times: usize, length: i32, traces: usize, bytes: usize): v128 {
  let e = f32x4.splat(0);
  let last = 1;
  for (let spike = 0; spike < length; spike++) {
    const fired = <i32>load<u16>(times + ((<usize>spike) << 1));
    if (last < fired) {
      const decay = v128.load32_splat(layer.expM + ((<usize>(fired - last)) << 2));
      e = f32x4.add(
        e,
        f32x4.sub(v128.load(traces + <usize>fired * bytes), f32x4.mul(decay, v128.load(traces + <usize>last * bytes))),
      );
    }
    last = fired + layer.refractory;
  }
  return e;
}

/** Four e_lj of output neuron l from lines [j][16 lanes l]. */
@inline
function fourOf(pairs: usize, j: i32, l: i32): v128 {
  const at = pairs + <usize>j * LINE + ((<usize>(l & 15)) << 2);
  return f32x4(load<f32>(at), load<f32>(at, 64), load<f32>(at, 128), load<f32>(at, 192));
}

/** e_lj / o_j for all pairs of outputs, 1 where either count is 0: f32[units][16 * blocks]. */
function fillRatios(plan: Plan, layer: Layer, masks: usize, counts: usize, scratch: Scratch): void {
  const bytes = (<usize>layer.blocks) << 6;
  const traces = scratch.lateralTraces;
  const scale = spread(layer, offsetof<Layer>('pspScale'));
  if (plan.window == 0) ownTraces(plan, layer, masks, scratch.state, traces);
  for (let l = 0; l < layer.units; l++) {
    if ((l & 15) == 0) {
      if ((l & 63) == 0) gatherTrains(plan, layer, masks, l >> 4, scratch);
      if (plan.window > 0)
        windowedPairs(
          plan,
          layer,
          masks,
          windowedResponse(
            plan,
            layer,
            trainsOfBlock(plan, scratch, l >> 4),
            lengthsOfBlock(scratch, l >> 4),
            scratch.response,
          ),
          scratch.response,
          traces,
        );
    }
    const length = load<i32>(scratch.trainLengths + ((<usize>(l & 63)) << 2));
    const times = scratch.trains + ((<usize>((l & 63) * plan.steps)) << 1);
    for (let j = 0; j < layer.blocks * LANES; j += 4) {
      const at = (<usize>j) << 2;
      const e = f32x4.mul(
        plan.window > 0 ? fourOf(traces, j, l) : pspOf(layer, times, length, traces + at, bytes),
        scale,
      );
      const count = v128.load(counts + at);
      const silent = v128.or(i32x4.eq(count, i32x4.splat(0)), i32x4.splat(length == 0 ? -1 : 0));
      v128.store(
        scratch.ratios + <usize>l * bytes + at,
        v128.bitselect(f32x4.splat(1), f32x4.div(e, f32x4.convert_i32x4_s(count)), silent),
      );
    }
  }
}

/**
 * lat_j = 1 / (1 - w0^2 sum_{l != j} (e_lj/o_j) g_l (e_jl/o_l) g_j), with counts and trains from before the
 * silent-class rule; a ratio is 1 where either count is 0.
 */
export function lateralFactor(
  plan: Plan,
  layer: Layer,
  masks: usize,
  counts: usize,
  label: i32,
  scratch: Scratch,
): void {
  if (layer.inhibition == 0) return; // the plan has filled in 1
  const units = layer.units;
  const bytes = (<usize>layer.blocks) << 6;
  const ratios = scratch.ratios;
  fillRatios(plan, layer, masks, counts, scratch);
  const squared = layer.inhibition * layer.inhibition;
  for (let j = 0; j < units; j++) {
    const own: f32 = countOf(counts, j) > 0 || j == label ? 1 / layer.nu : 0;
    let sum: f32 = 0;
    for (let l = 0; l < units; l++) {
      if (l == j) continue;
      const other: f32 = countOf(counts, l) > 0 || l == label ? 1 / layer.nu : 0;
      sum +=
        load<f32>(ratios + <usize>l * bytes + ((<usize>j) << 2)) *
        other *
        load<f32>(ratios + <usize>j * bytes + ((<usize>l) << 2)) *
        own;
    }
    const open: f32 = <f32>1 - squared * sum;
    store<f32>(layer.lateral + ((<usize>j) << 2), open == 0 ? <f32>1 : <f32>1 / open);
  }
}
