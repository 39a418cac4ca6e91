/** Numbers of any size to 0 .. 1: what is fitted on the training part, and used for every part. */
import { requireNumber } from '../../network/require.js';

/**
 * `minmax`: the smallest value of each feature is 0, its largest 1. `standard`: three standard deviations below the
 * mean are 0, three above 1. `[low, high]`: the same for all features. What lies outside is cut to 0 or 1.
 */
export type Scale = 'minmax' | 'standard' | readonly [low: number, high: number];

/** From which value to which each feature goes, `[features]`. */
export interface FittedScale {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Rows by columns of finite numbers. */
interface Values {
  readonly rows: number;
  readonly columns: number;
  at(row: number, column: number): number;
}

/** @throws RangeError for limits out of order, another word, or values whose differences are no finite numbers */
export function fitScale(name: string, scale: Scale, values: Values): FittedScale {
  const { columns } = values;
  const low = new Float64Array(columns);
  const high = new Float64Array(columns);
  if (typeof scale !== 'string') {
    if (!Array.isArray(scale) || scale.length !== 2)
      throw new RangeError(`${name}: scale is ${JSON.stringify(scale)}: choose 'minmax', 'standard' or [low, high]`);
    const from = requireNumber(`${name}: low end of the scale`, scale[0], -Number.MAX_VALUE, Number.MAX_VALUE);
    const to = requireNumber(`${name}: high end of the scale`, scale[1], -Number.MAX_VALUE, Number.MAX_VALUE);
    if (!Number.isFinite(to - from))
      throw new RangeError(`${name}: scale [${from}, ${to}] is too wide for a number: divide the values`);
    if (from >= to) throw new RangeError(`${name}: scale [${from}, ${to}]: the low end must be below the high one`);
    return { low: low.fill(from), high: high.fill(to) };
  }
  if (scale !== 'minmax' && scale !== 'standard')
    throw new RangeError(`${name}: scale is ${JSON.stringify(scale)}: choose 'minmax', 'standard' or [low, high]`);
  const limits = scale === 'minmax' ? extremes : deviations;
  for (let column = 0; column < columns; column++) {
    const [from, to] = limits(values, column);
    if (!Number.isFinite(to - from))
      throw new RangeError(
        `${name}: the values of feature ${column} are too large to be scaled by '${scale}': divide them, or give [low, high]`,
      );
    [low[column], high[column]] = [from, to];
  }
  return { low, high };
}

function extremes({ rows, at }: Values, column: number): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let row = 0; row < rows; row++) {
    low = Math.min(low, at(row, column));
    high = Math.max(high, at(row, column));
  }
  return [low, high];
}

function deviations({ rows, at }: Values, column: number): [number, number] {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += at(row, column);
  const mean = sum / rows;
  let squares = 0;
  for (let row = 0; row < rows; row++) squares += (at(row, column) - mean) ** 2;
  const deviation = Math.sqrt(squares / rows); // of all values, as scikit-learn's StandardScaler
  return [mean - 3 * deviation, mean + 3 * deviation];
}

/** A value of a feature as 0 .. 1. A feature that was constant when the scale was fitted is 0. */
export function scaled({ low, high }: FittedScale, column: number, value: number): number {
  const span = high[column] - low[column];
  return span > 0 ? Math.min(1, Math.max(0, (value - low[column]) / span)) : 0;
}
