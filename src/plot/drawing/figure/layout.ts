/** Where the parts of a figure stand, for a width. */
import type { ChartContent, FigureAxis, FigureMark, FigurePayload } from '../../figureParts.js';
import type { Range, Scale } from '../range.js';
import { titleSize } from '../text.js';
import { formatTick, ticks, tickStep } from '../ticks.js';
import { wrapText } from './wrap.js';

/** A text and its baseline. */
export interface Line {
  readonly text: string;
  readonly baseline: number;
}

/** Title and subtitle, in lines that fit. */
export interface Head {
  readonly title: readonly Line[];
  readonly subtitle: readonly Line[];
  /** What follows begins here. */
  readonly bottom: number;
}

/** A label of an axis, in its units. */
export interface Label {
  readonly at: number;
  readonly text: string;
}

/** Entries of the legend: a mark of each name. */
export interface Entry {
  readonly name: string;
  readonly mark: FigureMark;
  readonly x: number;
  readonly baseline: number;
}

export interface ChartLayout {
  readonly width: number;
  readonly height: number;
  readonly head: Head;
  /** Where texts begin. */
  readonly left: number;
  readonly legend: readonly Entry[];
  /** Baseline of the title of the vertical axis, over the panel. */
  readonly heading?: number;
  readonly x: Scale;
  readonly y: Scale;
  readonly xLabels: readonly Label[];
  readonly yLabels: readonly Label[];
  /** Names below the panel are aslant. */
  readonly aslant: boolean;
  readonly axisTitle?: number;
}

export const slope = (35 * Math.PI) / 180;
/** Bold letters are wider than those that `measure` knows. */
const boldness = 1.1;
export const legendSample = 18;
/** Side of a square field, CSS pixels. */
const field = { least: 5, most: 44 };

/** @param corner what the first line leaves free at the right */
export function headOf(
  { title, subtitle }: Pick<FigurePayload, 'title' | 'subtitle'>,
  room: number,
  measure: (text: string) => number,
  em: number,
  corner = 0,
): Head {
  let bottom = 4;
  const put = (text: string | undefined, size: number, weight: number): Line[] => {
    if (!text) return [];
    const wide = (part: string): number => size * weight * measure(part);
    return wrapText(text, room - corner, wide).map((line) => ({
      text: line,
      baseline: Math.round((bottom += 1.4 * em * size) - 0.2 * em),
    }));
  };
  const lines = { title: put(title, titleSize, boldness), subtitle: put(subtitle, 1, 1) };
  if (corner > 0) bottom = Math.max(bottom, 22); // the tool bar
  return { ...lines, bottom: bottom + (title || subtitle || corner ? 6 : 0) };
}

/** Labels of an axis: its names, or ticks at round numbers. @param most ticks */
export function labelsOf(axis: FigureAxis, most: number): Label[] {
  if (axis.names) return axis.names.map((text, k) => ({ at: k + 0.5, text }));
  const range = { from: axis.from, to: axis.to };
  const least = axis.whole ? 1 : 0;
  const step = Math.max(least, tickStep(range, most));
  return ticks(range, most, least).map((at) => ({ at, text: formatTick(at, step) }));
}

/** Names of marks with one of each, in order. */
export function legendOf(marks: readonly FigureMark[]): { name: string; mark: FigureMark }[] {
  const found = new Map<string, FigureMark>();
  for (const mark of marks) if (mark.name !== undefined && !found.has(mark.name)) found.set(mark.name, mark);
  return [...found].map(([name, mark]) => ({ name, mark }));
}

export function layoutChart(
  payload: FigurePayload,
  content: ChartContent,
  width: number,
  measure: (text: string) => number,
  em: number,
  corner = 0,
): ChartLayout {
  const line = Math.round(1.5 * em);
  const yRows = content.y.names?.length;
  const yLabels = labelsOf(content.y, Math.max(2, Math.min(6, (content.height ?? 190) / 36)));
  const widest = yLabels.reduce((most, { text }) => Math.max(most, measure(text)), em);
  const gutter = Math.ceil(Math.min(widest, 0.38 * width) + em);
  const left = 4;
  const room = Math.max(40, width - left - em);
  const head = headOf(payload, room, measure, em, corner);
  let y = head.bottom;
  const entries: Entry[] = [];
  let x = left;
  for (const { name, mark } of legendOf(content.marks)) {
    const wide = legendSample + measure(name) + 1.2 * em;
    if (x > left && x + wide > width) [x, y] = [left, y + line];
    entries.push({ name, mark, x, baseline: y + em });
    x += wide;
  }
  if (entries.length > 0) y += line + 4;
  const heading = content.y.title === undefined ? undefined : y + em;
  if (heading !== undefined) y += Math.round(1.6 * em);
  const columns = content.x.names?.length ?? 1;
  const widestRoom = Math.max(40, width - gutter - em);
  const side = Math.max(field.least, Math.min(field.most, Math.floor(widestRoom / columns)));
  const across = content.height === undefined ? Math.min(widestRoom, side * columns) : widestRoom;
  const down = content.height ?? side * (yRows ?? 1);
  const panel: { x: Range; y: Range } = {
    x: { from: gutter, to: gutter + across },
    y: { from: y + 4, to: y + 4 + Math.round(down) },
  };
  const names = content.x.names ?? [];
  const long = names.reduce((most, name) => Math.max(most, measure(name)), 0);
  const slot = across / columns;
  const aslant = names.length > 0 && long > slot - 4 && long > em;
  const taken = aslant ? 1.4 * em : long > slot - 2 ? long + 3 : 0; // of the slots, by one name
  const every = names.length === 0 ? 1 : Math.max(1, Math.ceil(taken / slot));
  const xLabels = labelsOf(content.x, Math.max(2, width / 80)).filter((_, k) => k % every === 0);
  const below = aslant ? Math.round(Math.min(long, 11 * em) * Math.sin(slope) + 1.4 * em) : Math.round(1.6 * em);
  y = panel.y.to + 4 + below;
  const axisTitle = content.x.title === undefined ? undefined : y + Math.round(0.9 * em);
  const downwards = content.y.names !== undefined;
  return {
    width,
    height: (axisTitle ?? y) + 8,
    head,
    left,
    legend: entries,
    ...(heading !== undefined && { heading }),
    x: { range: { from: content.x.from, to: content.x.to }, start: panel.x.from, end: panel.x.to },
    y: {
      range: { from: content.y.from, to: content.y.to },
      start: downwards ? panel.y.from : panel.y.to,
      end: downwards ? panel.y.to : panel.y.from,
    },
    xLabels,
    yLabels: everyName(yLabels, downwards ? down / (yRows ?? 1) : Infinity, em),
    aslant,
    ...(axisTitle !== undefined && { axisTitle }),
  };
}

/** Names of fields that are lower than their letters: not all of them. */
function everyName(labels: Label[], slot: number, em: number): Label[] {
  const every = Math.max(1, Math.ceil((1.1 * em) / slot));
  return labels.filter((_, k) => k % every === 0);
}
