import type { Jump, Plot, Reading } from './plot.js';

/** Announced to screen readers with the plot, and shown as its help. */
export const keyHelp =
  'Arrows read values, N and P go to the next and previous spike, Home and End to both ends, Page Up and Page Down between layers or panels, Shift with arrows moves the view, plus and minus zoom, 0 shows everything, Enter pins a neuron, B begins and ends a window of time to count in, Backspace takes both away, Escape leaves the plot.';

const arrows: Record<string, readonly [right: number, down: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const jumps: Record<string, Jump> = {
  Home: 'first',
  End: 'last',
  n: 'nextSpike',
  p: 'previousSpike',
  PageDown: 'nextLayer',
  PageUp: 'previousLayer',
};
const panStep = 60;

/** Does what a key says. Returns what changed, or `undefined` for a key that is not ours. */
export function pressKey<P>(
  { moves, work }: Plot<P>,
  key: string,
  shift: boolean,
): { view?: boolean; reading?: Reading; leave?: boolean } | undefined {
  if (!moves) return undefined;
  const arrow = arrows[key];
  if (arrow && shift) return { view: moves.pan(-arrow[0] * panStep, -arrow[1] * panStep) };
  if (arrow) return { reading: moves.step(arrow[0], arrow[1]) };
  if (jumps[key]) return { reading: moves.jump(jumps[key]) };
  if (key === '+' || key === '=') return { view: moves.zoom(1.5) };
  if (key === '-' || key === '_') return { view: moves.zoom(1 / 1.5) };
  if (key === '0') return { view: moves.reset() };
  if (key === 'Enter' && work) return { view: true, reading: work.pinAtCursor() };
  if (key === 'b' && work) return { view: true, reading: work.brushAtCursor() };
  if (key === 'Backspace' && work) return { view: work.clear() };
  if (key === 'Escape') return { leave: true };
  return undefined;
}

/**
 * What has the focus gets its keys, not the notebook's shortcuts: Enter would edit the cell, arrows would fold
 * headings.
 */
export function keepKeys(node: HTMLElement): void {
  node.setAttribute('data-lm-suppress-shortcuts', 'true');
}

/** Gives the focus back to the cell, where the notebook's shortcuts work again. */
export function leave(stage: HTMLElement): void {
  const cell = stage.closest<HTMLElement>('.jp-Cell');
  if (cell) cell.focus({ preventScroll: true });
  else stage.blur();
}
