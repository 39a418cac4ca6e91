import { describe, expect, it } from 'vitest';
import { defaultNeuron } from '../network/network.js';
import { packSpikeTrains } from '../network/spikes.js';
import { lateralFactor } from './lateral.js';
import { pairSum } from './spsp.js';

describe('lateral factor', () => {
  const [a, b] = [
    [10, 30, 52],
    [15, 40],
  ];
  const output = packSpikeTrains('output', 60, [a, b, [], []]);

  it('follows the loop between two outputs that fired and a silent class', () => {
    // Threshold 2: g = 1/2 for 0, 1 and the class 2, 0 for 3. Ratios with a silent neuron are 1.
    const there = pairSum(a, b, defaultNeuron) / 2; // what one spike of 1 does to 0
    const back = pairSum(b, a, defaultNeuron) / 3;
    const pair = (there * back) / 4;
    const withClass = 1 / 4;
    const expected = [1 / (1 - pair - withClass), 1 / (1 - pair - withClass), 1 / (1 - 2 * withClass), 1];
    lateralFactor(output, 2, 2, 1, defaultNeuron).forEach((value, j) => expect(value).toBeCloseTo(expected[j], 12));
  });

  it('is 1 without inhibition, and where the loop closes on itself exactly', () => {
    expect(lateralFactor(output, 2, 2, 0, defaultNeuron)).toEqual(Float64Array.of(1, 1, 1, 1));
    const one = packSpikeTrains('output', 60, [a, []]);
    expect(lateralFactor(one, 1, 2, 2, defaultNeuron)).toEqual(Float64Array.of(1, 1)); // w0^2 / threshold^2 = 1
  });
});
