/** The look shared by all pictures: an opaque white page (it reads on light and dark themes alike) and colours that colour-blind readers can tell apart. */

/** Okabe and Ito's colour-blind-safe palette (https://jfly.uni-koeln.de/color/), its purple darker so that text can have it, and greys. */
export const colors = {
  background: '#ffffff',
  ink: '#222222',
  muted: '#6b6b6b',
  line: '#b5b5b5',
  faint: '#ececec',
  blue: '#0072b2',
  sky: '#56b4e9',
  vermilion: '#d55e00',
  orange: '#e69f00',
  green: '#009e73',
  purple: '#aa4499',
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
