import type { CurvePanel, CurveSeries } from '../../../src/plot/payload.js';
import { formatTick } from '../plot/ticks.js';

/** A value for legend and tooltip: `97.45 %`, `0.0213`. */
export function formatValue(panel: CurvePanel, value: number): string {
  if (panel === 'accuracy') return `${(100 * value).toFixed(2)} %`;
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6)) return value.toExponential(2);
  return Number(value.toPrecision(4)).toString();
}

/** A tick of the y axis; accuracies in percent. */
export function formatValueTick(panel: CurvePanel, value: number, step: number): string {
  return panel === 'accuracy' ? `${formatTick(100 * value, 100 * step)} %` : formatTick(value, step);
}

/** An epoch: `3`, or `2.47` inside one. */
export function formatEpoch(epoch: number): string {
  return Number.isInteger(epoch) ? String(epoch) : epoch.toFixed(2);
}

/** The last epoch that the training itself has reached; infinite when there are only references. */
export function reachedEpoch(series: readonly CurveSeries[]): number {
  const own = series.filter(({ role, x }) => role !== 'reference' && x.length > 0);
  return own.length === 0 ? Infinity : own.reduce((most, { x }) => Math.max(most, x[x.length - 1]), 0);
}

/** The last value of a series that is a number, of points up to `epoch`: a reference is compared at the epoch reached. */
export function lastValue({ x, y }: CurveSeries, epoch = Infinity): number | undefined {
  for (let i = y.length - 1; i >= 0; i--) {
    const value = y[i];
    if (value !== null && x[i] <= epoch) return value;
  }
  return undefined;
}
