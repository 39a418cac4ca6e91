import { contrast, mix, readable } from './colour.js';

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

/** Index of the last of `Theme.series`, a colour between text and background. */
export const neutralSeries = onLight.length;

/** What a page says of itself. */
export type PageColours = Pick<Theme, 'text' | 'mutedText' | 'axis' | 'background' | 'panel' | 'selection'>;

/** A theme for a page's colours: the palette (or seven hues of its own) that fits its background, each colour with 4.5:1, so that marks and text may have it. */
export function themeOn(page: PageColours, fontFamily: string, fontSize: number, hues?: readonly string[]): Theme {
  const { background } = page;
  const dark = contrast('#ffffff', background) > contrast('#000000', background);
  const palette = [...(hues ?? (dark ? onDark : onLight)), mix(dark ? '#ffffff' : '#000000', background, 0.66)];
  const series = palette.map((colour) => readable(colour, background, 4.5));
  return {
    ...page,
    text: readable(page.text, background, 4.5),
    mutedText: readable(page.mutedText, background, 4.5),
    selection: readable(page.selection, background, 3),
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
