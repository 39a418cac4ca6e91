/** The cell that the cursor of a raster stands on, and where keys send it. */
import { fade } from '../../../src/plot/drawing/colour.js';
import type { Pen } from '../../../src/plot/drawing/pen.js';
import { span } from '../../../src/plot/drawing/range.js';
import { firstSpike } from '../../../src/plot/drawing/raster/dots.js';
import { layerSeries, type DrawnLayer } from '../../../src/plot/drawing/raster/layer.js';
import type { RasterLayout } from '../../../src/plot/drawing/raster/layout.js';
import type { RasterView } from '../../../src/plot/drawing/raster/view.js';
import type { Theme } from '../../../src/plot/drawing/theme.js';
import type { Jump } from '../plot/plot.js';

/** Over the histogram, `layer` is absent. */
export interface Cursor {
  readonly layer?: number;
  readonly row: number;
  readonly step: number;
}

/** A line through all panels at the cursor's time, and a band along its row. */
export function drawCursor(
  pen: Pen,
  theme: Theme,
  { layer, row, step }: Cursor,
  view: RasterView,
  layout: RasterLayout,
): void {
  const { x, panels, rates } = layout;
  const at = view.pixel(layout, layer ?? 0, row, step).x;
  if (layer !== undefined) {
    const middle = view.pixel(layout, layer, row + 0.5, step).y;
    const height = Math.max(3, span(panels[layer].y) / span(view.rows[layer]));
    pen.fillStyle = fade(theme.series[layerSeries(layer, panels.length)], 0.18);
    pen.fillRect(x.from, middle - height / 2, span(x), height);
  }
  if (at < x.from || at > x.to) return;
  pen.strokeStyle = theme.mutedText;
  pen.setLineDash([3, 3]);
  pen.beginPath();
  pen.moveTo(Math.round(at) + 0.5, panels[0]?.y.from ?? rates.y.from);
  pen.lineTo(Math.round(at) + 0.5, rates.y.to);
  pen.stroke();
  pen.setLineDash([]);
}

/** One cell further; from the last row of a layer into the next. */
export function stepped(
  layers: readonly DrawnLayer[],
  steps: number,
  from: Required<Cursor>,
  right: number,
  down: number,
): Required<Cursor> {
  let { layer, row } = from;
  const { rows, info } = layers[layer];
  const step = Math.min(steps - 1, Math.max(0, from.step + right * info.stepsPerColumn));
  row += down;
  if (row < 0 && layer > 0) row = Math.max(0, layers[--layer].rows - 1);
  else if (row >= rows && layer < layers.length - 1) [layer, row] = [layer + 1, 0];
  return { layer, step, row: Math.min(Math.max(0, row), Math.max(0, layers[layer].rows - 1)) };
}

/** Where a jump leads to; `undefined` in a raster without layers. A jump to a spike that is not there stays. */
export function jumped(
  layers: readonly DrawnLayer[],
  steps: number,
  from: Cursor | undefined,
  where: Jump,
): Required<Cursor> | undefined {
  const at = { row: 0, step: 0, ...from, layer: from?.layer ?? 0 };
  if (!layers[at.layer]) return undefined;
  if (where === 'first') return { ...at, step: 0 };
  if (where === 'last') return { ...at, step: steps - 1 };
  if (where === 'nextLayer' || where === 'previousLayer') {
    const layer = at.layer + (where === 'nextLayer' ? 1 : -1);
    return layers[layer] ? { ...at, layer, row: 0 } : at;
  }
  const { trains } = layers[at.layer];
  if (at.row >= trains.neurons) return at;
  const step = Math.floor(at.step);
  const k = where === 'nextSpike' ? firstSpike(trains, at.row, step + 1) : firstSpike(trains, at.row, step) - 1;
  const inside = k >= trains.offsets[at.row] && k < trains.offsets[at.row + 1];
  return inside ? { ...at, step: trains.times[k] } : at;
}
