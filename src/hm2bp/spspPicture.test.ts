import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultNeuron, dense, describeNetwork, input } from '../network/network.js';
import { packSpikeTrains } from '../network/spikes.js';
import { pairSum } from './spsp.js';
import { potentialOf, spsp } from './spspPicture.js';

const steps = 120;
const times = fc
  .uniqueArray(fc.integer({ min: 1, max: steps - 1 }), { minLength: 1, maxLength: 20 })
  .map((list) => list.sort((a, b) => a - b));
/** A train that a neuron with two refractory steps can fire. */
const firingTimes = times.map((list) =>
  list.filter((t, k) => k === 0 || t - list[k - 1] > 2).filter((t, k, all) => k === 0 || t - all[k - 1] > 2),
);

describe('S-PSP of a pair', () => {
  it("the potential's values at the neuron's spikes add up to the sum over spike pairs", () => {
    fc.assert(
      fc.property(times, firingTimes, (arriving, firing) => {
        const potential = potentialOf(arriving, firing, steps, defaultNeuron);
        const sum = firing.reduce((all, t) => all + potential[t], 0);
        expect(sum).toBeCloseTo(pairSum(firing, arriving, defaultNeuron), 10);
      }),
    );
  });

  const network = describeNetwork([input(2), dense(3), dense(2)], { steps });
  const run = {
    network,
    spikes: [
      packSpikeTrains('input', steps, [[5, 9, 40], []]),
      packSpikeTrains('hidden1', steps, [[20, 60], [], [90]]),
      packSpikeTrains('output', steps, [[50], []]),
    ],
  };

  it('is drawn with its sum; silent trains say so', () => {
    const e = pairSum([20, 60], [5, 9, 40], defaultNeuron).toPrecision(4);
    expect(spsp(run, { layer: 'hidden1', neuron: 0, from: 0 }).toString()).toBe(
      `S-PSP: input 0 to hidden1 0: input 3 spikes, neuron 2 spikes, e = ${Number(e)}`,
    );
    expect(spsp(run, { layer: 'hidden1', neuron: 0, from: 1 }).toString()).toContain(
      'input 0 spikes, neuron 2 spikes, e = 0',
    );
    expect(spsp(run, { layer: 'hidden1', neuron: 1, from: 0 }).toString()).toContain('e = 0.1 in place of nothing');
    expect(spsp(run, { neuron: 0, from: 2 }).toString()).toContain('hidden1 2 to output 0');
  });

  it.each([
    [{ layer: 'hidden9', neuron: 0, from: 0 }, /no layer hidden9: did you mean hidden1\? there are hidden1, output/],
    [{ neuron: 2, from: 0 }, /neuron of layer output.*2/],
    [{ neuron: 0, from: 3 }, /from, a neuron of layer hidden1.*3/],
    [{ neuron: 0.5, from: 0 }, /neuron of layer output.*0\.5/],
  ])('refuses %j', (options, message) => {
    expect(() => spsp(run, options)).toThrow(message);
  });
});
