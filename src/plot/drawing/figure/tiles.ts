/** Small images side by side, as many in a row as there is room for. */
import type { FigurePayload, TilesContent } from '../../figureParts.js';
import { mix, toRgb } from '../colour.js';
import type { Pen } from '../pen.js';
import type { Box } from '../range.js';
import { fitText, font, writePieces } from '../text.js';
import type { Theme } from '../theme.js';
import { drawHead } from './chart.js';
import { headOf, type Head, type Line } from './layout.js';
import { wrapText } from './wrap.js';

/** An opaque image; `rgba` is `[height, width, 4]`, 0..255. */
export interface PixelImage {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * Puts an image into a box, each of its pixels a rectangle with sharp edges: every kind of pen has a way of its own.
 */
export type PutImage = (pen: Pen, image: PixelImage, box: Box) => void;

export interface TilesLayout {
  readonly width: number;
  readonly height: number;
  readonly head: Head;
  /** Of each tile; its caption is centred below. */
  readonly boxes: readonly (Box & { readonly caption: number })[];
  readonly note: readonly Line[];
}

const gap = 8;
/** Sides of a tile, CSS pixels: no wider, and in a narrow window fewer in a row before they are narrower. */
const most = 140;
const least = 44;

export function layoutTiles(
  payload: FigurePayload,
  { tiles, columns, note }: TilesContent,
  width: number,
  measure: (text: string) => number,
  em: number,
  corner = 0,
): TilesLayout {
  const room = Math.max(least, width - 2 * gap);
  const head = headOf(payload, room, measure, em, corner);
  const inRow = Math.max(1, Math.min(columns, Math.floor((room + gap) / (least + gap))));
  const side = Math.min(most, Math.floor((room + gap) / inRow) - gap);
  const captions = tiles.some(({ caption }) => caption !== '');
  const boxes: (Box & { caption: number })[] = [];
  let y = head.bottom + gap / 2;
  for (let from = 0; from < tiles.length; from += inRow) {
    const row = tiles.slice(from, from + inRow).map((tile) => {
      // No more than twice as high as wide: very high images are narrower instead.
      const scale = Math.min(side / tile.columns, (2 * side) / tile.rows);
      return { width: Math.max(1, scale * tile.columns), height: Math.max(1, scale * tile.rows) };
    });
    const height = Math.max(...row.map((one) => one.height));
    const caption = y + height + Math.round(1.1 * em);
    row.forEach((one, k) => boxes.push({ x: gap + k * (side + gap) + (side - one.width) / 2, y, ...one, caption }));
    y += height + gap + (captions ? Math.round(1.4 * em) : 0);
  }
  const lines = note === undefined ? [] : wrapText(note, room, measure);
  const baselines = lines.map((text, k) => ({ text, baseline: y + Math.round((0.9 + 1.4 * k) * em) }));
  return { width, height: y + lines.length * Math.round(1.4 * em) + 4, head, boxes, note: baselines };
}

/** @param bytes of all tiles, one after the other */
export function drawTiles(
  pen: Pen,
  theme: Theme,
  content: TilesContent,
  bytes: Uint8Array,
  layout: TilesLayout,
  put: PutImage,
): void {
  drawHead(pen, theme, layout.head, gap, layout.width);
  const colours = coloursOf(theme, content.scale);
  let from = 0;
  content.tiles.forEach(({ rows, columns, parts, caption }, k) => {
    const box = layout.boxes[k];
    const rgba = new Uint8ClampedArray(4 * rows * columns);
    for (let p = 0; p < rows * columns; p++) {
      rgba.set(colours[bytes[from + p]], 4 * p);
      rgba[4 * p + 3] = 255;
    }
    from += rows * columns;
    put(pen, { width: columns, height: rows, rgba }, box);
    pen.fillStyle = theme.background;
    for (let part = 1; part < parts; part++) pen.fillRect(box.x, box.y + (part * box.height) / parts - 1, box.width, 2);
    pen.strokeStyle = theme.axis;
    pen.lineWidth = 1;
    pen.strokeRect(box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1);
    pen.font = font(theme);
    pen.textAlign = 'center';
    pen.textBaseline = 'alphabetic';
    pen.fillStyle = theme.text;
    const side = Math.max(box.width, least) + gap;
    pen.fillText(
      fitText(caption, side, (text) => pen.measureText(text).width),
      box.x + box.width / 2,
      box.caption,
    );
  });
  for (const { text, baseline } of layout.note)
    writePieces(pen, gap, baseline, layout.width, [{ text, font: font(theme), colour: theme.mutedText }]);
}

/** What a byte stands for: a grey level, or what full colour stands for times the share of it. */
export const tileValue = (byte: number, { scale, full = 1 }: Pick<TilesContent, 'scale' | 'full'>): number =>
  scale === 'grey' ? byte : Number(((full * (byte - 128)) / 127).toPrecision(3));

/** Of each byte: grey as the data sets have it, whatever the page; or orange above 0, blue below, the page at 0. */
function coloursOf(theme: Theme, scale: TilesContent['scale']): readonly (readonly number[])[] {
  return Array.from({ length: 256 }, (_, byte) => {
    if (scale === 'grey') return [byte, byte, byte];
    const share = Math.min(1, Math.abs(byte - 128) / 127);
    return toRgb(mix(theme.series[byte < 128 ? 0 : 1], theme.background, share));
  });
}
