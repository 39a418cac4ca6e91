import { fitText, font, fontSize, writePieces } from '../plot/text.js';
import { fade, toRgb, type Theme } from '../plot/theme.js';
import { formatTick, groupDigits, roundRange, ticks, tickStep } from '../plot/ticks.js';
import { span, toPixel, type Scale } from '../plot/range.js';
import type { RasterPayload } from '../../../src/plot/payload.js';
import { colourDots, countDots, markSize } from './dots.js';
import { layerSeries, meanRate, type DrawnLayer } from './layer.js';
import type { Panel, RasterLayout } from './layout.js';
import { binWidth, firingRates, neuronsIn, type Rates } from './rates.js';
import type { RasterView } from './view.js';

/** Everything a frame is made from. */
export interface Scene {
  readonly payload: RasterPayload;
  readonly layers: readonly DrawnLayer[];
  readonly view: RasterView;
  readonly layout: RasterLayout;
}

type Context = CanvasRenderingContext2D;

export function drawRaster(context: Context, theme: Theme, ratio: number, scene: Scene): void {
  scene.layers.forEach((_, index) => drawDots(context, theme, ratio, scene, index)); // first: putImageData replaces what is below it
  context.lineWidth = 1;
  const times = scene.view.timeScale(scene.layout);
  const timeTicks = ticks(times.range, Math.max(2, (times.end - times.start) / 70), 1);
  for (const panel of [...scene.layout.panels, scene.layout.rates])
    drawFrame(context, theme, scene.layout, panel, times, timeTicks);
  scene.layers.forEach((layer, index) => {
    drawHeading(context, theme, scene, layer, index);
    drawRowLabels(context, theme, scene, layer, index);
  });
  drawRates(context, theme, scene);
  drawTimeAxis(context, theme, scene, times, timeTicks);
  drawTitle(context, theme, scene);
}

function drawDots(context: Context, theme: Theme, ratio: number, { layers, view, layout }: Scene, index: number): void {
  const { trains, info } = layers[index];
  const { y } = layout.panels[index];
  const left = Math.round(layout.x.from * ratio);
  const top = Math.round(y.from * ratio);
  const width = Math.round(layout.x.to * ratio) - left;
  const height = Math.round(y.to * ratio) - top;
  const window = view.window(index);
  const mark = markSize(window, width, height, info.stepsPerColumn, ratio);
  const counts = countDots(trains, window, width, height, mark);
  const crowd =
    (span(window.rows) / height) * Math.max(1, (span(window.time) / width / info.stepsPerColumn) * mark.width);
  const pixels = colourDots(counts, toRgb(layerColour(theme, layers, index)), crowd);
  context.putImageData(new ImageData(pixels, width, height), left, top);
}

/** Background, grid and border of a panel, below what is already drawn. */
function drawFrame(
  context: Context,
  theme: Theme,
  layout: RasterLayout,
  { y }: Panel,
  times: Scale,
  timeTicks: readonly number[],
): void {
  context.save();
  context.globalCompositeOperation = 'destination-over';
  context.strokeStyle = fade(theme.axis, 0.35);
  context.beginPath();
  for (const tick of timeTicks) {
    const x = Math.round(toPixel(times, tick)) + 0.5;
    context.moveTo(x, y.from);
    context.lineTo(x, y.to);
  }
  context.stroke();
  context.fillStyle = fade(theme.panel, 0.3);
  context.fillRect(layout.x.from, y.from, span(layout.x), span(y));
  context.restore();
}

