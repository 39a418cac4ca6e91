/** Training curves as a Vega-Lite specification: what JupyterLab without our extension, VS Code and the PNG show. */
import type { CurvePanel, CurveSeries, CurvesPayload } from './payload.js';
import { colors } from './style.js';
import { vegaLite, type VegaLiteSpec } from './vega.js';

/** The specification of curves; `summary` stands under the title. */
export function curvesSpec(payload: CurvesPayload, summary: string): VegaLiteSpec {
  const order = ['train', 'test', 'progress', 'reference'];
  const series = [...payload.series]
    .sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role))
    .filter((one, index, all) => all.findIndex((other) => other.name === one.name) === index);
  const looks = series.map((one, index) =>
    lookOf(one, series.slice(0, index).filter((other) => other.role === 'reference').length),
  );
  const legend =
    series.length > 0 ? { title: null, orient: 'bottom', symbolType: 'stroke', labelLimit: 300, offset: 2 } : null;
  const scale = (range: readonly unknown[]): unknown => ({
    field: 's',
    type: 'nominal',
    scale: { domain: series.map((one) => one.name), range },
    legend,
  });
  return vegaLite({
    title: { text: payload.title ?? '', subtitle: payload.note ? [summary, payload.note] : summary },
    spacing: 36,
    hconcat: (['accuracy', 'cost'] as const).map((panel) =>
      panelSpec(payload, panel, {
        color: scale(looks.map((look) => look.color)),
        strokeDash: scale(looks.map((look) => look.dash)),
      }),
    ),
  });
}

function panelSpec(payload: CurvesPayload, panel: CurvePanel, scales: Record<string, unknown>): VegaLiteSpec {
  const series = payload.series.filter((one) => one.panel === panel);
  const end = Math.max(1, payload.plannedEpochs);
  const y = panel === 'accuracy' ? accuracyAxis(series) : costAxis(series);
  const role = (wanted: CurveSeries['role'][]): unknown => ({
    filter: { field: 's', oneOf: series.filter((one) => wanted.includes(one.role)).map((one) => one.name) },
  });
  return {
    width: 285,
    height: 210,
    data: { values: series.flatMap((one) => one.x.map((x, i) => ({ s: one.name, x, y: one.y[i] }))) },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: payload.axes.x,
        scale: { domain: [0, end], nice: false },
        axis: {
          tickCount: Math.min(end, 6) < 3 ? 5 : 6,
          ...(end >= 3 && { tickMinStep: 1, format: 'd' }),
          grid: false,
          labelFlush: false,
        },
      },
      y: { field: 'y', type: 'quantitative', title: payload.axes[panel], ...y },
      ...scales,
    },
    layer: [
      { transform: [role(['progress'])], mark: { type: 'line', clip: true, strokeWidth: 1, opacity: 0.8 } },
      { transform: [role(['reference'])], mark: { type: 'line', clip: true, strokeWidth: 1.5 } },
      { transform: [role(['train', 'test'])], mark: { type: 'line', clip: true, strokeWidth: 2 } },
      {
        transform: [role(['train', 'test'])],
        mark: { type: 'point', filled: true, opacity: 1, size: end > 60 ? 14 : 36 },
      },
    ],
  };
}

/** Hue says what (train blue, test vermilion, the line within epochs pale), dashes say whose; `before` counts the references before this one. */
function lookOf(series: CurveSeries, before: number): { color: string; dash: readonly number[] } {
  if (series.role === 'progress') return { color: colors.sky, dash: [1, 0] };
  const color = series.role === 'test' || series.name.endsWith(', test') ? colors.vermilion : colors.blue;
  const patterns = [
    [5, 3],
    [2, 2],
    [7, 2, 2, 2],
  ];
  return { color, dash: series.role === 'reference' ? patterns[Math.floor(before / 2) % patterns.length] : [1, 0] };
}

/** From where the curves are to 100 %: at 98 % an axis from 0 would hide what is to be seen. */
function accuracyAxis(series: readonly CurveSeries[]): Record<string, unknown> {
  const lowest = lowerEnd(series);
  const low =
    lowest === undefined
      ? 0
      : Math.max(0, lowest > 0.9 ? Math.floor(lowest * 100 - 0.5) / 100 : Math.floor(lowest * 10 - 0.2) / 10);
  const high = 1;
  return {
    scale: { domain: [Math.min(low, 0.99), high], nice: false },
    axis: { format: high - low < 0.06 ? '.1%' : '.0%', tickCount: 6 },
  };
}

/** Linear from 0, or logarithmic when the costs span more than a factor of 20. */
function costAxis(series: readonly CurveSeries[]): Record<string, unknown> {
  const values = series.flatMap((one) => one.y).filter((v): v is number => v !== null);
  const positive = values.filter((v) => v > 0);
  const low = Math.min(...positive);
  const high = Math.max(...positive);
  const axis = { tickCount: 6, format: '~s' };
  if (positive.length === 0) return { scale: { domain: [0, 1] }, axis };
  if (positive.length === values.length && high > 20 * low) {
    const powers = Array.from({ length: 40 }, (_, k) => 10 ** (Math.floor(Math.log10(low)) + k)).filter(
      (power) => power <= high * 1.2,
    );
    return {
      scale: { type: 'log', domain: [low / 1.2, high * 1.2], nice: false },
      axis: { values: powers.flatMap((power) => [power, 2 * power, 5 * power]), format: '~s' },
    };
  }
  return { scale: { domain: [Math.min(0, ...values), high * 1.05], nice: false }, axis };
}

/** The lowest epoch mark, or the lower fifth of the points within epochs if that is lower still (the first points of a run are near chance). */
function lowerEnd(series: readonly CurveSeries[]): number | undefined {
  const values = (roles: readonly string[]): number[] =>
    series
      .filter((one) => roles.includes(one.role))
      .flatMap((one) => one.y)
      .filter((v): v is number => v !== null)
      .sort((a, b) => a - b);
  const marks = values(['train', 'test', 'reference']);
  const progress = values(['progress']);
  const candidates = [marks[0], progress[Math.floor(progress.length / (marks.length > 1 ? 5 : 20))]].filter(
    (v) => v !== undefined,
  );
  return candidates.length === 0 ? undefined : Math.min(...candidates);
}
