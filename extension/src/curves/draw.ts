import type { CurvesPayload, CurveSeries } from '../../../src/plot/payload.js';
import { span, toPixel, type Range, type Scale } from '../plot/range.js';
import { fitText, font, fontSize, writePieces } from '../plot/text.js';
import { fade, type Theme } from '../plot/theme.js';
import { groupDigits, ticks, tickStep, formatTick } from '../plot/ticks.js';
import { linePoints, valueRange } from './extent.js';
import type { CurvesLayout, PanelBox } from './layout.js';
import { legendOrder, type Look } from './looks.js';
import { formatEpoch, formatValue, formatValueTick, lastValue, reachedEpoch } from './values.js';

export interface CurvesScene {
  readonly payload: CurvesPayload;
  readonly looks: readonly Look[];
  readonly epochs: Range;
  readonly layout: CurvesLayout;
}

type Context = CanvasRenderingContext2D;

/** Ticks on the y axis at most. */
const valueTicks = 5;
/** Marks closer than this would run together, CSS pixels. */
const markGap = 7;

/** The two axes of a panel. */
export function panelScales({ payload, epochs }: CurvesScene, box: PanelBox): { x: Scale; y: Scale } {
  return {
    x: { range: epochs, start: box.x.from, end: box.x.to },
    y: { range: valueRange(payload.series, box.panel, epochs, valueTicks), start: box.y.to, end: box.y.from },
  };
}

export function drawCurves(context: Context, theme: Theme, scene: CurvesScene): void {
  for (const box of scene.layout.panels) {
    const { x, y } = panelScales(scene, box);
    drawAxes(context, theme, scene, box, x, y);
    context.save();
    context.beginPath();
    context.rect(box.x.from - 5, box.y.from - 5, span(box.x) + 10, span(box.y) + 5.5);
    context.clip();
    scene.payload.series.forEach((series, index) => {
      if (series.panel === box.panel) drawSeries(context, theme, series, scene.looks[index], x, y);
    });
    context.restore();
    drawLegend(context, theme, scene, box);
  }
  drawTexts(context, theme, scene);
}

function drawAxes(context: Context, theme: Theme, { payload }: CurvesScene, box: PanelBox, x: Scale, y: Scale): void {
  const mostEpochs = Math.max(2, span(box.x) / 60);
  const leastEpochs = span(x.range) >= 3 ? 1 : 0;
  const epochTicks = ticks(x.range, mostEpochs, leastEpochs);
  const epochStep = Math.max(leastEpochs, tickStep(x.range, mostEpochs));
  const yTicks = ticks(y.range, valueTicks);
  const yStep = tickStep(y.range, valueTicks);
  context.fillStyle = fade(theme.panel, 0.3);
  context.fillRect(box.x.from, box.y.from, span(box.x), span(box.y));
  context.lineWidth = 1;
  context.strokeStyle = fade(theme.axis, 0.35);
  context.beginPath();
  for (const tick of yTicks) {
    const at = Math.round(toPixel(y, tick)) + 0.5;
    context.moveTo(box.x.from, at);
    context.lineTo(box.x.to, at);
  }
  context.stroke();
  context.strokeStyle = theme.axis;
  context.beginPath();
  context.moveTo(box.x.from, box.y.to + 0.5);
  context.lineTo(box.x.to, box.y.to + 0.5);
  for (const tick of epochTicks) {
    const at = Math.round(toPixel(x, tick)) + 0.5;
    context.moveTo(at, box.y.to);
    context.lineTo(at, box.y.to + 4);
  }
  context.stroke();
  context.font = font(theme, '', fontSize - 1);
  context.fillStyle = theme.mutedText;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const tick of yTicks)
    context.fillText(formatValueTick(box.panel, tick, yStep), box.x.from - 7, toPixel(y, tick) + 0.5);
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const tick of epochTicks) context.fillText(formatTick(tick, epochStep), toPixel(x, tick), box.y.to + 7);
  context.font = font(theme);
  context.textBaseline = 'alphabetic';
  context.fillText(payload.axes.x, (box.x.from + box.x.to) / 2, box.axisTitle);
  const heading = box.panel === 'accuracy' ? payload.axes.accuracy : payload.axes.cost;
  writePieces(context, box.x.from, box.heading, box.x.to, [
    { text: heading, font: font(theme, 'bold', fontSize + 1), colour: theme.text },
  ]);
}

