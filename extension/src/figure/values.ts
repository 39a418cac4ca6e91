/** The values that a chart shows, in words: for screen readers and for the pointer. */
import type { ChartContent, FigureMark, Ink } from '../../../src/plot/figureParts.js';
import { formatNumber } from '../../../src/plot/drawing/ticks.js';

/** Of marks without a name. */
const words: Readonly<Record<FigureMark['type'], string>> = {
  line: 'value',
  points: 'value',
  bars: 'value',
  rules: 'from and to',
  area: 'band',
  level: 'level',
  texts: '',
  cells: '',
};

/** A value of a mark: whose it is, where, and how much. */
export interface Value {
  readonly ink: Ink;
  readonly series: string;
  readonly x: string;
  readonly value: string;
  /** Where it stands, in units of the axes; from `low` to `high` all the same, `wide` across. */
  readonly at: { readonly x: number; readonly low: number; readonly high: number; readonly wide: number };
}

/** All values of a chart, mark by mark; texts say the same again. */
export function valuesOf({ marks, x, y }: ChartContent): Value[] {
  const across = (at: number): string => x.names?.[Math.floor(at)] ?? formatNumber(at);
  return marks.flatMap((mark): Value[] => {
    const { ink, type } = mark;
    const series = mark.name ?? words[type];
    if (type === 'texts') return [];
    if (type === 'level') {
      const at = { x: (x.from + x.to) / 2, low: mark.at, high: mark.at, wide: x.to - x.from };
      return [{ ink, series, x: '', value: formatNumber(mark.at), at }];
    }
    if (type === 'cells')
      return mark.shares.map((share, k) => {
        const [column, row] = [k % mark.columns, Math.floor(k / mark.columns)];
        const value = `${mark.texts[k] || '0'} (${formatNumber(100 * (share ?? 0))} %)`;
        const at = { x: column + 0.5, low: row, high: row + 1, wide: 1 };
        return { ink, series: y.names?.[row] ?? String(row), x: across(column), value, at };
      });
    const high = 'high' in mark ? mark.high : mark.y;
    const low = 'low' in mark ? mark.low : high;
    return mark.x.flatMap((place, k): Value[] => {
      const [top, bottom = null] = [high[k], low[k]];
      if (place === null || top === null) return [];
      const one = bottom === null || bottom === 0 || bottom === top;
      const value = one ? formatNumber(top) : `${formatNumber(bottom)} to ${formatNumber(top)}`;
      const ends = [bottom ?? top, top].sort((a, b) => a - b);
      const at = { x: place, low: ends[0], high: ends[1], wide: type === 'bars' ? mark.width : 0 };
      return [{ ink, series, x: across(place), value, at }];
    });
  });
}
