/** Training curves: accuracy and cost against epochs, live inside the epoch, with somebody else's log for comparison. */
import type { EpochRecord, History } from '../network/history.js';
import { curvesSpec } from './curvesSpec.js';
import {
  curvesMime,
  payloadLimits,
  plainText,
  vegaLiteMime,
  type CurvePanel,
  type CurveRole,
  type CurveSeries,
  type CurvesPayload,
} from './payload.js';
import { Plot } from './picture.js';
import { drawVegaLite } from './vega.js';

/** Another run to compare with. Accuracies are fractions, 0..1 (the authors' log has per cent: divide by 100). */
export interface ReferenceCurve {
  readonly label: string;
  readonly points: readonly (Partial<Pick<EpochRecord, 'trainAccuracy' | 'testAccuracy' | 'cost'>> & {
    readonly epoch: number;
  })[];
}

/** A history, or what a saved report keeps of one. */
export type HistoryLike = Pick<History, 'epochs'> & Partial<History>;

export interface CurvesOptions {
  /** Default `Training`. */
  title?: string;
  /** Drawn dashed, as far as the run's own epochs go. */
  reference?: ReferenceCurve | readonly ReferenceCurve[];
  /** Training goes on. Default false. */
  live?: boolean;
}

/** Points a curve keeps; beyond, neighbours are averaged (within epochs) or left out (epoch marks). */
const pointsPerCurve = 300;

/**
 * Draws a training history.
 * @example show(curves(await net.fit(train, { epochs: 3, validation: test })));
 */
export function curves(history: HistoryLike, options: CurvesOptions = {}): Plot {
  const payload = curvesPayload(history, options);
  const text = curvesText(history);
  const spec = (): ReturnType<typeof curvesSpec> => curvesSpec(payload, text);
  return new Plot({
    text: `curves: ${text}`,
    light: { [curvesMime]: payload },
    fallback: () => ({ [vegaLiteMime]: spec() }),
    draw: () => drawVegaLite(spec()),
  });
}

/** The data part of curves. */
export function curvesPayload(history: HistoryLike, options: CurvesOptions = {}): CurvesPayload {
  const epochs = [...history.epochs].sort((a, b) => a.epoch - b.epoch);
  const progress = [...(history.progress ?? [])].sort((a, b) => a.epoch - b.epoch);
  const end = Math.max(history.plannedEpochs ?? 0, epochs.at(-1)?.epoch ?? 0, Math.ceil(progress.at(-1)?.epoch ?? 0));
  const series: CurveSeries[] = [];
  const add = (panel: CurvePanel, role: CurveRole, name: string, points: Point[]): void => {
    if (points.some(([, y]) => y !== undefined))
      series.push(toSeries(panel, role, name, role === 'progress' ? average(points) : skip(points)));
  };
  add(
    'accuracy',
    'progress',
    'train, within epoch',
    progress.map((p) => [p.epoch, p.trainAccuracy]),
  );
  add(
    'cost',
    'progress',
    'train, within epoch',
    progress.map((p) => [p.epoch, p.cost]),
  );
  const references = options.reference === undefined ? [] : [options.reference].flat();
  for (const { label, points } of references as readonly ReferenceCurve[]) {
    const shown = [...points].sort((a, b) => a.epoch - b.epoch).filter((p) => p.epoch >= 0 && p.epoch <= end);
    add(
      'accuracy',
      'reference',
      plainText(`${label}, train`),
      shown.map((p) => [p.epoch, p.trainAccuracy]),
    );
    add(
      'accuracy',
      'reference',
      plainText(`${label}, test`),
      shown.map((p) => [p.epoch, p.testAccuracy]),
    );
    add(
      'cost',
      'reference',
      plainText(`${label}, train`),
      shown.map((p) => [p.epoch, p.cost]),
    );
  }
  add(
    'accuracy',
    'train',
    'train',
    epochs.map((e) => [e.epoch, e.trainAccuracy]),
  );
  add(
    'accuracy',
    'test',
    'test',
    epochs.map((e) => [e.epoch, e.testAccuracy]),
  );
  add(
    'cost',
    'train',
    'train',
    epochs.map((e) => [e.epoch, e.cost]),
  );
  if (series.length > payloadLimits.series)
    throw new RangeError(
      `curves of ${series.length} series: the limit is ${payloadLimits.series}; give fewer references`,
    );
  const bad = epochs.find((e) => !Number.isFinite(e.cost));
  return {
    version: 1,
    title: plainText(options.title ?? 'Training'),
    live: options.live ?? false,
    plannedEpochs: end,
    axes: { x: 'epoch', accuracy: 'accuracy', cost: 'cost' },
    series,
    ...(bad && { note: `cost is ${bad.cost} in epoch ${bad.epoch}` }),
  };
}

/** `epoch 3 of 5, train 98.87 %, test 98.04 %, cost 32.4; best test 98.36 % in epoch 2` */
function curvesText(history: HistoryLike): string {
  const last = history.epochs.at(-1);
  const point = history.progress?.at(-1);
  const planned = history.plannedEpochs ?? history.epochs.length;
  if (point && point.epoch > (last?.epoch ?? 0)) {
    return `epoch ${point.epoch.toFixed(2)} of ${planned}, train ${percent(point.trainAccuracy)}, cost ${number(point.cost)}${last?.testAccuracy === undefined ? '' : `; test ${percent(last.testAccuracy)} after epoch ${last.epoch}`}`;
  }
  if (!last) return `no epochs yet${planned > 0 ? ` of ${planned}` : ''}`;
  const best = history.epochs.reduce((a, b) => ((b.testAccuracy ?? -1) > (a.testAccuracy ?? -1) ? b : a));
  const test = last.testAccuracy === undefined ? '' : `, test ${percent(last.testAccuracy)}`;
  const bestTest =
    best.testAccuracy === undefined || best === last
      ? ''
      : `; best test ${percent(best.testAccuracy)} in epoch ${best.epoch}`;
  return `epoch ${last.epoch} of ${planned}, train ${percent(last.trainAccuracy)}${test}, cost ${number(last.cost)}${bestTest}`;
}

/** Epoch and value; the value is undefined where nothing was measured. */
type Point = readonly [number, number | undefined | null];

function toSeries(panel: CurvePanel, role: CurveRole, name: string, points: readonly Point[]): CurveSeries {
  const measured = points.filter(([x, y]) => y !== undefined && Number.isFinite(x) && x >= 0);
  return {
    panel,
    role,
    name,
    x: measured.map(([x]) => Number(x.toFixed(4))),
    y: measured.map(([, y]) => (Number.isFinite(y) ? Number((y as number).toPrecision(6)) : null)),
  };
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
function skip(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / pointsPerCurve);
  return points.filter((_, index) => (points.length - 1 - index) % step === 0);
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)} %`;
}

function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}
