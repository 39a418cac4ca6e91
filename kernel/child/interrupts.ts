import { cellFilePattern, kernelFile } from '../common/runtime-names.js';
import { currentCell, type Cell } from './cell.js';
import { isInPackage } from './local-file.js';
import { kernelFunction } from './own-language.js';
import { waitsForLoad } from './package-loads.js';
import { after, afterTurn } from '../common/own-timers.js';
import { Array, Error, Object, Reflect, Set, Symbol } from '../common/intrinsics.js';

/** Milliseconds an interrupted cell may take to end by itself, and those that training may take to save. */
const graceMs = 25;
const savingGraceMs = 3000;

/** What an interrupted cell throws. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor() {
    super('The cell was interrupted. Variables are kept.');
    // Where the kernel noticed says nothing; only a guard inside the cell has a place worth showing.
    if (!cellFilePattern.test(this.stack ?? '')) this.stack = `${this.name}: ${this.message}`;
  }
}

/** Thrown into the event loop to empty Node's stack of asynchronous contexts before a termination; nobody sees it. */
export const terminationMark = Symbol('termination');

const loopGuards = new Set<string>();
const callGuards = new Set<string>();
const globals = globalThis as unknown as Record<string, unknown>;

/** Makes sure that the guards a cell was compiled with exist. */
export function defineGuards(loop: string, call: string): void {
  for (const [set, name] of [
    [loopGuards, loop],
    [callGuards, call],
  ] as const)
    if (!set.has(name)) {
      set.add(name);
      Object.defineProperty(globalThis, name, { configurable: true, writable: true, enumerable: false, value: false });
    }
}

/**
 * Called by the control worker, through the inspector, inside whatever code is running. First loops stop; when that is
 * not enough (a chain of promises) every call of a user's function does. `insist`: the guards stay up, for code that
 * catches what they throw and goes on.
 */
export const arm = kernelFunction((calls: boolean, insist?: boolean): void => {
  insisting = insist ?? false;
  for (const name of loopGuards) globals[name] = true;
  if (calls) for (const name of callGuards) globals[name] = true;
});

let insisting = false;

const disarm = kernelFunction((): void => {
  insisting = false;
  for (const set of [loopGuards, callGuards]) for (const name of set) if (globals[name]) globals[name] = false;
});

/**
 * What a guard calls: throws once; the control worker arms again while the cell has not ended, so that `finally` blocks
 * can run.
 */
export function stop(): never {
  if (!insisting) disarm();
  throw new Interrupted();
}

/**
 * To be called inside code that is about to be terminated. Node aborts the process when JavaScript ends without popping
 * its asynchronous contexts; its handler of uncaught errors empties that stack.
 */
export function prepareTermination(): void {
  (process as unknown as { _fatalException(error: unknown): boolean })._fatalException(terminationMark);
}

/**
 * Terminates the code that is running, from inside it: the control worker calls this through the inspector. Only the
 * user's: a termination that meets the kernel at its work, or nothing at all, would swallow what the kernel does next.
 * @param cell whose code is running; it is ended in the next turn, by `force`, when the termination itself does not end
 * it
 */
export function terminate(
  terminateExecution: () => void,
  cell: Cell | undefined,
  isRunning: (cell: Cell) => boolean,
  force: (cell: Cell) => void,
): void {
  const file = usersFile();
  if (file === undefined || (isInPackage(file) && waitsForLoad(currentCell()))) return;
  if (cell && !cell.watched) afterTurn(() => isRunning(cell) && force(cell));
  prepareTermination();
  terminateExecution();
}

/** The file of the code that runs; none when Node and the kernel are alone on the stack. */
function usersFile(): string | undefined {
  const { prepareStackTrace, stackTraceLimit } = Error;
  // Not by assignment: a cell may have made them read-only.
  Reflect.set(Error, 'prepareStackTrace', (_error: Error, frames: NodeJS.CallSite[]) => frames);
  Reflect.set(Error, 'stackTraceLimit', Infinity);
  const { stack } = new Error() as { stack?: unknown };
  Reflect.set(Error, 'prepareStackTrace', prepareStackTrace);
  Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  const frames = Array.isArray(stack) ? (stack as NodeJS.CallSite[]) : [];
  const files = frames.map((frame) => frame.getScriptNameOrSourceURL() ?? '');
  return files.find((file) => file !== '' && !file.startsWith('node:') && !kernelFile.test(file));
}

/** Ends what a cell still has going on. */
function kill(cell: Cell): void {
  cell.dead = true;
  for (const stopTimer of [...cell.timers.values()]) stopTimer();
  cell.timers.clear();
}

/**
 * Interrupts cells, in a turn of the event loop of its own. The signal comes first, so that training can end at a batch
 * boundary and save; then the pending `await` is rejected; `force` ends a cell that does not end by itself. A second
 * stop leaves no time to save.
 */
export function interruptCells(
  cells: Iterable<Cell>,
  isRunning: (cell: Cell) => boolean,
  force: (cell: Cell) => void,
  savingMs = savingGraceMs,
): void {
  for (const cell of cells) {
    const saves = cell.watched && !cell.controller.signal.aborted; // listeners of one call are gone after the first
    cell.controller.abort(new Interrupted());
    const end = (): void => {
      kill(cell);
      cell.rejectAwait?.(new Interrupted());
      after(() => isRunning(cell) && force(cell), graceMs);
    };
    if (!isRunning(cell)) kill(cell);
    else if (!saves) end();
    else after(() => isRunning(cell) && end(), savingMs);
  }
  // Guards must fall for the next cell, but not before the code that was under way has met them.
  afterTurn(() => afterTurn(disarm));
}
