/** Images of figures on a canvas, and in an SVG as PNG that the browser makes. */
import type { PutImage } from '../../../src/plot/drawing/figure/tiles.js';
import { SvgPen } from '../../../src/plot/drawing/svgPen.js';

export const putOnCanvas: PutImage = (pen, { width, height, rgba }, box) => {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
  if (pen instanceof SvgPen) return pen.image(canvas.toDataURL('image/png'), box);
  if (!(pen instanceof CanvasRenderingContext2D)) return;
  const smooth = pen.imageSmoothingEnabled;
  pen.imageSmoothingEnabled = false;
  pen.drawImage(canvas, box.x, box.y, box.width, box.height);
  pen.imageSmoothingEnabled = smooth;
};
