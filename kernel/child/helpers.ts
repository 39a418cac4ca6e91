import { types } from 'node:util';
import { currentCell, giveValue } from './cell.js';
import { Interrupted, arm, prepareTermination, stop } from './interrupts.js';
import type { Importer } from './imports.js';
import { live } from './live-imports.js';
import { members } from './members.js';
import { present, presentText } from './present.js';
import { floating } from './unawaited.js';
import { runtimeName } from '../common/runtime-names.js';
import { Object, Promise, Symbol, TypeError, uncurryThis } from '../common/intrinsics.js';

const then = uncurryThis(Promise.prototype.then);

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    typeof (value as PromiseLike<unknown>).then === 'function'
  );
}

/**
 * `await x` at a cell's top level: an interrupt rejects it. The native resolver keeps V8's asynchronous stack traces
 * whole.
 */
function awaitable(value: unknown): unknown {
  const cell = currentCell();
  if (!cell) return value;
  if (cell.dead) throw new Interrupted();
  if (!isThenable(value)) return value;
  return new Promise((resolve, reject) => {
    cell.rejectAwait = reject;
    // As `await` does, which does not ask a promise of the language for its `then`.
    if (types.isPromise(value) && value.constructor === Promise) void then(value, resolve, reject);
    else value.then(resolve, reject);
  });
}

/** `for await (… of x)` at a cell's top level, interruptible in each step. */
function iterable(source: AsyncIterable<unknown> & Iterable<unknown>): AsyncIterable<unknown> {
  const makeIterator = source[Symbol.asyncIterator] ?? source[Symbol.iterator];
  if (typeof makeIterator !== 'function') throw new TypeError('for await needs an iterable or an async iterable.');
  const iterator = (makeIterator as () => AsyncIterator<unknown>).call(source);
  const step = async (result: unknown): Promise<IteratorResult<unknown>> => {
    const { done, value } = (await awaitable(result)) as IteratorResult<unknown, unknown>;
    return { done: done ?? false, value: await (awaitable(value) as Promise<unknown>) };
  };
  return {
    [Symbol.asyncIterator]: () => ({
      next: (value?: unknown) => step(iterator.next(value)),
      ...(iterator.return && { return: (value?: unknown) => step(iterator.return!(value)) }),
    }),
  };
}

/** In the guard of each loop that awaits: ends the loop when its cell was interrupted, even in the background. */
function alive(): false {
  if (currentCell()?.dead) throw new Interrupted();
  return false;
}

/** What the helpers need of the rest of the process. */
export interface HelperContext {
  readonly importer: Importer;
  /** Receives what a cell threw. */
  onCaught(thrown: unknown): void;
  /** Whether the event loop has taken up the interrupt of this number: it then needs no further rungs. */
  isTakenUp(interrupt: number): boolean;
  /** Ends the code it is called in. */
  terminate(): void;
  /** Then only sealed values are taken. */
  readonly grading: boolean;
}

/** Puts what emitted code calls on the global object, under one hidden name. */
export function installHelpers({ importer, onCaught, isTakenUp, terminate, grading }: HelperContext): void {
  const helpers = Object.freeze({
    value: (value: unknown, seal?: string): void => giveValue(value, seal, grading),
    awaitable,
    iterable,
    alive,
    floating,
    stop,
    arm: (interrupt: number, calls: boolean, insist?: boolean) => isTakenUp(interrupt) || arm(calls, insist),
    terminate: (interrupt: number) => isTakenUp(interrupt) || terminate(),
    /** Ends the code it is called in if its cell was stopped before. */
    terminateStopped: () => currentCell()?.dead && terminate(),
    import: importer.import,
    pick: importer.pick,
    live,
    loaded: importer.loaded,
    meta: importer.meta,
    caught: onCaught,
    prepareTermination,
    members,
    present,
    /** Like `present`, but at once: while code is paused no promise goes on. */
    describe: (value: unknown) => ({ data: { 'text/plain': presentText(value) }, metadata: {} }),
    /** Where the debugger puts what it copies to the global names. */
    copied: { value: undefined },
  });
  Object.defineProperty(globalThis, runtimeName, { value: helpers, enumerable: false });
}
