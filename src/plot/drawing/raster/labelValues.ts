/** Numbers of a panel's vertical axis. */
import type { Pen } from '../pen.js';
import { toPixel, type Scale } from '../range.js';
import { font } from '../text.js';
import type { Theme } from '../theme.js';
import { formatTick, ticks, tickStep } from '../ticks.js';

/** Writes about `count` values of the scale to the left of `x`. */
export function labelValues(pen: Pen, theme: Theme, x: number, scale: Scale, count: number): void {
  pen.font = font(theme);
  pen.fillStyle = theme.mutedText;
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  const step = tickStep(scale.range, count);
  for (const tick of ticks(scale.range, count)) pen.fillText(formatTick(tick, step), x - 6, toPixel(scale, tick));
}
