import type { Colour } from '../colour.js';
import { span, type Range } from '../range.js';
import type { SpikeTrains } from '../../../network/spikes.js';

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
 * Counts the marks that cover each pixel, `[height, width]`. Touches only the spikes inside the window: trains are
 * sorted by row, then time.
 */
export function countDots(trains: SpikeTrains, window: Window, width: number, height: number, mark: Mark): Uint16Array {
  const { time, rows } = window;
  const perRow = height / span(rows);
  const perStep = width / span(time);
  const first = Math.max(0, Math.floor(time.from - mark.width / perStep));
  const last = Math.min(trains.steps, Math.ceil(time.to));
  // Corners of marks, on an image with room for those that begin left of it or above it; then each corner is spread
  // over its mark.
  const [left, top] = [mark.width - 1, mark.height - 1];
  const stride = width + left;
  const corners = new Uint16Array(stride * (height + top));
  const columns = new Int32Array(Math.max(0, last - first));
  for (let k = 0; k < columns.length; k++) {
    const column = Math.round((first + k - time.from) * perStep) + left;
    columns[k] = column >= 0 && column < stride ? column : -1;
  }
  const { times, offsets } = trains;
  const lastRow = Math.min(trains.neurons, Math.ceil(rows.to));
  for (let row = Math.max(0, Math.floor(rows.from)); row < lastRow; row++) {
    const line = Math.round((row + 0.5 - rows.from) * perRow - mark.height / 2) + top;
    if (line < 0 || line >= height + top) continue;
    const from = line * stride;
    const end = offsets[row + 1];
    for (let k = firstSpike(trains, row, first); k < end && times[k] < last; k++) {
      const column = columns[times[k] - first];
      if (column >= 0) corners[from + column]++;
    }
  }
  return spread(corners, width, height, mark);
}

/** Sums each pixel with its `mark.width - 1` neighbours on the left and `mark.height - 1` above. */
function spread(corners: Uint16Array, width: number, height: number, mark: Mark): Uint16Array {
  if (mark.width === 1 && mark.height === 1) return corners;
  const stride = width + mark.width - 1;
  const counts = new Uint16Array(width * height);
  const columns = new Uint32Array(stride); // sums of the `mark.height` lines up to this one
  for (let y = 0; y < height + mark.height - 1; y++) {
    const entering = y * stride;
    const leaving = entering - mark.height * stride;
    for (let x = 0; x < stride; x++) columns[x] += corners[entering + x] - (leaving >= 0 ? corners[leaving + x] : 0);
    const line = (y - mark.height + 1) * width;
    if (line < 0) continue;
    let sum = 0;
    for (let x = 0; x < mark.width - 1; x++) sum += columns[x];
    for (let x = 0; x < width; x++) {
      sum += columns[x + mark.width - 1];
      counts[line + x] = sum;
      sum -= columns[x];
    }
  }
  return counts;
}

/** Index of the first spike of `row` at or after step `from`; `offsets[row + 1]` when there is none. */
export function firstSpike(trains: SpikeTrains, row: number, from: number): number {
  let low = trains.offsets[row];
  if (from <= 0) return low;
  let high = trains.offsets[row + 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (trains.times[middle] < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Which of `shades` a pixel under `count` marks has. */
export function shadeOf(count: number, shades: number, crowd: number): number {
  const step = crowd <= 1 ? 1 : Math.max(0.1, 1 / Math.sqrt(crowd));
  return Math.round((shades - 1) * (1 - (1 - step) ** (count - 1)));
}

/**
 * Colours counts: where marks share a pixel, each one more makes it stronger, so that the texture of a crowded layer
 * survives.
 * @param shades from one mark on a pixel to very many, for instance `densityShades`; a single one paints every mark
 * alike
 * @param crowd marks that share a pixel on a full panel: the more, the slower shades change
 * @returns RGBA bytes, `[height, width, 4]`, and the most marks on a pixel
 */
export function colourDots(
  counts: Uint16Array,
  shades: readonly Colour[],
  crowd: number,
): { rgba: Uint8ClampedArray<ArrayBuffer>; most: number } {
  const colours = Uint32Array.from({ length: 64 }, (_, count) => {
    if (count === 0) return 0;
    const [r, g, b] = shades[shadeOf(count, shades.length, crowd)];
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
  // RGBA where the lowest byte comes first, as on every machine with a browser.
  const pixels = new Uint32Array(counts.length);
  let most = 0;
  for (let p = 0; p < counts.length; p++) {
    const count = counts[p];
    if (count === 0) continue;
    if (count > most) most = count;
    pixels[p] = colours[count < 64 ? count : 63];
  }
  return { rgba: new Uint8ClampedArray(pixels.buffer), most };
}
