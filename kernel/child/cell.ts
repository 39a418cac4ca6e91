import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { kernelFunction } from './own-language.js';
import { AbortController, Map, Object, uncurryThis, WeakMap } from '../common/intrinsics.js';

/** One execution of a cell, as long as anything that it started is alive. */
export class Cell {
  readonly controller = new AbortController();
  /** What stops each timer that is set. */
  readonly timers = new Map<unknown, () => void>();
  /** Set by an interrupt: the cell's timers are gone and its asynchronous loops end. */
  dead = false;
  /** Rejects the `await` at the cell's top level that is pending; there is at most one. */
  rejectAwait: ((reason: unknown) => void) | undefined;
  readonly #id: number;

  constructor(id: number) {
    this.#id = id;
  }

  /** Code of the cell may get hold of this object: Node keeps it with each promise and timer. */
  get id(): number {
    return this.#id;
  }

  /**
   * Whether somebody listens for an interrupt, as the library's training does: it then gets time to save before the
   * cell is ended.
   */
  get watched(): boolean {
    return getEventListeners(this.controller.signal, 'abort').length > 0;
  }
}

Object.freeze(Cell.prototype);

/** Values of last expressions, until they are shown. */
const values = new WeakMap<Cell, unknown>();
/**
 * While a grader runs the notebook: cells that have not told their value yet, by the word that only their own code
 * hands over with it.
 */
const sealed = new Map<string, Cell>();

/** From now on only who knows `seal` can tell the value of `cell`, once. */
export function sealValue(cell: Cell, seal: string): void {
  sealed.set(seal, cell);
}

/** Whether a cell with a seal has told its value; without that, its code did not come to its end. */
export const breakSeal = kernelFunction((seal: string): boolean => !sealed.delete(seal));

/** Takes the value of a cell's last expression: of the cell with that seal, else of the current one. */
export const giveValue = kernelFunction((value: unknown, seal?: string, sealsOnly?: boolean): void => {
  const cell = seal === undefined ? (sealsOnly ? undefined : currentCell()) : sealed.get(seal);
  if (seal !== undefined) sealed.delete(seal);
  if (cell) values.set(cell, value);
});

export const valueOf = kernelFunction((cell: Cell): unknown => values.get(cell));

/** The value of a cell, which is then forgotten. */
export const takeValue = kernelFunction((cell: Cell): unknown => {
  const value = values.get(cell);
  values.delete(cell);
  return value;
});

/** Follows promises, timers and events to the cell that started them. */
const context = new AsyncLocalStorage<Cell>();

const store = uncurryThis(AsyncLocalStorage.prototype.getStore) as (of: typeof context) => Cell | undefined;

let last: Cell | undefined;

/** The cell that the running code belongs to; code that lost its context counts to the cell started last. */
export function currentCell(): Cell | undefined {
  return store(context) ?? last;
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
