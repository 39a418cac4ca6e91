/**
 * Training curves: accuracy and cost against epochs, live inside the epoch, of one run or several, with somebody else's
 * log for comparison.
 */
import { describe, requireList, requireObject } from '../network/require.js';
import { plainText } from './check.js';
import {
  curvePanels,
  type CurveLog,
  type CurvePanel,
  type CurveSeries,
  type CurvesPayload,
  type TrainingState,
} from './curvesPayload.js';
import {
  epochSeries,
  meanSeries,
  progressSeries,
  referenceSeries,
  type HistoryLike,
  type ReferenceCurve,
} from './curvesSeries.js';
import { curvesSpec } from './curvesSpec.js';
import { cutApart } from './apart.js';
import { drawPicture } from './drawPicture.js';
import { drawCurves, paperScene } from './drawing/curves/draw.js';
import { bestPoint } from './drawing/curves/values.js';
import { curvesMime, payloadLimits, vegaLiteMime } from './payload.js';
import { Plot } from './picture.js';
import { requireHistory, requireReference, requireState } from './wantedHistory.js';
import { guess } from '../network/nearest.js';
import { requireOptions } from './wanted.js';

export type { HistoryLike, ReferenceCurve } from './curvesSeries.js';

export interface CurvesOptions {
  /** Default `Training`. */
  title?: string;
  /**
   * Of several histories, one for each; those of equal names are seeds of one experiment and are drawn as their mean
   * and a band.
   */
  names?: readonly string[];
  /** Drawn dashed, as far as the run's own epochs go. */
  reference?: ReferenceCurve | readonly ReferenceCurve[];
  /**
   * Panels to draw. Default accuracy and cost, and the learning rate where it changes; in JupyterLab buttons below the
   * plot add the others. `silentShare`, `firingRate` and `weightNorm` have a curve for each layer, of a single history.
   */
  panels?: readonly CurvePanel[];
  /** Panels whose axis shall be logarithmic, or shall not. Default: costs that span more than a factor of 20. */
  log?: CurveLog;
  /** Training goes on. Default false. */
  live?: boolean;
  /** How fast, while it does. */
  state?: TrainingState;
}

/**
 * Draws a training history, or several to compare: one colour a run, the same in both panels.
 * @example show(curves(await net.fit(train, { epochs: 3, validation: test })));
 * @example show(curves([adam, sgd], { names: ['Adam', 'SGD'] }));
 * @throws TypeError for what is no history; RangeError for no history, names that do not fit, or more than 64 series
 */
export function curves(history: HistoryLike | readonly HistoryLike[], options: CurvesOptions = {}): Plot {
  const payload = curvesPayload(history, options);
  const text = Array.isArray(history) ? severalText(payload) : curvesText(history as HistoryLike);
  const epochs = Array.isArray(history) ? undefined : (history as HistoryLike).epochs.length;
  return new Plot({
    text: `curves: ${text}`,
    light: { [curvesMime]: payload },
    ...(epochs !== undefined && { stage: epochs }),
    fallback: () => ({ [vegaLiteMime]: curvesSpec(payload) }),
    draw: () =>
      drawPicture((pen, theme, width, measure) => {
        const scene = paperScene(payload, width, measure, theme.fontSize);
        drawCurves(pen, theme, scene);
        return scene.layout.height;
      }),
  });
}

/** The data part of curves. */
export function curvesPayload(
  history: HistoryLike | readonly HistoryLike[],
  options: CurvesOptions = {},
): CurvesPayload {
  requireOptions('curves()', options, ['title', 'names', 'reference', 'panels', 'log', 'live', 'state']);
  const histories = [history].flat() as readonly HistoryLike[];
  histories.forEach(requireHistory);
  if (options.state !== undefined) requireState(options.state);
  if (options.live !== undefined && typeof options.live !== 'boolean')
    throw new TypeError(`live of curves() takes true or false, not ${describe(options.live)}`);
  if (options.names !== undefined && !Array.isArray(history))
    throw new RangeError('names of curves() are of several histories: give a list, curves([history], { names })');
  if (histories.length === 0) throw new RangeError('curves of no history: give at least one');
  const end = Math.max(...histories.map(endOf));
  const references = options.reference === undefined ? [] : ([options.reference].flat() as readonly ReferenceCurve[]);
  references.forEach(requireReference);
  const own = Array.isArray(history)
    ? severalRuns(histories, options.names, payloadLimits.series - 3 * references.length)
    : { series: [...progressSeries(histories[0]), ...epochSeries(histories[0])], note: badCost(histories[0]) };
  const series = [...references.flatMap((one) => referenceSeries(one, end)), ...own.series];
  if (series.length > payloadLimits.series)
    throw new RangeError(
      `curves of ${series.length} series: the limit is ${payloadLimits.series}; give fewer histories or references`,
    );
  return {
    version: 1,
    title: plainText(options.title ?? 'Training'),
    live: options.live ?? false,
    ...(options.state && { state: options.state }),
    plannedEpochs: end,
    axes: { x: 'epoch', accuracy: 'accuracy', cost: 'cost' },
    ...('runs' in own && { runs: own.runs }),
    series,
    panels: panelsToShow(histories, options.panels),
    ...(options.log && { log: logOf(options.log) }),
    ...(own.note && { note: own.note }),
  };
}

