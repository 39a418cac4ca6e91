import { describe, expect, it } from 'vitest';
import { defaultNeuron } from '../network/network.js';
import { RandomStream, sampleKey } from '../numeric/random.js';
import { elasticity, sideEffectFactor } from './sideEffect.js';
import { pairSum } from './spsp.js';

const steps = 800; // those of ST-RSBP's own generator of its table

/**
 * Mean S-PSP of a neuron with `fired` spikes from an input with 20, over random trains: the sum over pairs, as the
 * generator takes it.
 */
function meanSpsp(fired: number): number {
  const random = new RandomStream(sampleKey(7, 'selection', fired));
  const trains = 400;
  const times = (count: number): number[] => {
    const chosen = new Set<number>();
    while (chosen.size < count) chosen.add(1 + Math.floor(random.uniform() * (steps - 1)));
    return [...chosen].sort((a, b) => a - b);
  };
  let sum = 0;
  for (let n = 0; n < trains; n++) sum += pairSum(times(fired), times(20), { ...defaultNeuron, refractory: 0 });
  return sum / trains;
}

describe('elasticity of an S-PSP', () => {
  it.each([4, 8, 16, 32])('with %i output spikes is the slope of its mean over random trains, within 0.12', (count) => {
    const [below, above] = [count * 0.75, count * 1.25];
    const slope = Math.log(meanSpsp(above) / meanSpsp(below)) / Math.log(above / below);
    expect(Math.abs(elasticity(count, steps, defaultNeuron.tauM) - slope)).toBeLessThan(0.12);
  });

  it('is 1 for a silent neuron and falls to 0 with the count', () => {
    expect(elasticity(0, 400, 64)).toBe(1);
    expect(elasticity(100, 400, 64)).toBeLessThan(0.07);
  });
});

describe('factor of the side effect', () => {
  it('saturating: between 1 and 1/(1 - k) for every s of at least 0, and 1 for a silent neuron', () => {
    for (const count of [1, 5, 20, 100]) {
      const k = elasticity(count, 400, 64);
      const factors = [0, 0.5, 0.9, 1, 1.1, 3].map((s) => sideEffectFactor('saturating', s, k));
      expect(factors).toEqual([...factors].sort((a, b) => a - b));
      expect(factors[0]).toBe(1);
      expect(factors.at(-1)).toBe(1 / (1 - k));
      expect(sideEffectFactor('saturating', -2, k)).toBeGreaterThan(0);
    }
    expect(sideEffectFactor('saturating', 5, elasticity(0, 400, 64))).toBe(1);
  });

  it('implicit: of any size and sign around s = 1, linear: 2', () => {
    expect([0.99, 1.01].map((s) => Math.round(sideEffectFactor('implicit', s, 0.5)))).toEqual([100, -100]);
    expect(sideEffectFactor('linear', 1, 0.5)).toBe(2);
  });
});
