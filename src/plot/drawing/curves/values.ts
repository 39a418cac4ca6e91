import type { CurvePanel, CurveSeries, CurvesPayload } from '../../curvesPayload.js';
import { formatNumber, formatTick, groupDigits } from '../ticks.js';

/** Panels whose values are shares, written in percent. */
export const isShare = (panel: CurvePanel): boolean => panel === 'accuracy' || panel === 'silentShare';

/** What stands over a panel. */
export function panelHeading(panel: CurvePanel, axes: CurvesPayload['axes']): string {
  if (panel === 'accuracy' || panel === 'cost') return axes[panel];
  return {
    learningRate: 'learning rate',
    silentShare: 'silent neurons',
    firingRate: 'firing rate (Hz)',
    weightNorm: 'weight norm',
  }[panel];
}

/** A value for legend and tooltip: `97.45 %`, `0.0213`. */
export function formatValue(panel: CurvePanel, value: number): string {
  return isShare(panel) ? `${(100 * value).toFixed(2)} %` : formatNumber(value);
}

/** A tick of the y axis; shares in percent. A step of 0 means that of the value itself (logarithmic axes). */
export function formatValueTick(panel: CurvePanel, value: number, step: number): string {
  const distance = step || Math.abs(value) || 1;
  return isShare(panel) ? `${formatTick(100 * value, 100 * distance)} %` : formatTick(value, distance);
}

/** An epoch: `3`, or `2.47` inside one. */
export function formatEpoch(epoch: number): string {
  return Number.isInteger(epoch) ? groupDigits(String(epoch)) : epoch.toFixed(2);
}

/** The last epoch that the training itself has reached; infinite when there are only references. */
export function reachedEpoch(series: readonly CurveSeries[]): number {
  const own = series.filter(({ role, x }) => role !== 'reference' && x.length > 0);
  return own.length === 0 ? Infinity : own.reduce((most, { x }) => Math.max(most, x[x.length - 1]), 0);
}

/**
 * The last value of a series that is a number, of points up to `epoch` (a reference is compared at the epoch reached)
 * and not before `first`.
 */
export function lastValue({ x, y }: CurveSeries, epoch = Infinity, first = 0): number | undefined {
  for (let i = y.length - 1; i >= 0 && x[i] >= first; i--) {
    const value = y[i];
    if (value !== null && x[i] <= epoch) return value;
  }
  return undefined;
}

/** Index of the highest point of a series, the first of equals; -1 without points. */
export function bestPoint({ y }: CurveSeries): number {
  let best = -1;
  y.forEach((value, i) => {
    if (value !== null && (best < 0 || value > (y[best] ?? -Infinity))) best = i;
  });
  return best;
}

/** The best and the last mark of what is measured on the test set, where there are several. */
export function extremesOf(series: CurveSeries): { best: number; last: number } | undefined {
  if (series.role !== 'test' || series.panel !== 'accuracy' || series.y.length < 2) return undefined;
  const best = bestPoint(series);
  return best < 0 ? undefined : { best, last: series.y.findLastIndex((value) => value !== null) };
}

/** `1 240 samples/s`. */
function formatSpeed(samplesPerSecond: number): string {
  const rounded = samplesPerSecond >= 100 ? Math.round(samplesPerSecond) : Number(samplesPerSecond.toPrecision(2));
  return `${groupDigits(String(rounded))} samples/s`;
}

/** `8 s`, `2 min 10 s`, `3 h 20 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${groupDigits(String(Math.floor(whole / 3600)))} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** What is known of whether a live plot still lives; a picture on paper knows nothing. */
export type Liveness = 'training' | 'stopped' | 'unknown' | { readonly noNewsSince: string };

/**
 * The state of a training in words: `training · epoch 1.40 of 3 · 1 240 samples/s · 2 min 10 s left`. Nothing once it
 * has ended.
 */
export function stateText({ live, state, series, plannedEpochs }: CurvesPayload, liveness?: Liveness): string {
  if (!live) return '';
  const reached = reachedEpoch(series);
  const epoch = `epoch ${formatEpoch(Number.isFinite(reached) ? reached : 0)}`;
  const of = `${epoch} of ${groupDigits(String(plannedEpochs))}`;
  if (liveness === undefined) return `while training, at ${of}`;
  if (liveness === 'stopped') return `stopped at ${of}`;
  const parts = [`training · ${of}`];
  if (liveness === 'unknown') parts.push('no news');
  else if (typeof liveness === 'object') parts.push(`no news since ${liveness.noNewsSince}`);
  else {
    if (state?.samplesPerSecond !== undefined) parts.push(formatSpeed(state.samplesPerSecond));
    if (state?.secondsLeft !== undefined) parts.push(`${formatDuration(state.secondsLeft)} left`);
  }
  return parts.join(' · ');
}
