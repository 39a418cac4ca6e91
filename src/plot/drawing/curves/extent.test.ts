import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CurveSeries } from '../../curvesPayload.js';
import { toPixel, toValue } from '../range.js';
import { valueTicksOf } from './axes.js';
import { linePoints, nearestPoint, valueAxis, wholeEpochs } from './extent.js';

const axisRange = (...given: Parameters<typeof valueAxis>) => valueAxis(...given).range;

const line = (
  y: (number | null)[],
  role: CurveSeries['role'] = 'progress',
  panel: CurveSeries['panel'] = 'accuracy',
): CurveSeries => ({
  panel,
  role,
  name: role,
  x: y.map((_, k) => k / 10),
  y,
});
const anyLine = fc
  .array(fc.option(fc.double({ min: -5, max: 5, noNaN: true }), { nil: null, freq: 6 }), { maxLength: 300 })
  .map((y) => line(y));

test('the first wild points do not set the scale', () => {
  const y = [0.1, 0.2, ...Array.from({ length: 98 }, (_, k) => 0.9 + (k % 10) / 200)];
  expect(axisRange([line(y)], 'accuracy', { from: 0, to: 10 }, 5)).toEqual({ from: 0.89, to: 0.95 });
  expect(axisRange([line(y.slice(0, 10))], 'accuracy', { from: 0, to: 10 }, 5)).toEqual({ from: 0, to: 1 });
});

test('marks of epochs are always inside', () => {
  const y = Array.from({ length: 100 }, () => 0.95);
  expect(axisRange([line(y), line([0.4], 'test')], 'accuracy', { from: 0, to: 10 }, 5).from).toBeLessThanOrEqual(0.4);
});

test('accuracies end at 100 %, costs start at zero where that costs little', () => {
  expect(axisRange([line([0.97, 0.999], 'train')], 'accuracy', { from: 0, to: 10 }, 5).to).toBe(1);
  expect(axisRange([line([3, 40], 'train', 'cost')], 'cost', { from: 0, to: 10 }, 5)).toEqual({ from: 0, to: 50 });
  expect(axisRange([line([30, 32], 'train', 'cost')], 'cost', { from: 0, to: 10 }, 5).from).toBeGreaterThan(20);
  expect(axisRange([], 'cost', { from: 0, to: 10 }, 5)).toEqual({ from: 0, to: 1 });
});

test('costs that span more than a factor of 20 have a logarithmic axis, others when asked', () => {
  const wide = [line([200, 6], 'train', 'cost')];
  expect(valueAxis(wide, 'cost', { from: 0, to: 10 }, 5).log).toBe(true);
  expect(valueAxis(wide, 'cost', { from: 0, to: 10 }, 5, false).log).toBe(false);
  expect(valueAxis([line([100, 6], 'train', 'cost')], 'cost', { from: 0, to: 10 }, 5).log).toBe(false);
  expect(valueAxis([line([0.2, 0.9], 'train')], 'accuracy', { from: 0, to: 10 }, 5, true).log).toBe(true);
  // 0 has no logarithm: asked for, the axis is that of the other values; by itself it is not logarithmic.
  const toZero = [
    line([200, 6, 0], 'train', 'cost'),
    line([0, ...Array.from({ length: 40 }, () => 3)], 'progress', 'cost'),
  ];
  const asked = valueAxis(toZero, 'cost', { from: 0, to: 10 }, 5, true);
  expect(asked.log).toBe(true);
  expect(asked.range.from).toBeCloseTo(3 / 1.15);
  expect(asked.range.to).toBeCloseTo(200 * 1.15);
  expect(valueAxis(toZero, 'cost', { from: 0, to: 10 }, 5).log).toBe(false);
  expect(valueAxis([line([0, -1], 'train', 'cost')], 'cost', { from: 0, to: 10 }, 5, true).log).toBe(false);
});

test('a logarithmic axis over less than a power of ten has ticks, each with its own number', () => {
  for (const y of [
    [6, 8],
    [11, 17],
    [3, 5],
    [0.61, 0.83],
    [21, 45],
  ]) {
    const axis = valueAxis([line(y, 'train', 'cost')], 'cost', { from: 0, to: 10 }, 5, true);
    expect(axis.log).toBe(true);
    const ticks = valueTicksOf('cost', axis);
    expect(ticks.length, y.join()).toBeGreaterThan(1);
    expect(ticks.map(({ text }) => Number(text))).toEqual(ticks.map(({ at }) => at));
  }
});

