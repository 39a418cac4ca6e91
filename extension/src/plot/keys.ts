import type { Plot, Reading } from './plot.js';

/** Announced to screen readers with the plot, and shown as its help. */
export const keyHelp =
  'Arrows read values, Shift with arrows moves the view, plus and minus zoom, 0 shows everything, Escape leaves the plot.';

const arrows: Record<string, readonly [right: number, down: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const panStep = 60;

/** Does what a key says. Returns what changed, or `undefined` for a key that is not ours. */
export function pressKey<P>(
  plot: Plot<P>,
  key: string,
  shift: boolean,
): { view?: boolean; reading?: Reading; leave?: boolean } | undefined {
  const arrow = arrows[key];
  if (arrow && shift) return { view: plot.pan(-arrow[0] * panStep, -arrow[1] * panStep) };
  if (arrow) return { reading: plot.step(arrow[0], arrow[1]) };
  if (key === '+' || key === '=') return { view: plot.zoom(1.5) };
  if (key === '-' || key === '_') return { view: plot.zoom(1 / 1.5) };
  if (key === '0' || key === 'Home') return { view: plot.reset() };
  if (key === 'Escape') return { leave: true };
  return undefined;
}
