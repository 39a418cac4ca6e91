/** What lies under the pointer in a figure: its words, and a frame around it. */
import type { ArrangedFigure, Unpacked } from '../../../src/plot/drawing/figure/figure.js';
import type { ChartLayout } from '../../../src/plot/drawing/figure/layout.js';
import { tileValue } from '../../../src/plot/drawing/figure/tiles.js';
import { span, toPixel, type Box, type Point } from '../../../src/plot/drawing/range.js';
import { formatNumber, plural } from '../../../src/plot/drawing/ticks.js';
import type { ChartContent, FigurePayload } from '../../../src/plot/figureParts.js';
import type { Reading } from '../plot/plot.js';
import type { Value } from './values.js';

export interface Hovered {
  readonly reading: Reading;
  /** Around what is read, CSS pixels. */
  readonly frame: Box;
}

/** The pointer is on a value that is so near, CSS pixels. */
const reach = 24;

/** @param values of a chart */
export function hovered(
  { content }: FigurePayload,
  { bytes, trains }: Unpacked,
  { chart, tiles, encoding }: ArrangedFigure,
  values: readonly Value[],
  at: Point,
): Hovered | undefined {
  if (content.kind === 'chart') return chart && overChart(content, chart, values, at);
  if (content.kind === 'tiles') {
    const k = tiles?.boxes.findIndex((box) => isIn(box, at)) ?? -1;
    const box = tiles?.boxes[k];
    if (!box) return undefined;
    const before = content.tiles.slice(0, k).reduce((sum, { rows, columns }) => sum + rows * columns, 0);
    const { rows, columns, caption } = content.tiles[k];
    const { row, column, frame } = fieldAt(box, rows, columns, at);
    const value = formatNumber(tileValue(bytes?.[before + row * columns + column] ?? 0, content));
    return { frame, reading: { at, title: caption, lines: [{ label: `row ${row}, column ${column}`, value }] } };
  }
  if (!encoding || !trains) return undefined;
  const { stimulus, layer, steps } = content;
  const { image, x, y } = encoding;
  const spikes = { x: x.from, y: y.from, width: span(x), height: span(y) };
  let pixel: number, frame: Box, when: string;
  if (isIn(image, at)) {
    const { row, column, frame: around } = fieldAt(image, stimulus.rows, stimulus.columns, at);
    [pixel, frame, when] = [row * stimulus.columns + column, around, ''];
  } else if (isIn(spikes, at)) {
    const { row, column, frame: around } = fieldAt(spikes, trains.neurons, steps, at);
    [pixel, frame, when] = [row * layer.neuronsPerRow, { ...around, x: spikes.x, width: spikes.width }, `${column} ms`];
  } else return undefined;
  const n = Math.floor(pixel / layer.neuronsPerRow);
  const title = `row ${Math.floor(pixel / stimulus.columns)}, column ${pixel % stimulus.columns}`;
  const lines = [
    { label: 'pixel', value: String(bytes?.[pixel] ?? 0) },
    { label: when, value: plural(trains.offsets[n + 1] - trains.offsets[n] || 0, 'spike') },
  ];
  return { frame, reading: { at, title, lines } };
}

/** The values at the place of the nearest one. */
function overChart(
  content: ChartContent,
  { x, y }: ChartLayout,
  values: readonly Value[],
  at: Point,
): Hovered | undefined {
  const distance = ({ at: { x: middle, low, high, wide } }: Value): number => {
    const across = Math.abs(toPixel(x, middle) - at.x) - (Math.abs(x.end - x.start) * wide) / span(x.range) / 2;
    const ends = [toPixel(y, low), toPixel(y, high)];
    return Math.hypot(Math.max(0, across), Math.max(0, Math.min(...ends) - at.y, at.y - Math.max(...ends)));
  };
  const matrix = content.y.names !== undefined; // whose fields stand side by side
  let [nearest, least]: [Value | undefined, number] = [undefined, matrix ? 0.5 : reach];
  for (const value of values) {
    const far = distance(value);
    if (far < least) [nearest, least] = [value, far];
  }
  if (!nearest) return undefined;
  const { at: place } = nearest;
  const same = values.filter((one) => one.at.x === place.x && (!matrix || one.at.low === place.low));
  const lines = same.slice(0, 12).map(({ ink, series, value }) => ({
    label: series,
    value,
    ...(typeof ink === 'number' && !matrix && { series: ink }),
  }));
  const half = Math.max(5, (Math.abs(x.end - x.start) * place.wide) / span(x.range) / 2);
  const ends = [toPixel(y, place.low), toPixel(y, place.high)].sort((a, b) => a - b);
  const room = matrix ? 0 : 5;
  const title = [content.x.title, nearest.x].filter(Boolean).join(' ');
  return {
    frame: {
      x: toPixel(x, place.x) - half,
      y: ends[0] - room,
      width: 2 * half,
      height: ends[1] - ends[0] + 2 * room,
    },
    reading: { at, title, lines },
  };
}

const isIn = ({ x, y, width, height }: Box, at: Point): boolean =>
  at.x >= x && at.x < x + width && at.y >= y && at.y < y + height;

/** The field of a grid that a point inside it lies in. */
function fieldAt(box: Box, rows: number, columns: number, at: Point): { row: number; column: number; frame: Box } {
  const [width, height] = [box.width / columns, box.height / rows];
  const [row, column] = [Math.floor((at.y - box.y) / height), Math.floor((at.x - box.x) / width)];
  return { row, column, frame: { x: box.x + column * width, y: box.y + row * height, width, height } };
}
