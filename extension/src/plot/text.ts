import type { Theme } from './theme.js';

/** Size of labels and headings, CSS pixels. */
export const fontSize = 11;

export function font(theme: Pick<Theme, 'fontFamily'>, style: '' | 'bold' | 'italic' = '', size = fontSize): string {
  return `${style} ${size}px ${theme.fontFamily}`.trim();
}

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

/** Writes pieces one after the other on a baseline, each in its own font and colour, and stops at `right`; returns where the next would start. */
export function writePieces(
  context: CanvasRenderingContext2D,
  x: number,
  baseline: number,
  right: number,
  pieces: readonly { readonly text: string; readonly font: string; readonly colour: string }[],
): number {
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  for (const piece of pieces) {
    context.font = piece.font;
    const text = fitText(piece.text, right - x, (part) => context.measureText(part).width);
    context.fillStyle = piece.colour;
    context.fillText(text, x, baseline);
    x += context.measureText(text).width;
  }
  return x;
}
