// The window of the S-PSP: an output spike at f takes no account of input spikes from before f - window. Arrivals up to `cut` (below) are the ones left
// out. What they would have added to D(f) - keep*D(last) is closed as well: after `base`, the later of `last` and `cut`, only the fast trace differs.
import { Plan } from './plan';

/** Last step at which an arrival is too old for an output spike at `fired`; negative: none is. */
@inline
function cutBefore(plan: Plan, fired: i32): i32 {
  return fired - plan.window + plan.refractory - 1;
}

/** From where the trace is taken: `last`, or where the window begins if that is later. */
@inline
export function windowBase(plan: Plan, fired: i32, last: i32): i32 {
  return plan.window > 0 ? max(last, cutBefore(plan, fired)) : last;
}

/** Subtracts from D(f) - exp(-(f-base)/tauM)*D(base) what arrivals up to the cut still add: (exp(-(f-base)/tauM) - exp(-(f-base)/tauS)) * S there. */
@inline
export function windowCut(plan: Plan, term: v128, fired: i32, base: i32, fastTraces: usize, bytes: usize): v128 {
  const cut = cutBefore(plan, fired);
  if (cut < 0) return term;
  const gap = <usize>(fired - base) << 2;
  const factor = (load<f32>(plan.expM + gap) - load<f32>(plan.expS + gap)) * load<f32>(plan.expS + (<usize>(base - cut) << 2));
  return f32x4.sub(term, f32x4.mul(f32x4.splat(factor), v128.load(fastTraces + <usize>cut * bytes)));
}
