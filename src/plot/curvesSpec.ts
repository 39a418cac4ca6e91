/**
 * Training curves as a Vega-Lite specification, for JupyterLab without our extension and VS Code: the axes, ticks and
 * looks of the drawing.
 */
import type { CurvePanel, CurveSeries, CurvesPayload } from './curvesPayload.js';
import { epochTicks, valueTicks, valueTicksOf } from './drawing/curves/axes.js';
import { panelsOf } from './drawing/curves/draw.js';
import { valueAxis, wholeEpochs } from './drawing/curves/extent.js';
import { looks, panelLegend, runsLegend, type Look } from './drawing/curves/looks.js';
import { extremesOf, panelHeading, stateText } from './drawing/curves/values.js';
import { paper } from './drawing/theme.js';
import { formatTick } from './drawing/ticks.js';
import { vegaLite, type VegaLiteSpec } from './vega.js';

/** Width of a panel, CSS pixels. */
const width = 285;

/** One kind of curve: the same name, role and run look the same in every panel. */
interface Kind {
  readonly key: string;
  readonly look: Look;
  readonly legend?: string;
}

export function curvesSpec(given: CurvesPayload): VegaLiteSpec {
  const panels = panelsOf(given);
  const payload = { ...given, series: given.series.filter(({ panel }) => panels.includes(panel)) };
  const kinds = kindsOf(payload);
  const notes = [stateText(payload), payload.note ?? ''].filter((line) => line !== '');
  return vegaLite({
    title: { text: payload.title ?? '', ...(notes.length > 0 && { subtitle: notes }) },
    spacing: 36,
    columns: 2,
    concat: panelsOf(payload).map((panel) => panelSpec(payload, panel, kinds)),
  });
}

const keyOf = ({ name, role, run }: CurveSeries): string => `${run ?? ''} ${role} ${name}`;

function kindsOf(payload: CurvesPayload): Kind[] {
  const { series, runs } = payload;
  const all = looks(series);
  const entries = [
    ...(runs ? runsLegend(series, runs) : []),
    ...panelsOf(payload).flatMap((panel) => panelLegend(series, panel)),
  ];
  const kinds = new Map<string, Kind>();
  series.forEach((one, index) => {
    const entry = entries.find((candidate) => keyOf(series[candidate.series]) === keyOf(one));
    const kind = { key: keyOf(one), look: all[index], ...(entry && { legend: entry.name }) };
    if (!kinds.has(kind.key)) kinds.set(kind.key, kind);
  });
  return [...kinds.values()];
}

function panelSpec(payload: CurvesPayload, panel: CurvePanel, kinds: readonly Kind[]): VegaLiteSpec {
  const epochs = wholeEpochs(payload.series, payload.plannedEpochs);
  const { at, step } = epochTicks(epochs, width);
  const { range, log } = valueAxis(payload.series, panel, epochs, valueTicks, payload.log?.[panel]);
  const ticks = valueTicksOf(panel, { range, log });
  const series = payload.series.filter((one) => one.panel === panel);
  return {
    width,
    height: 190,
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: payload.axes.x,
        scale: { domain: [epochs.from, epochs.to], nice: false },
        axis: {
          values: at,
          labelExpr: labels(
            at,
            at.map((tick) => formatTick(tick, step)),
          ),
          grid: false,
          labelFlush: false,
        },
      },
      y: {
        type: 'quantitative',
        title: panelHeading(panel, payload.axes),
        scale: { domain: [range.from, range.to], nice: false, ...(log && { type: 'log' }) },
        axis: {
          values: ticks.map((tick) => tick.at),
          labelExpr: labels(
            ticks.map((tick) => tick.at),
            ticks.map((tick) => tick.text),
          ),
        },
      },
      color: scaleOf(kinds, (look) => paper.series[look.colour]),
    },
    layer:
      series.length > 0
        ? series.flatMap((one) => layersOf(log ? positive(one) : one, kinds))
        : [{ data: { values: [] }, mark: 'line', encoding: { y: { field: 'y' } } }],
  };
}

/** Vega has no place for other values on a logarithmic axis. */
function positive(series: CurveSeries): CurveSeries {
  const only = (values: CurveSeries['y']): CurveSeries['y'] => values.map((v) => (v !== null && v > 0 ? v : null));
  const { y, low, high } = series;
  return { ...series, y: only(y), ...(low && high && { low: only(low), high: only(high) }) };
}

/** A band, a line, and marks where there is room for them; `clip` keeps outliers inside the panel. */
function layersOf(series: CurveSeries, kinds: readonly Kind[]): Record<string, unknown>[] {
  const s = keyOf(series);
  const { look } = kinds.find(({ key }) => key === s)!;
  const dash = scaleOf(kinds, ({ dash: pattern }) => (pattern.length > 0 ? pattern : [1, 0]));
  const { low, high } = series;
  const data = {
    values: series.x.map((x, i) => ({ s, x, y: series.y[i], ...(low && high && { low: low[i], high: high[i] }) })),
  };
  const encoding = { y: { field: 'y' }, strokeDash: dash };
  const band = {
    data,
    mark: { type: 'area', clip: true, opacity: 0.18 },
    encoding: { y: { field: 'low' }, y2: { field: 'high' } },
  };
  const line = { data, mark: { type: 'line', clip: true, strokeWidth: look.width, opacity: look.opacity }, encoding };
  const shape = look.marks === 'square' || look.marks === 'diamond' ? look.marks : 'circle';
  const mark = { type: 'point', shape, filled: look.marks !== 'hollow', opacity: 1, size: 36 };
  const roomy = look.marks !== 'none' && series.x.length <= width / 7;
  return [...(low ? [band] : []), line, ...(roomy ? [{ data, mark, encoding }] : []), ...extremes(series, s, mark)];
}

/** A ring around the best mark, and the last mark even where marks have no room. */
function extremes(series: CurveSeries, s: string, mark: Record<string, unknown>): Record<string, unknown>[] {
  const found = extremesOf(series);
  if (!found) return [];
  const at = (i: number): Record<string, unknown> => ({ values: [{ s, x: series.x[i], y: series.y[i] }] });
  const encoding = { y: { field: 'y' } };
  return [
    { data: at(found.last), mark: { ...mark, filled: true }, encoding },
    { data: at(found.best), mark: { type: 'point', filled: false, opacity: 1, size: 140, strokeWidth: 1.5 }, encoding },
  ];
}

function scaleOf(kinds: readonly Kind[], range: (look: Look) => unknown): Record<string, unknown> {
  const shown = kinds.filter(({ legend }) => legend !== undefined);
  const legend = {
    title: null,
    orient: 'bottom',
    symbolType: 'stroke',
    labelLimit: 300,
    offset: 2,
    values: shown.map(({ key }) => key),
    labelExpr: labels(
      shown.map(({ key }) => key),
      shown.map((kind) => kind.legend!),
    ),
  };
  return {
    field: 's',
    type: 'nominal',
    scale: { domain: kinds.map(({ key }) => key), range: kinds.map(({ look }) => range(look)) },
    legend: shown.length > 0 ? legend : null,
  };
}

/** A Vega expression that says each value's own text. */
function labels(values: readonly (number | string)[], texts: readonly string[]): string {
  return `${JSON.stringify(texts)}[indexof(${JSON.stringify(values)}, datum.value)]`;
}
