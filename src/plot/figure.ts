/** A figure of the notebook: its description, and what is drawn of it where the extension is not. */
import { drawPicture } from './drawPicture.js';
import { arrangeFigure, unpackFigure } from './drawing/figure/figure.js';
import type { PutImage } from './drawing/figure/tiles.js';
import type { Pen } from './drawing/pen.js';
import { SvgPen } from './drawing/svgPen.js';
import type { Theme } from './drawing/theme.js';
import { roundRange } from './drawing/ticks.js';
import { figureMime, type ChartContent, type FigurePayload } from './figureParts.js';
import { figureSpec } from './figureSpec.js';
import { plainText, vegaLiteMime } from './payload.js';
import { Plot, toBase64 } from './picture.js';
import { encodePng } from './png.js';

/** @param text one line, for consoles and those who cannot see it */
export function figurePlot(text: string, payload: FigurePayload): Plot {
  const { content } = payload;
  return new Plot({
    text,
    light: { [figureMime]: payload },
    ...(content.kind === 'chart' && { fallback: () => ({ [vegaLiteMime]: figureSpec(payload, content) }) }),
    draw: () => drawPicture((pen, theme, width, measure) => drawOnPaper(payload, pen, theme, width, measure)),
  });
}

export function drawOnPaper(
  payload: FigurePayload,
  pen: Pen,
  theme: Theme,
  width: number,
  measure: (text: string) => number,
): number {
  const figure = arrangeFigure(payload, unpackFigure(payload), width, measure, theme.fontSize);
  figure.draw(pen, theme, putPng);
  return figure.height;
}

const putPng: PutImage = (pen, { width, height, rgba }, box) => {
  const png = encodePng({ width, height, rgba: new Uint8Array(rgba.buffer) });
  if (pen instanceof SvgPen) pen.image(`data:image/png;base64,${toBase64(png)}`, box);
};

/** A chart's payload with what there is of title and subtitle. */
export function chartFigure(
  { title, subtitle }: { readonly title?: string; readonly subtitle?: string },
  content: Omit<ChartContent, 'kind'>,
): FigurePayload {
  return {
    version: 1,
    ...(title !== undefined && { title: plainText(title) }),
    ...(subtitle !== undefined && { subtitle: plainText(subtitle) }),
    content: { kind: 'chart', ...content },
  };
}

/** The largest number that an axis can show. */
export const largest = 1e300;

/** Height of a picture whose caller may choose it, CSS pixels: 60 .. 600, usually 220. */
export const heightOf = ({ height = 220 }: { readonly height?: number }): number => Math.min(600, Math.max(60, height));

/** An axis around numbers, with round ends; of none 0 .. 1, of a single value around it. */
export function rangeAround(numbers: readonly (number | null | undefined)[]): { from: number; to: number } {
  let [low, high] = [Infinity, -Infinity];
  for (const value of numbers) {
    if (value === null || value === undefined || !(Math.abs(value) <= largest)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(low <= high)) return { from: 0, to: 1 };
  const single = Math.max(Math.abs(low) / 2, 1e-9);
  const range = low === high && low !== 0 ? { from: low - single, to: high + single } : { from: low, to: high };
  const { from, to } = low === high && low === 0 ? { from: 0, to: 1 } : roundRange(range, 8);
  return { from: Math.max(-largest, from), to: Math.min(largest, to) };
}