function drawHeading(
  context: Context,
  theme: Theme,
  { payload, layout, layers }: Scene,
  layer: DrawnLayer,
  index: number,
): void {
  const { heading } = layout.panels[index];
  const { info } = layer;
  const colour = layerColour(theme, layers, index);
  context.fillStyle = colour;
  context.fillRect(layout.x.from, heading - 8, 8, 8);
  const count = `${groupDigits(String(info.neurons))} ${info.neurons === 1 ? 'neuron' : 'neurons'}`;
  const spikes = `${groupDigits(String(info.spikes))} ${info.spikes === 1 ? 'spike' : 'spikes'}`;
  writePieces(context, layout.x.from + 13, heading, layout.x.to, [
    { text: info.name, font: font(theme, 'bold'), colour: theme.text },
    {
      text: `   ${count} · ${spikes} · ${formatRate(meanRate(layer, payload.steps))}`,
      font: font(theme),
      colour: theme.mutedText,
    },
  ]);
}

/** Names or numbers on the left; where every row has a label, its firing count on the right. */
function drawRowLabels(
  context: Context,
  theme: Theme,
  scene: Scene,
  { info, rows, trains }: DrawnLayer,
  index: number,
): void {
  const scale = scene.view.rowScale(scene.layout, index);
  const { x } = scene.layout;
  const isOutput = index === scene.layers.length - 1;
  const rowHeight = (scale.end - scale.start) / span(scale.range);
  const all = rowHeight >= fontSize && info.neuronsPerRow === 1;
  const labelled = all
    ? Array.from({ length: Math.ceil(span(scale.range)) + 1 }, (_, k) => Math.floor(scale.range.from) + k)
    : ticks(scale.range, Math.max(1, (scale.end - scale.start) / 28), 1);
  context.textBaseline = 'middle';
  for (const row of labelled) {
    const y = toPixel(scale, row + 0.5);
    if (row >= rows || y < scale.start || y > scale.end) continue;
    const name = (all && info.neuronNames?.[row]) || groupDigits(String(row * info.neuronsPerRow));
    const strong = all && isOutput && name === scene.payload.prediction;
    context.font = font(theme, strong ? 'bold' : '', fontSize - 1);
    context.fillStyle = strong ? theme.text : theme.mutedText;
    context.textAlign = 'right';
    context.fillText(
      fitText(name, x.from - 24, (part) => context.measureText(part).width),
      x.from - 6,
      y + 0.5,
    );
    if (!all) continue;
    context.textAlign = 'left';
    context.fillText(groupDigits(String(trains.offsets[row + 1] - trains.offsets[row])), x.to + 6, y + 0.5);
  }
}

function drawRates(context: Context, theme: Theme, { payload, layers, view, layout }: Scene): void {
  const { heading, y } = layout.rates;
  const all = layers.map((layer, index) => ratesOf(layer, view, index, span(layout.x)));
  const top = roundRange({ from: 0, to: Math.max(1, ...all.map(({ hertz }) => maximum(hertz))) }, 2);
  const scale: Scale = { range: top, start: y.to, end: y.from };
  const times = view.timeScale(layout);
  writePieces(context, layout.x.from, heading, layout.x.to, [
    { text: 'firing rate', font: font(theme, 'bold'), colour: theme.text },
    {
      text: `   Hz, mean over neurons${all[0] ? `, ${all[0].binSteps} ms bins` : ''}`,
      font: font(theme),
      colour: theme.mutedText,
    },
  ]);
  context.save();
  context.beginPath();
  context.rect(layout.x.from, y.from - 1, span(layout.x), span(y) + 1);
  context.clip();
  all.forEach((rates, index) => {
    const colour = layerColour(theme, layers, index);
    traceSteps(context, rates, payload.steps, times, scale);
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.stroke();
    context.lineTo(toPixel(times, Math.min(payload.steps, rates.start + rates.hertz.length * rates.binSteps)), y.to);
    context.lineTo(toPixel(times, rates.start), y.to);
    context.fillStyle = fade(colour, 0.12);
    context.fill();
  });
  context.restore();
  context.font = font(theme, '', fontSize - 1);
  context.fillStyle = theme.mutedText;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const step = tickStep(top, 2);
  for (const tick of ticks(top, 2)) context.fillText(formatTick(tick, step), layout.x.from - 6, toPixel(scale, tick));
}

