import type { Pen } from './pen.js';
import type { Theme } from './theme.js';

/** The theme's font; `size` is relative to its labels. */
export function font(
  theme: Pick<Theme, 'fontFamily' | 'fontSize'>,
  style: '' | 'bold' | 'italic' = '',
  size = 1,
): string {
  return `${style} ${Math.round(theme.fontSize * size * 10) / 10}px ${theme.fontFamily}`.trim();
}

/** Sizes of headings and titles, relative to labels. */
export const headingSize = 13 / 12;
export const titleSize = 15 / 12;

/** Shortens a label with an ellipsis until it fits `width`. */
export function fitText(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${text.slice(0, middle)}…`) <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${text.slice(0, low)}…`;
}

/** Writes a label of a horizontal axis centred at `x`, or so far left of it that it ends at `right`: none is cut. */
export function writeTick(pen: Pen, text: string, x: number, y: number, right: number): void {
  pen.textAlign = 'center';
  pen.fillText(text, Math.min(x, right - pen.measureText(text).width / 2), y);
}

export interface Piece {
  readonly text: string;
  readonly font: string;
  readonly colour: string;
}

/**
 * Writes pieces one after the other on a baseline, each in its own font and colour, and stops at `right`; returns where
 * the next would start.
 */
export function writePieces(pen: Pen, x: number, baseline: number, right: number, pieces: readonly Piece[]): number {
  pen.textAlign = 'left';
  pen.textBaseline = 'alphabetic';
  for (const piece of pieces) {
    pen.font = piece.font;
    const text = fitText(piece.text, right - x, (part) => pen.measureText(part).width);
    pen.fillStyle = piece.colour;
    if (text.trim() !== '') pen.fillText(text, x, baseline);
    x += pen.measureText(text).width;
    if (text !== piece.text) break;
  }
  return x;
}
