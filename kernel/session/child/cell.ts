import { AsyncLocalStorage } from 'node:async_hooks';

/** One execution of a cell, as long as anything that it started is alive. */
export class Cell {
  readonly controller = new AbortController();
  readonly timers = new Set<NodeJS.Timeout | NodeJS.Immediate>();
  /** Set by an interrupt: the cell's timers are gone and its asynchronous loops end. */
  dead = false;
  /** Whether the library asked for the interrupt signal: it then gets time to save before the cell is ended. */
  watched = false;
  /** Rejects the `await` at the cell's top level that is pending; there is at most one. */
  rejectAwait: ((reason: unknown) => void) | undefined;
  /** Value of the last expression, until it is shown. */
  value: unknown;

  constructor(readonly id: number) {}
}

/** Follows promises, timers and events to the cell that started them. */
const context = new AsyncLocalStorage<Cell>();

let last: Cell | undefined;

/** The cell that the running code belongs to; code that lost its context counts to the cell started last. */
export function currentCell(): Cell | undefined {
  return context.getStore() ?? last;
}

/** Runs code as part of a cell. */
export function runInCell(cell: Cell, code: () => void): void {
  last = cell;
  context.run(cell, code);
}

/** Runs what a message of the front end started, beside the cells. */
export function runBeside<T>(cell: Cell, code: () => T): T {
  return context.run(cell, code);
}
