import { toRgb } from '../../../src/plot/drawing/colour.js';
import type { Density } from '../../../src/plot/drawing/raster/density.js';
import { colourDots, countDots, markSize } from '../../../src/plot/drawing/raster/dots.js';
import { layerSeries, type DrawnLayer } from '../../../src/plot/drawing/raster/layer.js';
import type { RasterLayout } from '../../../src/plot/drawing/raster/layout.js';
import type { Rates } from '../../../src/plot/drawing/raster/rates.js';
import { ratesOf } from '../../../src/plot/drawing/raster/scene.js';
import type { RasterView } from '../../../src/plot/drawing/raster/view.js';
import { span } from '../../../src/plot/drawing/range.js';
import { densityShades, type Theme } from '../../../src/plot/drawing/theme.js';
import { preferences } from '../live/preferences.js';

/** A result and what it was made from. */
interface Kept<Value> {
  readonly from: readonly unknown[];
  readonly value: Value;
}

/** Counted, coloured and averaged spikes of each layer, kept as long as nothing they are made from changes. */
export class SpikePainter {
  private counts: Kept<Uint16Array>[] = [];
  private pictures: Kept<{ picture: ImageData; density?: Density }>[] = [];
  private averages: Kept<Rates>[] = [];

  /**
   * Writes the spikes of a layer into its panel, replacing what is there; returns what its shades mean, if it has
   * several.
   */
  paint(
    context: CanvasRenderingContext2D,
    theme: Theme,
    ratio: number,
    layers: readonly DrawnLayer[],
    view: RasterView,
    layout: RasterLayout,
    index: number,
  ): Density | undefined {
    const { trains, info } = layers[index];
    const { y } = layout.panels[index];
    const left = Math.round(layout.x.from * ratio);
    const top = Math.round(y.from * ratio);
    const width = Math.round(layout.x.to * ratio) - left;
    const height = Math.round(y.to * ratio) - top;
    const window = view.window(index);
    const mark = markSize(window, width, height, info.stepsPerColumn, ratio);
    const counts = keep(
      this.counts,
      index,
      [trains, window.time, window.rows, width, height, mark.width, mark.height],
      () => countDots(trains, window, width, height, mark),
    );
    const perMark = (span(window.time) / width / info.stepsPerColumn) * mark.width;
    const crowd = (span(window.rows) / height) * Math.max(1, perMark);
    const series = layerSeries(index, layers.length);
    const { densityThreshold } = preferences();
    const crowded = crowd > densityThreshold;
    const { picture, density } = keep(this.pictures, index, [counts, theme, crowded], () => {
      const shades = crowded ? densityShades(theme, series, 32) : [toRgb(theme.series[series])];
      const { rgba, most } = colourDots(counts, shades, crowd);
      const image = new ImageData(rgba, width, height);
      return { picture: image, ...(crowded && { density: { shades, crowd, most } }) };
    });
    context.putImageData(picture, left, top);
    return density;
  }

  /** Forgets everything. */
  release(): void {
    this.counts = [];
    this.pictures = [];
    this.averages = [];
  }

  rates(layers: readonly DrawnLayer[], view: RasterView, pixels: number): Rates[] {
    return layers.map((layer, index) => {
      const { time, rows } = view.window(index);
      return keep(this.averages, index, [layer.trains, time, rows, pixels, layer.info.spikes], () =>
        ratesOf(layer, view, index, pixels),
      );
    });
  }
}

function keep<Value>(store: Kept<Value>[], index: number, from: readonly unknown[], make: () => Value): Value {
  const old = store[index];
  if (old && old.from.every((part, k) => part === from[k])) return old.value;
  const value = make();
  store[index] = { from, value };
  return value;
}
