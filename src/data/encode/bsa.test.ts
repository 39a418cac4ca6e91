import { describe, expect, test } from 'vitest';
import { spikeTimes } from '../../network/spikes.js';
import { bsaKernel, bsaSpikes, encodeCochleagram } from './bsa.js';
import { parseCochleagram } from '../formats/cochleagram.js';
import { DataFormatError } from '../formats/idx.js';

describe('BSA', () => {
  test('the kernel is the bell of the specification', () => {
    const kernel = bsaKernel();
    // computed with Python's math.exp
    [
      [0, 0.00035582987692256174],
      [12, 0.11292201682041936],
      [23, 0.0008928804906139996],
    ].forEach(([i, value]) => expect(kernel[i]).toBeCloseTo(value, 15));
    expect(kernel.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
  });

  test('gives the spikes of the rule written out in numpy', () => {
    const kernels = (count: number): Float64Array => {
      const signal = new Float64Array(60);
      signal.set(
        bsaKernel().map((value) => count * value),
        20,
      );
      return signal;
    };
    expect(bsaSpikes(kernels(1))).toEqual([20]);
    expect(bsaSpikes(kernels(2))).toEqual([18, 21]);
    expect(bsaSpikes(new Float64Array(60).fill(0.25))).toEqual([1, 2, 5, 10, 12, 16, 19, 23, 26, 30, 33, 37, 40]);
    expect(bsaSpikes(new Float64Array(4000).fill(0.25)).length).toBe(1139);
    expect(bsaSpikes(Float64Array.from({ length: 80 }, (_, i) => i / 100))).toEqual([
      1, 6, 10, 14, 17, 20, 22, 25, 27, 29, 31, 33, 35, 37, 38, 40, 42, 43, 45, 46, 48, 49, 50, 52, 53, 54, 56, 57, 58,
      59, 61, 62, 63,
    ]);
  });

  test('a faint signal gives no spikes', () => {
    expect(bsaSpikes(new Float64Array(500).fill(0.01))).toEqual([]);
    expect(bsaSpikes([])).toEqual([]);
  });
});

test('a cochleagram is held ten steps a frame, scaled by 2000 and cut at T', () => {
  const ear = {
    channels: 2,
    frames: 100,
    rates: Float64Array.from({ length: 200 }, (_, k) => (k < 100 ? 0 : 0.25 / 2000)),
  };
  const trains = encodeCochleagram(ear, 300);
  expect([trains.neurons, trains.steps, trains.offsets[1]]).toEqual([2, 300, 0]);
  expect([...spikeTimes(trains, 1)]).toEqual(
    bsaSpikes(new Float64Array(1000).fill((0.25 / 2000) * 2000)).filter((t) => t < 300),
  );
  expect(trains.times.at(-1)).toBeGreaterThan(280);
});

describe('parseCochleagram', () => {
  test('reads a line a channel, with blanks, tabs or commas, and a last line with or without its end', () => {
    const expected = { channels: 2, frames: 3, rates: Float64Array.of(0.1, 2e-4, 3, 4, 5, 6) };
    expect(parseCochleagram('0.1 2e-4 3\n4 5 6\n')).toEqual(expected);
    expect(parseCochleagram(' 0.1\t2e-4\t3 \r\n4,5, 6', 'x', 2)).toEqual(expected);
  });

  test.each<[string, string, RegExp]>([
    ['an empty file', '\n', /c\.dat: empty/],
    ['a word', '1 2\n3 x\n', /c\.dat: line 2: value 2 is not a number/],
    ['an infinity', '1 Infinity\n', /line 1: value 2/],
    ['a blank line', '1 2\n\n3 4\n', /line 2: value 1/],
    ['lines of different length', '1 2 3\n4 5\n', /line 2 has 2 frames, line 1 has 3/],
    ['another number of channels', '1 2\n3 4\n5 6\n', /3 lines, expected 2/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseCochleagram(text, 'c.dat', text.includes('5 6') ? 2 : undefined)).toThrow(DataFormatError);
    expect(() => parseCochleagram(text, 'c.dat', text.includes('5 6') ? 2 : undefined)).toThrow(message);
  });
});
