/**
 * A drawing on paper: what the screen's canvas gets, drawn as SVG in the bundled font and rendered to the pixels of the
 * PNG.
 */
import type { Pen } from './drawing/pen.js';
import { SvgPen } from './drawing/svgPen.js';
import { paper, type Theme } from './drawing/theme.js';
import { font } from './drawing/text.js';
import { fontWidths } from './fontWidths.js';
import type { Pixels } from './png.js';
import { fontFamily, fontStack, pageWidth, pixelScale } from './style.js';
import { loadFonts, renderSvg } from './svg.js';

/** Draws at a width and returns the height; `measure` gives the width of a label. */
export type Drawing = (pen: Pen, theme: Theme, width: number, measure: (text: string) => number) => number;

/** The drawing as pixels, at the resolution of the PNGs. */
export async function drawPicture(draw: Drawing, width = pageWidth): Promise<Pixels> {
  return renderSvg(await drawSvg(draw, width, fontFamily), pixelScale);
}

/** The drawing as an SVG text. @param family fonts to be asked for */
export async function drawSvg(draw: Drawing, width = pageWidth, family = fontStack): Promise<string> {
  const [regular, bold] = (await loadFonts()).map(fontWidths);
  const textWidth = (text: string, size: number, strong: boolean): number => size * (strong ? bold : regular)(text);
  const pen = new SvgPen(width, textWidth);
  pen.font = font(paper);
  const height = draw(pen, paper, width, (text) => textWidth(text, paper.fontSize, false));
  return pen.toSvg(Math.ceil(height), family);
}
