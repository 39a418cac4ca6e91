import type { Range } from '../range.js';
import type { CurvePanel } from '../../curvesPayload.js';

/** Where the curves stand, CSS pixels. */
export interface CurvesLayout {
  readonly width: number;
  readonly height: number;
  /** Baseline of the title line: title on the left, state of the training after it. */
  readonly title?: number;
  /** Where that line ends: at the tool bar, or at the edge. */
  readonly titleRight: number;
  /** Baseline of the state where it has a line of its own. */
  readonly state?: number;
  /** The legend of several runs, for all panels. */
  readonly runs: readonly LegendPlace[];
  readonly panels: readonly PanelBox[];
  readonly note?: number;
}

/** Where an entry of a legend starts and how wide it may be. */
export interface LegendPlace {
  readonly x: number;
  readonly baseline: number;
  readonly width: number;
}

export interface PanelBox {
  readonly panel: CurvePanel;
  /** Where its heading and legend begin. */
  readonly left: number;
  /** Baseline of the panel's heading. */
  readonly heading: number;
  /** One for each of the panel's first entries. */
  readonly legend: readonly LegendPlace[];
  readonly x: Range;
  readonly y: Range;
  readonly axisTitle: number;
}

export interface CurvesParts {
  readonly title: boolean;
  /** CSS pixels; by default of a usual one. */
  readonly titleWidth?: number;
  /** The state of the training, in words; empty for none. */
  readonly state: string;
  readonly note: boolean;
  /** At the right end of the title, for the tool bar, CSS pixels. */
  readonly corner?: number;
  readonly runs: readonly string[];
}

/** Panels stand side by side while each is at least so wide. */
const narrowest = 290;
const panelHeight = 190;
const gap = 16;
const longState = 'training · epoch 00.00 of 100 · 10 000 samples/s · 10 min 10 s left';
/** Line sample before a legend's name. */
export const legendSample = 20;
/** Further series are drawn without an entry in the legend. */
const mostLegend = 16;

/**
 * @param panels the names of each panel's legend, in the order of the panels
 * @param measure width of a label, CSS pixels
 * @param em size of labels
 */
export function layoutCurves(
  width: number,
  panels: readonly { panel: CurvePanel; names: readonly string[] }[],
  parts: CurvesParts,
  measure: (text: string) => number,
  em = 12,
): CurvesLayout {
  const line = Math.round(1.45 * em);
  const gutter = Math.round(measure('00.00 %') + 14);
  const rightMargin = em;
  const columns = Math.max(1, Math.min(panels.length, 3, Math.floor((width + gap) / (narrowest + gap))));
  const columnWidth = (width - gap * (columns - 1)) / columns;
  const indent = columnWidth < 22 * em ? 4 : gutter; // of texts: in a narrow column from its edge
  const room = Math.max(40, columnWidth - indent - rightMargin);
  const values = measure('00.00 %') + 8;
  const entry = (name: string): number => legendSample + measure(`${name} `) + values;
  let top = 2;
  // As wide as it may become: the height stays while the words change.
  const words = Math.max(measure(parts.state), measure(longState));
  const beside = Math.max(60 + 14 * em, parts.titleWidth ?? 0);
  const ownLine = parts.state !== '' && width - (parts.corner ?? 0) - gutter < 30 + words + beside;
  const title = parts.title || parts.state ? (top += Math.round(1.5 * em)) : undefined;
  const state = ownLine && parts.title ? (top += line) : undefined;
  // In a narrow picture of several lines, that the time left is not lost.
  if (state !== undefined)
    top += line * Math.min(2, Math.floor((1.1 * words + 14) / Math.max(100, width - indent - em)));
  const runs = flow(parts.runs.slice(0, 3 * mostLegend).map(entry), width - gutter - rightMargin);
  const runsTop = top + line;
  top +=
    (runs.length > 0 ? (runs[runs.length - 1].line + 1) * line : 0) +
    (title === undefined && runs.length === 0 ? 0 : 8);
  const legends = panels.map(({ names }) => flow(names.slice(0, mostLegend).map(entry), room));
  const legendLines = Math.max(
    parts.runs.length > 0 ? 0 : 1,
    ...legends.map((entries) => (entries.length === 0 ? 0 : entries[entries.length - 1].line + 1)),
  );
  const axisHeight = Math.round(3.4 * em);
  const rowHeight = line + legendLines * line + panelHeight + axisHeight + 8;
  const boxes = panels.map(({ panel }, index): PanelBox => {
    const edge = (index % columns) * (columnWidth + gap);
    const [left, text] = [edge + gutter, edge + indent];
    const y0 = top + Math.floor(index / columns) * rowHeight;
    const bottom = y0 + rowHeight - axisHeight - 4;
    return {
      panel,
      left: text,
      heading: y0 + em,
      legend: legends[index].map(({ x, line: row, width: wide }) => ({
        x: text + x,
        baseline: y0 + em + line * (1 + row),
        width: wide,
      })),
      x: { from: left, to: Math.max(left + 40, edge + columnWidth - rightMargin) },
      y: { from: bottom - panelHeight + 8, to: bottom },
      axisTitle: bottom + Math.round(2.75 * em),
    };
  });
  const bottom = top + Math.ceil(panels.length / columns) * rowHeight;
  return {
    width,
    height: bottom + (parts.note ? Math.round(1.8 * em) : 0),
    ...(title !== undefined && { title }),
    titleRight: width - (parts.corner ?? rightMargin),
    ...(state !== undefined && { state }),
    runs: runs.map(({ x, line: row, width: wide }) => ({ x: indent + x, baseline: runsTop + row * line, width: wide })),
    panels: boxes,
    ...(parts.note && { note: bottom + Math.round(0.6 * em) }),
  };
}

/** Sets things of given widths one after the other, in lines no wider than `room`. */
function flow(widths: readonly number[], room: number): { x: number; line: number; width: number }[] {
  let x = 0;
  let line = 0;
  return widths.map((wanted) => {
    const width = Math.min(wanted, room);
    if (x > 0 && x + width - 8 > room) {
      x = 0;
      line++;
    }
    const place = { x, line, width };
    x += width;
    return place;
  });
}
