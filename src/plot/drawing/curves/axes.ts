/** The axes of a panel of curves. */
import { fade } from '../colour.js';
import type { Pen } from '../pen.js';
import { span, toPixel, type Range, type Scale } from '../range.js';
import { font, headingSize, writePieces, writeTick } from '../text.js';
import { panelShare, type Theme } from '../theme.js';
import { formatTick, logTicks, ticks, tickStep } from '../ticks.js';
import type { CurvePanel, CurvesPayload } from '../../curvesPayload.js';
import type { PanelBox } from './layout.js';
import { formatValueTick, panelHeading } from './values.js';

/** Ticks on the y axis at most. */
export const valueTicks = 5;

/** Where the ticks of the epochs stand, and how far apart: whole epochs, but for less than two. */
export function epochTicks(range: Range, pixels: number): { at: number[]; step: number } {
  const most = Math.max(2, pixels / 60);
  const least = span(range) >= 2 ? 1 : 0;
  return { at: ticks(range, most, least), step: Math.max(least, tickStep(range, most)) };
}

/** Where the ticks of the values stand, with their texts. */
export function valueTicksOf(
  panel: CurvePanel,
  { range, log }: { range: Range; log?: boolean },
): { at: number; text: string }[] {
  const powers = log ? logTicks(range, valueTicks + 1) : [];
  const few = powers.length < 2; // a logarithmic axis of less than a power of ten has the ticks of any other
  const step = few ? tickStep(range, valueTicks) : 0;
  const at = few ? ticks(range, valueTicks) : powers;
  return at.map((value) => ({ at: value, text: formatValueTick(panel, value, step) }));
}

/** @param shown what the axis of the epochs says of its part in view; empty for all */
export function drawAxes(
  pen: Pen,
  theme: Theme,
  axes: CurvesPayload['axes'],
  box: PanelBox,
  x: Scale,
  y: Scale,
  shown: string,
): void {
  const epochs = epochTicks(x.range, span(box.x));
  const values = valueTicksOf(box.panel, y);
  pen.fillStyle = fade(theme.panel, panelShare);
  pen.fillRect(box.x.from, box.y.from, span(box.x), span(box.y));
  pen.lineWidth = 1;
  pen.strokeStyle = fade(theme.axis, 0.35);
  pen.beginPath();
  for (const tick of values) {
    const at = Math.round(toPixel(y, tick.at)) + 0.5;
    pen.moveTo(box.x.from, at);
    pen.lineTo(box.x.to, at);
  }
  pen.stroke();
  pen.strokeStyle = theme.axis;
  pen.beginPath();
  pen.moveTo(box.x.from, box.y.to + 0.5);
  pen.lineTo(box.x.to, box.y.to + 0.5);
  for (const tick of epochs.at) {
    const at = Math.round(toPixel(x, tick)) + 0.5;
    pen.moveTo(at, box.y.to);
    pen.lineTo(at, box.y.to + 4);
  }
  pen.stroke();
  pen.font = font(theme);
  pen.fillStyle = theme.mutedText;
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  for (const tick of values) pen.fillText(tick.text, box.x.from - 7, toPixel(y, tick.at) + 0.5);
  pen.textBaseline = 'top';
  const right = box.x.to + theme.fontSize; // the panel's margin
  for (const tick of epochs.at) writeTick(pen, formatTick(tick, epochs.step), toPixel(x, tick), box.y.to + 6, right);
  pen.textAlign = 'center';
  pen.textBaseline = 'alphabetic';
  pen.fillText(`${axes.x}${shown}`, (box.x.from + box.x.to) / 2, box.axisTitle);
  writePieces(pen, box.left, box.heading, box.x.to, [
    { text: panelHeading(box.panel, axes), font: font(theme, 'bold', headingSize), colour: theme.text },
    { text: y.log ? '   log scale' : '', font: font(theme), colour: theme.mutedText },
  ]);
}
