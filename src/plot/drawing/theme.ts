import { contrast, mix, readable, toRgb, type Colour } from './colour.js';

/** The colours and the font that a picture is drawn with. */
export interface Theme {
  readonly text: string;
  readonly mutedText: string;
  readonly axis: string;
  readonly background: string;
  readonly panel: string;
  readonly good: string;
  readonly bad: string;
  readonly selection: string;
  /** Colours of layers, curves and runs, in this order; the last is neutral. */
  readonly series: readonly string[];
  readonly fontFamily: string;
  /** Size of labels, CSS pixels; everything else is measured by it. */
  readonly fontSize: number;
}

/** Okabe and Ito's colour-blind-safe hues (https://jfly.uni-koeln.de/color/), dark enough on white for text (4.5:1). */
const onLight = ['#0072b2', '#b84a00', '#00795a', '#9b3a8b', '#7d6100', '#1b7483', '#b3243b'];
/** The same hues, light enough on near-black. */
const onDark = ['#56b4e9', '#ff9350', '#35c79b', '#da8fcb', '#e0b93a', '#6fcfd8', '#ff8295'];

/** Contrast of whatever is drawn for a reason, at least. @see https://www.w3.org/TR/WCAG22/#non-text-contrast */
export const leastMark = 3;
/** Lines and marks that step back: the palette keeps its 3:1 with it, on panels too. */
export const markOpacity = 0.82;
/** How much of its colour the background of a panel has. */
export const panelShare = 0.3;

/** Index of the last of `Theme.series`, a colour between text and background. */
export const neutralSeries = onLight.length;

/** What a page says of itself. */
export type PageColours = Pick<Theme, 'text' | 'mutedText' | 'axis' | 'background' | 'panel' | 'selection'>;

/**
 * A theme for a page's colours: the palette (or seven hues of its own) that fits its background, each colour with
 * 4.5:1, so that marks and text may have it.
 */
export function themeOn(page: PageColours, fontFamily: string, fontSize: number, hues?: readonly string[]): Theme {
  const { background } = page;
  const dark = contrast('#ffffff', background) > contrast('#000000', background);
  const palette = [...(hues ?? (dark ? onDark : onLight)), mix(dark ? '#ffffff' : '#000000', background, 0.66)];
  const series = palette.map((colour) => readable(colour, background, 4.5));
  return {
    ...page,
    text: readable(page.text, background, 4.5),
    mutedText: readable(page.mutedText, background, 4.5),
    axis: readable(page.axis, background, leastMark),
    selection: readable(page.selection, background, leastMark),
    good: series[2],
    bad: series[6],
    series,
    fontFamily,
    fontSize,
  };
}

/** Black on white: the PNG, files, and what other front ends show. */
export const paper: Theme = themeOn(
  {
    text: '#222222',
    mutedText: '#606060',
    axis: '#9a9a9a',
    background: '#ffffff',
    panel: '#e4e4e4',
    selection: '#0072b2',
  },
  'Source Sans 3',
  12,
);

/** What is behind the marks of a panel. */
export const panelColour = ({ panel, background }: Pick<Theme, 'panel' | 'background'>): string =>
  mix(panel, background, panelShare);

/**
 * Shades for how many marks share a pixel, from one (two thirds of the colour's contrast, 3:1 at least) to very many
 * (nearly the colour of text).
 * @param series index of the colour
 */
export function densityShades(theme: Theme, series: number, levels: number): Colour[] {
  const behind = panelColour(theme);
  const colour = theme.series[series];
  const least = Math.max(leastMark, 0.67 * contrast(colour, behind));
  let share = 1;
  while (share > 0.05 && contrast(mix(colour, behind, share - 0.05), behind) >= least) share -= 0.05;
  const strong = mix(colour, theme.text, 0.35);
  const [thin, thick] = [
    mix(colour, behind, share),
    contrast(strong, behind) > contrast(colour, behind) ? strong : colour,
  ];
  return Array.from({ length: levels }, (_, k) => toRgb(mix(thick, thin, levels === 1 ? 0 : k / (levels - 1))));
}
