/** The lines, marks and bands of curves. */
import type { CurveSeries } from '../../curvesPayload.js';
import { fade } from '../colour.js';
import type { Pen } from '../pen.js';
import { span, toPixel, type Scale } from '../range.js';
import type { Theme } from '../theme.js';
import { linePoints } from './extent.js';
import type { PanelBox } from './layout.js';
import type { Look } from './looks.js';
import { extremesOf } from './values.js';

/** Marks closer than this would run together, CSS pixels. */
const markGap = 7;

/** Draws inside the panel only; marks stand over its edge. */
export function clipTo(pen: Pen, { x, y }: PanelBox, { marks }: Look): void {
  const room = marks === 'none' ? 1 : 8;
  pen.beginPath();
  pen.rect(x.from - room, y.from - room, span(x) + 2 * room, span(y) + room + 0.5);
  pen.clip();
}

export function drawBand(
  pen: Pen,
  theme: Theme,
  { x, low, high }: CurveSeries,
  look: Look,
  across: Scale,
  up: Scale,
): void {
  if (!low || !high) return;
  const inside = x.flatMap((epoch, i) => {
    const [from, to] = [low[i], high[i]];
    return from === null || to === null ? [] : [{ x: toPixel(across, epoch), from, to }];
  });
  if (inside.length === 0) return;
  pen.beginPath();
  for (const point of inside) pen.lineTo(point.x, toPixel(up, point.to));
  for (const point of inside.reverse()) pen.lineTo(point.x, toPixel(up, point.from));
  pen.closePath();
  pen.fillStyle = fade(theme.series[look.colour], 0.18);
  pen.fill();
}

export function drawSeries(pen: Pen, theme: Theme, series: CurveSeries, look: Look, x: Scale, y: Scale): void {
  const points = linePoints(series, x.range, Math.max(1, Math.round(x.end - x.start)));
  pen.save();
  pen.strokeStyle = theme.series[look.colour];
  pen.globalAlpha = look.opacity;
  pen.lineWidth = look.width;
  pen.lineJoin = 'round';
  pen.setLineDash([...look.dash]);
  pen.beginPath();
  let broken = true;
  for (const point of points) {
    if (point.y === null) {
      broken = true;
      continue;
    }
    const at = { x: toPixel(x, point.x), y: toPixel(y, point.y) };
    if (broken) pen.moveTo(at.x, at.y);
    else pen.lineTo(at.x, at.y);
    broken = false;
  }
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
  const roomy = points.length < 2 || Math.abs(x.end - x.start) / points.length >= markGap;
  if (look.marks !== 'none' && roomy) {
    for (const point of points) {
      if (point.y !== null) drawMark(pen, theme, look, toPixel(x, point.x), toPixel(y, point.y), 3.25);
    }
  }
  drawExtremes(pen, theme, series, look, x, y);
  pen.restore();
}

/** A ring around the best mark, and the last mark even where marks have no room. */
function drawExtremes(pen: Pen, theme: Theme, series: CurveSeries, look: Look, x: Scale, y: Scale): void {
  const found = extremesOf(series);
  if (!found) return;
  const { best, last } = found;
  drawMark(
    pen,
    theme,
    { ...look, marks: 'filled' },
    toPixel(x, series.x[last]),
    toPixel(y, series.y[last] as number),
    3.25,
  );
  pen.beginPath();
  pen.arc(toPixel(x, series.x[best]), toPixel(y, series.y[best] as number), 6, 0, 2 * Math.PI);
  pen.strokeStyle = theme.series[look.colour];
  pen.lineWidth = 1.5;
  pen.stroke();
}

export function drawMark(pen: Pen, theme: Theme, { marks, colour }: Look, x: number, y: number, radius: number): void {
  pen.beginPath();
  if (marks === 'square') pen.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else if (marks === 'diamond') {
    const reach = 1.3 * radius;
    pen.moveTo(x, y - reach);
    pen.lineTo(x + reach, y);
    pen.lineTo(x, y + reach);
    pen.lineTo(x - reach, y);
    pen.closePath();
  } else pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = marks === 'hollow' ? theme.background : theme.series[colour];
  pen.fill();
  pen.strokeStyle = marks === 'hollow' ? theme.series[colour] : theme.background;
  pen.lineWidth = marks === 'hollow' ? 1.5 : 1;
  pen.stroke();
}
