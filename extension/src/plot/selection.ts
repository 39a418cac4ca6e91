import { fade } from '../../../src/plot/drawing/colour.js';
import type { Pen } from '../../../src/plot/drawing/pen.js';
import type { Theme } from '../../../src/plot/drawing/theme.js';
import type { Box } from './plot.js';

/** What a drag has selected so far. */
export function drawSelection(pen: Pen, theme: Theme, { x, y, width, height }: Box): void {
  pen.fillStyle = fade(theme.selection, 0.15);
  pen.strokeStyle = theme.selection;
  pen.fillRect(x, y, width, height);
  pen.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
}
