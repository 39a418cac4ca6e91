/**
 * A pen that draws curves as anti-aliased grey lines; every operation is exact IEEE arithmetic, so the pixels are the
 * same on every machine.
 */
import type { Point, Stroke } from './glyphs.js';

const piecesPerSpan = 6;

/** Points along the Catmull-Rom curve through the points of a stroke. */
export function smooth(stroke: Stroke): Point[] {
  const at = (k: number): Point => stroke[Math.min(Math.max(k, 0), stroke.length - 1)];
  const points: Point[] = [stroke[0]];
  for (let k = 0; k + 1 < stroke.length; k++) {
    const [a, b, c, d] = [at(k - 1), at(k), at(k + 1), at(k + 2)];
    for (let piece = 1; piece <= piecesPerSpan; piece++) {
      const t = piece / piecesPerSpan;
      points.push([spline(a[0], b[0], c[0], d[0], t), spline(a[1], b[1], c[1], d[1], t)]);
    }
  }
  return points;
}

function spline(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

export interface PenOptions {
  /** Half of the line's width, pixels: where the grey is one half. */
  readonly radius: number;
  /** Width of the grey edge, pixels. */
  readonly edge: number;
  /** Relative width at the end of a stroke; 1 at its start. */
  readonly taper: number;
}

/**
 * Draws a line of points, in pixels, into an image `[size, size]`; where lines overlap the darker one stays.
 * Grey is 255 inside, falling linearly over the edge with the distance from the line.
 */
export function drawLine(
  image: Uint8Array,
  size: number,
  line: readonly Point[],
  { radius, edge, taper }: PenOptions,
): void {
  for (let k = 0; k + 1 < line.length; k++) {
    const [x0, y0] = line[k];
    const dx = line[k + 1][0] - x0;
    const dy = line[k + 1][1] - y0;
    const squared = dx * dx + dy * dy;
    const half = radius * (1 + ((taper - 1) * k) / (line.length - 1));
    const reach = half + edge / 2;
    const left = Math.max(0, Math.floor(Math.min(x0, x0 + dx) - reach));
    const right = Math.min(size - 1, Math.floor(Math.max(x0, x0 + dx) + reach));
    const top = Math.max(0, Math.floor(Math.min(y0, y0 + dy) - reach));
    const bottom = Math.min(size - 1, Math.floor(Math.max(y0, y0 + dy) + reach));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const px = column + 0.5 - x0; // pixel centres
        const py = row + 0.5 - y0;
        const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / squared));
        const ex = px - along * dx;
        const ey = py - along * dy;
        const grey = Math.floor(255.999 * Math.min(1, Math.max(0, 0.5 + (half - Math.sqrt(ex * ex + ey * ey)) / edge)));
        const at = row * size + column;
        if (grey > image[at]) image[at] = grey;
      }
    }
  }
}
