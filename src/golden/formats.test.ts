import { describe, expect, it } from 'vitest';
import { spikeTimes } from '../network/spikes.js';
import { parseDenseSpikes, parseEvents, parseNumbers, parsePairWeights } from './formats.js';

describe('formats of the golden files', () => {
  it('reads events of the first sample, dropping late times', () => {
    const spikes = parseEvents('-1\t-1\n1\t7\n1\t3\n0\t10\n1 3\n-1 -1\n0 1\n', 'x', 2, 10);
    expect([[...spikeTimes(spikes, 0)], [...spikeTimes(spikes, 1)]]).toEqual([[], [3, 7]]);
    expect(parseEvents('0 1\n-1 -1\n0 2\n', 'x', 1, 10).times).toEqual(Uint16Array.of(1)); // no line -1 -1 at the start
    expect(() => parseEvents('-1 -1\n2 1\n', 'x', 2, 10)).toThrow(
      'x, line 2: "2 1" is not "neuron time" with a neuron from 0 to 1',
    );
    expect(() => parseEvents('1 1.5\n', 'x', 2, 10)).toThrow('line 1');
    expect(() => parseEvents('1\n', 'x', 2, 10)).toThrow('line 1');
  });

  it('reads dense spikes in order channel, time, place', () => {
    const spikes = parseDenseSpikes('0 1  1 0  0 0\n1 1  0 0  0 1', 'x', 2, 2, 3);
    expect(Array.from({ length: 4 }, (_, n) => [...spikeTimes(spikes, n)])).toEqual([[1], [0], [0], [0, 2]]);
    expect(() => parseDenseSpikes('0 1 2 0', 'x', 1, 2, 2)).toThrow('x: number 3 is 2, a spike is 0 or 1');
    expect(() => parseDenseSpikes('0 1 1', 'x', 1, 2, 2)).toThrow('x holds 3 numbers, expected 4');
  });

  it('adds repeated pairs and skips biases', () => {
    const text = '0\ta_b_0\tout_1\t0.5\n1\ta_b_2\tout_1\t-1\n2\ta_b_0\tout_1\t0.25\n3\ta_b_3\tout_0\t9\n';
    expect(parsePairWeights(text, 'x', 2, 3)).toEqual(Float32Array.of(0, 0, 0, 0.75, 0, -1));
    for (const bad of ['0 a_4 b_0 1', '0 a_0 b_2 1', '0 a b_0 1', '0 a_0 b_0 x', '0 a_0 b_0', '']) {
      expect(() => parsePairWeights(`${bad}\n`, 'x', 2, 3), bad).toThrow(/^x/);
    }
  });

  it('refuses what is not a number', () => {
    expect(() => parseNumbers('1 nan', 'x', 2)).toThrow('"nan" (number 2) is not a finite number');
  });
});
