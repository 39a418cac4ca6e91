/** A raster in words, for screen readers and tooltips. */
import type { RasterPayload } from '../../../src/plot/payload.js';
import { brushCounts, brushText } from '../../../src/plot/drawing/raster/brush.js';
import type { Brush, Pinned } from '../../../src/plot/drawing/raster/extras.js';
import { formatRate, meanRate, nameRows, type DrawnLayer } from '../../../src/plot/drawing/raster/layer.js';
import { formatNumber } from '../../../src/plot/drawing/ticks.js';
import type { DataTable, Point, Reading } from '../plot/plot.js';
import { asking, type Pin } from './pin.js';

/** @param seen while zoomed: what is in view, and of each layer the figures of that */
export function rasterTable(
  payload: RasterPayload,
  layers: readonly DrawnLayer[],
  caption: string,
  { brushed: brush, pin }: { readonly brushed?: Brush; readonly pin: Pin },
  seen: { readonly words: string; readonly facts: readonly string[] } | false,
): DataTable {
  const window = brush && brushReading(payload, layers, brush, { x: 0, y: 0 });
  return {
    caption: [caption, ...(pin.current ? [pinText(pin.current, layers)] : []), ...(window ? [window.title] : [])].join(
      '; ',
    ),
    columns: ['layer', 'neurons', 'spikes', 'mean rate', ...(seen ? [seen.words] : [])],
    rows: [
      ...layers.map((layer, index) => [
        layer.info.name,
        String(layer.info.neurons),
        String(layer.info.spikes),
        formatRate(meanRate(layer, payload.steps)),
        ...(seen ? [seen.facts[index]] : []),
      ]),
      ...(window?.lines ?? []).map(({ label, value }) => [label, '', value, '', ...(seen ? [''] : [])]),
    ],
  };
}

export function rasterSummary({ title, steps }: RasterPayload, layers: readonly DrawnLayer[]): string {
  const all = layers.map(({ info }) => `${info.name} with ${info.neurons} neurons and ${info.spikes} spikes`);
  return `${title ?? 'Spike raster'}: ${steps} steps, ${all.join(', ') || 'no layers'}`;
}

/** `true class 7 · predicted 2 ✗` */
export function sampleText({ label, prediction }: Pick<RasterPayload, 'label' | 'prediction'>): string {
  const sign = label === undefined ? '' : label === prediction ? ' ✓' : ' ✗';
  const parts = [
    ...(label === undefined ? [] : [`true class ${label}`]),
    ...(prediction === undefined ? [] : [`predicted ${prediction}${sign}`]),
  ];
  return parts.join(' · ');
}

/** The classes that fired in a window, with what the loss asks of each. */
export function brushReading(
  payload: RasterPayload,
  layers: readonly DrawnLayer[],
  brush: Brush,
  at: Point,
): Reading | undefined {
  const found = brushCounts(payload, layers, brush);
  if (!found) return undefined;
  const { names, counts, truth, targets } = found;
  const order = counts.map((_, n) => n).sort((a, b) => counts[b] - counts[a] || a - b);
  const number = (value: number): string => String(Number(value.toFixed(1)));
  return {
    at,
    title: brushText(brush, found),
    lines: order.slice(0, 10).map((n) => ({
      label: `${names[n]}${n === truth ? ' ○' : ''}`,
      value: `${counts[n]}${targets ? ` (asked: ${number(targets[n].low)}–${number(targets[n].high)})` : ''}`,
    })),
  };
}

/** `hidden1 · neuron 42: membrane from −1 to 20, threshold 20`, or why there is none */
export function pinText({ layer, row, potential, words }: Pinned, layers: readonly DrawnLayer[]): string {
  const name = `${layers[layer].info.name} · ${nameRows(layers[layer], row, row)}`;
  if (!potential) return `${name}: ${words ?? ''}`;
  const { threshold } = layers[layer].info;
  const range = Array.from(potential).reduce(
    ([low, high], v) => [Math.min(low, v), Math.max(high, v)],
    [Infinity, -Infinity],
  );
  const [low, high] = range.map(formatNumber);
  return `${name}: membrane from ${low} to ${high}${threshold === undefined ? '' : `, threshold ${formatNumber(threshold)}`}`;
}

export function pinReading({ current }: Pin, layers: readonly DrawnLayer[], at: Point): Reading {
  if (!current) return { at, title: 'nothing is pinned', lines: [] };
  const { layer, row, words } = current;
  return {
    at,
    title: `pinned: ${layers[layer].info.name} · ${nameRows(layers[layer], row, row)}`,
    lines: words === undefined || words === asking ? [] : [{ label: words, value: '' }], // the panel follows the answer
  };
}
