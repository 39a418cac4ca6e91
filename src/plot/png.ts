/** Pixels to a small PNG: one palette of at most 256 colours instead of four bytes a pixel. */
import { deflate } from '#plot-platform';
import { zlibSync } from 'fflate';
import { indexedPng } from './pngFile.js';

/** An opaque picture; `rgba` is `[height, width, 4]`, 0..255. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Most bytes of the PNG of a picture. */
export const pngBudget = 50_000;
/** Share of the budget below which a picture surely fits, whichever zlib packed it: they differ by some per cent. */
const surely = 0.8;

/** Encodes a PNG with as many colours as keep it within `pngBudget`, at least 8. */
export function encodeSmallPng(pixels: Pixels): Uint8Array {
  let png = encodeQuickly(pixels) ?? encodePng(pixels);
  for (let maxColors = 64; png.length > pngBudget && maxColors >= 8; maxColors /= 2) png = encodePng(pixels, maxColors);
  return png;
}

/** Encodes a PNG of up to 256 colours with the platform's own zlib, where that is clearly within `pngBudget`. */
export function encodeQuickly(pixels: Pixels): Uint8Array | undefined {
  const png = encode(pixels, 256, deflate);
  return png.length <= surely * pngBudget ? png : undefined;
}

/**
 * Encodes a PNG of at most `maxColors` (up to 256) colours; more are merged with their neighbours. The same pixels give
 * the same bytes on every machine, so that what is left out to stay within a budget is the same, too.
 */
export function encodePng(pixels: Pixels, maxColors = 256): Uint8Array {
  return encode(pixels, maxColors, (rows) => zlibSync(rows, { level: 9 }));
}

function encode(
  { width, height, rgba }: Pixels,
  maxColors: number,
  pack: (rows: Uint8Array) => Uint8Array,
): Uint8Array {
  const size = width * height;
  const runs = runsOf(rgba, size);
  const counts = new Map<number, number>();
  for (const { key, from, to } of runs) counts.set(key, (counts.get(key) ?? 0) + to - from);
  const { palette, slots } = choosePalette(counts, maxColors);
  const indices = new Uint8Array(size);
  for (const { key, from, to } of runs) indices.fill(slots.get(key)!, from, to);
  const depth = palette.length <= 2 ? 1 : palette.length <= 4 ? 2 : palette.length <= 16 ? 4 : 8;
  return indexedPng(width, height, palette, depth, pack(packRows(indices, width, height, depth)));
}

interface Run {
  /** Red, green and blue. */
  readonly key: number;
  /** The pixels `[from, to)`. */
  readonly from: number;
  readonly to: number;
}

/** Neighbours of one colour, in order: most of a plot is paper. */
function runsOf(rgba: Uint8Array, size: number): Run[] {
  // Compared as words, four bytes at once: whatever their order, equal colours are equal words.
  const aligned = rgba.byteOffset % 4 === 0 ? rgba : rgba.slice();
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, size);
  const runs: Run[] = [];
  for (let p = 1, from = 0; p <= size; p++) {
    if (p < size && words[p] === words[from]) continue;
    runs.push({ key: (rgba[4 * from] << 16) | (rgba[4 * from + 1] << 8) | rgba[4 * from + 2], from, to: p });
    from = p;
  }
  return runs;
}

/** Rows of `depth` bits a pixel, each behind the byte that names its filter (none). */
function packRows(indices: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  const perByte = 8 / depth;
  const line = Math.ceil(width / perByte) + 1;
  const rows = new Uint8Array(line * height);
  for (let y = 0; y < height; y++) {
    const row = indices.subarray(y * width, (y + 1) * width);
    if (depth === 8) rows.set(row, y * line + 1);
    else
      row.forEach((slot, x) => (rows[y * line + 1 + ((x / perByte) | 0)] |= slot << (8 - depth * ((x % perByte) + 1))));
  }
  return rows;
}

/** So many of the commonest colours stay exact: papers, grids, lines. */
const exact = 16;

/**
 * Colours whose leading bits agree share one palette entry, the commonest of them, with as many bits as fit: no colour
 * moves by more than the bits left out, and a plot's flat colours stay exact.
 */
function choosePalette(
  counts: ReadonlyMap<number, number>,
  maxColors: number,
): { palette: number[]; slots: Map<number, number> } {
  const byCount = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([key]) => key);
  for (let bits = 8; ; bits--) {
    const mask = ((0xff << (8 - bits)) & 0xff) * 0x010101;
    const groups = new Map<number, number>();
    const palette: number[] = [];
    byCount.forEach((key, rank) => {
      if (groups.has(key & mask) && rank >= Math.min(exact, maxColors / 2)) return;
      if (!groups.has(key & mask)) groups.set(key & mask, palette.length);
      palette.push(key);
    });
    if (palette.length > maxColors) continue;
    const own = new Map(palette.map((key, slot) => [key, slot]));
    return { palette, slots: new Map(byCount.map((key) => [key, own.get(key) ?? groups.get(key & mask)!])) };
  }
}
