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
  /** Where the entries of the legend start and how wide they may be, one for each of the panel's first series. */
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
/** Line sample before a legend's name, and room for a value and a gap after it. */
const legendSample = 24;
const legendValue = 74;
/** Further series are drawn without an entry in the legend. */
const mostLegend = 12;

/**
 * @param panels the names of each panel's series, in the order of the panels
 * @param measure width of a label, CSS pixels
 */
export function layoutCurves(
  width: number,
  panels: readonly { panel: CurvePanel; names: readonly string[] }[],
  parts: { title: boolean; note: boolean },
  measure: (text: string) => number,
): CurvesLayout {
  const columns = width >= sideBySide ? Math.max(1, panels.length) : 1;
  const columnWidth = (width - gap * (columns - 1)) / columns;
  const room = Math.max(40, columnWidth - gutter - rightMargin);
  const legends = panels.map(({ names }) =>
    flow(
      names.slice(0, mostLegend).map((name) => legendSample + measure(name) + legendValue),
      room,
    ),
  );
  // At least two: a live plot should not grow when the first epoch ends and its marks come.
  const legendLines = Math.max(2, ...legends.map((entries) => (entries[entries.length - 1]?.line ?? 0) + 1));
  const top = parts.title ? 26 : 2;
  const rowHeight = 20 + legendLines * legendLine + panelHeight + 44;
  const boxes = panels.map(({ panel }, index): PanelBox => {
    const left = (index % columns) * (columnWidth + gap) + gutter;
    const y0 = top + Math.floor(index / columns) * rowHeight;
    const bottom = y0 + rowHeight - 44;
    return {
      panel,
      heading: y0 + 15,
      legend: legends[index].map(({ x, line, width: entry }) => ({
        x: left + x,
        baseline: y0 + 15 + legendLine * (1 + line),
        width: entry,
      })),
      x: { from: left, to: left + room },
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

/** Sets things of given widths one after the other, in lines no wider than `room`. */
function flow(widths: readonly number[], room: number): { x: number; line: number; width: number }[] {
  let x = 0;
  let line = 0;
  return widths.map((wanted) => {
    const width = Math.min(wanted, room);
    if (x > 0 && x + width > room) {
      x = 0;
      line++;
    }
    const place = { x, line, width };
    x += width;
    return place;
  });
}
