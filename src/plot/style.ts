/**
 * The look shared by all pictures: an opaque white page (it reads on light and dark themes alike) and colours that
 * colour-blind readers can tell apart.
 */
import { paper } from './drawing/theme.js';

const [blue, vermilion, green, purple, ochre, teal] = paper.series;

/**
 * Those of rasters and curves: hues of 4.5:1 on white, and greys, of which `line` is for axes and marks that step back
 * (3:1).
 */
export const colors = {
  background: paper.background,
  ink: paper.text,
  muted: paper.mutedText,
  line: '#8c8c8c',
  faint: '#ececec',
  blue,
  vermilion,
  green,
  purple,
  ochre,
  teal,
} as const;

/** The bundled font of the PNGs first; a browser without it takes its own. */
export const fontFamily = 'Source Sans 3';
export const fontStack = `"${fontFamily}", "Source Sans Pro", "Helvetica Neue", Arial, sans-serif`;

/** Width of a picture on the page, CSS pixels. */
export const pageWidth = 720;

/** Device pixels of a PNG for each CSS pixel, so that it stays sharp on dense screens and on paper. */
export const pixelScale = 2;

/** `config` of every Vega-Lite specification. */
export const vegaConfig = {
  background: colors.background,
  font: fontStack,
  view: { stroke: null },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titleColor: colors.ink,
    labelColor: colors.muted,
    domainColor: colors.line,
    tickColor: colors.line,
    gridColor: colors.faint,
    tickSize: 4,
    titlePadding: 8,
  },
  title: {
    fontSize: 15,
    fontWeight: 600,
    color: colors.ink,
    subtitleColor: colors.muted,
    subtitleFontSize: 12,
    anchor: 'start',
    offset: 10,
  },
  legend: { labelFontSize: 12, labelColor: colors.ink, symbolStrokeWidth: 2, symbolSize: 160, padding: 0 },
} as const;
