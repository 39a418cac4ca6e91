import { clampRange, panRange, sameRange, toPixel, toValue, zoomRange, type Range, type Scale } from '../range.js';
import type { Box, Point } from '../range.js';
import type { Window } from './dots.js';
import type { RasterLayout } from './layout.js';

/** A view shows at least this many steps and rows. */
const shortestTime = 8;
const shortestRows = 4;
/** A drag flatter than this selects time only, CSS pixels. */
const flat = 10;

/** Which part of a raster is on the screen: one stretch of time for all layers, and the rows of each. Immutable. */
export class RasterView {
  private constructor(
    private readonly steps: number,
    private readonly rowCounts: readonly number[],
    readonly time: Range,
    readonly rows: readonly Range[],
  ) {}

  /** Everything. */
  static whole(steps: number, rowCounts: readonly number[]): RasterView {
    return new RasterView(
      steps,
      rowCounts,
      { from: 0, to: steps },
      rowCounts.map((count) => ({ from: 0, to: Math.max(1, count) })),
    );
  }

  /** Whether this view also fits a raster of that shape (the next of a live plot). */
  fits(steps: number, rowCounts: readonly number[]): boolean {
    return (
      steps === this.steps &&
      rowCounts.length === this.rowCounts.length &&
      rowCounts.every((count, k) => count === this.rowCounts[k])
    );
  }

  isWhole(): boolean {
    const whole = RasterView.whole(this.steps, this.rowCounts);
    return sameRange(this.time, whole.time) && this.rows.every((range, k) => sameRange(range, whole.rows[k]));
  }

  /** `80–119`: the first and the last step of which something is seen. */
  stepsShown(): string {
    const { from, to } = this.time;
    return `${Math.floor(from)}–${Math.min(this.steps, Math.ceil(to)) - 1}`;
  }

  window(layer: number): Window {
    return { time: this.time, rows: this.rows[layer] };
  }

  timeScale(layout: RasterLayout): Scale {
    return { range: this.time, start: layout.x.from, end: layout.x.to };
  }

  /** Rows run downwards. */
  rowScale(layout: RasterLayout, layer: number): Scale {
    const { y } = layout.panels[layer];
    return { range: this.rows[layer], start: y.from, end: y.to };
  }

  /** The layer at a point, `undefined` between panels. */
  layerAt(layout: RasterLayout, at: Point): number | undefined {
    const layer = layout.panels.findIndex(({ y }) => at.y >= y.from && at.y < y.to);
    return layer < 0 ? undefined : layer;
  }

  /** Zooms time around the point; in the gutter left of a layer, that layer's rows. */
  zoom(layout: RasterLayout, factor: number, at: Point): RasterView {
    const layer = this.layerAt(layout, at);
    if (at.x < layout.x.from && layer !== undefined) {
      const anchor = toValue(this.rowScale(layout, layer), at.y);
      return this.withRows(layer, zoomRange(this.rows[layer], factor, anchor, this.allRows(layer), shortestRows));
    }
    const anchor = Math.min(Math.max(toValue(this.timeScale(layout), at.x), this.time.from), this.time.to);
    return this.withTime(zoomRange(this.time, factor, anchor, { from: 0, to: this.steps }, shortestTime));
  }

  /** Moves the content by pixels; rows only of the layer where the drag began. */
  pan(layout: RasterLayout, right: number, down: number, from?: Point): RasterView {
    const perStep = (layout.x.to - layout.x.from) / (this.time.to - this.time.from);
    const moved = this.withTime(panRange(this.time, -right / perStep, { from: 0, to: this.steps }));
    const layers = from ? [this.layerAt(layout, from)] : layout.panels.map((_, layer) => layer);
    return layers.reduce<RasterView>((view, layer) => {
      if (layer === undefined) return view;
      const { y } = layout.panels[layer];
      const perRow = (y.to - y.from) / (view.rows[layer].to - view.rows[layer].from);
      return view.withRows(layer, panRange(view.rows[layer], -down / perRow, view.allRows(layer)));
    }, moved);
  }

  /** What a drag selects: a stretch of time, and rows too when it stays in one layer and is not flat. */
  selection(layout: RasterLayout, from: Point, to: Point): Box | undefined {
    const x0 = Math.max(layout.x.from, Math.min(from.x, to.x));
    const x1 = Math.min(layout.x.to, Math.max(from.x, to.x));
    if (x1 - x0 < 2) return undefined;
    const layer = this.layerAt(layout, from);
    if (layer === undefined || Math.abs(to.y - from.y) < flat) {
      const top = layout.panels[0]?.y.from ?? layout.rates.y.from;
      return { x: x0, y: top, width: x1 - x0, height: layout.rates.y.to - top };
    }
    const { y } = layout.panels[layer];
    const y0 = Math.max(y.from, Math.min(from.y, to.y));
    const y1 = Math.min(y.to, Math.max(from.y, to.y));
    return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
  }

  zoomTo(layout: RasterLayout, from: Point, to: Point): RasterView {
    const box = this.selection(layout, from, to);
    if (!box) return this;
    const scale = this.timeScale(layout);
    const time = atLeast({ from: toValue(scale, box.x), to: toValue(scale, box.x + box.width) }, shortestTime, {
      from: 0,
      to: this.steps,
    });
    const zoomed = this.withTime(time);
    const layer = this.layerAt(layout, from);
    if (layer === undefined || Math.abs(to.y - from.y) < flat) return zoomed;
    const rows = this.rowScale(layout, layer);
    return zoomed.withRows(
      layer,
      atLeast({ from: toValue(rows, box.y), to: toValue(rows, box.y + box.height) }, shortestRows, this.allRows(layer)),
    );
  }

  /** Moves just so far that a cell is on the screen. */
  reveal(layer: number, row: number, step: number): RasterView {
    return this.withTime(including(this.time, step, { from: 0, to: this.steps })).withRows(
      layer,
      including(this.rows[layer], row, this.allRows(layer)),
    );
  }

  /** The same rows over another stretch of time. */
  over(time: Range): RasterView {
    return this.withTime(atLeast(time, shortestTime, { from: 0, to: this.steps }));
  }

  pixel(layout: RasterLayout, layer: number, row: number, step: number): Point {
    return { x: toPixel(this.timeScale(layout), step), y: toPixel(this.rowScale(layout, layer), row) };
  }

  private allRows(layer: number): Range {
    return { from: 0, to: Math.max(1, this.rowCounts[layer]) };
  }

  private withTime(time: Range): RasterView {
    return sameRange(time, this.time) ? this : new RasterView(this.steps, this.rowCounts, time, this.rows);
  }

  private withRows(layer: number, range: Range): RasterView {
    if (sameRange(range, this.rows[layer])) return this;
    return new RasterView(
      this.steps,
      this.rowCounts,
      this.time,
      this.rows.map((old, k) => (k === layer ? range : old)),
    );
  }
}

function atLeast(range: Range, shortest: number, limits: Range): Range {
  const middle = (range.from + range.to) / 2;
  const half = Math.max(range.to - range.from, shortest) / 2;
  return clampRange({ from: middle - half, to: middle + half }, limits);
}

function including(range: Range, value: number, limits: Range): Range {
  if (value < range.from) return panRange(range, value - range.from, limits);
  if (value > range.to) return panRange(range, value - range.to, limits);
  return range;
}
