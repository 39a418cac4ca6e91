import { neutralSeries } from '../plot/theme.js';
import type { CurveSeries } from '../../../src/plot/payload.js';

/** How a series is drawn. */
export interface Look {
  /** Index into the theme's series colours. */
  readonly colour: number;
  readonly dash: readonly number[];
  readonly width: number;
  readonly opacity: number;
  readonly marks: 'none' | 'filled' | 'hollow';
}

const dashes = [[6, 4], [2, 3], [8, 3, 2, 3]];

/**
 * Looks for all series of a plot. The live line and the training marks of a run share a colour, its test marks have the next;
 * further series of the same role and panel go on through the palette. References are dashed; the first is grey.
 */
export function looks(series: readonly CurveSeries[]): Look[] {
  const seen = new Map<string, number>();
  return series.map(({ panel, role }) => {
    const key = `${panel} ${role}`;
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    if (role === 'progress') return { colour: (2 * nth) % neutralSeries, dash: [], width: 1.25, opacity: 0.7, marks: 'none' };
    if (role === 'train') return { colour: (2 * nth) % neutralSeries, dash: [], width: 1.75, opacity: 1, marks: 'hollow' };
    if (role === 'test') return { colour: (2 * nth + 1) % neutralSeries, dash: [], width: 2, opacity: 1, marks: 'filled' };
    return { colour: nth === 0 ? neutralSeries : (nth + 2) % neutralSeries, dash: dashes[nth % dashes.length], width: 1.5, opacity: 0.9, marks: 'none' };
  });
}
