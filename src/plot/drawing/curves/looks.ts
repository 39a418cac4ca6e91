import { markOpacity, neutralSeries } from '../theme.js';
import type { CurvePanel, CurveSeries } from '../../curvesPayload.js';

/** How a series is drawn. */
export interface Look {
  /** Index into the theme's series colours. */
  readonly colour: number;
  readonly dash: readonly number[];
  readonly width: number;
  readonly opacity: number;
  readonly marks: 'none' | 'filled' | 'hollow' | 'square' | 'diamond';
}

const solid: readonly number[] = [];
const dashes = [
  [6, 4],
  [2, 3],
  [8, 3, 2, 3],
];
const runDashes = [solid, ...dashes];

/** Looks for all series of a plot, the same in every panel. */
export function looks(series: readonly CurveSeries[]): Look[] {
  const several = series.some(({ run }) => run !== undefined);
  const references = [...new Set(series.filter(({ role }) => role === 'reference').map(({ name }) => source(name)))];
  const seen = new Map<string, number>();
  return series.map((one) => {
    if (one.role === 'reference') return referenceLook(one, references.indexOf(source(one.name)), several);
    if (one.run !== undefined) return runLook(one, one.run);
    const key = `${one.panel} ${one.role}`;
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return ownLook(one, nth);
  });
}

/**
 * Of a single run: the live line and the training marks share a colour, the test marks have the next; layers go through
 * the palette.
 */
function ownLook({ role }: CurveSeries, nth: number): Look {
  if (role === 'progress')
    return { colour: (2 * nth) % neutralSeries, dash: solid, width: 1, opacity: markOpacity, marks: 'none' };
  if (role === 'train')
    return { colour: (2 * nth) % neutralSeries, dash: solid, width: 1.75, opacity: 1, marks: 'hollow' };
  return { colour: (2 * nth + 1) % neutralSeries, dash: solid, width: 2, opacity: 1, marks: 'filled' };
}

/** One colour a run; where colours run out, dashes tell runs apart, then marks. Testing is bold, training thin. */
function runLook({ role }: CurveSeries, run: number): Look {
  const turn = Math.floor(run / neutralSeries);
  const look = { colour: run % neutralSeries, dash: runDashes[turn % runDashes.length] };
  if (role === 'progress') return { ...look, width: 0.75, opacity: markOpacity, marks: 'none' };
  if (role === 'train') return { ...look, width: 1.25, opacity: markOpacity, marks: 'none' };
  const marks = (['filled', 'square', 'diamond'] as const)[Math.floor(turn / runDashes.length) % 3];
  return { ...look, width: 2, opacity: 1, marks };
}

/** Like is compared with like: the library names references `…, train` and `…, test`. */
function referenceLook({ name }: CurveSeries, nth: number, several: boolean): Look {
  const colour = several ? neutralSeries : /\btrain$/.test(name) ? 0 : /\btest$/.test(name) ? 1 : neutralSeries;
  const train = /\btrain$/.test(name);
  return {
    colour,
    dash: dashes[nth % dashes.length],
    width: several && train ? 1 : 1.5,
    opacity: 0.9,
    marks: 'none',
  };
}

/** `authors` of `authors, test`. */
const source = (name: string): string => name.replace(/, (train|test)$/, '');

/** An entry of a legend: its text and the series whose look and value it shows. */
export interface LegendEntry {
  readonly name: string;
  readonly series: number;
}

/**
 * The legend of a panel: train, test, and each reference once; of several runs nothing, they have one legend for all
 * panels.
 */
export function panelLegend(series: readonly CurveSeries[], panel: CurvePanel): LegendEntry[] {
  if (series.some(({ run }) => run !== undefined)) return [];
  const here = series.flatMap((one, index) => (one.panel === panel ? [{ one, index }] : []));
  const entries = new Map<string, LegendEntry>();
  for (const { one, index } of here) {
    const name = one.role === 'reference' ? source(one.name) : one.name.replace(/, within epoch$/, '');
    const key = `${one.role === 'reference'} ${name}`; // a reference may be called `test`
    // Of a run, marks of epochs stand for the line within them; of a reference, its test curve.
    const first = entries.get(key);
    const better = first === undefined || one.role === 'train' || /, test$/.test(one.name);
    if (better) entries.set(key, { name, series: index });
  }
  const isReference = ({ series: index }: LegendEntry): boolean => series[index].role === 'reference';
  const all = [...entries.values()];
  return [...all.filter((entry) => !isReference(entry)), ...all.filter(isReference)];
}

/** The legend of several runs: each once, by the curve that says most of it, then the references. */
export function runsLegend(series: readonly CurveSeries[], runs: readonly string[]): LegendEntry[] {
  const own = runs.flatMap((name, run) => {
    const of = (role?: string): number =>
      series.findIndex((one) => one.run === run && (role === undefined || one.role === role));
    const index = [of('test'), of('train'), of()].find((found) => found >= 0);
    return index === undefined ? [] : [{ name, series: index }];
  });
  const references = new Map<string, LegendEntry>();
  series.forEach((one, index) => {
    const name = source(one.name);
    if (one.role === 'reference' && (!references.has(name) || /, test$/.test(one.name)))
      references.set(name, { name, series: index });
  });
  return [...own, ...references.values()];
}
