/** Training curves, the same on the screen, in the PNG and (by the same axes and looks) in Vega-Lite. */
import type { CurvePanel, CurvesPayload } from '../../curvesPayload.js';
import type { Pen } from '../pen.js';
import { sameRange, toPixel, type Range, type Scale } from '../range.js';
import { fitText, font, titleSize, writePieces } from '../text.js';
import type { Theme } from '../theme.js';
import { wrapText } from '../figure/wrap.js';
import { drawAxes, valueTicks } from './axes.js';
import { valueAxis, wholeEpochs } from './extent.js';
import { layoutCurves, legendSample, type CurvesLayout, type LegendPlace, type PanelBox } from './layout.js';
import { looks, panelLegend, runsLegend, type LegendEntry, type Look } from './looks.js';
import { clipTo, drawBand, drawMark, drawSeries } from './series.js';
import { formatEpoch, formatValue, lastValue, reachedEpoch, stateText, type Liveness } from './values.js';
import { curvePanels } from '../../curvesPayload.js';

/** Everything a frame is made from. */
export interface CurvesScene {
  readonly payload: CurvesPayload;
  readonly looks: readonly Look[];
  readonly epochs: Range;
  readonly layout: CurvesLayout;
  /** Axes the user has asked for; others choose themselves. */
  readonly log?: ReadonlyMap<CurvePanel, boolean>;
  /** Of a picture on paper: nothing. */
  readonly liveness?: Liveness;
}

/** Panels of which there are series, in reading order. */
export const panelsThere = ({ series }: CurvesPayload): CurvePanel[] =>
  curvePanels.filter((panel) => series.some((one) => one.panel === panel));

/**
 * Panels to draw, in reading order; at least one. @param asked by the reader, in place of those that the payload names
 */
export function panelsOf(payload: CurvesPayload, asked = payload.panels): CurvePanel[] {
  const found = panelsThere(payload).filter((panel) => asked === undefined || asked.includes(panel));
  return found.length > 0 ? found : ['accuracy'];
}

/** Arranges curves for a width. `panels` are those to be seen. */
export function arrangeCurves(
  payload: CurvesPayload,
  panels: readonly CurvePanel[],
  width: number,
  measure: (text: string) => number,
  em: number,
  liveness?: Liveness,
  corner?: number,
): CurvesLayout {
  const { series, runs, title, note } = payload;
  return layoutCurves(
    width,
    panels.map((panel) => ({ panel, names: panelLegend(series, panel).map(({ name }) => name) })),
    {
      title: title !== undefined,
      ...(title && { titleWidth: 1.1 * titleSize * measure(title) }), // bold letters are wider
      state: stateText(payload, liveness),
      note: note !== undefined,
      ...(corner && { corner }),
      runs: runs ? runsLegend(series, runs).map(({ name }) => name) : [],
    },
    measure,
    em,
  );
}

/** All of the curves on paper. */
export function paperScene(
  payload: CurvesPayload,
  width: number,
  measure: (text: string) => number,
  em: number,
): CurvesScene {
  return {
    payload,
    looks: looks(payload.series),
    epochs: wholeEpochs(payload.series, payload.plannedEpochs),
    layout: arrangeCurves(payload, panelsOf(payload), width, measure, em),
  };
}

/** The two axes of a panel. */
export function panelScales({ payload, epochs, log }: CurvesScene, box: PanelBox): { x: Scale; y: Scale } {
  const axis = valueAxis(
    payload.series,
    box.panel,
    epochs,
    valueTicks,
    log?.get(box.panel) ?? payload.log?.[box.panel],
  );
  return {
    x: { range: epochs, start: box.x.from, end: box.x.to },
    y: { ...axis, start: box.y.to, end: box.y.from },
  };
}

export function drawCurves(pen: Pen, theme: Theme, scene: CurvesScene): void {
  const { payload, layout } = scene;
  const shown = inViewText(scene);
  for (const box of layout.panels) {
    const { x, y } = panelScales(scene, box);
    drawAxes(pen, theme, payload.axes, box, x, y, shown);
    const here = payload.series.flatMap((series, index) =>
      series.panel === box.panel ? [{ series, look: scene.looks[index] }] : [],
    );
    for (const draw of [drawBand, drawSeries])
      for (const { series, look } of here) {
        pen.save();
        clipTo(pen, box, look);
        draw(pen, theme, series, look, x, y);
        pen.restore();
      }
    drawLegend(pen, theme, scene, box.legend, panelLegend(payload.series, box.panel));
  }
  if (payload.runs) drawLegend(pen, theme, scene, layout.runs, runsLegend(payload.series, payload.runs));
  drawTexts(pen, theme, scene);
}

