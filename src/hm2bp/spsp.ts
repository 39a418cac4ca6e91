/**
 * S-PSP, the micro level of HM2-BP: e_ij is the total post-synaptic potential that spike train j causes at the firing
 * times of neuron i (paper section 3.2). Computed in float64 by traces; `pairSum` is the definition it collapses, spike
 * pair by spike pair.
 */
import { exp } from '../numeric/exp.js';
import type { NeuronParameters } from '../network/network.js';
import { spikeTimes, type SpikeTrains } from '../network/spikes.js';

/** What a silent neuron is taken to receive from each input that fired, so that it can learn to fire. */
export const silentNeuronPotential = 0.1;

/**
 * e_ij between two layers of one sample, as a function of i and j. 0 for a silent input, 0.1 for a silent neuron.
 * @param own trains of neurons i
 * @param input trains of inputs j
 * @param window steps, 0 for none: input spikes older than this at a firing time add nothing
 */
export function spspBetween(
  own: SpikeTrains,
  input: SpikeTrains,
  neuron: NeuronParameters,
  window = 0,
): (i: number, j: number) => number {
  if (window > 0)
    return (i, j) =>
      special(spikeTimes(own, i), spikeTimes(input, j)) ??
      pairSum(spikeTimes(own, i), spikeTimes(input, j), neuron, window);
  const traces: Float64Array[] = [];
  const windows: FiringWindow[][] = [];
  return (i, j) => {
    const firing = spikeTimes(own, i);
    const arriving = spikeTimes(input, j);
    const known = special(firing, arriving);
    if (known !== undefined) return known;
    traces[j] ??= inputTrace(arriving, input.steps, neuron);
    windows[i] ??= firingWindows(firing, neuron);
    return closedForm(traces[j], windows[i], neuron);
  };
}

function special(firing: ArrayLike<number>, arriving: ArrayLike<number>): number | undefined {
  if (arriving.length === 0) return 0;
  return firing.length === 0 ? silentNeuronPotential : undefined;
}

/**
 * D_j(t) = sum over arrivals t' <= t of exp(-(t-t')/tauM) - exp(-(t-t')/tauS), `[steps]`: the potential at t of one
 * input train alone, up to the factor c. A spike arrives `refractory` steps after it was fired.
 */
export function inputTrace(times: ArrayLike<number>, steps: number, neuron: NeuronParameters): Float64Array {
  const arrivals = new Uint8Array(steps);
  for (let k = 0; k < times.length; k++)
    if (times[k] + neuron.refractory < steps) arrivals[times[k] + neuron.refractory] = 1;
  const keepM = exp(-1 / neuron.tauM);
  const keepS = exp(-1 / neuron.tauS);
  const trace = new Float64Array(steps);
  for (let t = 0, m = 0, s = 0; t < steps; t++) {
    m = m * keepM + arrivals[t];
    s = s * keepS + arrivals[t];
    trace[t] = m - s;
  }
  return trace;
}

/** From where a neuron started to integrate afresh to where it fired. */
export interface FiringWindow {
  /**
   * Previous spike + refractory, 1 before the first, step; `fire` if that is later (in a train made by the silent-class
   * rule).
   */
  readonly last: number;
  /** Firing time, step. */
  readonly fire: number;
  /** exp(-(fire - last)/tauM). */
  readonly keep: number;
}

/** The windows that end at each spike of a neuron. */
export function firingWindows(firing: ArrayLike<number>, neuron: NeuronParameters): FiringWindow[] {
  return Array.from(firing, (fire, k) => {
    const last = Math.min(k === 0 ? 1 : firing[k - 1] + neuron.refractory, fire);
    return { last, fire, keep: exp(-(fire - last) / neuron.tauM) };
  });
}

/** e_ij in closed form: c * sum over firing times of D(fire) - keep * D(last). */
export function closedForm(trace: Float64Array, windows: readonly FiringWindow[], neuron: NeuronParameters): number {
  let sum = 0;
  for (const { last, fire, keep } of windows) sum += trace[fire] - keep * trace[last];
  return sum / (1 - neuron.tauS / neuron.tauM);
}

/**
 * The same as the literal double sum over spike pairs, without the special cases of silent trains. A firing time that
 * follows too closely on the one before to have integrated anything adds nothing.
 * @param firing spikes of neuron i, steps, ascending
 * @param arriving spikes of input j, steps
 * @param window steps, 0 for none
 */
export function pairSum(
  firing: ArrayLike<number>,
  arriving: ArrayLike<number>,
  neuron: NeuronParameters,
  window = 0,
): number {
  let sum = 0;
  let last = 1;
  for (const fire of Array.from(firing)) {
    for (const time of Array.from(arriving)) {
      if (window > 0 && time < fire - window) continue;
      if (last < fire && time + neuron.refractory <= fire)
        sum += epsilon(fire - last, fire - time - neuron.refractory, neuron);
    }
    last = fire + neuron.refractory;
  }
  return sum;
}

/**
 * Potential of one spike at a firing time.
 * @param s steps since the neuron began to integrate afresh
 * @param t steps since the spike arrived
 */
export function epsilon(s: number, t: number, { tauM, tauS }: NeuronParameters): number {
  const both = Math.min(s, t);
  return (exp(-Math.max(t - s, 0) / tauS) / (1 - tauS / tauM)) * (exp(-both / tauM) - exp(-both / tauS));
}
