import { span, type Range } from '../plot/range.js';
import type { SpikeTrains } from '../../../src/network/spikes.js';
import type { Colour } from '../plot/theme.js';

/** What of a layer is seen: steps across, rows down. */
export interface Window {
  readonly time: Range;
  readonly rows: Range;
}

/** Sizes of a spike's mark in device pixels. */
export interface Mark {
  readonly width: number;
  readonly height: number;
}

/**
 * How large a mark is: rows tall enough leave a gap between neighbours, bins wide enough a gap between spikes.
 * @param ratio device pixels for a CSS pixel
 */
export function markSize(window: Window, width: number, height: number, stepsPerColumn: number, ratio: number): Mark {
  const row = height / span(window.rows);
  const bin = (width / span(window.time)) * stepsPerColumn;
  return {
    width: Math.max(1, Math.round(Math.min(bin * 0.8, 3 * ratio)), Math.round(ratio)),
    // Rows of about a pixel get marks of two: they meet their neighbours', but single spikes stay visible.
    height: row >= 3 ? Math.round(row * 0.8) : row >= 0.9 ? Math.max(2, Math.round(ratio * 1.5)) : 1,
  };
}

/**
 * Counts the marks that cover each pixel, `[height, width]`. Touches only the spikes inside the window: trains are sorted by row, then time.
 */
export function countDots(trains: SpikeTrains, window: Window, width: number, height: number, mark: Mark): Uint16Array {
  const counts = new Uint16Array(width * height);
  const { time, rows } = window;
  const perStep = width / span(time);
  const perRow = height / span(rows);
  const lastRow = Math.min(trains.neurons, Math.ceil(rows.to));
  for (let row = Math.max(0, Math.floor(rows.from)); row < lastRow; row++) {
    const middle = (row + 0.5 - rows.from) * perRow;
    const y0 = Math.max(0, Math.round(middle - mark.height / 2));
    const y1 = Math.min(height, Math.max(y0 + 1, Math.round(middle - mark.height / 2) + mark.height));
    const end = trains.offsets[row + 1];
    for (let k = firstSpike(trains, row, time.from - mark.width / perStep); k < end; k++) {
      const left = Math.round((trains.times[k] - time.from) * perStep);
      if (left >= width) break;
      const x0 = Math.max(0, left);
      const x1 = Math.min(width, left + mark.width);
      for (let y = y0; y < y1; y++) {
        for (let x = x0; x < x1; x++) counts[y * width + x]++;
      }
    }
  }
  return counts;
}

/** Index of the first spike of `row` at or after step `from`; `offsets[row + 1]` when there is none. */
export function firstSpike(trains: SpikeTrains, row: number, from: number): number {
  let low = trains.offsets[row];
  let high = trains.offsets[row + 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (trains.times[middle] < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Colours counts: where marks share a pixel, each one more makes it denser, so that the texture of a crowded layer survives.
 * @param crowd neurons that share a pixel; 1 or less paints every mark solid
 * @returns RGBA bytes, not premultiplied, `[height, width, 4]`
 */
export function colourDots(counts: Uint16Array, colour: Colour, crowd: number): Uint8ClampedArray<ArrayBuffer> {
  const opacity = crowd <= 1 ? 1 : Math.max(0.35, 1 / Math.sqrt(crowd));
  const shades = Uint8Array.from({ length: 64 }, (_, count) => Math.round(255 * (1 - (1 - opacity) ** count)));
  const pixels = new Uint8ClampedArray(counts.length * 4);
  for (let p = 0; p < counts.length; p++) {
    const count = counts[p];
    if (count === 0) continue;
    pixels[4 * p] = colour[0];
    pixels[4 * p + 1] = colour[1];
    pixels[4 * p + 2] = colour[2];
    pixels[4 * p + 3] = shades[Math.min(count, 63)];
  }
  return pixels;
}
