import type { RasterPayload } from '../../../src/plot/payload.js';
import type { Box, Plot, Point, Reading } from '../plot/plot.js';
import { toValue, span } from '../plot/range.js';
import { groupDigits } from '../plot/ticks.js';
import { fade, type Theme } from '../plot/theme.js';
import { drawRaster, formatRate, ratesOf } from './draw.js';
import { hitTest } from './hit.js';
import { layerSeries, nameRows, unpackLayers, type DrawnLayer } from './layer.js';
import { layoutRaster, type RasterLayout } from './layout.js';
import { RasterView } from './view.js';

/** A cell the cursor stands on. Over the histogram, `layer` is absent. */
interface Cursor {
  readonly layer?: number;
  readonly row: number;
  readonly step: number;
}

/** Size of the cell that the pointer reads, CSS pixels. */
const reach = 3;
/** Widest gutter, CSS pixels. */
const widestGutter = 130;

/** The spike raster of one sample: layers from input to output over a shared time axis, firing rates below. */
export class RasterPlot implements Plot<RasterPayload> {
  private payload: RasterPayload = { version: 1, steps: 1, axes: { x: '', y: '' }, layers: [] };
  private layers: readonly DrawnLayer[] = [];
  private view = RasterView.whole(1, []);
  private arranged: RasterLayout = layoutRaster(640, 40, [], { title: false, note: false });
  private cursor?: Cursor;

  setPayload(payload: RasterPayload): void {
    const layers = unpackLayers(payload, this.layers);
    const rows = layers.map((layer) => layer.rows);
    if (!this.view.fits(payload.steps, rows)) {
      this.view = RasterView.whole(payload.steps, rows);
      this.cursor = undefined;
    }
    this.payload = payload;
    this.layers = layers;
    this.layout(this.arranged.width, (text) => text.length * 6);
  }

  summary(): string {
    const layers = this.layers.map(({ info }) => `${info.name} with ${info.neurons} neurons and ${info.spikes} spikes`);
    return `${this.payload.title ?? 'Spike raster'}: ${this.payload.steps} steps, ${layers.join(', ') || 'no layers'}`;
  }

  layout(width: number, measure: (text: string) => number): number {
    const labels = this.layers.flatMap(({ info }) =>
      info.neuronNames && info.neuronNames.length <= 64 ? info.neuronNames : [groupDigits(String(info.neurons))],
    );
    const gutter = 24 + Math.min(widestGutter, Math.max(24, ...labels.map(measure)));
    const { title, label, prediction, note } = this.payload;
    const rows = this.layers.map((layer) => layer.rows);
    this.arranged = layoutRaster(width, Math.ceil(gutter), rows, {
      title: (title ?? label ?? prediction) !== undefined,
      note: note !== undefined,
    });
    return this.arranged.height;
  }

  paint(context: CanvasRenderingContext2D, theme: Theme, ratio: number): void {
    drawRaster(context, theme, ratio, {
      payload: this.payload,
      layers: this.layers,
      view: this.view,
      layout: this.arranged,
    });
  }

  /** A line through all panels at the cursor's time, and a band along its row. */
  paintCursor(context: CanvasRenderingContext2D, theme: Theme): void {
    if (!this.cursor) return;
    const { layer, row, step } = this.cursor;
    const { x, panels, rates } = this.arranged;
    const at = this.view.pixel(this.arranged, layer ?? 0, row, step).x;
    if (layer !== undefined) {
      const middle = this.view.pixel(this.arranged, layer, row + 0.5, step).y;
      const height = Math.max(3, span(panels[layer].y) / span(this.view.rows[layer]));
      context.fillStyle = fade(theme.series[layerSeries(layer, this.layers.length)], 0.18);
      context.fillRect(x.from, middle - height / 2, span(x), height);
    }
    if (at < x.from || at > x.to) return;
    context.strokeStyle = theme.mutedText;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(Math.round(at) + 0.5, panels[0]?.y.from ?? rates.y.from);
    context.lineTo(Math.round(at) + 0.5, rates.y.to);
    context.stroke();
    context.setLineDash([]);
  }

  inspect(point?: Point): Reading | undefined {
    this.cursor = point && this.cursorAt(point);
    return this.cursor && this.read(this.cursor, point);
  }

  step(right: number, down: number): Reading | undefined {
    const { steps } = this.payload;
    if (this.layers.length === 0) return undefined;
    let {
      layer = 0,
      row,
      step,
    } = this.cursor ?? { layer: 0, row: Math.floor(this.view.rows[0].from), step: Math.round(this.view.time.from) };
    if (this.cursor) {
      const { rows, info } = this.layers[layer];
      step = Math.min(steps - 1, Math.max(0, step + right * info.stepsPerColumn));
      row += down;
      if (row < 0 && layer > 0) row = Math.max(0, this.layers[--layer].rows - 1);
      else if (row >= rows && layer < this.layers.length - 1) [layer, row] = [layer + 1, 0];
      row = Math.min(Math.max(0, row), Math.max(0, this.layers[layer].rows - 1));
    }
    this.cursor = { layer, row, step };
    this.view = this.view.reveal(layer, row + 0.5, step + 0.5);
    return this.read(this.cursor);
  }

