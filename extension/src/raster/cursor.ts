/** The cell that the cursor of a raster stands on, and where keys send it. */
import { firstSpike } from '../../../src/plot/drawing/raster/dots.js';
import type { DrawnLayer } from '../../../src/plot/drawing/raster/layer.js';
import type { Jump } from '../plot/plot.js';

/** Over the histogram, `layer` is absent. */
export interface Cursor {
  readonly layer?: number;
  readonly row: number;
  readonly step: number;
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
