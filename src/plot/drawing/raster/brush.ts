/**
 * A window of time that the user has brushed: how often each class fired in it, beside what the loss asks of so long a
 * time.
 */
import { fade } from '../colour.js';
import type { Pen } from '../pen.js';
import { span, toPixel, type Scale } from '../range.js';
import { fitText, font, headingSize, writePieces } from '../text.js';
import type { Theme } from '../theme.js';
import { groupDigits, roundRange, ticks } from '../ticks.js';
import type { RasterPayload } from '../../payload.js';
import { firstSpike } from './dots.js';
import type { DrawnLayer } from './layer.js';
import type { Brush } from './extras.js';
import type { RasterScene } from './scene.js';

/** Most classes that have room for a bar each. */
export const mostClasses = 100;

/** What the last layer fired in a window, and what that says. */
export interface BrushCounts {
  readonly names: readonly string[];
  readonly counts: readonly number[];
  /** Class of the most spikes, the first of equals; -1 when nothing fired. */
  readonly winner: number;
  /** -1 when it is not known. */
  readonly truth: number;
  /** For each class, in proportion to the window's length. */
  readonly targets?: readonly { readonly target: number; readonly low: number; readonly high: number }[];
}

/** Undefined where the last layer has not one row for each of up to a hundred classes. */
export function brushCounts(
  { steps, label, targets }: Pick<RasterPayload, 'steps' | 'label' | 'targets'>,
  layers: readonly DrawnLayer[],
  { from, to }: Brush,
): BrushCounts | undefined {
  const output = layers[layers.length - 1];
  if (!output || output.rows === 0 || output.rows > mostClasses || output.info.neuronsPerRow > 1) return undefined;
  const { trains, info, rows } = output;
  const names = Array.from({ length: rows }, (_, n) => info.neuronNames?.[n] ?? String(n));
  const counts = names.map((_, row) => firstSpike(trains, row, to) - firstSpike(trains, row, from));
  const most = Math.max(...counts);
  const truth = label === undefined ? -1 : names.indexOf(label);
  const share = (to - from) / steps;
  return {
    names,
    counts,
    winner: most === 0 ? -1 : counts.indexOf(most),
    truth,
    ...(targets &&
      truth >= 0 && {
        targets: names.map((_, n) => {
          const target = n === truth ? targets.desired : targets.undesired;
          return {
            target: target * share,
            low: Math.max(0, target - targets.margin) * share,
            high: (target + targets.margin) * share,
          };
        }),
      }),
  };
}

/** `80–159 ms: most spikes 7 ✓ (12), true class 7` */
export function brushText({ from, to }: Brush, found: BrushCounts): string {
  const { names, counts, winner, truth } = found;
  const sign = truth < 0 ? '' : winner === truth ? ' ✓' : ' ✗';
  const most = winner < 0 ? 'no spike' : `most spikes ${names[winner]}${sign} (${counts[winner]})`;
  return `${from}–${to - 1} ms: ${most}${truth < 0 ? '' : `, true class ${names[truth]} (${counts[truth]})`}`;
}

/** The window over all panels. */
export function drawWindow(pen: Pen, theme: Theme, { brush, layout, view }: RasterScene): void {
  if (!brush) return;
  const times = view.timeScale(layout);
  const left = Math.max(layout.x.from, toPixel(times, brush.from));
  const right = Math.min(layout.x.to, toPixel(times, brush.to));
  if (right <= left) return;
  const top = layout.panels[0]?.y.from ?? layout.rates.y.from;
  pen.fillStyle = fade(theme.selection, 0.12);
  pen.fillRect(left, top, right - left, layout.rates.y.to - top);
  pen.strokeStyle = theme.selection;
  pen.lineWidth = 1;
  pen.beginPath();
  for (const x of [left, right]) {
    pen.moveTo(Math.round(x) + 0.5, top);
    pen.lineTo(Math.round(x) + 0.5, layout.rates.y.to);
  }
  pen.stroke();
}

