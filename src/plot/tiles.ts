/** Small images of a figure, packed: as they are where they fit, else with neighbouring pixels averaged. */
import { deflateSync } from 'fflate';
import { figureLimits } from './figurePayload.js';
import type { TilesContent } from './figureParts.js';
import { toBase64 } from './picture.js';

export interface Tile {
  readonly rows: number;
  readonly columns: number;
  /** Parts below each other, for instance channels. */
  readonly parts: number;
  readonly caption: string;
  /** `[rows, columns]` */
  readonly bytes: Uint8Array;
}

/** Most characters of all images, so that with its PNG an output stays below 150 kB. */
const room = 92_000;

export function packTiles(
  tiles: readonly Tile[],
  columns: number,
  scale: TilesContent['scale'],
  more: Pick<TilesContent, 'note' | 'full'> = {},
): TilesContent {
  for (let factor = 1; ; factor++) {
    const kept = factor === 1 ? tiles : tiles.map((tile) => averaged(tile, factor));
    const size = kept.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (size > figureLimits.pixels) continue;
    const all = new Uint8Array(size);
    let at = 0;
    for (const { bytes } of kept) {
      all.set(bytes, at);
      at += bytes.length;
    }
    const pixels = toBase64(deflateSync(all, { level: 9 }));
    if (pixels.length > room && size > kept.length) continue;
    return {
      kind: 'tiles',
      columns,
      scale,
      tiles: kept.map(({ bytes: _, ...tile }) => tile),
      pixels,
      ...more,
    };
  }
}

/** Means of squares of `side` pixels, each part by itself. */
function averaged({ rows, columns, parts, caption, bytes }: Tile, side: number): Tile {
  const perPart = rows / parts;
  const [down, across] = [Math.ceil(perPart / side), Math.ceil(columns / side)];
  const sums = new Float64Array(parts * down * across);
  const counts = new Float64Array(sums.length);
  bytes.forEach((value, p) => {
    const row = Math.floor(p / columns);
    const part = Math.floor(row / perPart);
    const to = (part * down + Math.floor((row - part * perPart) / side)) * across + Math.floor((p % columns) / side);
    sums[to] += value;
    counts[to]++;
  });
  const means = Uint8Array.from(sums, (sum, k) => Math.round(sum / counts[k]));
  return { rows: parts * down, columns: across, parts, caption, bytes: means };
}
