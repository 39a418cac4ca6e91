import type { Range } from '../plot/range.js';
import type { CurvePanel } from '../../../src/plot/payload.js';

/** Where the curves stand, CSS pixels. */
export interface CurvesLayout {
  readonly width: number;
  readonly height: number;
  /** Baseline of the title line: title on the left, state of the training on the right. */
  readonly title?: number;
  readonly panels: readonly PanelBox[];
  readonly note?: number;
}

export interface PanelBox {
  readonly panel: CurvePanel;
  /** Baseline of the panel's heading. */
  readonly heading: number;
  /** Baselines of the legend's lines, one for each series of the panel up to `mostLegend`. */
  readonly legend: readonly { readonly x: number; readonly baseline: number; readonly width: number }[];
  readonly x: Range;
  readonly y: Range;
  readonly axisTitle: number;
}

/** Panels stand side by side from this width on. */
const sideBySide = 600;
const panelHeight = 190;
const gutter = 52;
const rightMargin = 16;
const gap = 28;
const legendLine = 17;
const leastLegendColumn = 150;
/** Further series are drawn without an entry in the legend. */
export const mostLegend = 12;

/** @param seriesCounts series of each panel, in the order of the panels */
export function layoutCurves(width: number, panels: readonly { panel: CurvePanel; series: number }[], parts: { title: boolean; note: boolean }): CurvesLayout {
  const columns = width >= sideBySide ? Math.max(1, panels.length) : 1;
  const columnWidth = (width - gap * (columns - 1)) / columns;
  const room = columnWidth - gutter - rightMargin;
  const perLine = Math.max(1, Math.floor(room / leastLegendColumn));
  const legendColumn = Math.min(220, room / perLine);
  const legendLines = Math.max(1, ...panels.map(({ series }) => Math.ceil(Math.min(series, mostLegend) / perLine)));
  const top = parts.title ? 26 : 2;
  const rowHeight = 20 + legendLines * legendLine + panelHeight + 44;
  const boxes = panels.map(({ panel, series }, index): PanelBox => {
    const x0 = (index % columns) * (columnWidth + gap);
    const y0 = top + Math.floor(index / columns) * rowHeight;
    const x = { from: x0 + gutter, to: Math.max(x0 + gutter + 40, x0 + columnWidth - rightMargin) };
    const bottom = y0 + rowHeight - 44;
    return {
      panel,
      heading: y0 + 15,
      legend: Array.from({ length: Math.min(series, mostLegend) }, (_, k) => ({
        x: x.from + (k % perLine) * legendColumn,
        baseline: y0 + 15 + legendLine * (1 + Math.floor(k / perLine)),
        width: legendColumn - 10,
      })),
      x,
      y: { from: bottom - panelHeight + 6, to: bottom },
      axisTitle: bottom + 33,
    };
  });
  const bottom = top + Math.ceil(panels.length / columns) * rowHeight;
  return {
    width,
    height: bottom + (parts.note ? 22 : 0),
    ...(parts.title && { title: 16 }),
    panels: boxes,
    ...(parts.note && { note: bottom + 8 }),
  };
}