export function drawBrush(pen: Pen, theme: Theme, scene: RasterScene): void {
  const { brush, layout, payload, layers } = scene;
  if (!brush || !layout.brush) return;
  const { heading, facts = heading, y } = layout.brush;
  const found = brushCounts(payload, layers, brush);
  const words = (text: string): void =>
    void writePieces(pen, layout.left, facts, layout.width, [{ text, font: font(theme), colour: theme.mutedText }]);
  writePieces(pen, layout.left, heading, layout.width, [
    { text: 'counts in the window', font: font(theme, 'bold', headingSize), colour: theme.text },
    {
      text: `   ${found ? brushText(brush, found) : `${brush.from}–${brush.to - 1} ms`}`,
      font: font(theme),
      colour: theme.text,
    },
  ]);
  if (!found) return words(`drawn for a last layer of 1 to ${mostClasses} neurons, a row each`);
  words(found.targets ? 'line: target, in proportion to the length of the window; band: its margin' : '');
  const tallest = Math.max(1, ...found.counts, ...(found.targets ?? []).map(({ high }) => high));
  const scale: Scale = { range: roundRange({ from: 0, to: 1.15 * tallest }, 3), start: y.to, end: y.from };
  const slot = span(layout.x) / found.names.length;
  found.names.forEach((_, n) => drawClass(pen, theme, found, n, scale, layout.x.from + n * slot, slot));
  pen.strokeStyle = theme.axis;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(layout.x.from, y.to + 0.5);
  pen.lineTo(layout.x.to, y.to + 0.5);
  pen.stroke();
  pen.font = font(theme);
  pen.fillStyle = theme.mutedText;
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  for (const tick of ticks(scale.range, 3, 1))
    pen.fillText(groupDigits(String(tick)), layout.x.from - 6, toPixel(scale, tick));
}

/** Margin, bar, target, count and name of a class; the true class is bold with ○, the one of the most spikes ✓ or ✗. */
function drawClass(
  pen: Pen,
  theme: Theme,
  { names, counts, winner, truth, targets }: BrushCounts,
  n: number,
  scale: Scale,
  left: number,
  slot: number,
): void {
  const middle = left + slot / 2;
  const at = (value: number): number => toPixel(scale, value);
  const target = targets?.[n];
  if (target) {
    pen.fillStyle = fade(theme.series[4], 0.22);
    pen.fillRect(left + 1, at(target.high), slot - 2, at(target.low) - at(target.high));
    pen.strokeStyle = theme.series[4];
    pen.lineWidth = 1;
    pen.strokeRect(left + 1.5, at(target.high) + 0.5, slot - 3, Math.max(1, at(target.low) - at(target.high) - 1));
  }
  const wrong = n === winner && truth >= 0 && n !== truth;
  pen.fillStyle = wrong ? theme.bad : n === winner ? theme.series[0] : n === truth ? theme.good : theme.axis;
  pen.fillRect(middle - 0.31 * slot, at(counts[n]), 0.62 * slot, at(0) - at(counts[n]));
  if (target) {
    pen.fillStyle = theme.text;
    pen.fillRect(left + 1, at(target.target) - 1, slot - 2, 2);
  }
  const strong = n === truth || n === winner;
  const sign = n === winner && truth >= 0 ? (n === truth ? ' ✓' : ' ✗') : n === truth ? ' ○' : '';
  pen.font = font(theme, strong ? 'bold' : '');
  pen.textAlign = 'center';
  const measure = (text: string): number => pen.measureText(text).width;
  const number = `${counts[n]}${sign}`;
  if (strong || measure(number) <= slot) {
    pen.textBaseline = 'alphabetic';
    pen.fillStyle = theme.text;
    pen.fillText(number, middle, Math.min(at(counts[n]), target ? at(target.target) : Infinity) - 3);
  }
  const every = Math.ceil((1.6 * theme.fontSize) / slot);
  if (!strong && n % every !== 0) return;
  pen.textBaseline = 'top';
  pen.fillStyle = strong ? theme.text : theme.mutedText;
  pen.fillText(fitText(names[n], slot * every + 4, measure), middle, scale.start + 5);
}
