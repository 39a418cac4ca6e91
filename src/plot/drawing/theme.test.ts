import { describe, expect, test } from 'vitest';
import { colors } from '../style.js';
import { contrast, mix, toCss } from './colour.js';
import { looks } from './curves/looks.js';
import { densityShades, leastMark, panelColour, paper, themeOn, type Theme } from './theme.js';

/**
 * What JupyterLab 4.6 says of itself: `--jp-layout-color0`, `-ui-font-color1` and `2` on it, `-border-color0`,
 * `-layout-color2`, `-brand-color1`.
 */
const light = ['#ffffff', '#212121', '#757575', '#bdbdbd', '#eeeeee', '#1976d2'] as const;
const dark = ['#111111', '#e0e0e0', '#ababab', '#616161', '#424242', '#1976d2'] as const;
/** Forced colours, for instance of Windows' "Night sky" and "Desert". */
const night = ['#000000', '#ffffff', '#ffffff', '#ffffff', '#000000', '#d6b4fd'] as const;
const desert = ['#fffaef', '#3d3d3d', '#3d3d3d', '#3d3d3d', '#fffaef', '#903909'] as const;
/** Colours of the themes themselves, for those who choose them; the yellow and the pale ones need help on white. */
const own = ['#1976d2', '#f57c00', '#43a047', '#7800c2', '#008800', '#64b5f6', '#ffff00'];

function themed([background, text, mutedText, axis, panel, selection]: readonly string[], hues?: string[]): Theme {
  return themeOn({ background, text, mutedText, axis, panel, selection }, 'sans-serif', 12, hues);
}

const runs = Array.from({ length: 20 }, (_, run) => ({ run, panel: 'accuracy', x: [], y: [] }) as const);
const allLooks = [
  ...looks([
    ...(['progress', 'train', 'test'] as const).map((role) => ({
      panel: 'accuracy' as const,
      role,
      name: role,
      x: [],
      y: [],
    })),
    { panel: 'accuracy', role: 'reference', name: 'authors, test', x: [], y: [] },
  ]),
  ...looks(
    runs.flatMap((one) => (['progress', 'train', 'test'] as const).map((role) => ({ ...one, role, name: role }))),
  ),
];

describe.each([
  ['JupyterLab Light', themed(light)],
  ['JupyterLab Dark', themed(dark)],
  ['JupyterLab Light, its own colours', themed(light, own)],
  ['JupyterLab Dark, its own colours', themed(dark, own)],
  ['forced colours on black', themed(night)],
  ['forced colours on cream', themed(desert)],
  ['paper', paper],
])('%s', (_, theme) => {
  const behind = [theme.background, panelColour(theme)];
  const weakest = (colours: readonly string[], on = behind): number =>
    Math.min(...colours.flatMap((colour) => on.map((below) => contrast(colour, below))));

  test('texts have 4.5:1', () => {
    expect(
      weakest([theme.text, theme.mutedText, theme.good, theme.bad, ...theme.series], [theme.background]),
    ).toBeGreaterThanOrEqual(4.5);
  });

  test('axes, selections and every curve have 3:1, also those that step back', () => {
    expect(weakest([theme.axis, theme.selection], [theme.background])).toBeGreaterThanOrEqual(leastMark);
    const drawn = allLooks.flatMap(({ colour, opacity }) =>
      behind.map((below) => contrast(mix(theme.series[colour], below, opacity), below)),
    );
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(leastMark);
  });

  test('spikes have 3:1, single ones in a crowded layer too, and crowds are stronger', () => {
    theme.series.forEach((solid, index) => {
      const shades = densityShades(theme, index, 8).map((shade) => contrast(toCss(shade), panelColour(theme)));
      expect(Math.min(...shades, contrast(solid, panelColour(theme)))).toBeGreaterThanOrEqual(leastMark);
      expect(shades).toEqual([...shades].sort((a, b) => a - b));
      expect(shades[7] / shades[0]).toBeGreaterThan(1.3);
    });
  });
});

test('the pictures that Vega draws have the same colours: 4.5:1, and 3:1 for what steps back', () => {
  const { background, faint: _, line, ...strong } = colors;
  for (const colour of Object.values(strong)) expect(contrast(colour, background)).toBeGreaterThanOrEqual(4.5);
  expect(contrast(line, background)).toBeGreaterThanOrEqual(leastMark);
});
