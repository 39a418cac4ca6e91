import { leastLog, span, type Range } from '../range.js';
import { roundRange } from '../ticks.js';
import type { CurvePanel, CurveSeries } from '../../curvesPayload.js';
import { isShare } from './values.js';

/** Below this many points of a live line nothing is an outlier. */
const fewPoints = 20;
/**
 * Share of a live line that may leave the panel: the first batches of a training run would flatten all that follows.
 */
const outliers = 0.05;

/** Costs that span more than this factor get a logarithmic axis. */
const wide = 20;

/** The y axis of a panel. */
export interface ValueAxis {
  readonly range: Range;
  readonly log: boolean;
}

/**
 * The y axis of a panel for what lies inside `epochs`: round numbers around all marks of epochs and around the live
 * lines without their worst few points, which leave the panel at its edge.
 * @param most how many ticks there is room for
 * @param log whether the user asks for a logarithmic axis; by default costs have one that span more than a factor of 20
 */
export function valueAxis(
  series: readonly CurveSeries[],
  panel: CurvePanel,
  epochs: Range,
  most: number,
  log?: boolean,
): ValueAxis {
  // On a logarithmic axis that was asked for, what is not positive stands below its end.
  const positive = log ? shownValues(series, panel, epochs, Number.MIN_VALUE) : [];
  const shown = positive.length > 0 ? positive : shownValues(series, panel, epochs);
  if (shown.length === 0) return { range: { from: 0, to: 1 }, log: false };
  const low = shown.reduce((a, b) => Math.min(a, b));
  const high = shown.reduce((a, b) => Math.max(a, b));
  if (low > 0 && (log ?? (panel === 'cost' && high > wide * low)))
    return {
      range: { from: Math.max(leastLog, low / 1.15), to: Math.max(high, low * 1.5, 2 * leastLog) * 1.15 },
      log: true,
    };
  const margin = (high - low) * 0.04;
  const rounded = roundRange({ from: low - margin, to: high + margin }, most);
  if (!isShare(panel)) {
    const from = low >= 0 && low < 0.5 * high ? 0 : Math.max(rounded.from, low >= 0 ? 0 : rounded.from);
    return { range: { from, to: rounded.to }, log: false };
  }
  const from = low >= 0 ? Math.max(0, rounded.from) : rounded.from;
  const to = high <= 1 ? Math.min(1, rounded.to) : rounded.to;
  return { range: { from, to }, log: false };
}

/** The values that decide the axis, of those that are at least `least`. */
function shownValues(series: readonly CurveSeries[], panel: CurvePanel, epochs: Range, least = -Infinity): number[] {
  const shown: number[] = [];
  for (const one of series) {
    if (one.panel !== panel) continue;
    for (const band of [one.low, one.high])
      if (band) for (const value of visibleValues({ x: one.x, y: band }, epochs, least)) shown.push(value);
    const values = visibleValues(one, epochs, least);
    if (one.role !== 'progress' || values.length < fewPoints) {
      for (const value of values) shown.push(value);
      continue;
    }
    values.sort((a, b) => a - b);
    const cut = Math.floor(values.length * outliers);
    if (isShare(panel)) shown.push(values[cut], values[values.length - 1]);
    else shown.push(values[0], values[values.length - 1 - cut]);
  }
  return shown;
}

function visibleValues({ x, y }: Pick<CurveSeries, 'x' | 'y'>, epochs: Range, least: number): number[] {
  const values: number[] = [];
  for (let i = firstAt(x, epochs.from); i < x.length && x[i] <= epochs.to; i++) {
    const value = y[i];
    if (value !== null && value >= least) values.push(value);
  }
  return values;
}

/** Index of the first point at or after `from`; points ascend. */
export function firstAt(x: readonly number[], from: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x[middle] < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The x axis with nothing zoomed: from 0 to the epochs planned, or further when there are points beyond. */
export function wholeEpochs(series: readonly CurveSeries[], plannedEpochs: number): Range {
  const last = series.reduce((most, { x }) => Math.max(most, x[x.length - 1] ?? 0), 0);
  return { from: 0, to: Math.max(plannedEpochs, last) || 1 };
}

/** Index of the point nearest to `epoch` that has a value, or -1. */
export function nearestPoint({ x, y }: CurveSeries, epoch: number): number {
  let best = -1;
  const consider = (i: number): boolean => {
    if (i < 0 || i >= x.length || y[i] === null) return false;
    if (best < 0 || Math.abs(x[i] - epoch) < Math.abs(x[best] - epoch)) best = i;
    return true;
  };
  const start = firstAt(x, epoch);
  for (let i = start; i < x.length && !consider(i); i++);
  for (let i = start - 1; i >= 0 && !consider(i); i--);
  return best;
}

/**
 * The points to draw of a line inside `epochs`, and one beyond each end: all of them, or where several share a pixel
 * column only the first, lowest, highest and last of the column, which looks the same. A `null` ends a line.
 */
export function linePoints({ x, y }: CurveSeries, epochs: Range, pixels: number): { x: number; y: number | null }[] {
  const first = Math.max(0, firstAt(x, epochs.from) - 1);
  const end = Math.min(x.length, firstAt(x, epochs.to) + 1);
  const points: { x: number; y: number | null }[] = [];
  const put = (i: number): void => void points.push({ x: x[i], y: y[i] });
  if (end - first <= 2 * pixels) {
    for (let i = first; i < end; i++) put(i);
    return points;
  }
  const column = (i: number): number => Math.floor(((x[i] - epochs.from) / span(epochs)) * pixels);
  for (let i = first; i < end;) {
    let last = i;
    let low = i;
    let high = i;
    for (; last + 1 < end && y[last + 1] !== null && y[i] !== null && column(last + 1) === column(i); last++) {
      const value = y[last + 1] as number;
      if (value < (y[low] as number)) low = last + 1;
      if (value > (y[high] as number)) high = last + 1;
    }
    for (const k of new Set([i, Math.min(low, high), Math.max(low, high), last])) put(k);
    i = last + 1;
  }
  return points;
}
