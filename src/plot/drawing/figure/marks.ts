/** The marks of a figure, on any pen. */
import type { FigureMark, Ink, MarkShape } from '../../figureParts.js';
import { fade, mix, readable } from '../colour.js';
import type { Pen } from '../pen.js';
import { toPixel, type Scale } from '../range.js';
import { font } from '../text.js';
import { markOpacity, panelColour, type Theme } from '../theme.js';

/** How much of the colour a field has whose share is 1: the number on it stays readable. */
const strongest = 0.6;
const areaOpacity = 0.22;

export function inkOf(theme: Theme, ink: Ink): string {
  if (typeof ink === 'number') return theme.series[ink];
  return ink === 'text' ? theme.text : ink === 'muted' ? theme.mutedText : theme.axis;
}

/** The colour of a field with this share of its row. */
export const cellColour = (theme: Theme, ink: Ink, share: number): string =>
  mix(inkOf(theme, ink), panelColour(theme), strongest * Math.max(0, Math.min(1, share)));

export function drawMarks(pen: Pen, theme: Theme, mark: FigureMark, x: Scale, y: Scale): void {
  pen.save();
  const colour = inkOf(theme, mark.ink);
  pen.strokeStyle = colour;
  pen.fillStyle = colour;
  if (mark.type === 'cells') drawCells(pen, theme, mark, x, y);
  else if (mark.type === 'level') drawLevel(pen, x, toPixel(y, mark.at));
  else if (mark.type === 'line') drawLine(pen, mark, x, y);
  else if (mark.type === 'area') drawArea(pen, colour, mark, x, y);
  else if (mark.type === 'points') {
    pen.globalAlpha = mark.x.length > 60 ? markOpacity : 1;
    eachPoint(mark.x, mark.y, (at, value) =>
      drawShape(pen, mark.shape, toPixel(x, at), toPixel(y, value), mark.radius),
    );
  } else if (mark.type === 'texts') {
    pen.font = font(theme);
    pen.textAlign = 'center';
    pen.textBaseline = 'alphabetic';
    pen.fillStyle = colour;
    mark.x.forEach((at, k) => {
      const value = mark.y[k];
      if (at !== null && value !== null) pen.fillText(mark.texts[k], toPixel(x, at), toPixel(y, value) - 4);
    });
  } else drawSpans(pen, colour, mark, x, y);
  pen.restore();
}

function eachPoint(
  x: readonly (number | null)[],
  y: readonly (number | null)[],
  put: (x: number, y: number) => void,
): void {
  x.forEach((at, k) => {
    const value = y[k];
    if (at !== null && value !== null && value !== undefined) put(at, value);
  });
}

function drawLevel(pen: Pen, { start, end }: Scale, at: number): void {
  pen.lineWidth = 1.2;
  pen.setLineDash([5, 3]);
  pen.beginPath();
  pen.moveTo(start, at);
  pen.lineTo(end, at);
  pen.stroke();
}

type Of<Type> = Extract<FigureMark, { type: Type }>;

function drawLine(pen: Pen, mark: Of<'line'>, x: Scale, y: Scale): void {
  pen.lineWidth = mark.width;
  pen.lineJoin = 'round';
  if (mark.look === 'dashed') pen.setLineDash([5, 3]);
  pen.beginPath();
  let last: number | undefined;
  mark.x.forEach((at, k) => {
    const value = mark.y[k];
    if (at === null || value === null) return void (last = undefined);
    const [across, up] = [toPixel(x, at), toPixel(y, value)];
    if (last === undefined) pen.moveTo(across, up);
    else {
      if (mark.look === 'step') pen.lineTo(across, last);
      pen.lineTo(across, up);
    }
    last = up;
  });
  pen.stroke();
}

