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

/** Encodes a PNG. Beyond `maxColors` the rarest colours become the nearest of the commonest. The same pixels give the same bytes. */
export function encodePng({ width, height, rgba }: Pixels, maxColors = 256): Uint8Array {
  const size = width * height;
  const keys = new Uint32Array(size);
  const counts = new Map<number, number>();
  for (let p = 0, run = 0; p < size; p++) {
    keys[p] = (rgba[4 * p] << 16) | (rgba[4 * p + 1] << 8) | rgba[4 * p + 2];
    run++;
    if (p + 1 === size || rgba[4 * p + 4] !== rgba[4 * p] || rgba[4 * p + 5] !== rgba[4 * p + 1] || rgba[4 * p + 6] !== rgba[4 * p + 2]) {
      counts.set(keys[p], (counts.get(keys[p]) ?? 0) + run); // once for a run of equal pixels: most of a plot is paper
      run = 0;
    }
  }
  const byCount = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([key]) => key);
  const palette = byCount.slice(0, maxColors);
  const slots = new Map(palette.map((key, index) => [key, index]));
  for (const key of byCount.slice(maxColors)) slots.set(key, nearest(palette, key));
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
  return encode({ width, height, channels: 1, depth, data, palette: palette.map((key) => [key >> 16, (key >> 8) & 255, key & 255]) }, { zlib: { level: 9 } });
}

function nearest(palette: readonly number[], key: number): number {
  let best = 0;
  let bestDistance = Infinity;
  palette.forEach((other, index) => {
    const red = (key >> 16) - (other >> 16);
    const green = ((key >> 8) & 255) - ((other >> 8) & 255);
    const blue = (key & 255) - (other & 255);
    const distance = 3 * red * red + 4 * green * green + 2 * blue * blue; // the eye's rough weights
    if (distance < bestDistance) {
      bestDistance = distance;
      best = index;
    }
  });
  return best;
}
