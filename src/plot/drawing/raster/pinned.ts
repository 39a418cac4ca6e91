/** The membrane of one neuron below the layers, over the same time axis: potential, threshold, spikes. */
import { fade } from '../colour.js';
import type { Pen } from '../pen.js';
import { span, toPixel, type Range, type Scale } from '../range.js';
import { font, headingSize, writePieces } from '../text.js';
import type { Theme } from '../theme.js';
import { formatNumber } from '../ticks.js';
import { labelValues } from './labelValues.js';
import { layerSeries, nameRows } from './layer.js';
import type { RasterScene } from './scene.js';

/** The axis of a potential: all of it, its threshold, and room above for the marks of spikes. */
export function potentialRange(potential: ArrayLike<number>, threshold: number | undefined): Range {
  let low = 0;
  let high = threshold ?? 0;
  for (let t = 0; t < potential.length; t++) {
    low = Math.min(low, potential[t]);
    high = Math.max(high, potential[t]);
  }
  const height = high - low || 1;
  return { from: low, to: high + 0.25 * height };
}

export function drawPinned(pen: Pen, theme: Theme, scene: RasterScene): void {
  const { pinned, layout, layers, view } = scene;
  const layer = pinned && layers[pinned.layer];
  if (!pinned || !layer || !layout.pinned) return;
  const { y, heading } = layout.pinned;
  const { potential, words, row } = pinned;
  const { threshold } = layer.info;
  const colour = theme.series[layerSeries(pinned.layer, layers.length)];
  const limit = threshold === undefined ? '' : `, threshold ${formatNumber(threshold)} dashed`;
  writePieces(pen, layout.left, heading, layout.x.to, [
    {
      text: `${layer.info.name} · ${nameRows(layer, row, row)}`,
      font: font(theme, 'bold', headingSize),
      colour: theme.text,
    },
    { text: potential ? `   membrane${limit}` : '   membrane', font: font(theme), colour: theme.mutedText },
  ]);
  if (!potential) {
    writePieces(pen, layout.x.from + 8, (y.from + y.to) / 2, layout.x.to, [
      { text: words ?? '', font: font(theme), colour: theme.text },
    ]);
    return;
  }
  const range = potentialRange(potential, threshold);
  const scale: Scale = { range, start: y.to, end: y.from };
  const times = view.timeScale(layout);
  pen.save();
  pen.beginPath();
  pen.rect(layout.x.from, y.from, span(layout.x), span(y));
  pen.clip();
  pen.strokeStyle = colour;
  pen.lineWidth = 1.3;
  tracePotential(pen, potential, times, scale);
  pen.stroke();
  if (threshold !== undefined) line(pen, theme, layout.x, toPixel(scale, threshold));
  const { trains } = layer;
  pen.strokeStyle = theme.text;
  pen.lineWidth = 1.6;
  pen.beginPath();
  for (let k = trains.offsets[row]; k < trains.offsets[row + 1]; k++) {
    const x = toPixel(times, trains.times[k]);
    if (x < layout.x.from - 1 || x > layout.x.to + 1) continue;
    pen.moveTo(x, toPixel(scale, threshold ?? 0));
    pen.lineTo(x, y.from + 2);
  }
  pen.stroke();
  pen.restore();
  labelValues(pen, theme, layout.x.from, scale, 3);
}

/** The row of a pinned neuron in its layer: a band, and a sign at its left end. */
export function drawPin(pen: Pen, theme: Theme, { pinned, layout, layers, view }: RasterScene): void {
  const layer = pinned && layers[pinned.layer];
  if (!pinned || !layer) return;
  const scale = view.rowScale(layout, pinned.layer);
  const middle = toPixel(scale, pinned.row + 0.5);
  if (middle < scale.start || middle > scale.end) return;
  const height = Math.max(3, (scale.end - scale.start) / span(scale.range));
  pen.fillStyle = fade(theme.series[layerSeries(pinned.layer, layers.length)], 0.16);
  pen.fillRect(layout.x.from, middle - height / 2, span(layout.x), height);
  pen.fillStyle = theme.text;
  pen.beginPath();
  pen.moveTo(layout.x.from + 1, middle);
  pen.lineTo(layout.x.from - 5, middle - 4);
  pen.lineTo(layout.x.from - 5, middle + 4);
  pen.closePath();
  pen.fill();
}

/** The line of a potential; of more steps than pixels, the lowest and the highest of each pixel. */
function tracePotential(pen: Pen, potential: ArrayLike<number>, times: Scale, scale: Scale): void {
  const first = Math.max(0, Math.floor(times.range.from));
  const last = Math.min(potential.length, Math.ceil(times.range.to) + 1);
  const perPixel = Math.max(1, Math.floor((2 * (last - first)) / Math.max(1, times.end - times.start)));
  pen.beginPath();
  for (let from = first; from < last; from += perPixel) {
    let low = potential[from];
    let high = low;
    for (let t = from + 1; t < Math.min(last, from + perPixel); t++) {
      low = Math.min(low, potential[t]);
      high = Math.max(high, potential[t]);
    }
    const x = toPixel(times, from);
    pen.lineTo(x, toPixel(scale, high));
    if (low < high) pen.lineTo(x, toPixel(scale, low));
  }
}

function line(pen: Pen, theme: Theme, x: Range, at: number): void {
  pen.strokeStyle = theme.mutedText;
  pen.lineWidth = 1;
  pen.setLineDash([5, 3]);
  pen.beginPath();
  pen.moveTo(x.from, at);
  pen.lineTo(x.to, at);
  pen.stroke();
  pen.setLineDash([]);
}
