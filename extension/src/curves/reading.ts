/** What the cursor reads of curves. */
import type { CurvePanel, CurvesPayload } from '../../../src/plot/curvesPayload.js';
import { nearestPoint } from '../../../src/plot/drawing/curves/extent.js';
import type { Look } from '../../../src/plot/drawing/curves/looks.js';
import { formatEpoch, formatValue } from '../../../src/plot/drawing/curves/values.js';
import type { Range } from '../../../src/plot/drawing/range.js';
import type { Reading } from '../plot/plot.js';

/** A point of a series, by their indices. */
export interface PointRead {
  readonly index: number;
  readonly point: number;
}

/**
 * The nearest point of each series; those too far from `epoch` have nothing to say of it. @param shown epochs on the
 * screen
 */
export function pointsNear({ series }: CurvesPayload, epoch: number, shown: number): PointRead[] {
  return series.flatMap((one, index) => {
    const point = nearestPoint(one, epoch);
    const distance = point < 0 ? Infinity : Math.abs(one.x[point] - epoch);
    const near = distance <= shown * 0.03 || (one.role !== 'progress' && distance <= 0.5);
    return near ? [{ index, point }] : [];
  });
}

/** What they say, of one panel. */
export function readingLines(
  { series, runs }: CurvesPayload,
  looks: readonly Look[],
  panel: CurvePanel,
  points: readonly PointRead[],
): Reading['lines'] {
  return points.flatMap(({ index, point }) => {
    const one = series[index];
    if (one.panel !== panel) return [];
    const epoch = one.role === 'progress' ? '' : ` (epoch ${formatEpoch(one.x[point])})`;
    const run = one.run === undefined ? '' : `${runs?.[one.run] ?? ''}, `;
    const value = formatValue(one.panel, one.y[point] as number);
    return [{ label: `${run}${one.name}${epoch}`, value, series: looks[index].colour }];
  });
}

/**
 * The epoch of the next point to the right (1), to the left (-1) or where the cursor is (0); without a cursor, the
 * last.
 */
export function nextPoint(
  { series }: CurvesPayload,
  { from, to }: Range,
  now: number | undefined,
  right: number,
): number | undefined {
  const points = series
    .flatMap((one) => one.x)
    .filter((x) => x >= from && x <= to)
    .sort((a, b) => a - b);
  if (points.length === 0) return undefined;
  if (now === undefined) return points[points.length - 1];
  if (right === 0) return now;
  const beyond = right > 0 ? points.find((x) => x > now + 1e-9) : points.filter((x) => x < now - 1e-9).pop();
  return beyond ?? Math.min(points[points.length - 1], Math.max(points[0], now));
}
