import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { AbortController, Map } from '../common/intrinsics.js';

/** One execution of a cell, as long as anything that it started is alive. */
export class Cell {
  readonly controller = new AbortController();
  /** What stops each timer that is set. */
  readonly timers = new Map<unknown, () => void>();
  /** Set by an interrupt: the cell's timers are gone and its asynchronous loops end. */
  dead = false;
  /** Rejects the `await` at the cell's top level that is pending; there is at most one. */
  rejectAwait: ((reason: unknown) => void) | undefined;
  /** Value of the last expression, until it is shown. */
  value: unknown;

  constructor(readonly id: number) {}

  /** Whether somebody listens for an interrupt, as the library's training does: it then gets time to save before the cell is ended. */
  get watched(): boolean {
    return getEventListeners(this.controller.signal, 'abort').length > 0;
  }
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
export function runBeside(cell: Cell, code: () => void): void {
  context.run(cell, code);
}
