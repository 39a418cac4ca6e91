/** Red, green, blue, 0..255. */
export type Colour = readonly [number, number, number];

/** The colours and the font of the current JupyterLab theme, resolved so that a canvas takes them. */
export interface Theme {
  readonly text: string;
  readonly mutedText: string;
  readonly grid: string;
  readonly axis: string;
  readonly background: string;
  readonly panel: string;
  readonly good: string;
  readonly bad: string;
  readonly selection: string;
  /** Colours of layers and curves, in this order; the last is neutral. */
  readonly series: readonly string[];
  readonly fontFamily: string;
}

const seriesVariables = [
  '--jp-brand-color1',
  '--jp-warn-color1',
  '--jp-success-color1',
  '--jp-mirror-editor-operator-color',
  '--jp-info-color1',
  '--jp-error-color1',
];

/** Index of the last of `Theme.series`, a colour between text and background. */
export const neutralSeries = seriesVariables.length;

/** Reads the current theme. From the body, not from the plot: below a cell out of sight browsers do not keep styles up to date. */
export function readTheme(): Theme {
  const probe = document.createElement('span');
  probe.style.display = 'none';
  document.body.append(probe);
  const colour = (variable: string, fallback: string): string => {
    probe.style.color = fallback;
    probe.style.color = `var(${variable}, ${fallback})`;
    return getComputedStyle(probe).color;
  };
  const neutral = mix(colour('--jp-ui-font-color0', '#000000'), colour('--jp-layout-color0', '#ffffff'), 0.6);
  const theme: Theme = {
    text: colour('--jp-ui-font-color1', '#212121'),
    mutedText: colour('--jp-ui-font-color2', '#757575'),
    grid: colour('--jp-border-color2', '#e0e0e0'),
    axis: colour('--jp-border-color1', '#bdbdbd'),
    background: colour('--jp-layout-color0', '#ffffff'),
    panel: colour('--jp-layout-color2', '#eeeeee'),
    good: colour('--jp-success-color1', '#388e3c'),
    bad: colour('--jp-error-color1', '#d32f2f'),
    selection: colour('--jp-brand-color1', '#1976d2'),
    series: [...seriesVariables.map((variable) => colour(variable, '#1976d2')), neutral],
    fontFamily: getComputedStyle(document.body).getPropertyValue('--jp-ui-font-family').trim() || 'sans-serif',
  };
  probe.remove();
  return theme;
}

/** Red, green and blue of a computed colour (`rgb(…)` or `rgba(…)`); mid-grey for any other notation. */
export function toRgb(computed: string): Colour {
  const numbers = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(computed);
  return numbers ? [Number(numbers[1]), Number(numbers[2]), Number(numbers[3])] : [128, 128, 128];
}

/** The same colour with another opacity. */
export function fade(computed: string, opacity: number): string {
  const [r, g, b] = toRgb(computed);
  return `rgba(${r}, ${g}, ${b}, ${opacity})`;
}

function mix(one: string, other: string, share: number): string {
  const [a, b] = [toRgb(one), toRgb(other)];
  return `rgb(${a.map((channel, k) => Math.round(channel * share + b[k] * (1 - share))).join(', ')})`;
}

/** Calls back when the theme has changed: JupyterLab notes its name on the body once the new style sheet is there. */
export function onThemeChange(callback: () => void): () => void {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributes: true, attributeFilter: ['data-jp-theme-name', 'data-jp-theme-light'] });
  return () => observer.disconnect();
}
