/**
 * What cells are loading. Node keeps half a package for ever when its loading is cut off, and what imports it hangs or
 * fails from then on: a stop lets it end first, unless it takes too long. (Local files are loaded anew.)
 */
import { currentCell, type Cell } from './cell.js';
import { WeakMap } from '../common/intrinsics.js';

/** Milliseconds that a package may take to end its loading after a stop. */
const patienceMs = 5000;

const loads = new WeakMap<Cell, number>();
const asked = new WeakMap<Cell, number>();

function count(cell: Cell | undefined, by: 1 | -1): void {
  if (cell) loads.set(cell, (loads.get(cell) ?? 0) + by);
}

/** Requires something for the cell that runs. */
export function loading<T>(load: () => T): T {
  const cell = currentCell();
  count(cell, 1);
  try {
    return load();
  } finally {
    count(cell, -1);
  }
}

/** Imports something for it. */
export async function loadingLater<T>(load: () => Promise<T>): Promise<T> {
  const cell = currentCell();
  count(cell, 1);
  try {
    return await load();
  } finally {
    count(cell, -1);
  }
}

/** Whether a stop should wait for the package that the cell loads. */
export function waitsForLoad(cell: Cell | undefined): boolean {
  if (!cell || (loads.get(cell) ?? 0) === 0) return false;
  const now = performance.now();
  const since = asked.get(cell) ?? now;
  asked.set(cell, since);
  return now - since < patienceMs;
}
