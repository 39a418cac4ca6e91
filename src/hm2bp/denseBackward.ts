/** The equations of HM2-BP for a dense layer (paper sections 3.1 to 3.3), and nothing else. */
import type { NeuronParameters } from '../network/network.js';
import type { Hm2bpRule } from '../network/rule.js';
import { firingCounts, type SpikeTrains } from '../network/spikes.js';
import { elasticity, sideEffect, sideEffectFactor } from './sideEffect.js';
import { spspBetween } from './spsp.js';

/** What passed through a layer in one sample, and the rule by which it learns from it. */
export interface Passage {
  /** Spikes of the layer below. */
  readonly input: SpikeTrains;
  /** Spikes of this layer. */
  readonly own: SpikeTrains;
  readonly neuron: NeuronParameters;
  readonly rule: Hm2bpRule;
}

/**
 * dE/dw_ij = delta_i * e_ij * (1 + s_i), and p_j = sum over i of delta_i * w_ij * r_ij. The side effect does not enter
 * p.
 * @param delta `[units]`, the error of each count
 * @param gradient `[units, inputs]`: dE/dw is added to it
 * @returns p, `[inputs]`
 */
export function denseBackward(
  threshold: number,
  weights: Float32Array,
  passage: Passage,
  delta: Float64Array,
  gradient: Float64Array,
): Float64Array {
  const { e, o, ratio, factorOf } = microLevel(passage);
  const inputs = passage.input.neurons;
  const p = new Float64Array(inputs);
  for (let i = 0; i < delta.length; i++) {
    if (delta[i] === 0) continue;
    const w = weights.subarray(i * inputs, (i + 1) * inputs);
    const ei = Float64Array.from(w, (_, j) => e(i, j));
    const factor = factorOf(sideEffect(w, ei, o[i], threshold), i);
    for (let j = 0; j < inputs; j++) {
      gradient[i * inputs + j] += delta[i] * ei[j] * factor;
      p[j] += delta[i] * w[j] * ratio(i, j, ei[j]);
    }
  }
  return p;
}

/**
 * The micro level between a layer and the one below: S-PSPs e_ij, counts o_i, the effect ratio r_ij = e_ij/o_j (1 if
 * either is silent, or without), and the factor of a neuron's side effect s_i.
 */
export function microLevel({ input, own, neuron, rule }: Passage) {
  const o = firingCounts(own);
  const below = firingCounts(input);
  return {
    e: spspBetween(own, input, neuron, rule.window),
    o,
    ratio: (i: number, j: number, eij: number): number =>
      rule.effectRatio && below[j] > 0 && o[i] > 0 ? eij / below[j] : 1,
    factorOf: (s: number, i: number): number =>
      sideEffectFactor(rule.sideEffect, s, elasticity(o[i], own.steps, neuron.tauM)),
  };
}
