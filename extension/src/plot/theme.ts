import { mix, toRgb } from '../../../src/plot/drawing/colour.js';
import { themeOn, type Theme } from '../../../src/plot/drawing/theme.js';
import { onPreferences, preferences } from '../live/preferences.js';

/** JupyterLab's colours for those who choose them, in the order of our palette: cool, warm, green, … */
const themeSeries = [
  '--jp-brand-color1',
  '--jp-warn-color1',
  '--jp-success-color1',
  '--jp-mirror-editor-operator-color',
  '--jp-mirror-editor-number-color',
  '--jp-info-color1',
  '--jp-error-color1',
];

/** JupyterLab's size of text in outputs for which labels have 12 pixels. */
const usualSize = 14;

/**
 * Reads the current theme. Colours from the body, not from the plot: below a cell out of sight browsers do not keep
 * styles up to date.
 * @param node where the size of text is asked: presentation mode enlarges it in notebooks
 */
export function readTheme(node: Element): Theme {
  const probe = document.createElement('span');
  probe.style.display = 'none';
  document.body.append(probe);
  const colour = (variable: string, fallback: string): string => {
    probe.style.color = fallback;
    probe.style.color = `var(${variable}, ${fallback})`;
    return getComputedStyle(probe).color;
  };
  const forced = window.matchMedia('(forced-colors: active)').matches;
  const background = forced ? colour('--none', 'Canvas') : colour('--jp-layout-color0', '#ffffff');
  const pick = (variable: string, fallback: string, system: string): string =>
    solid(forced ? colour('--none', system) : colour(variable, fallback), background);
  const page = {
    background,
    text: pick('--jp-ui-font-color1', '#212121', 'CanvasText'),
    mutedText: pick('--jp-ui-font-color2', '#757575', 'CanvasText'),
    axis: pick('--jp-border-color0', '#bdbdbd', 'CanvasText'),
    panel: pick('--jp-layout-color2', '#eeeeee', 'Canvas'),
    selection: pick('--jp-brand-color1', '#1976d2', 'Highlight'),
  };
  const own =
    preferences().palette === 'theme' ? themeSeries.map((variable) => colour(variable, '#1976d2')) : undefined;
  probe.remove();
  const family = getComputedStyle(document.body).getPropertyValue('--jp-ui-font-family').trim() || 'sans-serif';
  const size = Number.parseFloat(getComputedStyle(node).getPropertyValue('--jp-content-font-size1')) || usualSize;
  const labels = preferences().fontSize || (12 * size) / usualSize;
  return themeOn(page, family, Math.round(Math.min(28, Math.max(9, labels))), own);
}

/** A colour that lets the background through, as it looks on it. */
function solid(css: string, background: string): string {
  const alpha = /^rgba\(.*[,/]\s*([\d.]+)\s*\)$/.exec(css);
  const [r, g, b] = toRgb(css);
  return mix(`rgb(${r}, ${g}, ${b})`, background, alpha ? Number(alpha[1]) : 1);
}

/**
 * Calls back when the theme, the contrast mode or the size of text may have changed: JupyterLab notes its theme on the
 * body.
 */
export function onThemeChange(callback: () => void): () => void {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ['data-jp-theme-name', 'data-jp-theme-light', 'class'],
  });
  const sizes = new MutationObserver(callback);
  sizes.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  const forced = window.matchMedia('(forced-colors: active)');
  forced.addEventListener('change', callback);
  const ignore = onPreferences(callback);
  return () => {
    ignore();
    observer.disconnect();
    sizes.disconnect();
    forced.removeEventListener('change', callback);
  };
}
