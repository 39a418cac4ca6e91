import type { RasterPayload } from '../../../src/plot/payload.js';
import { fade } from '../../../src/plot/drawing/colour.js';
import type { Pen } from '../../../src/plot/drawing/pen.js';
import { toValue, span } from '../../../src/plot/drawing/range.js';
import { drawRaster } from '../../../src/plot/drawing/raster/draw.js';
import {
  formatRate,
  layerSeries,
  meanRate,
  unpackLayers,
  type DrawnLayer,
} from '../../../src/plot/drawing/raster/layer.js';
import { layoutRaster, type RasterLayout } from '../../../src/plot/drawing/raster/layout.js';
import { arrangeRaster } from '../../../src/plot/drawing/raster/scene.js';
import { RasterView } from '../../../src/plot/drawing/raster/view.js';
import type { Theme } from '../../../src/plot/drawing/theme.js';
import { preferences } from '../live/preferences.js';
import type { Box, DataTable, Jump, Plot, Point, Reading } from '../plot/plot.js';
import { jumped, type Cursor } from './cursor.js';
import { drawMarks, spikesCsv } from './export.js';
import { SpikePainter } from './paint.js';
import { readRates, readSpikes } from './reading.js';

/** Size of the cell that the pointer reads, CSS pixels. */
const pointerReach = 3;
/** Rasters of so many spikes and neurons keep nothing unpacked while they are out of sight. */
const heavy = 1_000_000;

/** The spike raster of one sample: layers from input to output over a shared time axis, firing rates below. */
export class RasterPlot implements Plot<RasterPayload> {
  private payload: RasterPayload = { version: 1, steps: 1, axes: { x: '', y: '' }, layers: [] };
  private layers: readonly DrawnLayer[] = [];
  private view = RasterView.whole(1, []);
  private arranged: RasterLayout = layoutRaster(640, 40, [], { title: [], note: false });
  private cursor?: Cursor;
  private readonly painter = new SpikePainter();

  setPayload(payload: RasterPayload): void {
    const layers = unpackLayers(payload, this.layers);
    const rows = layers.map((layer) => layer.rows);
    if (!this.view.fits(payload.steps, rows)) {
      this.view = RasterView.whole(payload.steps, rows);
      this.cursor = undefined;
    }
    this.payload = payload;
    this.layers = layers;
    this.layout(this.arranged.width, (text) => text.length * 6, 12);
  }

  prepare(): void {
    for (const layer of this.layers) void layer.trains;
  }

  release(): void {
    const spikes = this.payload.layers.reduce((sum, layer) => sum + layer.packedSpikes + layer.neurons, 0);
    if (spikes < heavy) return;
    for (const layer of this.layers) layer.release();
    this.painter.release();
  }

  isLive(): boolean {
    return false;
  }

  made(): undefined {
    return undefined;
  }

  setLiveness(): void {}

  table(): DataTable {
    const { steps } = this.payload;
    return {
      caption: this.summary(),
      columns: ['layer', 'neurons', 'spikes', 'mean rate'],
      rows: this.layers.map((layer) => [
        layer.info.name,
        String(layer.info.neurons),
        String(layer.info.spikes),
        formatRate(meanRate(layer, steps)),
      ]),
    };
  }

  summary(): string {
    const layers = this.layers.map(({ info }) => `${info.name} with ${info.neurons} neurons and ${info.spikes} spikes`);
    return `${this.payload.title ?? 'Spike raster'}: ${this.payload.steps} steps, ${layers.join(', ') || 'no layers'}`;
  }

  layout(width: number, measure: (text: string) => number, em = 12): number {
    this.arranged = arrangeRaster(this.payload, this.layers, width, measure, em, preferences().height);
    return this.arranged.height;
  }

  paint(context: CanvasRenderingContext2D, theme: Theme, ratio: number): void {
    const { payload, layers, view, arranged: layout } = this;
    // First: what is written replaces what is below it.
    layers.forEach((_, index) => this.painter.paint(context, theme, ratio, layers, view, layout, index));
    const rates = this.painter.rates(layers, view, span(layout.x));
    drawRaster(context, theme, { payload, layers, view, layout, rates });
  }

  paintSvg(pen: Pen, theme: Theme): void {
    const { payload, layers, view, arranged: layout } = this;
    drawMarks(pen, theme, layers, view, layout);
    drawRaster(pen, theme, { payload, layers, view, layout, rates: this.painter.rates(layers, view, span(layout.x)) });
  }

  csv(all: boolean): string {
    return spikesCsv(this.layers, all ? undefined : this.view);
  }

  /** A line through all panels at the cursor's time, and a band along its row. */
  paintCursor(pen: Pen, theme: Theme): void {
    if (!this.cursor) return;
    const { layer, row, step } = this.cursor;
    const { x, panels, rates } = this.arranged;
    const at = this.view.pixel(this.arranged, layer ?? 0, row, step).x;
    if (layer !== undefined) {
      const middle = this.view.pixel(this.arranged, layer, row + 0.5, step).y;
      const height = Math.max(3, span(panels[layer].y) / span(this.view.rows[layer]));
      pen.fillStyle = fade(theme.series[layerSeries(layer, this.layers.length)], 0.18);
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

  jump(where: Jump): Reading | undefined {
    const next = jumped(this.layers, this.payload.steps, this.cursor, where);
    if (!next) return undefined;
    this.cursor = next;
    this.view = this.view.reveal(next.layer, next.row + 0.5, next.step + 0.5);
    return this.read(next);
  }

  click(): boolean {
    return false;
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
    const { payload, layers, view, arranged } = this;
    if (layer === undefined) {
      const rates = this.painter.rates(layers, view, span(arranged.x));
      return readRates(payload, layers, rates, step, pointer ?? { x: 0, y: arranged.rates.y.from });
    }
    const reach = {
      steps: pointer ? (span(view.time) / span(arranged.x)) * pointerReach : 1,
      rows: pointer ? span(view.rows[layer]) / span(arranged.panels[layer].y) : 1,
    };
    const at = pointer ?? view.pixel(arranged, layer, row + 0.5, step + 0.5);
    return readSpikes(payload, layers, { layer, row, step }, reach, at);
  }
}
