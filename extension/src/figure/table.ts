/** A figure in words and numbers, for screen readers. */
import type { Unpacked } from '../../../src/plot/drawing/figure/figure.js';
import { tileValue } from '../../../src/plot/drawing/figure/tiles.js';
import { formatNumber } from '../../../src/plot/drawing/ticks.js';
import type { EncodingContent, FigurePayload, TilesContent } from '../../../src/plot/figureParts.js';
import type { DataTable } from '../plot/plot.js';
import { valuesOf } from './values.js';

/** So many rows are read aloud. */
const mostRows = 200;

export function figureTable({ content }: FigurePayload, { bytes, trains }: Unpacked, caption: string): DataTable {
  const [columns, rows]: [string[], string[][]] =
    content.kind === 'chart'
      ? [
          ['series', content.x.title ?? 'x', content.y.title ?? 'y'],
          valuesOf(content).map(({ series, x, value }) => [series, x, value]),
        ]
      : content.kind === 'tiles'
        ? [['image', 'size', 'lowest', 'highest'], tileRows(content, bytes)]
        : [['row of the image', 'spikes'], encodingRows(content, trains)];
  const more = rows.length > mostRows ? `; the first ${mostRows} of ${rows.length} values` : '';
  return { caption: `${caption}${more}`, columns, rows: rows.slice(0, mostRows) };
}

function tileRows(content: TilesContent, bytes: Uint8Array | undefined): string[][] {
  let from = 0;
  return content.tiles.map(({ rows, columns, caption }) => {
    let [low, high] = [255, 0];
    for (const byte of bytes?.subarray(from, (from += rows * columns)) ?? [])
      [low, high] = [Math.min(low, byte), Math.max(high, byte)];
    const ends = [low, high].map((byte) => formatNumber(tileValue(byte, content)));
    return [caption, `${rows} × ${columns}`, ...ends];
  });
}

function encodingRows({ stimulus, layer }: EncodingContent, trains: Unpacked['trains']): string[][] {
  const spikes = new Float64Array(stimulus.rows);
  for (let n = 0; trains && n < trains.neurons; n++)
    spikes[Math.floor((n * layer.neuronsPerRow) / stimulus.columns)] += trains.offsets[n + 1] - trains.offsets[n];
  return Array.from(spikes, (count, row) => [String(row), String(count)]);
}
