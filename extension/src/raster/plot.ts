import type { RasterPayload } from '../../../src/plot/payload.js';
import type { Pen } from '../../../src/plot/drawing/pen.js';
import { toValue, span } from '../../../src/plot/drawing/range.js';
import { drawRaster, layerFacts } from '../../../src/plot/drawing/raster/draw.js';
import { unpackLayers, type DrawnLayer } from '../../../src/plot/drawing/raster/layer.js';
import { layoutRaster, type Panel, type RasterLayout } from '../../../src/plot/drawing/raster/layout.js';
import { arrangeRaster, type RasterScene } from '../../../src/plot/drawing/raster/scene.js';
import { RasterView } from '../../../src/plot/drawing/raster/view.js';
import type { Theme } from '../../../src/plot/drawing/theme.js';
import { preferences } from '../live/preferences.js';
import type { Box, DataTable, Jump, Plot, PlotMoves, Point, Reading, TimeWindow } from '../plot/plot.js';
import { drawCursor, jumped, stepped, type Cursor } from './cursor.js';
import { drawMarks, spikesCsv } from './export.js';
import { SpikePainter } from './paint.js';
import { readRates, readSpikes } from './reading.js';
import { rasterSummary, rasterTable } from './table.js';
import { RasterWork, type WorkedRaster } from './work.js';

/** Size of the cell that the pointer reads, CSS pixels. */
const pointerReach = 3;
/** Rasters of so many spikes and neurons keep nothing unpacked while they are out of sight. */
const heavy = 1_000_000;

/** The spike raster of one sample: layers from input to output over a shared time axis, firing rates below. */
export class RasterPlot implements Plot<RasterPayload>, PlotMoves, WorkedRaster {
  readonly moves = this;
  private payload: RasterPayload = { version: 1, steps: 1, axes: { x: '', y: '' }, layers: [] };
  private layers: readonly DrawnLayer[] = [];
  private view = RasterView.whole(1, []);
  private arranged: RasterLayout = layoutRaster(640, 40, [], { title: [], note: false });
  private cursor?: Cursor;
  private readonly painter = new SpikePainter();
  readonly work = new RasterWork(this);

  setPayload(given: RasterPayload): void {
    const payload = this.work.take(given);
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

  table(): DataTable {
    const scene = this.scene();
    const seen = this.isZoomed() && {
      words: this.inView(),
      facts: this.layers.map((layer, index) => layerFacts(scene, layer, index)),
    };
    return rasterTable(this.payload, this.layers, this.summary(), this.work, seen);
  }

  summary(): string {
    return rasterSummary(this.payload, this.layers);
  }

  layout(width: number, measure: (text: string) => number, em = 12, corner = 0): number {
    const { wantedHeight, pin, brushed } = this.work;
    const extras = {
      pinned: pin.current !== undefined,
      brush: brushed !== undefined,
      stretch: wantedHeight !== undefined,
      corner,
    };
    const height = wantedHeight ?? preferences().height;
    this.arranged = arrangeRaster(this.payload, this.layers, width, measure, em, height, extras);
    return this.arranged.height;
  }

  paint(context: CanvasRenderingContext2D, theme: Theme, ratio: number): void {
    const { layers, view, arranged: layout } = this;
    // First: what is written replaces what is below it.
    const density = layers.map((_, index) => this.painter.paint(context, theme, ratio, layers, view, layout, index));
    drawRaster(context, theme, { ...this.scene(), density });
  }

  paintSvg(pen: Pen, theme: Theme): void {
    drawMarks(pen, theme, this.layers, this.view, this.arranged);
    drawRaster(pen, theme, this.scene());
  }

  private scene(): RasterScene {
    const { payload, layers, view, arranged: layout, work } = this;
    const { brushed: brush } = work;
    const pinned = work.pin.current;
    const rates = this.painter.rates(layers, view, span(layout.x));
    return { payload, layers, view, layout, rates, ...(brush && { brush }), ...(pinned && { pinned }) };
  }

  csv(all: boolean): string {
    if (!all) return spikesCsv([{ layers: this.layers }], this.view);
    return spikesCsv(this.work.all().map((sample) => ({ layers: unpackLayers(sample, this.layers) })));
  }

  paintCursor(pen: Pen, theme: Theme): void {
    if (this.cursor) drawCursor(pen, theme, this.cursor, this.view, this.arranged);
  }

  inspect(point?: Point): Reading | undefined {
    this.cursor = point && this.cursorAt(point);
    return this.cursor && this.read(this.cursor, point);
  }

  step(right: number, down: number): Reading | undefined {
    if (this.layers.length === 0) return undefined;
    const { cursor, view } = this;
    const start = { layer: 0, row: Math.floor(view.rows[0].from), step: Math.round(view.time.from) };
    const { layer, row, step } = (this.cursor = cursor
      ? stepped(this.layers, this.payload.steps, { ...cursor, layer: cursor.layer ?? 0 }, right, down)
      : start);
    this.view = view.reveal(layer, row + 0.5, step + 0.5);
    return this.read({ layer, row, step });
  }

  jump(where: Jump): Reading | undefined {
    const next = jumped(this.layers, this.payload.steps, this.cursor, where);
    if (!next) return undefined;
    this.cursor = next;
    this.view = this.view.reveal(next.layer, next.row + 0.5, next.step + 0.5);
    return this.read(next);
  }

  /** Pins the neuron there. */
  click(at: Point): boolean {
    const cursor = this.cursorAt(at);
    if (cursor?.layer === undefined || this.view.layerAt(this.arranged, at) === undefined) return false;
    this.work.togglePin(cursor.layer, cursor.row);
    return true;
  }

  place(): ReturnType<WorkedRaster['place']> {
    const { cursor, view, arranged } = this;
    if (!cursor || !this.layers[cursor.layer ?? 0]) return undefined;
    const at = { ...cursor, layer: cursor.layer ?? 0 };
    return { ...at, point: view.pixel(arranged, at.layer, at.row + 0.5, at.step + 0.5) };
  }

  drawn(): readonly DrawnLayer[] {
    return this.layers;
  }

  stepAt(x: number): number {
    return toValue(this.view.timeScale(this.arranged), x);
  }

  time(): TimeWindow {
    return { steps: this.payload.steps, ...this.view.time };
  }

  showTime({ from, to }: TimeWindow): boolean {
    return this.show(this.view.over({ from, to }));
  }

  layersHeight(): number {
    return this.arranged.panels.reduce((sum, { y }) => sum + span(y), 0);
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

  inView(): string {
    return `in view: ${this.view.stepsShown()} of ${this.payload.steps} ms`;
  }

  private show(view: RasterView): boolean {
    const changed = view !== this.view && !(view.isWhole() && this.view.isWhole());
    this.view = view;
    return changed;
  }

  private cursorAt(point: Point): Cursor | undefined {
    const { x, rates, pinned } = this.arranged;
    if (point.x < x.from || point.x >= x.to) return undefined;
    const step = toValue(this.view.timeScale(this.arranged), point.x);
    if (isIn(rates, point)) return { row: 0, step };
    const pin = this.work.pin.current;
    if (pin && pinned && isIn(pinned, point)) return { ...pin, step };
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
    const pin = this.work.pin.current;
    const potential = pin?.layer === layer && pin.row === Math.floor(row) ? pin.potential : undefined;
    return readSpikes(payload, layers, { layer, row, step }, reach, at, potential);
  }
}

const isIn = ({ y }: Panel, at: Point): boolean => at.y >= y.from && at.y < y.to;
