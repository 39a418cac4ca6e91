/** Pixels to a small PNG: one palette of at most 256 colours instead of four bytes a pixel. */
import { encode } from 'fast-png';

/** An opaque picture; `rgba` is `[height, width, 4]`, 0..255. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Most bytes of the PNG of a picture. */
export const pngBudget = 50_000;

/** Encodes a PNG with as many colours as keep it within `pngBudget`, at least 8. */
export function encodeSmallPng(pixels: Pixels): Uint8Array {
  let png = encodePng(pixels);
  for (let maxColors = 64; png.length > pngBudget && maxColors >= 8; maxColors /= 2) png = encodePng(pixels, maxColors);
  return png;
}

/**
 * Encodes a PNG of at most `maxColors` (up to 256) colours; more are merged with their neighbours. The same pixels give
 * the same bytes.
 */
export function encodePng({ width, height, rgba }: Pixels, maxColors = 256): Uint8Array {
  const size = width * height;
  const keys = new Uint32Array(size);
  const counts = new Map<number, number>();
  for (let p = 0, run = 0; p < size; p++) {
    keys[p] = (rgba[4 * p] << 16) | (rgba[4 * p + 1] << 8) | rgba[4 * p + 2];
    run++;
    if (
      p + 1 === size ||
      rgba[4 * p + 4] !== rgba[4 * p] ||
      rgba[4 * p + 5] !== rgba[4 * p + 1] ||
      rgba[4 * p + 6] !== rgba[4 * p + 2]
    ) {
      counts.set(keys[p], (counts.get(keys[p]) ?? 0) + run); // once for a run of equal pixels: most of a plot is paper
      run = 0;
    }
  }
  const { palette, slots } = choosePalette(counts, maxColors);
  const depth = palette.length <= 2 ? 1 : palette.length <= 4 ? 2 : palette.length <= 16 ? 4 : 8;
  const perByte = 8 / depth;
  const line = Math.ceil(width / perByte);
  const data = new Uint8Array(line * height);
  for (let y = 0, p = 0, key = -1, slot = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      if (keys[p] !== key) {
        key = keys[p];
        slot = slots.get(key) as number;
      }
      data[y * line + ((x / perByte) | 0)] |= slot << (8 - depth * ((x % perByte) + 1));
    }
  }
  return encode(
    {
      width,
      height,
      channels: 1,
      depth,
      data,
      palette: palette.map((key) => [key >> 16, (key >> 8) & 255, key & 255]),
    },
    { zlib: { level: 9 } },
  );
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
