/** What the user has chosen in JupyterLab's settings editor; without it, the defaults of `schema/settings.json`. */
export interface Preferences {
  readonly palette: 'colour-blind' | 'theme';
  /** Of labels, CSS pixels; 0 follows JupyterLab. */
  readonly fontSize: number;
  /** Most CSS pixels for all layers of a raster together. */
  readonly height: number;
  /** Marks that share a pixel from which shades say how many. */
  readonly densityThreshold: number;
  readonly wheel: 'focus' | 'always' | 'ctrl';
  readonly updatesPerSecond: number;
  /** Rasters of one cell show the same stretch of time. */
  readonly linkTime: boolean;
}

const defaults: Preferences = {
  palette: 'colour-blind',
  fontSize: 0,
  height: 460,
  densityThreshold: 1,
  wheel: 'focus',
  updatesPerSecond: 10,
  linkTime: true,
};
let chosen = defaults;
const listeners = new Set<() => void>();

export const preferences = (): Preferences => chosen;

/** Takes what is valid of a settings object; anything else stays at its default. */
export function setPreferences(settings: Readonly<Record<string, unknown>>): void {
  const number = (key: 'fontSize' | 'height' | 'densityThreshold' | 'updatesPerSecond', low: number, high: number) => {
    const value = settings[key];
    return typeof value === 'number' && value >= low && value <= high ? value : defaults[key];
  };
  const { palette, wheel } = settings;
  chosen = {
    palette: palette === 'theme' ? 'theme' : defaults.palette,
    fontSize: number('fontSize', 9, 28),
    height: number('height', 120, 2000),
    densityThreshold: number('densityThreshold', 1, 1000),
    wheel: wheel === 'always' || wheel === 'ctrl' ? wheel : defaults.wheel,
    updatesPerSecond: number('updatesPerSecond', 0.2, 10),
    linkTime: settings.linkTime !== false,
  };
  for (const listener of listeners) listener();
}

export function onPreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