  zoom(factor: number, at?: Point): boolean {
    const { x, rates } = this.arranged;
    const middle = this.cursor
      ? this.view.pixel(this.arranged, this.cursor.layer ?? 0, 0, this.cursor.step).x
      : (x.from + x.to) / 2;
    return this.show(this.view.zoom(this.arranged, factor, at ?? { x: middle, y: rates.y.to }));
  }

  pan(right: number, down: number, from?: Point): boolean {
    return this.show(this.view.pan(this.arranged, right, down, from));
  }

  isAxis(at: Point): boolean {
    return at.y >= this.arranged.rates.y.to || at.x < this.arranged.x.from;
  }

  selection(from: Point, to: Point): Box | undefined {
    return this.view.selection(this.arranged, from, to);
  }

  zoomTo(from: Point, to: Point): boolean {
    return this.show(this.view.zoomTo(this.arranged, from, to));
  }

  reset(): boolean {
    return this.show(
      RasterView.whole(
        this.payload.steps,
        this.layers.map((layer) => layer.rows),
      ),
    );
  }

  isZoomed(): boolean {
    return !this.view.isWhole();
  }

  private show(view: RasterView): boolean {
    const changed = view !== this.view && !(view.isWhole() && this.view.isWhole());
    this.view = view;
    return changed;
  }

  private cursorAt(point: Point): Cursor | undefined {
    const { x, rates } = this.arranged;
    if (point.x < x.from || point.x >= x.to) return undefined;
    const step = toValue(this.view.timeScale(this.arranged), point.x);
    if (point.y >= rates.y.from && point.y < rates.y.to) return { row: 0, step };
    const layer = this.view.layerAt(this.arranged, point);
    if (layer === undefined || this.layers[layer].rows === 0) return undefined;
    return { layer, row: Math.floor(toValue(this.view.rowScale(this.arranged, layer), point.y)), step };
  }

  /** With the pointer, the cell is what a pointer can hit; with the keyboard, one row and one column. */
  private read({ layer, row, step }: Cursor, pointer?: Point): Reading | undefined {
    if (layer === undefined) return this.readRates(step, pointer);
    const { info, trains } = this.layers[layer];
    const { x, panels } = this.arranged;
    const steps = pointer ? (span(this.view.time) / span(x)) * reach : 1;
    const rows = pointer ? (span(this.view.rows[layer]) / span(panels[layer].y)) * 1 : 1;
    const hit = hitTest(
      trains,
      row,
      step,
      rows,
      Math.max(1, Math.round(steps / info.stepsPerColumn)) * info.stepsPerColumn,
    );
    if (!hit) return undefined;
    const [first, last] = hit.steps;
    const seconds = this.payload.steps / 1000;
    const neurons = (hit.rows[1] - hit.rows[0] + 1) * info.neuronsPerRow;
    return {
      at: pointer ?? this.view.pixel(this.arranged, layer, row + 0.5, step + 0.5),
      title: `${info.name} · ${nameRows(this.layers[layer], ...hit.rows)}`,
      lines: [
        { label: 'time', value: first === last ? `${first} ms` : `${first}–${last} ms` },
        {
          label: 'spikes here',
          value: groupDigits(String(hit.spikes)),
          series: layerSeries(layer, this.layers.length),
        },
        {
          label: 'in all',
          value: `${groupDigits(String(hit.rowSpikes))} · ${formatRate(hit.rowSpikes / neurons / seconds)}`,
        },
      ],
    };
  }

  private readRates(step: number, pointer?: Point): Reading | undefined {
    const all = this.layers.map((layer, index) => ratesOf(layer, this.view, index, span(this.arranged.x)));
    if (all.length === 0) return undefined;
    const { start, binSteps } = all[0];
    const bin = Math.floor((step - start) / binSteps);
    const from = start + bin * binSteps;
    return {
      at: pointer ?? { x: 0, y: this.arranged.rates.y.from },
      title: `${from}–${Math.min(this.payload.steps, from + binSteps) - 1} ms`,
      lines: all.map(({ hertz, ...rates }, index) => ({
        label: this.layers[index].info.name,
        value: formatRate(hertz[Math.floor((step - rates.start) / rates.binSteps)] ?? 0),
        series: layerSeries(index, all.length),
      })),
    };
  }
}
