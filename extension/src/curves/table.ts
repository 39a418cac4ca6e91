import type { CurvesPayload } from '../../../src/plot/curvesPayload.js';
import { formatEpoch, formatValue } from '../../../src/plot/drawing/curves/values.js';
import type { Range } from '../../../src/plot/drawing/range.js';
import { quoted } from '../plot/csv.js';
import type { DataTable } from '../plot/plot.js';

/** The last so many epochs are in the table. */
const mostRows = 100;

/** The marks of epochs as a table: one row an epoch, one column a curve. */
export function tableOf({ series, runs }: CurvesPayload, caption: string): DataTable {
  const marks = series.filter(({ role }) => role !== 'progress');
  const epochs = [...new Set(marks.flatMap(({ x }) => x))].sort((a, b) => a - b).slice(-mostRows);
  const columns = marks.map(({ panel, name, run }) =>
    [runs?.[run ?? -1], panel, name].filter((part) => part !== undefined).join(' '),
  );
  const places = marks.map(({ x }) => new Map(x.map((epoch, i) => [epoch, i])));
  return {
    caption,
    columns: ['epoch', ...columns],
    rows: epochs.map((epoch) => [
      formatEpoch(epoch),
      ...marks.map(({ panel, y }, k) => {
        const value = y[places[k].get(epoch) ?? -1];
        return value === undefined ? '' : value === null ? 'not finite' : formatValue(panel, value);
      }),
    ]),
  };
}

/**
 * `panel,run,curve,epoch,value`, of means over seeds also `low,high`: one line a point inside `epochs`; an empty value
 * was not finite.
 */
export function csvOf({ series, runs }: CurvesPayload, epochs: Range): string {
  const bands = series.some(({ low }) => low);
  const lines = series.flatMap(({ panel, run, name, x, y, low, high }) =>
    x.flatMap((epoch, i) => {
      const band = bands ? `,${low?.[i] ?? ''},${high?.[i] ?? ''}` : '';
      return epoch >= epochs.from && epoch <= epochs.to
        ? [`${panel},${quoted(runs?.[run ?? -1] ?? '')},${quoted(name)},${epoch},${y[i] ?? ''}${band}`]
        : [];
    }),
  );
  return [`panel,run,curve,epoch,value${bands ? ',low,high' : ''}`, ...lines, ''].join('\n');
}
