/** Values of named things side by side: one value each, or several that are drawn as their mean with an error bar. */
import { spread } from '../network/spread.js';
import { palette } from './chart.js';
import { plainText, vegaLiteMime } from './payload.js';
import { Plot } from './picture.js';
import { colors } from './style.js';
import { drawVegaLite, heightOf, namesAxis, titled, vegaLite, type VegaLiteSpec } from './vega.js';

export interface Bar {
  /** What stands below the bar. Bars of one name stand beside each other, one for each group. */
  readonly name: string;
  /** One value, or several, for instance one for each seed: drawn as mean ± sample standard deviation. Not finite: no bar. */
  readonly value: number | ArrayLike<number>;
  /** Which of several bars of one name: a colour each, named in the legend. */
  readonly group?: string;
}

export interface BarsOptions {
  title?: string;
  subtitle?: string;
  /** Axis titles, with units. */
  x?: string;
  y?: string;
  /** `bars` begin at 0; `points` show small differences: their axis begins near the lowest. Default `bars`. */
  mark?: 'bars' | 'points';
  /** CSS pixels, 60 .. 600. Default 220. */
  height?: number;
}

const shapes = ['circle', 'square', 'diamond', 'triangle-up', 'triangle-down', 'cross'];
const maxBars = 120;
const width = 640;

/**
 * Draws a bar, or a point, for each value; several values are their mean with a line of one sample standard deviation up and down.
 * @example show(bars([{ name: 'Adam', value: [97.3, 97.1, 97.4] }, { name: 'SGD', value: 95.2 }], { y: 'test accuracy, %', mark: 'points' }));
 * @throws RangeError for no bars, more than 120, or more than 6 groups
 */
export function bars(values: readonly Bar[], options: BarsOptions = {}): Plot {
  if (values.length < 1 || values.length > maxBars)
    throw new RangeError(`${values.length} bars: 1 to ${maxBars} can be drawn; make several pictures`);
  const drawn = values.map(({ name, value, group }) => {
    const all = typeof value === 'number' ? [value] : Array.from(value);
    const { n, mean, std } = spread(all.filter(Number.isFinite));
    return {
      name: plainText(name, 60),
      group: group === undefined ? '' : plainText(group, 60),
      mean: Number.isFinite(mean) ? Number(mean.toPrecision(8)) : null,
      ...(std !== undefined && { low: mean - std, high: mean + std }),
      count: n,
    };
  });
  const groups = [...new Set(drawn.map(({ group }) => group))];
  if (groups.length > shapes.length)
    throw new RangeError(`${groups.length} groups of bars: the limit is ${shapes.length}; make several pictures`);
  const spec = barsSpec(drawn, groups, options);
  const facts = drawn.map(({ name, group, mean, low, count }) => {
    const std = low === undefined || mean === null ? '' : ` ± ${shortNumber(mean - low)} (${count})`;
    return `${name}${group === '' ? '' : `, ${group}`} ${mean === null ? 'none' : shortNumber(mean)}${std}`;
  });
  const title = options.title === undefined ? '' : `${plainText(options.title)}: `;
  const shown = facts.length > 12 ? [...facts.slice(0, 12), `… ${facts.length - 12} more`] : facts;
  return new Plot({
    text: `bars: ${title}${shown.join('; ')}`,
    light: { [vegaLiteMime]: spec },
    draw: () => drawVegaLite(spec),
  });
}

interface DrawnBar {
  readonly name: string;
  readonly group: string;
  readonly mean: number | null;
  readonly low?: number;
  readonly high?: number;
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(4)));

function barsSpec(values: readonly DrawnBar[], groups: readonly string[], options: BarsOptions): VegaLiteSpec {
  const names = [...new Set(values.map(({ name }) => name))];
  const points = options.mark === 'points';
  const several = groups.length > 1;
  const grouped = several
    ? { xOffset: { field: 'group', type: 'nominal', sort: null, scale: { domain: groups } } }
    : {};
  const legend = several ? { title: null, orient: 'bottom', labelLimit: 200, columns: 6 } : null;
  const color = {
    field: 'group',
    type: 'nominal',
    scale: { domain: groups, range: palette.slice(0, groups.length) },
    legend,
  };
  const shape = { field: 'group', type: 'nominal', scale: { domain: groups, range: shapes.slice(0, groups.length) } };
  const y = {
    type: 'quantitative',
    title: options.y === undefined ? null : plainText(options.y),
    scale: { zero: !points },
    axis: { tickCount: 6 },
  };
  const errorBars = {
    transform: [{ filter: 'isValid(datum.low)' }],
    mark: { type: 'rule', color: colors.ink, strokeWidth: 1.4 },
    encoding: { y: { ...y, field: 'low' }, y2: { field: 'high' } },
  };
  const means = {
    mark: points ? { type: 'point', filled: true, size: 90, opacity: 1 } : { type: 'bar', width: { band: 0.7 } },
    encoding: { y: { ...y, field: 'mean' }, color, ...(points && several && { shape: { ...shape, legend } }) },
  };
  return vegaLite({
    ...titled(options),
    width,
    height: heightOf(options),
    data: { values },
    encoding: {
      x: {
        field: 'name',
        type: 'nominal',
        sort: null,
        scale: { domain: names }, // a bar without a value keeps its place
        title: options.x === undefined ? null : plainText(options.x),
        axis: { ...namesAxis(names, width / names.length), labelLimit: 160 },
      },
      ...grouped,
    },
    layer: values.some(({ low }) => low !== undefined) ? [means, errorBars] : [means],
  });
}
