/** What the cursor reads of a raster. */
import type { RasterPayload } from '../../../src/plot/payload.js';
import { formatRate, layerSeries, nameRows, type DrawnLayer } from '../../../src/plot/drawing/raster/layer.js';
import type { Rates } from '../../../src/plot/drawing/raster/rates.js';
import { formatNumber, groupDigits } from '../../../src/plot/drawing/ticks.js';
import type { Point, Reading } from '../plot/plot.js';
import { hitTest } from './hit.js';

/**
 * The spikes in a small cell. @param reach its size in rows and steps @param potential of that row, `[steps]`, where it
 * is pinned
 */
export function readSpikes(
  { steps: allSteps }: RasterPayload,
  layers: readonly DrawnLayer[],
  { layer, row, step }: { layer: number; row: number; step: number },
  reach: { rows: number; steps: number },
  at: Point,
  potential?: ArrayLike<number>,
): Reading | undefined {
  const { info, trains } = layers[layer];
  const width = Math.max(1, Math.round(reach.steps / info.stepsPerColumn)) * info.stepsPerColumn;
  const hit = hitTest(trains, row, step, reach.rows, width);
  if (!hit) return undefined;
  const [first, last] = hit.steps;
  const neurons = (hit.rows[1] - hit.rows[0] + 1) * info.neuronsPerRow;
  const rate = formatRate((1000 * hit.rowSpikes) / neurons / allSteps);
  return {
    at,
    title: `${info.name} · ${nameRows(layers[layer], ...hit.rows)}`,
    lines: [
      { label: 'time', value: first === last ? `${first} ms` : `${first}–${last} ms` },
      { label: 'spikes here', value: groupDigits(String(hit.spikes)), series: layerSeries(layer, layers.length) },
      { label: 'whole run', value: `${groupDigits(String(hit.rowSpikes))} · ${rate}` },
      ...(potential ? [{ label: 'membrane', value: formatNumber(potential[Math.floor(step)]) }] : []),
    ],
  };
}

/** The rates of all layers in the bin at `step`. */
export function readRates(
  { steps }: RasterPayload,
  layers: readonly DrawnLayer[],
  all: readonly Rates[],
  step: number,
  at: Point,
): Reading | undefined {
  if (all.length === 0) return undefined;
  const { start, binSteps } = all[0];
  const from = start + Math.floor((step - start) / binSteps) * binSteps;
  return {
    at,
    title: `${from}–${Math.min(steps, from + binSteps) - 1} ms`,
    lines: all.map(({ hertz, ...rates }, index) => ({
      label: layers[index].info.name,
      value: formatRate(hertz[Math.floor((step - rates.start) / rates.binSteps)] ?? 0),
      series: layerSeries(index, all.length),
    })),
  };
}