function drawSeries(context: Context, theme: Theme, series: CurveSeries, look: Look, x: Scale, y: Scale): void {
  const points = linePoints(series, x.range, Math.max(1, Math.round(x.end - x.start)));
  context.save();
  context.strokeStyle = theme.series[look.colour];
  context.globalAlpha = look.opacity;
  context.lineWidth = look.width;
  context.lineJoin = 'round';
  context.setLineDash([...look.dash]);
  context.beginPath();
  let broken = true;
  for (const point of points) {
    if (point.y === null) {
      broken = true;
      continue;
    }
    const at = { x: toPixel(x, point.x), y: toPixel(y, point.y) };
    if (broken) context.moveTo(at.x, at.y);
    else context.lineTo(at.x, at.y);
    broken = false;
  }
  context.stroke();
  context.setLineDash([]);
  const roomy = points.length < 2 || Math.abs(x.end - x.start) / points.length >= markGap;
  if (look.marks !== 'none' && roomy) {
    for (const point of points) {
      if (point.y !== null) drawMark(context, theme, look, toPixel(x, point.x), toPixel(y, point.y), 3.25);
    }
  }
  context.restore();
}

export function drawMark(context: Context, theme: Theme, look: Look, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = look.marks === 'hollow' ? theme.background : theme.series[look.colour];
  context.fill();
  context.strokeStyle = look.marks === 'filled' ? theme.background : theme.series[look.colour];
  context.lineWidth = look.marks === 'filled' ? 1 : 1.5;
  context.stroke();
}

/** Each series with its last value (references: at the epoch reached), so that a live plot reads without a pointer. */
function drawLegend(context: Context, theme: Theme, { payload, looks }: CurvesScene, box: PanelBox): void {
  const indices = legendOrder(payload.series, box.panel);
  box.legend.forEach(({ x, baseline, width }, entry) => {
    const series = payload.series[indices[entry]];
    const look = looks[indices[entry]];
    const middle = baseline - 4;
    context.save();
    context.strokeStyle = theme.series[look.colour];
    context.globalAlpha = look.opacity;
    context.lineWidth = Math.max(1.5, look.width);
    context.setLineDash([...look.dash]);
    context.beginPath();
    context.moveTo(x, middle);
    context.lineTo(x + 18, middle);
    context.stroke();
    context.restore();
    if (look.marks !== 'none') drawMark(context, theme, look, x + 9, middle, 3.25);
    const value = lastValue(series, reachedEpoch(payload.series));
    const number = value === undefined ? '' : formatValue(series.panel, value);
    context.font = font(theme);
    const numberWidth = context.measureText(number).width;
    const name = fitText(series.name, width - 32 - numberWidth, (text) => context.measureText(text).width);
    writePieces(context, x + 24, baseline, x + width, [
      { text: `${name}  `, font: font(theme), colour: theme.mutedText },
      { text: number, font: font(theme), colour: theme.text },
    ]);
  });
}

function drawTexts(context: Context, theme: Theme, { payload, layout }: CurvesScene): void {
  const left = layout.panels[0]?.x.from ?? 0;
  const right = layout.width - 16;
  if (layout.title !== undefined) {
    const end = writePieces(context, left, layout.title, right - 90, [
      { text: payload.title ?? '', font: font(theme, 'bold', fontSize + 2), colour: theme.text },
    ]);
    if (payload.live) drawLive(context, theme, payload, payload.title ? end + 16 : left, layout.title, right);
  }
  if (layout.note !== undefined && payload.note !== undefined) {
    writePieces(context, left, layout.note, right, [
      { text: payload.note, font: font(theme, 'italic'), colour: theme.mutedText },
    ]);
  }
}

/** A dot and how far the training is. */
function drawLive(
  context: Context,
  theme: Theme,
  payload: CurvesPayload,
  x: number,
  baseline: number,
  right: number,
): void {
  const reached = reachedEpoch(payload.series);
  context.fillStyle = theme.good;
  context.beginPath();
  context.arc(x + 4, baseline - 4, 4, 0, 2 * Math.PI);
  context.fill();
  writePieces(context, x + 14, baseline, right, [
    {
      text: `training · epoch ${formatEpoch(Number.isFinite(reached) ? reached : 0)} of ${groupDigits(String(payload.plannedEpochs))}`,
      font: font(theme),
      colour: theme.mutedText,
    },
  ]);
}
