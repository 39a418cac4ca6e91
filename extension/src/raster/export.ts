/** A raster's spikes for files: as comma-separated values, and as marks of an SVG. */
import { PayloadError } from '../../../src/plot/check.js';
import type { Pen } from '../../../src/plot/drawing/pen.js';
import { markSize } from '../../../src/plot/drawing/raster/dots.js';
import { layerSeries, type DrawnLayer } from '../../../src/plot/drawing/raster/layer.js';
import type { RasterLayout } from '../../../src/plot/drawing/raster/layout.js';
import type { RasterView } from '../../../src/plot/drawing/raster/view.js';
import { span, toPixel } from '../../../src/plot/drawing/range.js';
import type { Theme } from '../../../src/plot/drawing/theme.js';
import { quoted } from '../plot/csv.js';

/** More marks make an SVG that programs open slowly. */
export const mostSvgSpikes = 20_000;

/** Calls `visit` with each spike, by row of the plot and step. @param all not only those in view */
function eachSpike(
  { trains }: DrawnLayer,
  view: RasterView | undefined,
  layer: number,
  visit: (row: number, step: number) => void,
): void {
  const window = view?.window(layer);
  const first = window ? Math.max(0, Math.floor(window.rows.from)) : 0;
  const last = window ? Math.min(trains.neurons, Math.ceil(window.rows.to)) : trains.neurons;
  for (let row = first; row < last; row++) {
    for (let k = trains.offsets[row]; k < trains.offsets[row + 1]; k++) {
      const step = trains.times[k];
      if (!window || (step >= Math.floor(window.time.from) && step < window.time.to)) visit(row, step);
    }
  }
}

/**
 * `layer,neuron,step`: one line a spike, of several samples with `sample` before them; where rows or steps were joined,
 * the first of each. Names are quoted.
 */
export function spikesCsv(samples: readonly { readonly layers: readonly DrawnLayer[] }[], view?: RasterView): string {
  const several = samples.length > 1;
  const lines = [`${several ? 'sample,' : ''}layer,neuron,step`];
  samples.forEach(({ layers }, sample) =>
    layers.forEach((layer, index) => {
      const name = `${several ? `${sample},` : ''}${quoted(layer.info.name)}`;
      eachSpike(layer, view, index, (row, step) => lines.push(`${name},${row * layer.info.neuronsPerRow},${step}`));
    }),
  );
  return `${lines.join('\n')}\n`;
}

/** Draws the spikes in view as rectangles. @throws PayloadError for more than 20,000 */
export function drawMarks(
  pen: Pen,
  theme: Theme,
  layers: readonly DrawnLayer[],
  view: RasterView,
  { x, panels }: RasterLayout,
): void {
  let drawn = 0;
  layers.forEach((layer, index) => {
    const { y } = panels[index];
    const mark = markSize(view.window(index), span(x), span(y), layer.info.stepsPerColumn, 1);
    const times = { range: view.time, start: x.from, end: x.to };
    const rows = { range: view.rows[index], start: y.from, end: y.to };
    pen.beginPath();
    eachSpike(layer, view, index, (row, step) => {
      if (++drawn > mostSvgSpikes)
        throw new PayloadError(`an SVG of more than ${mostSvgSpikes} spikes: zoom in, or export a PNG`);
      const left = Math.max(x.from, toPixel(times, step));
      pen.rect(left, toPixel(rows, row + 0.5) - mark.height / 2, mark.width, mark.height);
    });
    pen.fillStyle = theme.series[layerSeries(index, layers.length)];
    pen.fill();
  });
}
