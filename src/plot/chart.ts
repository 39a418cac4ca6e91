/** Lines, steps, stems and points over one pair of axes: the picture for everything that has none of its own. */
import { markOpacity } from './drawing/theme.js';
import { plainText, vegaLiteMime } from './payload.js';
import { Plot } from './picture.js';
import { colors } from './style.js';
import { drawVegaLite, heightOf, titled, vegaLite, type VegaLiteSpec } from './vega.js';

/** `stems` are vertical lines from 0, for instance at spike times; `band` is the area between `y` and `y2`. */
export type ChartMark = 'line' | 'dashed' | 'step' | 'points' | 'stems' | 'band';

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

export const palette = [
  colors.blue,
  colors.vermilion,
  colors.green,
  colors.ochre,
  colors.purple,
  colors.teal,
  colors.muted,
  colors.ink,
];
/** Points of all series together: the output stays below 150 kB. */
const maxPoints = 3000;

/**
 * Draws series over common axes.
 * @example show(chart([{ name: 'e', x: times, y: running, mark: 'step' }], { title: 'Running sum', x: 'time (ms)', y: 'e' }));
 * @throws RangeError for series of unequal lengths, too many series or points
 */
export function chart(series: ChartSeries | readonly ChartSeries[], options: ChartOptions = {}): Plot {
  const all = 'y' in series ? [series] : series;
  if (all.length < 1 || all.length > palette.length)
    throw new RangeError(`a chart of ${all.length} series: the limit is 1 to ${palette.length}; make two charts`);
  const named = all.map((one) => ({ ...one, name: plainText(one.name, 80), values: valuesOf(one) }));
  const points = named.reduce((sum, { values }) => sum + values.length, 0);
  if (points > maxPoints)
    throw new RangeError(
      `a chart of ${points} points: the limit is ${maxPoints}; draw one point in ${Math.ceil(points / maxPoints)}, or means of neighbours`,
    );
  const spec = chartSpec(named, options);
  const facts = named
    .map(({ name, values }) => `${name} (${values.length} point${values.length === 1 ? '' : 's'})`)
    .join(', ');
  return new Plot({
    text: `chart: ${options.title === undefined ? '' : `${plainText(options.title)}: `}${facts}`,
    light: { [vegaLiteMime]: spec },
    draw: () => drawVegaLite(spec),
  });
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
  if (x && x.length !== y.length)
    throw new RangeError(`series ${name}: ${x.length} x and ${y.length} y values: give as many of both`);
  if (mark === 'band' && y2?.length !== y.length)
    throw new RangeError(
      `series ${name}: a band of ${y.length} y and ${y2?.length ?? 'no'} y2 values: give as many of both`,
    );
  return Array.from(y, (value, k): Value => {
    const at = x?.[k] ?? k;
    if (!Number.isFinite(at)) throw new RangeError(`series ${name}: x[${k}] is ${at}: it must be a finite number`);
    return { x: rounded(at) ?? 0, y: rounded(value), ...(y2 && { y2: rounded(y2[k]) }) };
  });
}

const rounded = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(6)) : null);

function chartSpec(series: readonly NamedSeries[], options: ChartOptions): VegaLiteSpec {
  const names = series.map(({ name }) => name);
  const symbolType = series.every(({ mark }) => mark === 'points') ? 'circle' : 'stroke';
  const legend =
    names.length === 1
      ? null
      : {
          title: null,
          orient: 'bottom',
          labelLimit: 400,
          columns: 4,
          symbolType,
          symbolOpacity: 1,
          ...(symbolType === 'circle' && { symbolSize: 70 }),
        };
  const color = { type: 'nominal', scale: { domain: names, range: palette.slice(0, names.length) }, legend };
  const axis = (title: string | undefined): Record<string, unknown> => ({
    type: 'quantitative',
    title: title === undefined ? null : plainText(title),
    scale: { zero: false },
    axis: { tickCount: 8 },
  });
  return vegaLite({
    ...titled(options),
    width: 640,
    height: heightOf(options),
    layer: series.map(({ name, values, mark = 'line' }) => ({
      data: { values },
      mark: marks[mark],
      encoding: {
        x: { field: 'x', ...axis(options.x) },
        y: { field: 'y', ...axis(options.y) },
        ...(mark === 'stems' && { y2: { datum: 0 } }),
        ...(mark === 'band' && { y2: { field: 'y2' } }),
        color: { datum: name, ...color },
      },
    })),
  });
}

const marks: Record<ChartMark, Record<string, unknown>> = {
  line: { type: 'line', strokeWidth: 1.6 },
  dashed: { type: 'line', strokeWidth: 1.4, strokeDash: [5, 3] },
  step: { type: 'line', strokeWidth: 1.6, interpolate: 'step-after' },
  points: { type: 'point', size: 20, filled: true, opacity: markOpacity },
  stems: { type: 'rule', strokeWidth: 1.4 },
  band: { type: 'area', opacity: 0.18 },
};
