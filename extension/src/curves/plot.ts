import type { CurvePanel, CurvesPayload } from '../../../src/plot/payload.js';
import type { Box, Plot, Point, Reading } from '../plot/plot.js';
import { panRange, sameRange, span, toPixel, toValue, zoomRange, clampRange, type Range } from '../plot/range.js';
import { type Theme } from '../plot/theme.js';
import { drawCurves, drawMark, panelScales, type CurvesScene } from './draw.js';
import { nearestPoint, wholeEpochs } from './extent.js';
import { layoutCurves, type CurvesLayout } from './layout.js';
import { legendOrder, looks, type Look } from './looks.js';
import { formatEpoch, formatValue, lastValue } from './values.js';

/** Panels in reading order. */
const panelOrder: readonly CurvePanel[] = ['accuracy', 'cost'];

/** Accuracy and cost over the epochs, live while a network trains. */
export class CurvesPlot implements Plot<CurvesPayload> {
  private payload: CurvesPayload = {
    version: 1,
    live: false,
    plannedEpochs: 1,
    axes: { x: '', accuracy: '', cost: '' },
    series: [],
  };
  private looks: readonly Look[] = [];
  private whole: Range = { from: 0, to: 1 };
  /** The part shown, once the user has zoomed. */
  private zoomed?: Range;
  private measure = (text: string): number => 6 * text.length;
  private arranged: CurvesLayout = layoutCurves(640, [], { title: false, note: false }, this.measure);
  /** The epoch that the cursor asks for, and the panel it stands in. */
  private cursor?: { readonly panel: number; readonly epoch: number };

  setPayload(payload: CurvesPayload): void {
    this.payload = payload;
    this.looks = looks(payload.series);
    this.whole = wholeEpochs(payload.series, payload.plannedEpochs);
    if (this.zoomed) this.zoomed = clampRange(this.zoomed, this.whole);
    this.layout(this.arranged.width, this.measure);
  }

  summary(): string {
    const values = this.payload.series.flatMap((one) => {
      const value = lastValue(one);
      return value === undefined ? [] : [`${one.panel} ${one.name} ${formatValue(one.panel, value)}`];
    });
    return `${this.payload.title ?? 'Training curves'}: ${values.join(', ') || 'no points yet'}`;
  }

  layout(width: number, measure: (text: string) => number): number {
    this.measure = measure;
    const { series, title, note, live } = this.payload;
    const panels = panelOrder
      .map((panel) => ({ panel, names: legendOrder(series, panel).map((index) => series[index].name) }))
      .filter(({ names }, index) => names.length > 0 || (series.length === 0 && index === 0));
    this.arranged = layoutCurves(
      width,
      panels,
      { title: title !== undefined || live, note: note !== undefined },
      measure,
    );
    return this.arranged.height;
  }

  paint(context: CanvasRenderingContext2D, theme: Theme): void {
    drawCurves(context, theme, this.scene());
  }

  /** A line at the epoch read, and marks on the points read. */
  paintCursor(context: CanvasRenderingContext2D, theme: Theme): void {
    const points = this.pointsRead();
    if (!this.cursor || points.length === 0) return;
    const scene = this.scene();
    for (const box of this.arranged.panels) {
      const { x, y } = panelScales(scene, box);
      const at = Math.round(toPixel(x, this.cursor.epoch)) + 0.5;
      context.strokeStyle = theme.mutedText;
      context.setLineDash([3, 3]);
      context.beginPath();
      context.moveTo(at, box.y.from);
      context.lineTo(at, box.y.to);
      context.stroke();
      context.setLineDash([]);
      for (const { index, point } of points) {
        const series = this.payload.series[index];
        const value = series.y[point];
        if (series.panel !== box.panel || value === null) continue;
        const spot = { x: toPixel(x, series.x[point]), y: toPixel(y, value) };
        const inside = spot.x >= box.x.from - 1 && spot.x <= box.x.to + 1 && spot.y >= box.y.from && spot.y <= box.y.to;
        if (inside) drawMark(context, theme, { ...this.looks[index], marks: 'filled' }, spot.x, spot.y, 4.5);
      }
    }
  }

  inspect(point?: Point): Reading | undefined {
    const panel = point ? this.panelAt(point) : -1;
    this.cursor = point && panel >= 0 ? { panel, epoch: toValue(this.scale(panel), point.x) } : undefined;
    return this.read(point);
  }

