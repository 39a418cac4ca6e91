/** Working in a raster: what is pinned and brushed, which sample is shown, how high it is. */
import type { RasterPayload, RasterSample } from '../../../src/plot/payload.js';
import type { Brush } from '../../../src/plot/drawing/raster/extras.js';
import type { DrawnLayer } from '../../../src/plot/drawing/raster/layer.js';
import type { PlotServices, PlotWork, Point, Reading, SampleChoice, TimeWindow } from '../plot/plot.js';
import { Pin } from './pin.js';
import { brushReading, pinReading, sampleText } from './table.js';

/** Least and most CSS pixels of all layers together. */
export const heights = { least: 80, most: 2000 } as const;

/** The raster that is worked in. */
export interface WorkedRaster {
  setPayload(payload: RasterPayload): void;
  drawn(): readonly DrawnLayer[];
  /** Where the cursor is, in a layer. */
  place(): { readonly layer: number; readonly row: number; readonly step: number; readonly point: Point } | undefined;
  /** At a pixel of the time axis. */
  stepAt(x: number): number;
  time(): TimeWindow;
  showTime(window: TimeWindow): boolean;
  /** Of all panels together, CSS pixels. */
  layersHeight(): number;
}

export class RasterWork implements PlotWork {
  readonly pin = new Pin();
  brushed?: Brush;
  /** Where a window begins that the keyboard brushes. */
  #begun?: number;
  #chosen?: number;
  #given: readonly RasterSample[] = [];
  #base: RasterPayload | undefined;
  #index = 0;

  constructor(private readonly plot: WorkedRaster) {}

  connect(services: PlotServices): void {
    this.pin.services = services;
  }

  /** Takes a payload; returns it with the sample that is to be shown. */
  take(payload: RasterPayload): RasterPayload {
    this.#base = payload;
    this.#given = [payload, ...(payload.samples ?? [])];
    this.#index = Math.min(this.#index, this.#given.length - 1);
    if (this.brushed && this.brushed.to > payload.steps) this.brushed = undefined;
    this.#begun = undefined;
    const shown = this.#payloadOf(this.#index);
    this.pin.renew(shown, this.#index);
    return shown;
  }

  /** Each sample as a payload of its own. */
  all(): RasterPayload[] {
    return this.#given.map((_, k) => this.#payloadOf(k));
  }

  #payloadOf(index: number): RasterPayload {
    const { version, title, steps, axes, targets, source } = this.#base as RasterPayload;
    const { layers, label, prediction, note, stimulus } = this.#given[index];
    return {
      version,
      ...(title !== undefined && { title }),
      steps,
      axes,
      ...(targets && { targets }),
      ...(source !== undefined && { source }),
      layers,
      ...(label !== undefined && { label }),
      ...(prediction !== undefined && { prediction }),
      ...(note !== undefined && { note }),
      ...(stimulus && { stimulus }),
    };
  }

  samples(): SampleChoice {
    const sample = this.#given[this.#index];
    return { count: this.#given.length, index: this.#index, text: sample ? sampleText(sample) : '' };
  }

  showSample(index: number): boolean {
    if (!this.#given[index] || index === this.#index || !this.#base) return false;
    this.#index = index;
    this.plot.setPayload(this.#base);
    return true;
  }

  togglePin(layer: number, row: number): void {
    this.pin.toggle(this.#payloadOf(this.#index), this.#index, layer, row);
  }

  pinAtCursor(): Reading | undefined {
    const at = this.plot.place();
    if (!at) return undefined;
    this.togglePin(at.layer, at.row);
    return pinReading(this.pin, this.plot.drawn(), at.point);
  }

  brush(from: Point, to: Point): boolean {
    const [a, b] = [this.plot.stepAt(from.x), this.plot.stepAt(to.x)];
    return this.#setBrush(Math.floor(Math.min(a, b)), Math.ceil(Math.max(a, b)));
  }

  brushAtCursor(): Reading | undefined {
    const at = this.plot.place();
    if (!at || !this.#base) return undefined;
    const step = Math.floor(at.step);
    if (this.#begun === undefined) {
      this.#begun = step;
      return { at: at.point, title: `a window from ${step} ms: move, then press B again`, lines: [] };
    }
    this.#setBrush(Math.min(this.#begun, step), Math.max(this.#begun, step) + 1);
    this.#begun = undefined;
    return this.brushed && brushReading(this.#base, this.plot.drawn(), this.brushed, at.point);
  }

  #setBrush(from: number, to: number): boolean {
    const steps = this.#base?.steps ?? 0;
    const brushed = { from: Math.max(0, from), to: Math.min(steps, to) };
    if (brushed.to <= brushed.from) return false;
    this.brushed = brushed;
    return true;
  }

  clear(): boolean {
    const was = this.pin.clear() || this.brushed !== undefined || this.#begun !== undefined;
    this.brushed = undefined;
    this.#begun = undefined;
    return was;
  }

  time(): TimeWindow {
    return this.plot.time();
  }

  showTime(window: TimeWindow): boolean {
    return window.steps === this.plot.time().steps && this.plot.showTime(window);
  }

  /** What the user chose; undefined for the usual height. */
  get wantedHeight(): number | undefined {
    return this.#chosen;
  }

  height(): number {
    return this.#chosen ?? this.plot.layersHeight(); // rows have whole pixels: what is drawn may differ a little
  }

  setHeight(pixels: number): boolean {
    const wanted = Math.round(Math.min(heights.most, Math.max(heights.least, pixels)));
    const changed = wanted !== this.#chosen;
    this.#chosen = wanted;
    return changed;
  }
}
