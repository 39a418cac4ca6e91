/** An image beside the spikes of its pixels; in a narrow window above them. */
import type { SpikeTrains } from '../../../network/spikes.js';
import type { EncodingContent, FigurePayload } from '../../figureParts.js';
import { fade } from '../colour.js';
import type { Pen } from '../pen.js';
import { span, toPixel, type Box, type Range, type Scale } from '../range.js';
import { drawStimulus } from '../raster/stimulus.js';
import { font } from '../text.js';
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
  const mark = Math.max(1, Math.min(3, span(x) / steps));
  for (let n = 0; n < trains.neurons; n++) {
    const middle = toPixel(rows, n + 0.5);
    for (let k = trains.offsets[n]; k < trains.offsets[n + 1]; k++)
      pen.rect(toPixel(times, trains.times[k]), middle - 0.5, mark, 1);
  }
  pen.fillStyle = theme.text;
  pen.fill();
  pen.font = font(theme);
  pen.fillStyle = theme.mutedText;
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  for (const tick of ticks(times.range, Math.max(2, span(x) / 70), 1))
    pen.fillText(groupDigits(String(tick)), toPixel(times, tick), y.to + 6);
  pen.textBaseline = 'alphabetic';
  pen.fillText('time (ms)', (x.from + x.to) / 2, y.to + Math.round(2.8 * theme.fontSize));
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  // The pixels of a row of the image follow each other.
  const perRow = trains.neurons / stimulus.rows || 1;
  for (const row of ticks({ from: 0, to: Math.max(1, stimulus.rows - 1) }, 6, 1))
    if (row < stimulus.rows) pen.fillText(`row ${row}`, x.from - 6, toPixel(rows, (row + 0.5) * perRow));
}
