/** What the shades of a crowded layer mean: how many marks share a pixel. */
import { toCss, type Colour } from '../colour.js';
import type { Pen } from '../pen.js';
import { font } from '../text.js';
import type { Theme } from '../theme.js';
import { shadeOf } from './dots.js';

/** Shades of a layer, from one mark on a pixel to very many. */
export interface Density {
  readonly shades: readonly Colour[];
  /** Marks that share a pixel on a full panel. */
  readonly crowd: number;
  /** Most marks on a pixel of what is in view. */
  readonly most: number;
}

/** Counts that the legend names, as far as they occur and differ in shade; more than 63 look like 63. */
export function legendCounts({ shades, crowd, most }: Density): number[] {
  const seen = new Set<number>();
  return [1, 2, 3, 5, 10, 20, 50].filter((count) => {
    const shade = shadeOf(count, shades.length, crowd);
    if (count > most || seen.has(shade)) return false;
    seen.add(shade);
    return true;
  });
}

/** Right-aligned on the line of the layer's figures; left out where it would touch them. @param from where those end */
export function drawDensity(
  pen: Pen,
  theme: Theme,
  density: Density,
  from: number,
  right: number,
  baseline: number,
): void {
  const counts = legendCounts(density);
  if (counts.length < 2) return;
  pen.font = font(theme);
  const size = Math.round(theme.fontSize * 0.7);
  const title = 'marks on a pixel ';
  const numbers = counts.map((count, k) =>
    k === counts.length - 1 && density.most > count ? `${count}+` : `${count}`,
  );
  const widths = numbers.map((text) => size + 3 + pen.measureText(text).width + 7);
  let x = right - pen.measureText(title).width - widths.reduce((a, b) => a + b, 0);
  if (x < from + theme.fontSize) return;
  pen.textAlign = 'left';
  pen.textBaseline = 'alphabetic';
  pen.fillStyle = theme.mutedText;
  pen.fillText(title, x, baseline);
  x += pen.measureText(title).width;
  numbers.forEach((text, k) => {
    pen.fillStyle = toCss(density.shades[shadeOf(counts[k], density.shades.length, density.crowd)]);
    pen.fillRect(x, baseline - size, size, size);
    pen.fillStyle = theme.mutedText;
    pen.fillText(text, x + size + 3, baseline);
    x += widths[k];
  });
}
