/** Small pictures of pixels side by side, each with a caption, as SVG. */
import { escapeXml } from './drawing/xml.js';
import { toBase64 } from './picture.js';
import { encodePng, type Pixels } from './png.js';
import { colors, fontStack, pageWidth } from './style.js';

export interface Tile extends Pixels {
  /** Parts below each other, for instance channels; a line is between them. */
  readonly parts: number;
  readonly caption: string;
}

const gap = 8;
const captionHeight = 18;

/** @param note a line below all of them */
export function gridSvg(tiles: readonly Tile[], columns: number, note = ''): string {
  const side = Math.min(140, Math.floor((pageWidth - gap) / columns) - gap);
  const heights = tiles.map(({ width, height }) => (side * height) / width);
  const parts: string[] = [];
  let top = gap;
  for (let row = 0; row < tiles.length; row += columns) {
    const height = Math.max(...heights.slice(row, row + columns));
    for (let n = row; n < Math.min(row + columns, tiles.length); n++) {
      const left = gap + (n - row) * (side + gap);
      parts.push(
        `<image x="${left}" y="${top}" width="${side}" height="${heights[n]}" preserveAspectRatio="none" image-rendering="optimizeSpeed" href="data:image/png;base64,${toBase64(encodePng(tiles[n]))}"/>`,
      );
      for (let part = 1; part < tiles[n].parts; part++) {
        parts.push(
          `<rect x="${left}" y="${top + (part * heights[n]) / tiles[n].parts - 1}" width="${side}" height="2" fill="${colors.background}"/>`,
        );
      }
      parts.push(
        `<text x="${left + side / 2}" y="${top + height + 13}" text-anchor="middle">${escapeXml(tiles[n].caption)}</text>`,
      );
    }
    top += height + captionHeight + gap;
  }
  if (note !== '') parts.push(`<text x="${gap}" y="${top + 10}">${escapeXml(note)}</text>`);
  const width = note === '' ? gap + Math.min(columns, tiles.length) * (side + gap) : pageWidth;
  const height = note === '' ? top : top + captionHeight;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${escapeXml(fontStack)}" font-size="12" fill="${colors.ink}">${parts.join('')}</svg>`;
}
