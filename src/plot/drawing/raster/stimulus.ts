/** The image that the network saw, beside the title. */
import { mix } from '../colour.js';
import type { Pen } from '../pen.js';
import type { Box } from '../range.js';
import type { Theme } from '../theme.js';
import type { Stimulus } from '../../rasterSample.js';

/**
 * White on black as the data sets have it, whatever the page: it is a picture, not a mark. Neighbours of one grey are
 * one rectangle.
 */
export function drawStimulus(pen: Pen, theme: Theme, { rows, columns, pixels }: Stimulus, box: Box): void {
  const bytes = atob(pixels);
  const [width, height] = [box.width / columns, box.height / rows];
  const level = (row: number, column: number): number => bytes.charCodeAt(row * columns + column) || 0;
  pen.fillStyle = '#000000';
  pen.fillRect(box.x, box.y, box.width, box.height);
  for (let row = 0; row < rows; row++) {
    for (let from = 0, to = 0; from < columns; from = to) {
      const grey = level(row, from);
      while (to < columns && level(row, to) === grey) to++;
      if (grey === 0) continue;
      pen.fillStyle = mix('#ffffff', '#000000', grey / 255);
      // A hair wider than a pixel, so that no seam shows between neighbours.
      pen.fillRect(
        box.x + from * width,
        box.y + row * height,
        Math.min((to - from) * width + 0.3, box.width - from * width),
        Math.min(height + 0.3, box.height - row * height),
      );
    }
  }
  pen.strokeStyle = theme.axis;
  pen.lineWidth = 1;
  pen.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1);
}
