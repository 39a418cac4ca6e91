/** A raster arranged for a width: everything that a frame is made from. */
import type { RasterPayload } from '../../payload.js';
import { span } from '../range.js';
import { headingSize } from '../text.js';
import { groupDigits } from '../ticks.js';
import type { Density } from './density.js';
import { firstSpike } from './dots.js';
import type { DrawnLayer } from './layer.js';
import type { Brush, Pinned, RasterExtras } from './extras.js';
import { labelledRows, layoutRaster, type RasterLayout } from './layout.js';
import { binWidth, firingRates, neuronsIn, type Rates } from './rates.js';
import { titleParts } from './title.js';
import type { RasterView } from './view.js';

export interface RasterScene {
  readonly payload: RasterPayload;
  readonly layers: readonly DrawnLayer[];
  readonly view: RasterView;
  readonly layout: RasterLayout;
  /** Of each layer, over time, of what is in view. */
  readonly rates: readonly Rates[];
  /** Of each layer whose marks share pixels: what their shades mean. */
  readonly density?: readonly (Density | undefined)[];
  readonly pinned?: Pinned;
  readonly brush?: Brush;
}

/** Widest gutter, in sizes of labels. */
const widestGutter = 11;

/** @param height most CSS pixels of all layers together */
export function arrangeRaster(
  payload: RasterPayload,
  layers: readonly DrawnLayer[],
  width: number,
  measure: (text: string) => number,
  em: number,
  height?: number,
  extras: RasterExtras = {},
): RasterLayout {
  const names = layers.flatMap(({ info }) =>
    info.neuronNames && info.neuronNames.length <= 64 ? info.neuronNames : [],
  );
  const numbers = layers.map(({ info }) => groupDigits(String(info.neurons)));
  const widest = [...names, ...numbers].reduce((most, text) => Math.max(most, measure(text)), 2 * em);
  // Of every row where all have labels, and of the output's true and predicted class in any case.
  const classes = (payload.label ?? payload.prediction) === undefined ? undefined : layers.at(-1);
  const counts = layers
    .filter((layer) => layer.rows <= labelledRows || (layer === classes && layer.info.neuronsPerRow === 1))
    .map(({ info }) => measure(`${groupDigits(String(info.spikes))} ◂`));
  const gutter = Math.ceil(em + Math.min(widestGutter * em, widest));
  const rows = layers.map((layer) => layer.rows);
  const margin = counts.length > 0 ? Math.ceil(1.1 * Math.max(em, ...counts) + 0.8 * em) : Math.round(1.2 * em);
  const narrow = layers.some((layer) => gutter + headingWidth(layer, measure) > width - margin);
  const { stimulus } = payload;
  const title = titleParts(
    payload,
    measure,
    width - (extras.corner ?? 0) - (narrow ? 4 : gutter) - (stimulus ? 5.5 * em : 0),
  );
  const parts = {
    title,
    note: payload.note !== undefined,
    narrow,
    ...extras,
    ...(stimulus && { stimulus: stimulus.columns / stimulus.rows }),
  };
  return layoutRaster(width, gutter, rows, parts, em, margin, height);
}

/** About the width of a layer's name and of its figures while zoomed; longer names are cut in any case. */
function headingWidth({ info }: DrawnLayer, measure: (text: string) => number): number {
  const spikes = groupDigits(String(info.spikes));
  return (
    1.2 * headingSize * measure(info.name.slice(0, 20)) +
    measure(`    ${spikes} spikes in view · 100 Hz`) +
    measure(`${groupDigits(String(info.neurons))} neurons · `)
  );
}

/** Rates of the neurons in view; where spikes were joined to save room, scaled to what the layer really fired. */
export function ratesOf({ info, trains, rows }: DrawnLayer, view: RasterView, index: number, pixels: number): Rates {
  const window = view.window(index);
  const bin = binWidth(span(window.time), pixels, info.stepsPerColumn);
  const rates = firingRates(trains, window, neuronsIn(window, rows, info.neurons, info.neuronsPerRow), bin);
  const joined = info.packedSpikes > 0 ? info.spikes / info.packedSpikes : 1;
  return joined === 1 ? rates : { ...rates, hertz: rates.hertz.map((value) => value * joined) };
}

/** What of a layer is in view: whole neurons and whole steps, and the spikes there. */
export interface InView {
  /** First and last, both included. */
  readonly neurons: readonly [number, number];
  readonly steps: readonly [number, number];
  /** Where spikes were joined, an estimate. */
  readonly spikes: number;
}

export function inView({ info, trains, rows }: DrawnLayer, view: RasterView, index: number): InView {
  const { time, rows: shown } = view.window(index);
  const from = Math.max(0, Math.floor(time.from));
  const to = Math.min(trains.steps, Math.ceil(time.to));
  const first = Math.max(0, Math.floor(shown.from));
  const last = Math.min(rows, Math.ceil(shown.to));
  let spikes = 0;
  for (let row = first; row < last; row++) spikes += firstSpike(trains, row, to) - firstSpike(trains, row, from);
  const joined = info.packedSpikes > 0 ? info.spikes / info.packedSpikes : 1;
  return {
    neurons: [first * info.neuronsPerRow, Math.max(0, Math.min(info.neurons, last * info.neuronsPerRow) - 1)],
    steps: [from, to - 1],
    spikes: Math.round(spikes * joined),
  };
}
