import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clampRange, panRange, span, toPixel, toValue, zoomRange } from './range.js';

const limits = { from: 0, to: 400 };

test('zooming keeps the anchor where it is', () => {
  expect(zoomRange({ from: 100, to: 300 }, 2, 150, limits, 1)).toEqual({ from: 125, to: 225 });
  expect(zoomRange({ from: 100, to: 300 }, 0.5, 200, limits, 1)).toEqual({ from: 0, to: 400 });
});

test('zooming in ends at the shortest range, zooming out at the limits', () => {
  expect(zoomRange({ from: 0, to: 400 }, 1e9, 200, limits, 8)).toEqual({ from: 196, to: 204 });
  expect(zoomRange({ from: 0, to: 10 }, 1e-9, 5, limits, 8)).toEqual(limits);
  expect(zoomRange({ from: 0, to: 3 }, 2, 1, { from: 0, to: 3 }, 8)).toEqual({ from: 0, to: 3 });
});

test('panning stops at the limits and keeps the length', () => {
  expect(panRange({ from: 100, to: 200 }, -250, limits)).toEqual({ from: 0, to: 100 });
  expect(panRange({ from: 100, to: 200 }, 250, limits)).toEqual({ from: 300, to: 400 });
  expect(clampRange({ from: -10, to: 900 }, limits)).toEqual(limits);
});

test('whatever is done, the range stays inside the limits', () => {
  const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(value, fc.double({ min: 0.01, max: 100, noNaN: true }), value, (anchor, factor, distance) => {
      const range = panRange(zoomRange({ from: 50, to: 250 }, factor, anchor, limits, 8), distance, limits);
      expect(range.from).toBeGreaterThanOrEqual(0);
      expect(range.to).toBeLessThanOrEqual(400 + 1e-9);
      expect(span(range)).toBeGreaterThanOrEqual(8 - 1e-9);
    }),
  );
});

test('pixels and values are each other’s inverse, upside down too', () => {
  const down = { range: { from: 0, to: 10 }, start: 100, end: 0 };
  expect(toPixel(down, 10)).toBe(0);
  expect(toPixel(down, 2.5)).toBe(75);
  expect(toValue(down, 75)).toBe(2.5);
});

test('on a logarithmic axis equal factors are equally far apart, and what has no logarithm stands below its end', () => {
  const up = { range: { from: 1, to: 100 }, start: 200, end: 0, log: true };
  expect(toPixel(up, 10)).toBeCloseTo(100);
  expect(toValue(up, 100)).toBeCloseTo(10);
  expect([0, -5].map((value) => toPixel(up, value))).toEqual([400, 400]);
});
