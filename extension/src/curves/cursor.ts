import { panelScales, spotOf, type CurvesScene } from '../../../src/plot/drawing/curves/draw.js';
import { drawMark } from '../../../src/plot/drawing/curves/series.js';
import type { Pen } from '../../../src/plot/drawing/pen.js';
import { toPixel } from '../../../src/plot/drawing/range.js';
import type { Theme } from '../../../src/plot/drawing/theme.js';
import type { PointRead } from './reading.js';

/** A line at the epoch read, and marks on the points read. */
export function drawReading(
  pen: Pen,
  theme: Theme,
  scene: CurvesScene,
  epoch: number,
  points: readonly PointRead[],
): void {
  for (const box of scene.layout.panels) {
    const { x, y } = panelScales(scene, box);
    const at = Math.round(toPixel(x, epoch)) + 0.5;
    pen.strokeStyle = theme.mutedText;
    pen.setLineDash([3, 3]);
    pen.beginPath();
    pen.moveTo(at, box.y.from);
    pen.lineTo(at, box.y.to);
    pen.stroke();
    pen.setLineDash([]);
    for (const { index, point } of points) {
      const series = scene.payload.series[index];
      const value = series.y[point];
      if (series.panel !== box.panel || value === null) continue;
      const spot = spotOf(box, x, y, series.x[point], value);
      if (spot) drawMark(pen, theme, { ...scene.looks[index], marks: 'filled' }, spot.x, spot.y, 4.5);
    }
  }
}
