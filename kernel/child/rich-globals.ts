import { after } from '../common/own-timers.js';
import { Object, RegExp } from '../common/intrinsics.js';

/** The values of `rich-api.ts`. */
export const richNames = [
  ...['display', 'html', 'image', 'json', 'latex', 'md', 'svg', 'vegaLite'],
  ...['button', 'checkbox', 'column', 'dropdown', 'interact', 'play', 'rangeSlider', 'row', 'slider', 'text', 'widget'],
] as const;

/** What names them, or runs code that might. */
const mayUse = new RegExp(
  `\\b(?:${[...richNames, 'import', 'require', 'eval', 'Function', 'global', 'globalThis'].join('|')})\\b`,
);

/** Milliseconds after which they are loaded anyway. */
const idleMs = 3000;

let loading: Promise<void> | undefined;

/** Loads displays and widgets: two dozen files that a first `1 + 1` need not wait for. */
export function loadRichGlobals(): Promise<void> {
  loading ??= import('./rich-api.js').then((api) => {
    for (const name of richNames) {
      const property = { value: api[name], configurable: true, writable: true, enumerable: false };
      Object.defineProperty(globalThis, name, property);
    }
  });
  return loading;
}

/** Loads them if the code of a cell may use one. */
export async function richGlobalsFor(code: string): Promise<void> {
  if (mayUse.test(code)) await loadRichGlobals();
}

/** Loads them when nobody waits. */
export function loadRichGlobalsLater(): void {
  after(() => void loadRichGlobals(), idleMs).unref();
}
