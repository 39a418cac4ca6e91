/**
 * Training curves as JSON: the contract between the library, saved notebooks and the JupyterLab extension. Believes
 * nothing; see `payload.ts`.
 */
import { choice, finite, integer, kind, list, optionalText, PayloadError, record, text } from './check.js';
import { payloadLimits, requireVersion } from './payload.js';

/**
 * What is drawn over the epochs, in reading order. Shares and accuracies are fractions 0..1, rates Hz, seconds apart.
 */
export const curvePanels = ['accuracy', 'cost', 'learningRate', 'silentShare', 'firingRate', 'weightNorm'] as const;
export type CurvePanel = (typeof curvePanels)[number];

const curveRoles = ['progress', 'train', 'test', 'reference'] as const;
export type CurveRole = (typeof curveRoles)[number];

/**
 * One curve. `progress` is the live line inside the epochs, `train` and `test` are marks at the ends of epochs,
 * `reference` is somebody else's log.
 */
export interface CurveSeries {
  readonly panel: CurvePanel;
  readonly role: CurveRole;
  readonly name: string;
  /** Which of `runs` it belongs to; absent where there is but one. */
  readonly run?: number;
  /** Epochs, ascending; 0.5 is the middle of the first epoch, 1 its end. */
  readonly x: readonly number[];
  /** null where the value was not finite. Same length as `x`. */
  readonly y: readonly (number | null)[];
  /** A band around the curve, from `low` to `high`, for instance over seeds. Same length as `x`. */
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
}

export type CurveLog = Readonly<Partial<Record<CurvePanel, boolean>>>;

/** How the training goes, while it does. */
export interface TrainingState {
  /** When this was said, milliseconds since 1970. */
  readonly made: number;
  readonly samplesPerSecond?: number;
  readonly secondsLeft?: number;
  /** By which the kernel can be asked for it: see `trainingReply.ts`. */
  readonly id?: string;
}

/** `application/vnd.spikelab.curves.v1+json` */
export interface CurvesPayload {
  readonly version: 1;
  readonly title?: string;
  /** Training goes on: more points will come. */
  readonly live: boolean;
  readonly state?: TrainingState;
  /** Epochs asked for: fixes the x axis, 0 .. plannedEpochs. */
  readonly plannedEpochs: number;
  readonly axes: { readonly x: string; readonly accuracy: string; readonly cost: string };
  /** Names of the runs, where several are compared. */
  readonly runs?: readonly string[];
  readonly series: readonly CurveSeries[];
  /** Panels that are shown; the reader may ask for the others of which there are series. Absent: all. */
  readonly panels?: readonly CurvePanel[];
  /** Axes that shall be logarithmic, or shall not; the others choose themselves. */
  readonly log?: CurveLog;
  /** To be shown on the plot. */
  readonly note?: string;
}

/**
 * Checks a curves payload of unknown origin.
 * @throws PayloadError
 */
export function parseCurvesPayload(value: unknown): CurvesPayload {
  const raw = record('curves', value);
  requireVersion(raw);
  const axes = record('axes', raw.axes);
  const runs =
    raw.runs === undefined
      ? undefined
      : list('runs', raw.runs, payloadLimits.series).map((name, k) => text(`runs[${k}]`, name));
  const series = list('series', raw.series, payloadLimits.series).map((one, index) =>
    parseSeries(`series[${index}]`, one, runs?.length ?? 0),
  );
  const points = series.reduce((sum, one) => sum + one.x.length, 0);
  if (points > payloadLimits.points)
    throw new PayloadError(`curves of ${points} points: the limit is ${payloadLimits.points}`);
  return {
    version: 1,
    ...optionalText(raw, 'title'),
    live: raw.live === true,
    ...(raw.state !== undefined && { state: parseState(raw.state) }),
    plannedEpochs: finite('plannedEpochs', raw.plannedEpochs, 0, 1e9),
    axes: {
      x: text('axes.x', axes.x),
      accuracy: text('axes.accuracy', axes.accuracy),
      cost: text('axes.cost', axes.cost),
    },
    ...(runs && { runs }),
    series,
    ...(raw.panels !== undefined && {
      panels: list('panels', raw.panels, curvePanels.length).map((panel, k) =>
        choice(`panels[${k}]`, panel, curvePanels),
      ),
    }),
    ...(raw.log !== undefined && { log: parseLog(raw.log) }),
    ...optionalText(raw, 'note'),
  };
}

function parseLog(value: unknown): CurveLog {
  const raw = record('log', value);
  const log: Partial<Record<CurvePanel, boolean>> = {};
  for (const panel of curvePanels) {
    if (raw[panel] === undefined) continue;
    if (typeof raw[panel] !== 'boolean')
      throw new PayloadError(`log.${panel} is ${kind(raw[panel])}: it must be true or false`);
    log[panel] = raw[panel];
  }
  return log;
}

function parseState(value: unknown): TrainingState {
  const raw = record('state', value);
  const optional = <K extends string>(key: K): { [P in K]?: number } =>
    (raw[key] === undefined ? {} : { [key]: finite(`state.${key}`, raw[key], 0, 1e12) }) as { [P in K]?: number };
  return {
    made: finite('state.made', raw.made, 0, 8.64e15),
    ...optional('samplesPerSecond'),
    ...optional('secondsLeft'),
    ...optionalText(raw, 'id', 'state.'),
  };
}

function parseSeries(where: string, value: unknown, runs: number): CurveSeries {
  const raw = record(where, value);
  const x = list(`${where}.x`, raw.x, payloadLimits.points).map((v, i) => finite(`${where}.x[${i}]`, v, 0, 1e9));
  const values = (key: 'y' | 'low' | 'high'): (number | null)[] => {
    const found = list(`${where}.${key}`, raw[key], payloadLimits.points).map((v, i) =>
      v === null ? null : finite(`${where}.${key}[${i}]`, v, -1e300, 1e300),
    );
    if (x.length !== found.length)
      throw new PayloadError(`${where} has ${x.length} x and ${found.length} ${key} values: give as many of both`);
    return found;
  };
  const y = values('y');
  for (let i = 1; i < x.length; i++) {
    if (x[i] < x[i - 1]) throw new PayloadError(`${where}.x[${i}] is ${x[i]} after ${x[i - 1]}: epochs must ascend`);
  }
  return {
    panel: choice(`${where}.panel`, raw.panel, curvePanels),
    role: choice(`${where}.role`, raw.role, curveRoles),
    name: text(`${where}.name`, raw.name),
    ...(raw.run !== undefined && { run: integer(`${where}.run`, raw.run, 0, Math.max(0, runs - 1)) }),
    x,
    y,
    ...((raw.low !== undefined || raw.high !== undefined) && { low: values('low'), high: values('high') }),
  };
}
