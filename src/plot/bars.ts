/** Values of named things side by side: one value each, or several that are drawn as their mean with an error bar. */
import { requireChoice, requireList, requireObject } from '../network/require.js';
import { spread } from '../network/spread.js';
import { requireKnown } from '../network/known.js';
import { chartInks } from './chart.js';
import { cutApart } from './apart.js';
import { chartFigure, figurePlot, heightOf, largest, rangeAround } from './figure.js';
import { markShapes, type ChartContent, type FigureMark } from './figureParts.js';
import { plainText } from './payload.js';
import type { Plot } from './picture.js';
import { requireNumbers, requireOptions, requireString } from './wanted.js';

export interface Bar {
  /**
   * What stands below the bar. Bars of one name stand beside each other, one for each group; name and group once more:
   * another bar beside it.
   */
  readonly name: string;
  /**
   * One value, or several, for instance one for each seed: drawn as mean ± sample standard deviation. Not finite: no
   * bar.
   */
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

const maxBars = 120;
/** Of a name or a group. */
const mostLetters = 60;

/**
 * Draws a bar, or a point, for each value; several values are their mean with a line of one sample standard deviation
 * up and down.
 * @example show(bars([{ name: 'Adam', value: [97.3, 97.1, 97.4] }, { name: 'SGD', value: 95.2 }], { y: 'test accuracy,
 * %', mark: 'points' }));
 * @throws TypeError for what is no bar; RangeError for no bars, more than 120, or more than 6 groups
 */
export function bars(values: readonly Bar[], options: BarsOptions = {}): Plot {
  requireList('bars()', values, 'a list of bars { name, value }');
  requireOptions('bars()', options, ['title', 'subtitle', 'x', 'y', 'mark', 'height']);
  if (options.mark !== undefined) requireChoice('mark of bars()', options.mark, ['bars', 'points']);
  if (values.length < 1 || values.length > maxBars)
    throw new RangeError(`${values.length} bars: 1 to ${maxBars} can be drawn; make several pictures`);
  const drawn = Array.from(values, (bar, k) => {
    const { name, value, group } = requireObject(`bar ${k}`, bar, '{ name, value }');
    requireKnown(`bar ${k}`, bar, ['name', 'value', 'group'], '; several values, as [1, 2, 4], get an error bar');
    requireString(`the name of bar ${k}`, name);
    if (group !== undefined) requireString(`the group of bar ${k}`, group);
    const all = typeof value === 'number' ? [value] : Array.from(requireNumbers(`the value of bar ${k}`, value));
    const { n, mean, std } = spread(all.filter((one) => Math.abs(one) <= largest));
    return {
      name,
      group: group ?? '',
      mean: Number.isFinite(mean) ? Number(mean.toPrecision(8)) : null,
      ...(std !== undefined && { low: Math.max(-largest, mean - std), high: Math.min(largest, mean + std) }),
      count: n,
    };
  });
  const groups = [...new Set(drawn.map(({ group }) => group))];
  if (groups.length > markShapes.length)
    throw new RangeError(`${groups.length} groups of bars: the limit is ${markShapes.length}; make several pictures`);
  const labels = labelsOf(drawn.map(({ name }) => name));
  const groupLabels = labelsOf(groups);
  const facts = drawn.map(({ name, group, mean, low, count }) => {
    const std = low === undefined || mean === null ? '' : ` ± ${shortNumber(mean - low)} (${count})`;
    return `${labels.get(name)}${group === '' ? '' : `, ${groupLabels.get(group)}`} ${mean === null ? 'none' : shortNumber(mean)}${std}`;
  });
  const title = options.title === undefined ? '' : `${plainText(options.title)}: `;
  const shown = facts.length > 12 ? [...facts.slice(0, 12), `… ${facts.length - 12} more`] : facts;
  return figurePlot(
    `bars: ${title}${shown.join('; ')}`,
    chartFigure(options, barsContent(drawn, labels, groupLabels, options)),
  );
}

/** Whole names decide which bars belong together; these are written, cut so that they can be told apart. */
function labelsOf(names: readonly string[]): Map<string, string> {
  const whole = [...new Set(names)];
  const cut = cutApart(whole, (name) => plainText(name, mostLetters));
  return new Map(whole.map((name, k) => [name, cut[k]]));
}

/**
 * A place on the axis for each name, and one more for each time that a name comes again in its group: no bar hides
 * another.
 */
function slotsOf(values: readonly DrawnBar[]): { names: string[]; slots: number[] } {
  const seen = new Map<string, number>();
  const again = values.map(({ name, group }) => {
    const key = JSON.stringify([name, group]);
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    return times;
  });
  const slots: string[] = [];
  for (const name of new Set(values.map((value) => value.name))) {
    const most = again.reduce((times, one, k) => (values[k].name === name ? Math.max(times, one) : times), 0);
    for (let k = 0; k <= most; k++) slots.push(name);
  }
  return { names: slots, slots: values.map(({ name }, k) => slots.indexOf(name) + again[k]) };
}

interface DrawnBar {
  readonly name: string;
  readonly group: string;
  readonly mean: number | null;
  readonly low?: number;
  readonly high?: number;
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(4)));

function barsContent(
  values: readonly DrawnBar[],
  labels: ReadonlyMap<string, string>,
  groupLabels: ReadonlyMap<string, string>,
  options: BarsOptions,
): Omit<ChartContent, 'kind'> {
  const { names, slots } = slotsOf(values);
  const groups = [...groupLabels.keys()];
  const points = options.mark === 'points';
  const share = 0.76 / groups.length;
  const place = (value: DrawnBar): number =>
    slots[values.indexOf(value)] + 0.5 + (groups.indexOf(value.group) - (groups.length - 1) / 2) * share;
  const ends = values.flatMap(({ mean, low, high }) => [mean, low, high]);
  const means = groups.map((group, k): FigureMark => {
    const own = values.filter((value) => value.group === group);
    const base = { ink: chartInks[k], ...(groups.length > 1 && { name: groupLabels.get(group)! }), x: own.map(place) };
    const y = own.map(({ mean }) => mean);
    return points
      ? { ...base, type: 'points', y, shape: markShapes[k], radius: 5 }
      : { ...base, type: 'bars', low: y.map((mean) => mean && 0), high: y, width: 0.92 * share, look: 'filled' };
  });
  const spreads = values.filter(({ low }) => low !== undefined);
  const errors: FigureMark = {
    ink: 'text',
    type: 'rules',
    x: spreads.map(place),
    low: spreads.map(({ low = null }) => low),
    high: spreads.map(({ high = null }) => high),
    width: 1.4,
  };
  return {
    height: heightOf(options),
    x: {
      ...(options.x !== undefined && { title: plainText(options.x) }),
      from: 0,
      to: names.length,
      names: names.map((name) => labels.get(name)!),
    },
    y: {
      ...(options.y !== undefined && { title: plainText(options.y) }),
      ...rangeAround(points ? ends : [0, ...ends]),
    },
    marks: spreads.length > 0 ? [...means, errors] : means,
  };
}
