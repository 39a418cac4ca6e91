import type { CurvePanel, CurvesPayload } from '../../../src/plot/curvesPayload.js';
import { drawCurves, arrangeCurves, panelScales, type CurvesScene } from '../../../src/plot/drawing/curves/draw.js';
import { wholeEpochs } from '../../../src/plot/drawing/curves/extent.js';
import type { CurvesLayout } from '../../../src/plot/drawing/curves/layout.js';
import { looks, type Look } from '../../../src/plot/drawing/curves/looks.js';
import { formatEpoch, formatValue, lastValue, stateText } from '../../../src/plot/drawing/curves/values.js';
import type { Pen } from '../../../src/plot/drawing/pen.js';
import {
  panRange,
  sameRange,
  span,
  toPixel,
  toValue,
  zoomRange,
  clampRange,
  type Range,
} from '../../../src/plot/drawing/range.js';
import type { Theme } from '../../../src/plot/drawing/theme.js';
import type { Box, DataTable, Jump, Liveness, Plot, PlotLive, PlotMoves, Point, Reading } from '../plot/plot.js';
import { drawReading } from './cursor.js';
import { isBelow, isInside, isOnScale } from './hit.js';
import { nextPoint, pointsNear, readingLines, type PointRead } from './reading.js';
import { PanelChoices } from './panels.js';
import { csvOf, tableOf } from './table.js';

