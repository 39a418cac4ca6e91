/** A figure in words and numbers: for screen readers, for spreadsheets, and for the pointer. */
import type { FigureMark, FigurePayload } from '../../../src/plot/figureParts.js';
import { formatNumber } from '../../../src/plot/drawing/ticks.js';
import { quoted } from '../plot/csv.js';
import type { DataTable } from '../plot/plot.js';

/** So many rows are read aloud. */
const mostRows = 200;

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
interface Value {
  readonly mark: FigureMark;
  readonly series: string;
  readonly x: string;
  readonly value: string;
  /** Middle of the mark, in units of the axes. */
  readonly at: { readonly x: number; readonly y: number };
}

/** All values that a chart shows; texts say the same again. */
export function valuesOf({ content }: FigurePayload): Value[] {
  if (content.kind !== 'chart') return [];
  const across = (at: number): string => content.x.names?.[Math.floor(at)] ?? formatNumber(at);
  return content.marks.flatMap((mark): Value[] => {
    const series = mark.name ?? words[mark.type];
    if (mark.type === 'level')
      return [{ mark, series, x: '', value: formatNumber(mark.at), at: { x: content.x.from, y: mark.at } }];
    if (mark.type === 'texts') return [];
    if (mark.type === 'cells')
      return mark.shares.map((share, k) => {
        const [column, row] = [k % mark.columns, Math.floor(k / mark.columns)];
        const name = content.y.names?.[row] ?? String(row);
        const value = `${mark.texts[k] || '0'} (${formatNumber(100 * (share ?? 0))} %)`;
        return { mark, series: name, x: across(column), value, at: { x: column + 0.5, y: row + 0.5 } };
      });
    const high = 'high' in mark ? mark.high : mark.y;
    const low = 'low' in mark ? mark.low : undefined;
    return mark.x.flatMap((at, k) => {
      const [top, bottom] = [high[k], low?.[k]];
      if (at === null || top === null) return [];
      const span = bottom === undefined || bottom === null || bottom === 0 || bottom === top;
      const value = span ? formatNumber(top) : `${formatNumber(bottom)} to ${formatNumber(top)}`;
      return [{ mark, series, x: across(at), value, at: { x: at, y: top } }];
    });
  });
}

export function figureTable(payload: FigurePayload, caption: string): DataTable {
  const { content } = payload;
  if (content.kind === 'tiles')
    return {
      caption,
      columns: ['image', 'size'],
      rows: content.tiles.map((t) => [t.caption, `${t.rows} × ${t.columns}`]),
    };
  if (content.kind === 'encoding')
    return { caption, columns: ['spikes', 'steps'], rows: [[String(content.layer.spikes), String(content.steps)]] };
  const all = valuesOf(payload);
  const more = all.length > mostRows ? `; the first ${mostRows} of ${all.length} values` : '';
  return {
    caption: `${caption}${more}`,
    columns: ['series', content.x.title ?? 'x', content.y.title ?? 'y'],
    rows: all.slice(0, mostRows).map(({ series, x, value }) => [series, x, value]),
  };
}

/** `series,x,low,high`, of a chart; the images' pixels of tiles. */
export function figureCsv({ content }: FigurePayload, bytes: Uint8Array | undefined): string {
  if (content.kind === 'chart') {
    const { names } = content.x;
    const lines = content.marks.flatMap((mark) => {
      const series = quoted(mark.name ?? mark.type);
      if (mark.type === 'level') return [`${series},,,${mark.at}`];
      if (mark.type === 'texts') return [];
      if (mark.type === 'cells')
        return mark.shares.map((_, k) => {
          const row = quoted(content.y.names?.[Math.floor(k / mark.columns)] ?? '');
          return `${row},${quoted(names?.[k % mark.columns] ?? '')},,${mark.texts[k] || 0}`;
        });
      const high = 'high' in mark ? mark.high : mark.y;
      return mark.x.map((at, k) => {
        const x = names ? quoted(names[Math.floor(at ?? 0)] ?? '') : (at ?? '');
        return `${series},${x},${('low' in mark && mark.low[k]) ?? ''},${high[k] ?? ''}`.replace(',false,', ',,');
      });
    });
    return `series,x,low,value\n${lines.map((line) => `${line}\n`).join('')}`;
  }
  if (content.kind === 'encoding') return ''; // a raster of the run has its spikes
  let from = 0;
  const lines = content.tiles.flatMap(({ rows, columns, caption }) =>
    Array.from({ length: rows }, (_, row) => {
      const values = bytes?.subarray(from, (from += columns)).join(',') ?? '';
      return `${quoted(caption)},${row},${values}`;
    }),
  );
  return `image,row,pixels\n${lines.map((line) => `${line}\n`).join('')}`;
}
