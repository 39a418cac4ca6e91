/** The data of a figure for spreadsheets: all of it, one line a value. */
import type { Unpacked } from '../../../src/plot/drawing/figure/figure.js';
import { tileValue } from '../../../src/plot/drawing/figure/tiles.js';
import type { ChartContent, EncodingContent, FigurePayload, TilesContent } from '../../../src/plot/figureParts.js';
import { quoted } from '../plot/csv.js';

export function figureCsv({ content }: FigurePayload, { bytes, trains }: Unpacked): string {
  const [head, lines] =
    content.kind === 'chart'
      ? chartLines(content)
      : content.kind === 'tiles'
        ? tileLines(content, bytes)
        : encodingLines(content, bytes, trains);
  return [head, ...lines, ''].join('\n');
}

type Lines = [head: string, lines: string[]];

/** Of a chart each value, of a matrix each field: its row, its column and its number. */
function chartLines({ marks, x, y }: ChartContent): Lines {
  const lines = marks.flatMap((mark): string[] => {
    if (mark.type === 'texts') return []; // they say again what other marks show
    if (mark.type === 'cells')
      return mark.texts.map((text, k) => {
        const [row, column] = [Math.floor(k / mark.columns), k % mark.columns];
        return `${quoted(y.names?.[row] ?? String(row))},${quoted(x.names?.[column] ?? String(column))},,${text || 0}`;
      });
    const series = quoted(mark.name ?? mark.type);
    if (mark.type === 'level') return [`${series},,,${mark.at}`];
    const low = 'low' in mark ? mark.low : [];
    const high = 'high' in mark ? mark.high : mark.y;
    return mark.x.map((at, k) => {
      const place = at === null ? '' : x.names ? quoted(x.names[Math.floor(at)] ?? '') : at;
      return `${series},${place},${low[k] ?? ''},${high[k] ?? ''}`;
    });
  });
  return ['series,x,low,value', lines];
}

/** Each pixel: 0 .. 255 of grey images, of maps what they show. */
function tileLines(content: TilesContent, bytes: Uint8Array | undefined): Lines {
  let at = 0;
  const lines = content.tiles.flatMap(({ rows, columns, caption }) => {
    const name = quoted(caption);
    return Array.from({ length: rows * columns }, (_, p) => {
      const value = tileValue(bytes?.[at++] ?? 0, content);
      return `${name},${Math.floor(p / columns)},${p % columns},${value}`;
    });
  });
  return ['image,row,column,value', lines];
}

/** Each spike beside the pixel it comes from; a pixel that never fired has a line without a step. */
function encodingLines(
  { stimulus, layer }: EncodingContent,
  pixels: Unpacked['bytes'],
  trains: Unpacked['trains'],
): Lines {
  const lines: string[] = [];
  for (let n = 0; trains && n < trains.neurons; n++) {
    const p = n * layer.neuronsPerRow; // the first of those that were joined
    const place = `${Math.floor(p / stimulus.columns)},${p % stimulus.columns},${pixels?.[p] ?? ''}`;
    const [from, to] = [trains.offsets[n], trains.offsets[n + 1]];
    if (from === to) lines.push(`${place},`);
    for (let k = from; k < to; k++) lines.push(`${place},${trains.times[k]}`);
  }
  return ['row,column,pixel,step', lines];
}
