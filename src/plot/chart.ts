/** Lines, steps, stems and points over one pair of axes: the picture for everything that has none of its own. */
import { requireKnown } from '../network/known.js';
import { requireChoice, requireObject } from '../network/require.js';
import { cutApart } from './apart.js';
import { chartFigure, figurePlot, heightOf, largest, rangeAround } from './figure.js';
import type { ChartContent, FigureAxis, FigureMark, Ink } from './figureParts.js';
import { plainText } from './payload.js';
import type { Plot } from './picture.js';
import { requireNumbers, requireOptions, requireString } from './wanted.js';

/** `stems` are vertical lines from 0, for instance at spike times; `band` is the area between `y` and `y2`. */
export type ChartMark = (typeof chartMarks)[number];
const chartMarks = ['line', 'dashed', 'step', 'points', 'stems', 'band'] as const;

export interface ChartSeries {
  readonly name: string;
  /** Default 0, 1, 2, … */
  readonly x?: ArrayLike<number>;
  /** As many as `x`. A value that is not finite leaves a gap. */
  readonly y: ArrayLike<number>;
  /** Of a band: its other edge, as many as `y`. */
  readonly y2?: ArrayLike<number>;
  /** Default `line`. A step keeps its value until the next point. */
  readonly mark?: ChartMark;
}

export interface ChartOptions {
  title?: string;
  subtitle?: string;
  /** Axis titles, with units. */
  x?: string;
  y?: string;
  /** CSS pixels, 60 .. 600. Default 220. */
  height?: number;
}

/** Colours of series, in order. */
export const chartInks: readonly Ink[] = [0, 1, 2, 4, 3, 5, 6, 'text'];
/** Points of all series together: the output stays below 150 kB. */
const maxPoints = 3000;

/**
 * Draws series over common axes.
 * @example show(chart([{ name: 'e', x: times, y: running, mark: 'step' }], { title: 'Running sum', x: 'time (ms)', y:
 * 'e' }));
 * @throws TypeError for what is no series; RangeError for series of unequal lengths, too many series or points
 */
export function chart(series: ChartSeries | readonly ChartSeries[], options: ChartOptions = {}): Plot {
  requireOptions('chart()', options, ['title', 'subtitle', 'x', 'y', 'height']);
  const all = Array.isArray(series) ? (series as readonly ChartSeries[]) : [series as ChartSeries];
  if (all.length < 1 || all.length > chartInks.length)
    throw new RangeError(`a chart of ${all.length} series: the limit is 1 to ${chartInks.length}; make two charts`);
  for (const [k, one] of all.entries()) {
    requireObject(`series ${k} of chart()`, one, '{ name, y }');
    requireKnown(`series ${k} of chart()`, one, ['name', 'x', 'y', 'y2', 'mark']);
    requireString(`the name of series ${k}`, one.name);
  }
  const names = cutApart(
    all.map(({ name }) => name),
    (name) => plainText(name, 80),
  );
  const named = all.map((one, k) => ({ ...one, name: names[k], values: valuesOf(one) }));
  const points = named.reduce((sum, { values }) => sum + values.length, 0);
  if (points > maxPoints)
    throw new RangeError(
      `a chart of ${points} points: the limit is ${maxPoints}; draw one point in ${Math.ceil(points / maxPoints)}, or means of neighbours`,
    );
  const facts = named
    .map(({ name, values }) => `${name} (${values.length} point${values.length === 1 ? '' : 's'})`)
    .join(', ');
  const text = `chart: ${options.title === undefined ? '' : `${plainText(options.title)}: `}${facts}`;
  return figurePlot(text, chartFigure(options, chartContent(named, options)));
}

interface Value {
  readonly x: number;
  readonly y: number | null;
  readonly y2?: number | null;
}
interface NamedSeries extends ChartSeries {
  readonly values: readonly Value[];
}

function valuesOf({ name, x, y, y2, mark }: ChartSeries): Value[] {
  if (mark !== undefined) requireChoice(`mark of series ${name}`, mark, chartMarks);
  requireNumbers(`series ${name}: y`, y);
  if (x !== undefined) requireNumbers(`series ${name}: x`, x);
  if (y2 !== undefined) requireNumbers(`series ${name}: y2`, y2);
  if (y2 && mark !== 'band')
    throw new RangeError(`series ${name}: y2 is the other edge of a band: write mark: 'band', or leave it out`);
  if (x && x.length !== y.length)
    throw new RangeError(`series ${name}: ${x.length} x and ${y.length} y values: give as many of both`);
  if (mark === 'band' && y2?.length !== y.length)
    throw new RangeError(
      `series ${name}: a band of ${y.length} y and ${y2?.length ?? 'no'} y2 values: give as many of both`,
    );
  return Array.from(y, (value, k): Value => {
    const at = x?.[k] ?? k;
    if (!(Math.abs(at) <= largest))
      throw new RangeError(`series ${name}: x[${k}] is ${at}: it must be a finite number, at most ±${largest}`);
    return { x: Number(at.toPrecision(7)), y: rounded(value), ...(y2 && { y2: rounded(y2[k]) }) };
  });
}

const rounded = (value: number): number | null =>
  Number.isFinite(value) && Math.abs(value) <= largest ? Number(value.toPrecision(6)) : null;

function marksOf({ name, values, mark = 'line' }: NamedSeries, ink: Ink, several: boolean): FigureMark {
  const base = { ink, ...(several && { name }) };
  const x = values.map((value) => value.x);
  const y = values.map((value) => value.y);
  if (mark === 'points') return { ...base, type: 'points', x, y, shape: 'circle', radius: 2.5 };
  if (mark === 'stems') return { ...base, type: 'rules', x, low: y.map((value) => value && 0), high: y, width: 1.4 };
  if (mark === 'band') return { ...base, type: 'area', x, low: y, high: values.map(({ y2 = null }) => y2) };
  return { ...base, type: 'line', x, y, width: 1.6, look: mark === 'line' ? 'solid' : mark };
}

function chartContent(series: readonly NamedSeries[], options: ChartOptions): Omit<ChartContent, 'kind'> {
  const all = series.flatMap(({ values }) => values);
  const stems = series.some(({ mark }) => mark === 'stems');
  const axis = (title: string | undefined, numbers: readonly (number | null | undefined)[]): FigureAxis => ({
    ...(title !== undefined && { title: plainText(title) }),
    ...rangeAround(numbers),
  });
  return {
    height: heightOf(options),
    x: axis(
      options.x,
      all.map(({ x }) => x),
    ),
    y: axis(options.y, [...all.flatMap(({ y, y2 }) => [y, y2]), ...(stems ? [0] : [])]),
    marks: series.map((one, k) => marksOf(one, chartInks[k], series.length > 1)),
  };
}