/** Outline of a histogram, from its first bin to its last. */
function traceSteps(
  context: Context,
  { start, binSteps, hertz }: Rates,
  steps: number,
  times: Scale,
  scale: Scale,
): void {
  context.beginPath();
  hertz.forEach((value, bin) => {
    const y = toPixel(scale, value);
    context.lineTo(toPixel(times, start + bin * binSteps), y);
    context.lineTo(toPixel(times, Math.min(steps, start + (bin + 1) * binSteps)), y);
  });
}

/** Rates of the neurons on the screen; where spikes were joined to save room, scaled to what the layer really fired. */
export function ratesOf({ info, trains, rows }: DrawnLayer, view: RasterView, index: number, pixels: number): Rates {
  const window = view.window(index);
  const bin = binWidth(span(window.time), pixels, info.stepsPerColumn);
  const rates = firingRates(trains, window, neuronsIn(window, rows, info.neurons, info.neuronsPerRow), bin);
  const joined = info.packedSpikes > 0 ? info.spikes / info.packedSpikes : 1;
  return joined === 1 ? rates : { ...rates, hertz: rates.hertz.map((value) => value * joined) };
}

function drawTimeAxis(
  context: Context,
  theme: Theme,
  { payload, layout }: Scene,
  times: Scale,
  timeTicks: readonly number[],
): void {
  const bottom = layout.rates.y.to;
  context.strokeStyle = theme.axis;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(layout.x.from, bottom + 0.5);
  context.lineTo(layout.x.to, bottom + 0.5);
  for (const tick of timeTicks) {
    const x = Math.round(toPixel(times, tick)) + 0.5;
    context.moveTo(x, bottom);
    context.lineTo(x, bottom + 4);
  }
  context.stroke();
  context.font = font(theme, '', fontSize - 1);
  context.fillStyle = theme.mutedText;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const tick of timeTicks) context.fillText(groupDigits(String(tick)), toPixel(times, tick), bottom + 6);
  context.font = font(theme);
  context.textBaseline = 'alphabetic';
  context.fillText(payload.axes.x, (layout.x.from + layout.x.to) / 2, layout.axisTitle);
  const first = layout.panels[0];
  if (first) {
    context.save();
    context.translate(11, (first.y.from + layout.panels[layout.panels.length - 1].y.to) / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(payload.axes.y, 0, 0);
    context.restore();
  }
  if (layout.note !== undefined && payload.note !== undefined) {
    writePieces(context, layout.x.from, layout.note, layout.x.to, [
      { text: payload.note, font: font(theme, 'italic'), colour: theme.mutedText },
    ]);
  }
}

function drawTitle(context: Context, theme: Theme, { payload, layout }: Scene): void {
  if (layout.title === undefined) return;
  const { title, label, prediction } = payload;
  const right =
    prediction === undefined || label === undefined ? theme.text : prediction === label ? theme.good : theme.bad;
  const muted = font(theme, '', fontSize + 1);
  writePieces(context, layout.x.from, layout.title, layout.x.to - 90, [
    { text: title ?? '', font: font(theme, 'bold', fontSize + 2), colour: theme.text },
    ...(label !== undefined
      ? [
          { text: `${title ? '    ' : ''}true class `, font: muted, colour: theme.mutedText },
          { text: label, font: font(theme, 'bold', fontSize + 1), colour: theme.text },
        ]
      : []),
    ...(prediction !== undefined
      ? [
          { text: '    predicted ', font: muted, colour: theme.mutedText },
          { text: prediction, font: font(theme, 'bold', fontSize + 1), colour: right },
        ]
      : []),
  ]);
}

export function formatRate(hertz: number): string {
  return `${hertz >= 100 ? Math.round(hertz) : Number(hertz.toPrecision(2))} Hz`;
}

function layerColour(theme: Theme, layers: readonly DrawnLayer[], index: number): string {
  return theme.series[layerSeries(index, layers.length)];
}

function maximum(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
