/** All of a raster but its spikes, the same on the screen and in the PNG. */
import { fade } from '../colour.js';
import type { Pen } from '../pen.js';
import { span, toPixel, type Scale } from '../range.js';
import { font, headingSize, writePieces, writeTick } from '../text.js';
import { panelShare, type Theme } from '../theme.js';
import { groupDigits, plural, ticks } from '../ticks.js';
import { drawBrush, drawWindow } from './brush.js';
import { drawDensity } from './density.js';
import { formatRate, layerSeries, meanRate, type DrawnLayer } from './layer.js';
import type { Panel, RasterLayout } from './layout.js';
import { drawPin, drawPinned } from './pinned.js';
import { drawRates } from './rateLines.js';
import { drawRowLabels } from './rowLabels.js';
import { inView, type RasterScene } from './scene.js';
import { drawStimulus } from './stimulus.js';
import { drawTitle } from './title.js';

export function drawRaster(pen: Pen, theme: Theme, scene: RasterScene): void {
  pen.lineWidth = 1;
  const times = scene.view.timeScale(scene.layout);
  const timeTicks = ticks(times.range, Math.max(2, (times.end - times.start) / 70), 1);
  const { layout: arranged } = scene;
  for (const panel of [...arranged.panels, ...(arranged.pinned ? [arranged.pinned] : []), arranged.rates])
    drawFrame(pen, theme, scene.layout, panel, times, timeTicks);
  scene.layers.forEach((layer, index) => {
    drawHeading(pen, theme, scene, layer, index);
    drawRowLabels(pen, theme, scene, layer, index);
  });
  drawPin(pen, theme, scene);
  drawPinned(pen, theme, scene);
  drawRates(pen, theme, scene);
  drawWindow(pen, theme, scene);
  drawTimeAxis(pen, theme, scene, times, timeTicks);
  drawBrush(pen, theme, scene);
  const { title, titleLeft, titleRight, stimulus } = arranged;
  drawTitle(pen, theme, scene.payload, title, titleLeft, titleRight);
  if (stimulus && scene.payload.stimulus) drawStimulus(pen, theme, scene.payload.stimulus, stimulus);
}

/** Background and grid of a panel, below the spikes that are already drawn. */
function drawFrame(
  pen: Pen,
  theme: Theme,
  layout: RasterLayout,
  { y }: Panel,
  times: Scale,
  timeTicks: readonly number[],
): void {
  pen.save();
  pen.globalCompositeOperation = 'destination-over';
  pen.strokeStyle = fade(theme.axis, 0.35);
  pen.beginPath();
  for (const tick of timeTicks) {
    const x = Math.round(toPixel(times, tick)) + 0.5;
    pen.moveTo(x, y.from);
    pen.lineTo(x, y.to);
  }
  pen.stroke();
  pen.fillStyle = fade(theme.panel, panelShare);
  pen.fillRect(layout.x.from, y.from, span(layout.x), span(y));
  pen.restore();
}

/** Name and figures of a layer: of the whole run, or while zoomed of what is in view. */
function drawHeading(pen: Pen, theme: Theme, scene: RasterScene, layer: DrawnLayer, index: number): void {
  const { layout } = scene;
  const { heading, facts } = layout.panels[index];
  const size = Math.round(theme.fontSize * 0.7);
  const right = facts === undefined ? layout.x.to : layout.width;
  pen.fillStyle = theme.series[layerSeries(index, scene.layers.length)];
  pen.fillRect(layout.left, heading - size, size, size);
  const words = layerFacts(scene, layer, index);
  const end = writePieces(pen, layout.left + size + 5, heading, right, [
    { text: layer.info.name, font: font(theme, 'bold', headingSize), colour: theme.text },
  ]);
  const last = writePieces(pen, facts === undefined ? end : layout.left, facts ?? heading, right, [
    { text: facts === undefined ? `   ${words}` : words, font: font(theme), colour: theme.mutedText },
  ]);
  const density = scene.density?.[index];
  if (density) drawDensity(pen, theme, density, last, right, facts ?? heading);
}

/** `784 neurons · 5 210 spikes · 16 Hz`, or `neurons 100–199 of 784 · 310 spikes in view · 12 Hz`. */
export function layerFacts({ payload, view }: RasterScene, layer: DrawnLayer, index: number): string {
  const { info } = layer;
  if (view.isWhole()) {
    const facts = `${plural(info.neurons, 'neuron')} · ${info.spikes === 0 ? 'silent' : plural(info.spikes, 'spike')}`;
    return info.spikes === 0 ? facts : `${facts} · ${formatRate(meanRate(layer, payload.steps))}`;
  }
  const { neurons, steps, spikes } = inView(layer, view, index);
  const [first, last] = neurons.map((neuron) => groupDigits(String(neuron)));
  const shown = neurons[1] - neurons[0] + 1;
  const whose =
    shown >= info.neurons
      ? plural(info.neurons, 'neuron')
      : `neurons ${first}–${last} of ${groupDigits(String(info.neurons))}`;
  const rate = info.neurons === 0 ? 0 : (1000 * spikes) / shown / (steps[1] - steps[0] + 1);
  return `${whose} · ${plural(spikes, 'spike')} in view · ${formatRate(rate)}`;
}

/** The axis, and while zoomed the part of it that is in view. */
function drawTimeAxis(
  pen: Pen,
  theme: Theme,
  { payload, layout, view }: RasterScene,
  times: Scale,
  timeTicks: readonly number[],
): void {
  const bottom = layout.rates.y.to;
  pen.strokeStyle = theme.axis;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(layout.x.from, bottom + 0.5);
  pen.lineTo(layout.x.to, bottom + 0.5);
  for (const tick of timeTicks) {
    const x = Math.round(toPixel(times, tick)) + 0.5;
    pen.moveTo(x, bottom);
    pen.lineTo(x, bottom + 4);
  }
  pen.stroke();
  pen.font = font(theme);
  pen.fillStyle = theme.mutedText;
  pen.textBaseline = 'top';
  for (const tick of timeTicks)
    writeTick(pen, groupDigits(String(tick)), toPixel(times, tick), bottom + 6, layout.width);
  pen.textAlign = 'center';
  pen.textBaseline = 'alphabetic';
  const shown = view.isWhole() ? '' : `, in view: ${view.stepsShown()} of ${groupDigits(String(payload.steps))}`;
  pen.fillText(`${payload.axes.x}${shown}`, (layout.x.from + layout.x.to) / 2, layout.axisTitle);
  if (layout.note !== undefined && payload.note !== undefined)
    writePieces(pen, layout.left, layout.note, layout.width, [
      { text: payload.note, font: font(theme), colour: theme.text },
    ]);
}