/** `, in view: 1.20–3 of 5` while zoomed. */
function inViewText({ payload, epochs }: CurvesScene): string {
  const whole = wholeEpochs(payload.series, payload.plannedEpochs);
  if (sameRange(epochs, whole)) return '';
  return `, in view: ${formatEpoch(epochs.from)}–${formatEpoch(epochs.to)} of ${formatEpoch(whole.to)}`;
}

/**
 * Each entry with its last value in view (references: at the epoch reached), so that a live plot reads without a
 * pointer.
 */
function drawLegend(
  pen: Pen,
  theme: Theme,
  { payload, looks: all, epochs }: CurvesScene,
  places: readonly LegendPlace[],
  entries: readonly LegendEntry[],
): void {
  places.forEach(({ x, baseline, width }, index) => {
    const entry = entries[index];
    const series = payload.series[entry.series];
    const look = all[entry.series];
    const middle = baseline - theme.fontSize / 3;
    pen.save();
    pen.strokeStyle = theme.series[look.colour];
    pen.globalAlpha = look.opacity;
    pen.lineWidth = Math.max(1.5, look.width);
    pen.setLineDash([...look.dash]);
    pen.beginPath();
    pen.moveTo(x, middle);
    pen.lineTo(x + legendSample - 5, middle);
    pen.stroke();
    pen.restore();
    if (look.marks !== 'none') drawMark(pen, theme, look, x + (legendSample - 5) / 2, middle, 3.25);
    const value = lastValue(series, Math.min(reachedEpoch(payload.series), epochs.to), epochs.from);
    const number = value === undefined ? '' : formatValue(series.panel, value);
    pen.font = font(theme);
    const measure = (text: string): number => pen.measureText(text).width;
    const name = fitText(entry.name, width - legendSample - measure(`${number} `), measure);
    writePieces(pen, x + legendSample, baseline, x + width, [
      { text: `${name} `, font: font(theme), colour: theme.mutedText },
      { text: number, font: font(theme), colour: theme.text },
    ]);
  });
}

function drawTexts(pen: Pen, theme: Theme, { payload, layout, liveness }: CurvesScene): void {
  const left = layout.panels[0]?.left ?? 0;
  const right = layout.width - theme.fontSize;
  const state = stateText(payload, liveness);
  if (layout.title !== undefined) {
    const end = writePieces(pen, left, layout.title, layout.titleRight, [
      { text: payload.title ?? '', font: font(theme, 'bold', titleSize), colour: theme.text },
    ]);
    if (state && layout.state === undefined)
      drawState(pen, theme, state, liveness, payload.title ? end + 16 : left, layout.title, layout.titleRight);
  }
  if (layout.state !== undefined) {
    pen.font = font(theme);
    const lines = wrapText(state, right - left - 14, (text) => pen.measureText(text).width);
    const step = Math.round(1.45 * theme.fontSize);
    lines.forEach((text, k) =>
      drawState(pen, theme, text, k === 0 ? liveness : null, left, layout.state! + k * step, right),
    );
  }
  if (layout.note !== undefined && payload.note !== undefined)
    writePieces(pen, left, layout.note, right, [{ text: payload.note, font: font(theme), colour: theme.text }]);
}

/** A dot (filled while it lives, hollow when not; none for `null`) and how far the training is. */
function drawState(
  pen: Pen,
  theme: Theme,
  text: string,
  liveness: Liveness | undefined | null,
  x: number,
  baseline: number,
  right: number,
): void {
  pen.beginPath();
  pen.arc(x + 4, baseline - theme.fontSize / 3, 4, 0, 2 * Math.PI);
  if (liveness === 'training') {
    pen.fillStyle = theme.good;
    pen.fill();
  } else if (liveness !== null) {
    pen.strokeStyle = theme.mutedText;
    pen.lineWidth = 1.5;
    pen.stroke();
  }
  writePieces(pen, x + 14, baseline, right, [{ text, font: font(theme), colour: theme.mutedText }]);
}

/** Where a point of the data stands, `undefined` outside of its panel. */
export function spotOf(
  box: PanelBox,
  x: Scale,
  y: Scale,
  epoch: number,
  value: number,
): { x: number; y: number } | undefined {
  const spot = { x: toPixel(x, epoch), y: toPixel(y, value) };
  const inside = spot.x >= box.x.from - 1 && spot.x <= box.x.to + 1 && spot.y >= box.y.from && spot.y <= box.y.to;
  return inside ? spot : undefined;
}