  step(right: number, down: number): Reading | undefined {
    if (this.arranged.panels.length === 0) return undefined;
    const range = this.shown();
    const panel = Math.min(
      this.arranged.panels.length - 1,
      Math.max(0, (this.cursor?.panel ?? 0) + (this.cursor ? down : 0)),
    );
    const points = this.payload.series
      .flatMap((one) => one.x)
      .filter((x) => x >= range.from && x <= range.to)
      .sort((a, b) => a - b);
    if (points.length === 0) return undefined;
    const now = this.cursor?.epoch;
    const beyond =
      now === undefined || right === 0
        ? now
        : right > 0
          ? points.find((x) => x > now + 1e-9)
          : points.filter((x) => x < now - 1e-9).pop();
    this.cursor = { panel, epoch: beyond ?? now ?? points[points.length - 1] };
    return this.read();
  }

  zoom(factor: number, at?: Point): boolean {
    const panel = at ? this.panelAt(at) : -1;
    const anchor =
      at && panel >= 0
        ? toValue(this.scale(panel), at.x)
        : (this.cursor?.epoch ?? (this.shown().from + this.shown().to) / 2);
    return this.show(zoomRange(this.shown(), factor, anchor, this.whole, this.shortest()));
  }

  pan(right: number): boolean {
    const box = this.arranged.panels[0];
    if (!box) return false;
    return this.show(panRange(this.shown(), (-right / span(box.x)) * span(this.shown()), this.whole));
  }

  isAxis(at: Point): boolean {
    return this.arranged.panels.some(
      (box) => at.y > box.y.to && at.y < box.axisTitle && at.x >= box.x.from && at.x <= box.x.to,
    );
  }

  selection(from: Point, to: Point): Box | undefined {
    const box = this.arranged.panels[this.panelAt(from)];
    if (!box) return undefined;
    const x0 = Math.max(box.x.from, Math.min(from.x, to.x));
    const x1 = Math.min(box.x.to, Math.max(from.x, to.x));
    return x1 - x0 < 2 ? undefined : { x: x0, y: box.y.from, width: x1 - x0, height: span(box.y) };
  }

  zoomTo(from: Point, to: Point): boolean {
    const box = this.selection(from, to);
    if (!box) return false;
    const scale = this.scale(this.panelAt(from));
    const range = { from: toValue(scale, box.x), to: toValue(scale, box.x + box.width) };
    return span(range) >= this.shortest() && this.show(clampRange(range, this.whole));
  }

  reset(): boolean {
    return this.show(this.whole);
  }

  isZoomed(): boolean {
    return this.zoomed !== undefined;
  }

  private scene(): CurvesScene {
    return { payload: this.payload, looks: this.looks, epochs: this.shown(), layout: this.arranged };
  }

  private shown(): Range {
    return this.zoomed ?? this.whole;
  }

  private shortest(): number {
    return span(this.whole) / 1000;
  }

  private show(range: Range): boolean {
    if (sameRange(range, this.shown())) return false;
    this.zoomed = sameRange(range, this.whole) ? undefined : range;
    return true;
  }

  private scale(panel: number): { range: Range; start: number; end: number } {
    const { x } = this.arranged.panels[panel];
    return { range: this.shown(), start: x.from, end: x.to };
  }

  private panelAt({ x, y }: Point): number {
    return this.arranged.panels.findIndex(
      (box) => x >= box.x.from - 4 && x <= box.x.to + 4 && y >= box.y.from - 4 && y <= box.y.to + 4,
    );
  }

  /** The nearest point of each series; those too far from the cursor have nothing to say of it. */
  private pointsRead(): { index: number; point: number }[] {
    const { cursor } = this;
    if (!cursor) return [];
    const near = span(this.shown()) * 0.03;
    return this.payload.series.flatMap((series, index) => {
      const point = nearestPoint(series, cursor.epoch);
      const between =
        point >= 0 &&
        (Math.abs(series.x[point] - cursor.epoch) <= near ||
          (series.role !== 'progress' && Math.abs(series.x[point] - cursor.epoch) <= 0.5));
      return between ? [{ index, point }] : [];
    });
  }

  private read(pointer?: Point): Reading | undefined {
    if (!this.cursor) return undefined;
    const box = this.arranged.panels[this.cursor.panel];
    const lines = this.pointsRead().flatMap(({ index, point }) => {
      const series = this.payload.series[index];
      if (series.panel !== box.panel) return [];
      const { colour } = this.looks[index];
      const epoch = series.role === 'progress' ? '' : ` (epoch ${formatEpoch(series.x[point])})`;
      return [
        {
          label: `${series.name}${epoch}`,
          value: formatValue(series.panel, series.y[point] as number),
          series: colour,
        },
      ];
    });
    if (lines.length === 0) return undefined;
    return {
      at: pointer ?? { x: toPixel(this.scale(this.cursor.panel), this.cursor.epoch), y: (box.y.from + box.y.to) / 2 },
      title: `epoch ${this.cursor.epoch.toFixed(2)}`,
      lines,
    };
  }
}
