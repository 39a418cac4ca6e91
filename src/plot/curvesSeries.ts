/**
 * Histories to the series of a plot: one run as it is, several runs side by side, seeds of one experiment as their mean
 * and a band.
 */
import type { EpochRecord, History, LayerRecord } from '../network/history.js';
import type { CurvePanel, CurveRole, CurveSeries } from './curvesPayload.js';
import { plainText } from './check.js';

/** A history, or what a saved report keeps of one. */
export type HistoryLike = Pick<History, 'epochs'> & Partial<History>;

/** Another run to compare with. Accuracies are fractions, 0..1 (the authors' log has per cent: divide by 100). */
export interface ReferenceCurve {
  readonly label: string;
  readonly points: readonly (Partial<Pick<EpochRecord, 'trainAccuracy' | 'testAccuracy' | 'cost'>> & {
    readonly epoch: number;
  })[];
}

/** Points a curve keeps; beyond, neighbours are averaged (within epochs) or left out (epoch marks). */
const pointsPerCurve = 300;
/** Layers that have curves of their own. */
const mostLayers = 14;

/** Epoch and value; the value is undefined where nothing was measured. */
type Point = readonly [epoch: number, value: number | undefined | null];

/** A series from points; none when nothing was measured. */
function seriesOf(
  panel: CurvePanel,
  role: CurveRole,
  name: string,
  points: readonly Point[],
  run?: number,
  thin: (points: readonly Point[]) => readonly Point[] = role === 'progress' ? average : skip,
): CurveSeries[] {
  const kept = thin(points);
  const measured = kept.filter(([x, y]) => y !== undefined && Number.isFinite(x) && x >= 0);
  if (measured.length === 0) return [];
  const x = measured.map(([epoch]) => Number(epoch.toFixed(4)));
  return [{ panel, role, name, ...(run !== undefined && { run }), x, y: measured.map(([, y]) => rounded(y)) }];
}

/** What a payload may hold: more leaves no room for an axis. */
const largest = 1e300;
const rounded = (value: number | null | undefined): number | null =>
  Number.isFinite(value) && Math.abs(value as number) <= largest ? Number((value as number).toPrecision(6)) : null;

const sorted = <T extends { readonly epoch: number }>(points: readonly T[]): T[] =>
  [...points].sort((a, b) => a.epoch - b.epoch);

/** The lines inside the epochs. */
export function progressSeries({ progress = [] }: HistoryLike, run?: number): CurveSeries[] {
  const points = sorted(progress);
  return (['accuracy', 'cost'] as const).flatMap((panel) =>
    seriesOf(
      panel,
      'progress',
      'train, within epoch',
      points.map((p) => [p.epoch, panel === 'cost' ? p.cost : p.trainAccuracy]),
      run,
    ),
  );
}

/** The marks at the ends of epochs. @param thin leaves some of very many out */
export function epochSeries(
  { epochs }: HistoryLike,
  run?: number,
  thin: (points: readonly Point[]) => readonly Point[] = skip,
): CurveSeries[] {
  const records = sorted(epochs);
  const one = (panel: CurvePanel, role: CurveRole, value: (record: EpochRecord) => number | undefined): CurveSeries[] =>
    seriesOf(
      panel,
      role,
      role,
      records.map((e) => [e.epoch, value(e)]),
      run,
      thin,
    );
  return [
    ...one('accuracy', 'train', (e) => e.trainAccuracy),
    ...one('accuracy', 'test', (e) => e.testAccuracy),
    ...one('cost', 'train', (e) => e.cost),
    // Of several runs only where it says something: their series are many.
    ...(run === undefined || new Set(records.map((e) => e.learningRate)).size > 1
      ? one('learningRate', 'train', (e) => e.learningRate)
      : []),
    ...(run === undefined ? layerSeries(records) : []),
  ];
}

/** A curve for each layer in each of the panels that are about layers. */
function layerSeries(records: readonly EpochRecord[]): CurveSeries[] {
  const names = [...new Set(records.flatMap(({ layers = [] }) => layers.map(({ name }) => name)))];
  const one = (panel: CurvePanel, value: (layer: LayerRecord) => number): CurveSeries[] =>
    names.slice(0, mostLayers).flatMap((name) =>
      seriesOf(
        panel,
        'train',
        plainText(name, 80),
        records.map((e) => {
          const layer = e.layers?.find((each) => each.name === name);
          return [e.epoch, layer && value(layer)];
        }),
      ),
    );
  return [
    ...one('silentShare', (layer) => layer.silent),
    ...one('firingRate', (layer) => layer.rate),
    ...one('weightNorm', (layer) => layer.weightNorm),
  ];
}

/** Somebody else's log, as far as `end`. */
export function referenceSeries({ label, points }: ReferenceCurve, end: number): CurveSeries[] {
  const shown = sorted(points).filter((p) => p.epoch >= 0 && p.epoch <= end);
  const one = (
    panel: CurvePanel,
    what: 'train' | 'test',
    key: 'trainAccuracy' | 'testAccuracy' | 'cost',
  ): CurveSeries[] =>
    seriesOf(
      panel,
      'reference',
      `${plainText(label, 80)}, ${what}`,
      shown.map((p) => [p.epoch, p[key]]),
    );
  return [
    ...one('accuracy', 'train', 'trainAccuracy'),
    ...one('accuracy', 'test', 'testAccuracy'),
    ...one('cost', 'train', 'cost'),
  ];
}

/** The mean of several seeds at each epoch that all of them have, and the band from their lowest to their highest. */
export function meanSeries(histories: readonly HistoryLike[], run: number): CurveSeries[] {
  const all = histories.map((history) => epochSeries(history, run, (points) => points));
  return all[0].flatMap((first) => {
    const same = all.map((series) => {
      const one = series.find(({ panel, role }) => panel === first.panel && role === first.role);
      return new Map(one?.x.map((x, i) => [x, one.y[i]]));
    });
    const points = first.x.flatMap((x) => {
      const values = same.map((one) => one.get(x));
      return values.every((value): value is number => typeof value === 'number') ? [{ x, values }] : [];
    });
    if (points.length === 0) return [];
    const kept = skip(points); // only now: seeds of different lengths have other epochs left
    return [
      {
        ...first,
        x: kept.map(({ x }) => x),
        y: kept.map(({ values }) => rounded(values.reduce((a, b) => a + b, 0) / values.length)),
        low: kept.map(({ values }) => Math.min(...values)),
        high: kept.map(({ values }) => Math.max(...values)),
      },
    ];
  });
}

/** Means of neighbouring points, at most `pointsPerCurve` of them; the last point stays where it is. */
function average(points: readonly Point[]): readonly Point[] {
  const group = Math.ceil(points.length / pointsPerCurve);
  if (group <= 1) return points;
  return Array.from({ length: Math.ceil(points.length / group) }, (_, g): Point => {
    const part = points.slice(g * group, (g + 1) * group);
    const values = part.map(([, y]) => y).filter((y): y is number => Number.isFinite(y));
    return [part[part.length - 1][0], values.length === 0 ? NaN : values.reduce((a, b) => a + b, 0) / values.length];
  });
}

/** Every k-th point counted from the last. */
function skip<T>(points: readonly T[]): readonly T[] {
  const step = Math.ceil(points.length / pointsPerCurve);
  return points.filter((_, index) => (points.length - 1 - index) % step === 0);
}