test('only what is shown counts', () => {
  const y = Array.from({ length: 10 }, (_, k) => k / 10);
  expect(axisRange([line(y, 'train')], 'accuracy', { from: 0.75, to: 1 }, 5)).toEqual({ from: 0.75, to: 0.95 });
});

test('the x axis reaches to the epochs planned, or further', () => {
  expect(wholeEpochs([], 5)).toEqual({ from: 0, to: 5 });
  expect(wholeEpochs([line(Array.from({ length: 81 }, () => 1))], 5)).toEqual({ from: 0, to: 8 });
  expect(wholeEpochs([], 0)).toEqual({ from: 0, to: 1 });
});

test('the nearest point is the nearest that has a value', () => {
  fc.assert(
    fc.property(anyLine, fc.double({ min: -1, max: 31, noNaN: true }), (series, epoch) => {
      const found = nearestPoint(series, epoch);
      const distances = series.x.flatMap((x, k) => (series.y[k] === null ? [] : [Math.abs(x - epoch)]));
      if (distances.length === 0) expect(found).toBe(-1);
      else expect(Math.abs(series.x[found] - epoch)).toBe(Math.min(...distances));
    }),
  );
});

test('thinning keeps what is seen: lowest and highest value of each pixel column, and every gap', () => {
  fc.assert(
    fc.property(anyLine, fc.integer({ min: 1, max: 40 }), (series, pixels) => {
      const epochs = { from: 0, to: 30 };
      const points = linePoints(series, epochs, pixels);
      const extremes = (all: { x: number; y: number | null }[]): unknown => {
        const columns = new Map<number, [number, number]>();
        for (const { x, y } of all) {
          if (y === null) continue;
          const column = Math.floor((x / 30) * pixels);
          const [low, high] = columns.get(column) ?? [y, y];
          columns.set(column, [Math.min(low, y), Math.max(high, y)]);
        }
        return [...columns];
      };
      expect(extremes(points)).toEqual(extremes(series.x.map((x, k) => ({ x, y: series.y[k] }))));
      expect(points.filter(({ y }) => y === null).length).toBe(series.y.filter((y) => y === null).length);
    }),
  );
  const long = line(Array.from({ length: 20_000 }, (_, k) => (k * 7919) % 101));
  expect(linePoints(long, { from: 0, to: 2000 }, 300).length).toBeLessThanOrEqual(1200);
});

test('values near the ends of what numbers can say have finite axes with ticks on them', () => {
  const ends = [
    [1e300, -1e300],
    [1e300, 1e300],
    [1e-300, 2e-300],
    [1e-300, 1e300],
    [5e-324, 1e-323],
    [0, 0],
    [1e15, 1e15 + 2],
  ];
  for (const y of ends) {
    for (const panel of ['accuracy', 'cost'] as const) {
      for (const log of [undefined, true, false]) {
        const series: CurveSeries[] = [{ panel, role: 'test', name: 'test', x: [1, 2], y }];
        const axis = valueAxis(series, panel, { from: 0, to: 2 }, 5, log);
        const scale = { ...axis, start: 200, end: 0 };
        const ticks = valueTicksOf(panel, axis);
        const what = `${panel} ${String(log)} ${y.join()}: ${JSON.stringify(axis)}`;
        expect(ticks.length, what).toBeGreaterThan(0);
        expect(ticks.length, what).toBeLessThan(15);
        for (const at of [...ticks.map((tick) => tick.at), ...y]) {
          const pixel = toPixel(scale, at);
          expect(pixel, `${what}: ${at}`).toBeGreaterThan(-250);
          expect(pixel, `${what}: ${at}`).toBeLessThan(450);
          if (at !== 0 && !y.includes(at)) expect(toValue(scale, pixel) / at, `${what}: ${at}`).toBeCloseTo(1, 3);
        }
        expect(ticks.some(({ text }) => /NaN|Infinity/.test(text))).toBe(false);
      }
    }
  }
});
