import { neutralSeries } from '../plot/theme.js';
import type { CurvePanel, CurveSeries } from '../../../src/plot/payload.js';

/** How a series is drawn. */
export interface Look {
  /** Index into the theme's series colours. */
  readonly colour: number;
  readonly dash: readonly number[];
  readonly width: number;
  readonly opacity: number;
  readonly marks: 'none' | 'filled' | 'hollow';
}

const dashes = [
  [6, 4],
  [2, 3],
  [8, 3, 2, 3],
];

/**
 * Looks for all series of a plot. The live line and the training marks of a run share a colour, its test marks have the next;
 * further series of the same role and panel go on through the palette. References are dashed.
 */
export function looks(series: readonly CurveSeries[]): Look[] {
  const seen = new Map<string, number>();
  return series.map(({ panel, role, name }) => {
    const key = `${panel} ${role}`;
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    if (role === 'progress')
      return { colour: (2 * nth) % neutralSeries, dash: [], width: 1.25, opacity: 0.7, marks: 'none' };
    if (role === 'train')
      return { colour: (2 * nth) % neutralSeries, dash: [], width: 1.75, opacity: 1, marks: 'hollow' };
    if (role === 'test')
      return { colour: (2 * nth + 1) % neutralSeries, dash: [], width: 2, opacity: 1, marks: 'filled' };
    return {
      colour: referenceColour(name),
      dash: dashes[Math.floor(nth / 2) % dashes.length],
      width: 1.5,
      opacity: 0.9,
      marks: 'none',
    };
  });
}

/** Like is compared with like: the library names references `…, train` and `…, test`. */
function referenceColour(name: string): number {
  if (/\btrain$/.test(name)) return 0;
  if (/\btest$/.test(name)) return 1;
  return neutralSeries;
}

/** Indices of a panel's series in the order of the legend: the run itself, then what it is compared with. */
export function legendOrder(series: readonly CurveSeries[], panel: CurvePanel): number[] {
  const indices = series.flatMap((one, index) => (one.panel === panel ? [index] : []));
  const isReference = (index: number): boolean => series[index].role === 'reference';
  return [...indices.filter((index) => !isReference(index)), ...indices.filter(isReference)];
}