function drawArea(pen: Pen, colour: string, { x: at, low, high }: Of<'area'>, x: Scale, y: Scale): void {
  const inside = at.flatMap((place, k) => {
    const [from, to] = [low[k], high[k]];
    return place === null || from === null || to === null ? [] : [{ x: toPixel(x, place), from, to }];
  });
  if (inside.length === 0) return;
  pen.beginPath();
  for (const [k, point] of inside.entries()) pen[k === 0 ? 'moveTo' : 'lineTo'](point.x, toPixel(y, point.to));
  for (const point of inside.reverse()) pen.lineTo(point.x, toPixel(y, point.from));
  pen.closePath();
  pen.fillStyle = fade(colour, areaOpacity);
  pen.fill();
}

/** Bars and vertical lines. */
function drawSpans(pen: Pen, colour: string, mark: Of<'bars'> | Of<'rules'>, x: Scale, y: Scale): void {
  const bar = mark.type === 'bars';
  const wide = bar ? Math.max(1, Math.abs(toPixel(x, x.range.from + mark.width) - x.start)) : mark.width;
  mark.x.forEach((at, k) => {
    const [low, high] = [mark.low[k], mark.high[k]];
    if (at === null || low === null || high === null) return;
    const [bottom, top] = [toPixel(y, low), toPixel(y, high)];
    const left = toPixel(x, at) - wide / 2;
    if (!bar || mark.look === 'filled') pen.fillRect(left, Math.min(top, bottom), wide, Math.abs(bottom - top));
    else if (mark.look === 'line') pen.fillRect(left, top - 1, wide, 2);
    else {
      pen.fillStyle = fade(colour, areaOpacity);
      pen.fillRect(left, top, wide, bottom - top);
      pen.lineWidth = 1;
      pen.strokeRect(left + 0.5, top + 0.5, Math.max(1, wide - 1), Math.max(1, bottom - top - 1));
    }
  });
}

function drawCells(pen: Pen, theme: Theme, { ink, columns, shares, texts }: Of<'cells'>, x: Scale, y: Scale): void {
  pen.font = font(theme);
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.lineWidth = 1;
  shares.forEach((share, k) => {
    const [row, column] = [Math.floor(k / columns), k % columns];
    const [left, top] = [toPixel(x, column), toPixel(y, row)];
    const [wide, high] = [toPixel(x, column + 1) - left, toPixel(y, row + 1) - top];
    const colour = cellColour(theme, ink, share ?? 0);
    pen.fillStyle = colour;
    pen.fillRect(left, top, wide, high);
    pen.strokeStyle = fade(theme.axis, 0.35);
    pen.strokeRect(left + 0.5, top + 0.5, wide, high);
    if (texts[k] === '' || pen.measureText(texts[k]).width > wide - 2 || high < theme.fontSize) return;
    pen.fillStyle = readable(theme.text, colour, 4.5);
    pen.fillText(texts[k], left + wide / 2, top + high / 2 + 0.5);
  });
}

/** A filled mark. */
export function drawShape(pen: Pen, shape: MarkShape, x: number, y: number, r: number): void {
  pen.beginPath();
  if (shape === 'circle') pen.arc(x, y, r, 0, 2 * Math.PI);
  else if (shape === 'square') pen.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
  else {
    const corners = {
      diamond: [0, -1.3, 1.3, 0, 0, 1.3, -1.3, 0],
      'triangle-up': [0, -1.2, 1.15, 0.9, -1.15, 0.9],
      'triangle-down': [0, 1.2, 1.15, -0.9, -1.15, -0.9],
      cross: [
        -0.4, -1.2, 0.4, -1.2, 0.4, -0.4, 1.2, -0.4, 1.2, 0.4, 0.4, 0.4, 0.4, 1.2, -0.4, 1.2, -0.4, 0.4, -1.2, 0.4,
        -1.2, -0.4, -0.4, -0.4,
      ],
    }[shape];
    for (let k = 0; k < corners.length; k += 2)
      pen[k === 0 ? 'moveTo' : 'lineTo'](x + r * corners[k], y + r * corners[k + 1]);
    pen.closePath();
  }
  pen.fill();
}
