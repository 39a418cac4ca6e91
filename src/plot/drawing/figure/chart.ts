/** Axes, marks and legend of a figure. */
import type { ChartContent, FigureMark } from '../../figureParts.js';
import { fade } from '../colour.js';
import type { Pen } from '../pen.js';
import { toPixel } from '../range.js';
import { fitText, font, headingSize, titleSize, writePieces, writeTick } from '../text.js';
import { panelShare, type Theme } from '../theme.js';
import { legendSample, slope, type ChartLayout, type Head } from './layout.js';
import { drawMarks, drawShape, inkOf } from './marks.js';

export function drawHead(pen: Pen, theme: Theme, head: Head, left: number, right: number): void {
  for (const { text, baseline } of head.title)
    writePieces(pen, left, baseline, right, [{ text, font: font(theme, 'bold', titleSize), colour: theme.text }]);
  for (const { text, baseline } of head.subtitle)
    writePieces(pen, left, baseline, right, [{ text, font: font(theme), colour: theme.mutedText }]);
}

export function drawChart(pen: Pen, theme: Theme, content: ChartContent, layout: ChartLayout): void {
  const { x, y, left } = layout;
  drawHead(pen, theme, layout.head, left, layout.width);
  drawFrame(pen, theme, content, layout);
  pen.save();
  pen.beginPath();
  const [top, bottom] = [Math.min(y.start, y.end), Math.max(y.start, y.end)];
  pen.rect(x.start - 4, top - 6, x.end - x.start + 8, bottom - top + 7);
  pen.clip();
  for (const mark of content.marks) drawMarks(pen, theme, mark, x, y);
  pen.restore();
  for (const { name, mark, x: at, baseline } of layout.legend) {
    drawSample(pen, theme, mark, at, baseline - theme.fontSize / 3);
    writePieces(pen, at + legendSample, baseline, layout.width, [
      { text: name, font: font(theme), colour: theme.text },
    ]);
  }
  if (layout.heading !== undefined && content.y.title)
    writePieces(pen, left, layout.heading, layout.width, [
      { text: content.y.title, font: font(theme, 'bold', headingSize), colour: theme.text },
    ]);
}

/** Background, grid and labels. */
function drawFrame(pen: Pen, theme: Theme, content: ChartContent, layout: ChartLayout): void {
  const { x, y } = layout;
  const [top, bottom] = [Math.min(y.start, y.end), Math.max(y.start, y.end)];
  pen.fillStyle = fade(theme.panel, panelShare);
  pen.fillRect(x.start, top, x.end - x.start, bottom - top);
  pen.lineWidth = 1;
  if (!content.y.names) {
    pen.strokeStyle = fade(theme.axis, 0.35);
    pen.beginPath();
    for (const { at } of layout.yLabels) {
      const up = Math.round(toPixel(y, at)) + 0.5;
      pen.moveTo(x.start, up);
      pen.lineTo(x.end, up);
    }
    pen.stroke();
    pen.strokeStyle = theme.axis;
    pen.beginPath();
    pen.moveTo(x.start, bottom + 0.5);
    pen.lineTo(x.end, bottom + 0.5);
    for (const { at } of content.x.names ? [] : layout.xLabels) {
      const across = Math.round(toPixel(x, at)) + 0.5;
      pen.moveTo(across, bottom);
      pen.lineTo(across, bottom + 4);
    }
    pen.stroke();
  }
  pen.font = font(theme);
  pen.fillStyle = theme.mutedText;
  const measure = (text: string): number => pen.measureText(text).width;
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  const fitted = fitApart(layout.yLabels, x.start - 8, measure);
  layout.yLabels.forEach(({ at }, k) => pen.fillText(fitted[k], x.start - 7, toPixel(y, at)));
  pen.textBaseline = layout.aslant ? 'middle' : 'top';
  pen.textAlign = 'right';
  const longest = 11 * theme.fontSize;
  const apart = fitApart(layout.xLabels, longest, measure);
  for (const [k, { at, text }] of layout.xLabels.entries()) {
    const across = toPixel(x, at);
    if (!layout.aslant) writeTick(pen, text, across, bottom + 6, layout.width);
    else {
      pen.save();
      pen.translate(across + 4, bottom + 8);
      pen.rotate(-slope);
      pen.fillText(fitText(apart[k], Math.min(longest, across / Math.cos(slope)), measure), 0, 0);
      pen.restore();
    }
  }
  if (layout.axisTitle === undefined) return;
  pen.textAlign = 'center';
  pen.textBaseline = 'alphabetic';
  pen.fillText(content.x.title ?? '', (x.start + x.end) / 2, layout.axisTitle);
}

type Measure = (text: string) => number;

/** Labels as they fit; those that would look alike from where they part. (Names come cut apart; room may be less.) */
function fitApart(labels: readonly { readonly text: string }[], room: number, measure: Measure): string[] {
  const fitted = labels.map(({ text }) => fitText(text, room, measure));
  return labels.map(({ text }, k) => {
    const alike = labels.filter((_, j) => fitted[j] === fitted[k]);
    let from = 0;
    while (from < text.length && alike.every((other) => other.text[from] === text[from])) from++;
    return from < text.length && alike.length > 1
      ? fitText(`…${text.slice(text.slice(0, from).search(/[^ .]{0,12}$/))}`, room, measure)
      : fitted[k];
  });
}

/** What a mark looks like, beside its name. */
function drawSample(pen: Pen, theme: Theme, mark: FigureMark, x: number, middle: number): void {
  const wide = legendSample - 6;
  pen.save();
  pen.fillStyle = inkOf(theme, mark.ink);
  pen.strokeStyle = pen.fillStyle;
  if (mark.type === 'points') drawShape(pen, mark.shape, x + wide / 2, middle, 4);
  else if (mark.type === 'bars' || mark.type === 'area' || mark.type === 'cells') {
    const whole = mark.type === 'bars' && mark.look === 'filled';
    if (!whole) pen.fillStyle = fade(inkOf(theme, mark.ink), 0.22);
    pen.fillRect(x, middle - 5, wide, 10);
    pen.lineWidth = 1;
    if (!whole) pen.strokeRect(x + 0.5, middle - 4.5, wide - 1, 9);
  } else {
    pen.lineWidth = 2;
    if (mark.type === 'level' || (mark.type === 'line' && mark.look === 'dashed')) pen.setLineDash([4, 3]);
    pen.beginPath();
    pen.moveTo(x, middle);
    pen.lineTo(x + wide, middle);
    pen.stroke();
  }
  pen.restore();
}
