import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultNeuron } from '../network/network.js';
import { packSpikeTrains } from '../network/spikes.js';
import { closedForm, epsilon, firingWindows, inputTrace, pairSum, spspBetween } from './spsp.js';

const steps = 120;
/** A train that a neuron with this refractory period can fire: first spike from 1, gaps above `refractory`. */
const firingTrain = (refractory: number) =>
  fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 }).map((gaps) => {
    let t = 0;
    return gaps.map((gap, k) => (t += k === 0 ? gap : gap + refractory)).filter((time) => time < steps);
  });
const inputTrain = fc
  .uniqueArray(fc.integer({ min: 1, max: steps - 1 }), { minLength: 1, maxLength: 40 })
  .map((times) => times.sort((a, b) => a - b));
const parameters = fc.record({
  tauM: fc.integer({ min: 20, max: 100 }),
  tauS: fc.integer({ min: 2, max: 15 }),
  refractory: fc.integer({ min: 0, max: 5 }),
});
const train = parameters.chain((neuron) => fc.tuple(fc.constant(neuron), firingTrain(neuron.refractory), inputTrain));

describe('S-PSP', () => {
  it('in closed form equals the sum over spike pairs', () => {
    fc.assert(
      fc.property(train, ([neuron, firing, arriving]) => {
        const closed = closedForm(inputTrace(arriving, steps, neuron), firingWindows(firing, neuron), neuron);
        expect(closed).toBeCloseTo(pairSum(firing, arriving, neuron), 11);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('adds nothing for a spike that follows within the refractory period (a train made by the silent-class rule)', () => {
    for (const firing of [[20], [20, 21], [20, 22], [20, 21, 22]]) {
      const closed = closedForm(
        inputTrace([3, 9, 17], steps, defaultNeuron),
        firingWindows(firing, defaultNeuron),
        defaultNeuron,
      );
      expect(closed).toBeCloseTo(pairSum([20], [3, 9, 17], defaultNeuron), 12);
      expect(pairSum(firing, [3, 9, 17], defaultNeuron)).toBe(pairSum([20], [3, 9, 17], defaultNeuron));
    }
  });

  it('of one pair is the difference of two exponentials', () => {
    // Input at 3 arrives at 5, the neuron fires at 13: (exp(-8/64) - exp(-8/8)) / (1 - 8/64), by a pocket calculator.
    expect(pairSum([13], [3], defaultNeuron)).toBeCloseTo((0.8824969025845955 - 0.36787944117144233) / 0.875, 14);
    // A second spike of the neuron at 20 integrates from 15: s = 5, t = 15.
    expect(epsilon(5, 15, defaultNeuron)).toBeCloseTo(
      (0.2865047968601901 * (0.9248488132162047 - 0.5352614285189903)) / 0.875,
      14,
    );
  });

  it('is 0.1 for a silent neuron, 0 for a silent input', () => {
    for (const window of [0, 50]) {
      const e = spspBetween(
        packSpikeTrains('own', steps, [[], [10]]),
        packSpikeTrains('input', steps, [[], [119]]),
        defaultNeuron,
        window,
      );
      expect([e(0, 0), e(0, 1), e(1, 0), e(1, 1)]).toEqual([0, 0.1, 0, 0]); // the last arrives after the spike
    }
  });

  it('leaves out input spikes older than the window', () => {
    const e = (window: number) =>
      spspBetween(
        packSpikeTrains('own', steps, [[40, 100]]),
        packSpikeTrains('input', steps, [[20, 49, 50]]),
        defaultNeuron,
        window,
      )(0, 0);
    const [{ tauM, tauS }, s] = [defaultNeuron, 100 - 42];
    const at = (fire: number, time: number, since: number): number =>
      epsilon(since, fire - time - 2, { tauM, tauS, refractory: 2 });
    expect(e(50)).toBeCloseTo(at(40, 20, 39) + at(100, 50, s), 14); // 49 and 20 are too old for the second spike
    expect(e(0)).toBeCloseTo(at(40, 20, 39) + at(100, 20, s) + at(100, 49, s) + at(100, 50, s), 14);
    expect(e(119)).toBeCloseTo(e(0), 14);
  });
});