/** Accuracy and cost over the epochs, live while a network trains. */
export class CurvesPlot implements Plot<CurvesPayload>, PlotMoves, PlotLive {
  readonly moves = this;
  readonly live = this;
  #payload: CurvesPayload = {
    version: 1,
    live: false,
    plannedEpochs: 1,
    axes: { x: '', accuracy: '', cost: '' },
    series: [],
  };
  readonly choices = new PanelChoices(() => this.#payload);
  #looks: readonly Look[] = [];
  #whole: Range = { from: 0, to: 1 };
  /** The part shown, once the user has zoomed. */
  #zoomed?: Range;
  #measure = (text: string): number => 6 * text.length;
  #em = 12;
  #liveness: Liveness = 'training';
  /** Axes that the user has switched; the others choose themselves. */
  readonly #log = new Map<CurvePanel, boolean>();
  #arranged: CurvesLayout = arrangeCurves(this.#payload, [], 640, this.#measure, this.#em);
  /** The epoch that the cursor asks for, and the panel it stands in. */
  #cursor?: { readonly panel: number; readonly epoch: number };

  setPayload(payload: CurvesPayload): void {
    this.#payload = payload;
    this.#looks = looks(payload.series);
    this.#whole = wholeEpochs(payload.series, payload.plannedEpochs);
    if (this.#zoomed) this.#zoomed = clampRange(this.#zoomed, this.#whole);
    this.layout(this.#arranged.width, this.#measure, this.#em);
  }

  prepare(): void {}

  release(): void {}

  isLive(): boolean {
    return this.#payload.live;
  }

  made(): number | undefined {
    return this.#payload.state?.made;
  }

  setLiveness(liveness: Liveness): void {
    this.#liveness = liveness;
  }

  table(): DataTable {
    const state = stateText(this.#payload, this.#liveness);
    return tableOf(this.#payload, state ? `${this.summary()}; ${state}` : this.summary());
  }

  summary(): string {
    const values = this.#payload.series.flatMap((one) => {
      const value = lastValue(one);
      return value === undefined ? [] : [`${one.panel} ${one.name} ${formatValue(one.panel, value)}`];
    });
    return `${this.#payload.title ?? 'Training curves'}: ${values.join(', ') || 'no points yet'}`;
  }

  layout(width: number, measure: (text: string) => number, em = 12, corner = 0): number {
    this.#measure = measure;
    this.#em = em;
    this.#arranged = arrangeCurves(this.#payload, this.choices.shown(), width, measure, em, this.#liveness, corner);
    return this.#arranged.height;
  }

  paint(pen: Pen, theme: Theme): void {
    drawCurves(pen, theme, this.#scene());
  }

  paintSvg(pen: Pen, theme: Theme): void {
    this.paint(pen, theme);
  }

  csv(all: boolean): string {
    return csvOf(this.#payload, all ? this.#whole : this.#shown());
  }

  paintCursor(pen: Pen, theme: Theme): void {
    const points = this.#pointsRead();
    if (this.#cursor && points.length > 0) drawReading(pen, theme, this.#scene(), this.#cursor.epoch, points);
  }

  inspect(point?: Point): Reading | undefined {
    const panel = point ? this.#panelAt(point) : -1;
    this.#cursor = point && panel >= 0 ? { panel, epoch: toValue(this.#scale(panel), point.x) } : undefined;
    return this.#read(point);
  }

  step(right: number, down: number): Reading | undefined {
    if (this.#arranged.panels.length === 0) return undefined;
    const range = this.#shown();
    const panel = Math.min(
      this.#arranged.panels.length - 1,
      Math.max(0, (this.#cursor?.panel ?? 0) + (this.#cursor ? down : 0)),
    );
    const next = nextPoint(this.#payload, range, this.#cursor?.epoch, right);
    if (next === undefined) return undefined;
    this.#cursor = { panel, epoch: next };
    return this.#read();
  }

  jump(where: Jump): Reading | undefined {
    const panel = this.#cursor?.panel ?? 0;
    if (where === 'nextLayer' || where === 'previousLayer') return this.step(0, where === 'nextLayer' ? 1 : -1);
    if (where === 'nextSpike' || where === 'previousSpike') return this.step(where === 'nextSpike' ? 1 : -1, 0);
    this.#cursor = { panel, epoch: where === 'first' ? -Infinity : Infinity };
    return this.step(where === 'first' ? 1 : -1, 0);
  }

  /** On a panel's heading or the numbers of its axis: linear or logarithmic. */
  click(at: Point): boolean {
    const box = this.#arranged.panels.find((one) => isOnScale(one, at, this.#em));
    if (!box) return false;
    this.#log.set(box.panel, panelScales(this.#scene(), box).y.log !== true);
    return true;
  }

  zoom(factor: number, at?: Point): boolean {
    const panel = at ? this.#panelAt(at) : -1;
    const anchor =
      at && panel >= 0
        ? toValue(this.#scale(panel), at.x)
        : (this.#cursor?.epoch ?? (this.#shown().from + this.#shown().to) / 2);
    return this.#show(zoomRange(this.#shown(), factor, anchor, this.#whole, this.#shortest()));
  }

  pan(right: number): boolean {
    const box = this.#arranged.panels[0];
    if (!box) return false;
    return this.#show(panRange(this.#shown(), (-right / span(box.x)) * span(this.#shown()), this.#whole));
  }

  isAxis(at: Point): boolean {
    return this.#arranged.panels.some((box) => isBelow(box, at));
  }

  selection(from: Point, to: Point): Box | undefined {
    const box = this.#arranged.panels[this.#panelAt(from)];
    if (!box) return undefined;
    const x0 = Math.max(box.x.from, Math.min(from.x, to.x));
    const x1 = Math.min(box.x.to, Math.max(from.x, to.x));
    return x1 - x0 < 2 ? undefined : { x: x0, y: box.y.from, width: x1 - x0, height: span(box.y) };
  }

  zoomTo(from: Point, to: Point): boolean {
    const box = this.selection(from, to);
    if (!box) return false;
    const scale = this.#scale(this.#panelAt(from));
    const range = { from: toValue(scale, box.x), to: toValue(scale, box.x + box.width) };
    return span(range) >= this.#shortest() && this.#show(clampRange(range, this.#whole));
  }

  reset(): boolean {
    return this.#show(this.#whole);
  }

  isZoomed(): boolean {
    return this.#zoomed !== undefined;
  }

  inView(): string {
    const { from, to } = this.#shown();
    return `in view: ${formatEpoch(from)}–${formatEpoch(to)} of ${formatEpoch(this.#whole.to)}`;
  }

  #scene(): CurvesScene {
    return {
      payload: this.#payload,
      looks: this.#looks,
      epochs: this.#shown(),
      layout: this.#arranged,
      log: this.#log,
      liveness: this.#liveness,
    };
  }

  #shown(): Range {
    return this.#zoomed ?? this.#whole;
  }

  #shortest(): number {
    return span(this.#whole) / 1000;
  }

  #show(range: Range): boolean {
    if (sameRange(range, this.#shown())) return false;
    this.#zoomed = sameRange(range, this.#whole) ? undefined : range;
    return true;
  }

  #scale(panel: number): { range: Range; start: number; end: number } {
    const { x } = this.#arranged.panels[panel];
    return { range: this.#shown(), start: x.from, end: x.to };
  }

  #panelAt(at: Point): number {
    return this.#arranged.panels.findIndex((box) => isInside(box, at));
  }

  #pointsRead(): PointRead[] {
    return this.#cursor ? pointsNear(this.#payload, this.#cursor.epoch, span(this.#shown())) : [];
  }

  #read(pointer?: Point): Reading | undefined {
    if (!this.#cursor) return undefined;
    const { panel, epoch } = this.#cursor;
    const box = this.#arranged.panels[panel];
    const lines = readingLines(this.#payload, this.#looks, box.panel, this.#pointsRead());
    if (lines.length === 0) return undefined;
    const at = pointer ?? { x: toPixel(this.#scale(panel), epoch), y: (box.y.from + box.y.to) / 2 };
    return { at, title: `epoch ${epoch.toFixed(2)}`, lines };
  }
}
