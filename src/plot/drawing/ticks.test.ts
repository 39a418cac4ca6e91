import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTick, groupDigits, logTicks, roundRange, roundUp, ticks, tickStep } from './ticks.js';

test('ticks are round numbers inside the range', () => {
  expect(ticks({ from: 0, to: 400 }, 8)).toEqual([0, 50, 100, 150, 200, 250, 300, 350, 400]);
  expect(ticks({ from: 121.4, to: 178.6 }, 6)).toEqual([130, 140, 150, 160, 170]);
  expect(ticks({ from: 0.7, to: 1 }, 5)).toEqual([0.7, 0.8, 0.9, 1]);
  expect(ticks({ from: 0, to: 2 }, 10, 1)).toEqual([0, 1, 2]);
  expect(ticks({ from: 3, to: 3 }, 5)).toEqual([3]);
});

test('no more ticks than there is room for, and at least one for any sane range', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      fc.integer({ min: 3, max: 20 }),
      (from, length, most) => {
        const all = ticks({ from, to: from + length }, most);
        expect(all.length).toBeGreaterThanOrEqual(1);
        expect(all.length).toBeLessThanOrEqual(most + 1);
      },
    ),
  );
});

test('rounding goes up to 1, 2 or 5', () => {
  expect([0.7, 1, 1.1, 3, 6, 40].map(roundUp)).toEqual([1, 1, 2, 5, 10, 50]);
  expect(tickStep({ from: 0, to: 100 }, 4)).toBe(50);
  expect(roundRange({ from: 0.713, to: 0.982 }, 5)).toEqual({ from: 0.7, to: 1 });
  expect(roundRange({ from: 5, to: 5 }, 5)).toEqual({ from: 5, to: 6 });
});

test('numbers are written with the decimals that tell ticks apart', () => {
  expect(formatTick(0.05, 0.05)).toBe('0.05');
  expect(formatTick(12000, 2000)).toBe('12\u202f000');
  expect(formatTick(-3, 1)).toBe('−3');
  expect(formatTick(2e8, 1e8)).toBe('2.0e+8');
  expect(groupDigits('1234567.5')).toBe('1\u202f234\u202f567.5');
  expect(groupDigits('1398')).toBe('1398');
});

test('a logarithmic axis has round ticks, as many as there is room for', () => {
  expect(logTicks({ from: 5.2, to: 207 }, 6)).toEqual([10, 20, 50, 100, 200]);
  expect(logTicks({ from: 0.9, to: 1.1e4 }, 6)).toEqual([1, 10, 100, 1000, 10_000]);
  expect(logTicks({ from: 1e-30, to: 1e30 }, 6).length).toBeLessThanOrEqual(6);
});
