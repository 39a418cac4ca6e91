/** An image beside the spikes of its pixels; in a narrow window above them. */
import type { SpikeTrains } from '../../../network/spikes.js';
import type { EncodingContent, FigurePayload } from '../../figureParts.js';
import { fade } from '../colour.js';
import type { Pen } from '../pen.js';
import { span, toPixel, type Box, type Range, type Scale } from '../range.js';
import { countDots, type Window } from '../raster/dots.js';
import { drawStimulus } from '../raster/stimulus.js';
import { font, writeTick } from '../text.js';
import { panelShare, type Theme } from '../theme.js';
import { groupDigits, ticks } from '../ticks.js';
import { drawHead } from './chart.js';
import { headOf, type Head } from './layout.js';

export interface EncodingLayout {
  readonly width: number;
  readonly height: number;
  readonly head: Head;
  readonly image: Box;
  readonly x: Range;
  readonly y: Range;
}

/** Height of the spikes, and the longer side of the image, CSS pixels. */
const side = 224;
/** More spikes are not drawn one by one. */
const mostMarks = 50_000;

export function layoutEncoding(
  payload: FigurePayload,
  { stimulus: { rows, columns } }: EncodingContent,
  width: number,
  measure: (text: string) => number,
  em: number,
  corner = 0,
): EncodingLayout {
  const head = headOf(payload, width - 2 * em, measure, em, corner);
  const y = head.bottom + 4;
  const scale = Math.min(side, width - 2 * em) / Math.max(rows, columns);
  const image = { x: 4, y, width: scale * columns, height: scale * rows };
  const gutter = Math.ceil(measure('row 00000') + em);
  const beside = image.x + image.width + gutter + 160 < width;
  const top = beside ? y : y + image.height + em;
  const left = beside ? image.x + image.width + gutter : gutter;
  const x = { from: left, to: Math.max(left + 40, width - em) };
  const bottom = top + side;
  return { width, height: bottom + Math.round(3.3 * em), head, image, x, y: { from: top, to: bottom } };
}

export function drawEncoding(
  pen: Pen,
  theme: Theme,
  { stimulus, steps }: EncodingContent,
  trains: SpikeTrains,
  layout: EncodingLayout,
): void {
  const { x, y } = layout;
  drawHead(pen, theme, layout.head, 4, layout.width);
  drawStimulus(pen, theme, stimulus, layout.image);
  const times: Scale = { range: { from: 0, to: steps }, start: x.from, end: x.to };
  const rows: Scale = { range: { from: 0, to: Math.max(1, trains.neurons) }, start: y.from, end: y.to };
  pen.fillStyle = fade(theme.panel, panelShare);
  pen.fillRect(x.from, y.from, span(x), span(y));
  pen.beginPath();
  if (trains.times.length > mostMarks) traceCrowd(pen, trains, { time: times.range, rows: rows.range }, layout);
  else {
    const mark = Math.max(1, Math.min(3, span(x) / steps));
    for (let n = 0; n < trains.neurons; n++) {
      const middle = toPixel(rows, n + 0.5);
      for (let k = trains.offsets[n]; k < trains.offsets[n + 1]; k++)
        pen.rect(toPixel(times, trains.times[k]), middle - 0.5, mark, 1);
    }
  }
  pen.fillStyle = theme.text;
  pen.fill();
  pen.font = font(theme);
  pen.fillStyle = theme.mutedText;
  pen.textBaseline = 'top';
  for (const tick of ticks(times.range, Math.max(2, span(x) / 70), 1))
    writeTick(pen, groupDigits(String(tick)), toPixel(times, tick), y.to + 6, layout.width);
  pen.textAlign = 'center';
  pen.textBaseline = 'alphabetic';
  pen.fillText('time (ms)', (x.from + x.to) / 2, y.to + Math.round(2.8 * theme.fontSize));
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  // The pixels of a row of the image follow each other.
  const perRow = trains.neurons / stimulus.rows || 1;
  for (const row of ticks({ from: 0, to: Math.max(1, stimulus.rows - 1) }, 6, 1))
    if (row < stimulus.rows) pen.fillText(`row ${row}`, x.from - 6, toPixel(rows, (row + 0.5) * perRow));
}

/** Of very many spikes the pixels that have any, each run of them one mark: no more than a picture has. */
function traceCrowd(pen: Pen, trains: SpikeTrains, window: Window, { x, y }: EncodingLayout): void {
  const width = Math.round(span(x));
  const counts = countDots(trains, window, width, side, { width: 1, height: 1 });
  for (let p = 0; p < counts.length; p++) {
    if (counts[p] === 0) continue;
    const from = p;
    while ((p + 1) % width !== 0 && counts[p + 1] > 0) p++;
    pen.rect(x.from + (from % width), y.from + Math.floor(from / width), p + 1 - from, 1);
  }
}