/** @throws RangeError for a panel that there is not */
function panelsToShow(histories: readonly HistoryLike[], asked: readonly CurvePanel[] | undefined): CurvePanel[] {
  if (asked !== undefined) {
    requireList('panels of curves()', asked, `a list of ${curvePanels.join(', ')}`);
    return asked.map(requirePanel);
  }
  const changes = histories.some(({ epochs }) => new Set(epochs.map((e) => e.learningRate)).size > 1);
  return ['accuracy', 'cost', ...(changes ? (['learningRate'] as const) : [])];
}

function logOf(log: CurveLog): CurveLog {
  for (const [name, value] of Object.entries(requireObject('log of curves()', log, '{ cost: true }'))) {
    requirePanel(name);
    if (typeof value !== 'boolean')
      throw new TypeError(`log.${name} of curves() takes true or false, not ${describe(value)}`);
  }
  return log;
}

function requirePanel(name: string): CurvePanel {
  const panel = curvePanels.find((one) => one === name);
  if (!panel)
    throw new RangeError(`no panel ${describe(name)}: ${guess(name, curvePanels)}there are ${curvePanels.join(', ')}`);
  return panel;
}

/** Runs by their names, in order of appearance; a name given more than once is a mean over seeds. */
function severalRuns(
  histories: readonly HistoryLike[],
  given: readonly string[] | undefined,
  most: number,
): { series: CurveSeries[]; runs: string[]; note: string } {
  if (given && given.length !== histories.length)
    throw new RangeError(`${given.length} names for ${histories.length} histories: give one for each`);
  const groups = new Map<string, HistoryLike[]>();
  histories.forEach((history, k) => {
    const name = given?.[k] ?? `run ${k + 1}`; // whole: names that begin alike are no seeds of one experiment
    groups.set(name, [...(groups.get(name) ?? []), history]);
  });
  const marks = [...groups.values()].map((seeds, run) =>
    seeds.length > 1 ? meanSeries(seeds, run) : epochSeries(seeds[0], run),
  );
  const lines = [...groups.values()].map((seeds, run) => (seeds.length > 1 ? [] : progressSeries(seeds[0], run)));
  // Of very many runs the lines within their epochs are left out.
  const all = marks.flat().length + lines.flat().length <= most;
  const series = marks.flatMap((one, run) => [...(all || one.length === 0 ? lines[run] : []), ...one]);
  const seeds = Math.max(...[...groups.values()].map((group) => group.length));
  const note = seeds > 1 ? `line: mean of up to ${seeds} seeds; band: from the lowest to the highest` : '';
  return { series, runs: cutApart([...groups.keys()], (name) => plainText(name, 80)), note };
}

/** The last epoch asked for or reached. */
function endOf({ plannedEpochs = 0, epochs, progress = [] }: HistoryLike): number {
  const reached = [...epochs, ...progress].reduce((most, { epoch }) => Math.max(most, epoch), 0);
  return Math.max(plannedEpochs, Math.ceil(reached));
}

function badCost({ epochs }: HistoryLike): string {
  const bad = epochs.find((e) => !Number.isFinite(e.cost));
  return bad ? `cost is ${bad.cost} in epoch ${bad.epoch}` : '';
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

/** `2 runs: Adam best test 98.36 % in epoch 2; SGD …` */
function severalText({ runs = [], series }: CurvesPayload): string {
  const each = runs.map((name, run) => {
    const test = series.find((one) => one.run === run && one.panel === 'accuracy' && one.role === 'test');
    const best = test ? bestPoint(test) : -1;
    return test && best >= 0 ? `${name} best test ${percent(test.y[best] as number)} in epoch ${test.x[best]}` : name;
  });
  return `${runs.length} run${runs.length === 1 ? '' : 's'}: ${each.join('; ')}`;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)} %`;
}

function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}
