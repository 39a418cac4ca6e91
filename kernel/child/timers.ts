import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import promises from 'node:timers/promises';
import { promisify, types } from 'node:util';
import { currentCell } from './cell.js';
import { AbortController, Map, Object, Promise, Reflect, uncurryThis } from '../common/intrinsics.js';

type Options = { readonly signal?: AbortSignal; readonly ref?: boolean } | undefined;

const { set, delete: remove } = Map.prototype as Map<unknown, unknown>;
const [remember, forget] = [uncurryThis(set), uncurryThis(remove)];
const { apply } = Reflect;
const isPrototypeOf: (prototype: object, of: object) => boolean = uncurryThis(Object.prototype.isPrototypeOf);

/** What code of an interrupted cell gets to wait for. */
const never = new Promise<never>(() => {});

/**
 * Replaces Node's timer functions (global, of `node:timers`, of `node:timers/promises`, promisified) by ones that note
 * which cell a timer belongs to, so that an interrupt can stop it. A cell that was interrupted gets timers that never
 * fire.
 */
export function installTimers(): void {
  const waits = promiseTimers();
  Object.assign(promises, waits);
  promises.scheduler.wait = (delay, options) => waits.setTimeout(delay, undefined, options);
  const replacements = callbackTimers();
  for (const name of ['setTimeout', 'setImmediate'] as const)
    Object.defineProperty(replacements[name], promisify.custom, { value: waits[name] });
  for (const [name, value] of Object.entries(replacements)) {
    Object.defineProperty(value, 'name', { value: name });
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, enumerable: true, value });
  }
  Object.assign(timers, replacements);
  syncBuiltinESMExports();
}

const immediate = timers.setImmediate(() => {});
timers.clearImmediate(immediate);
const immediates = Object.getPrototypeOf(immediate) as object;

const isImmediate = (handle: unknown): handle is NodeJS.Immediate =>
  typeof handle === 'object' && handle !== null && !types.isProxy(handle) && isPrototypeOf(immediates, handle);

/** Whether a timer was stopped by its number. */
const isStopped = (handle: unknown): boolean => (handle as { readonly _destroyed?: unknown })._destroyed === true;

function callbackTimers() {
  const { setTimeout, setInterval, setImmediate, clearTimeout, clearImmediate } = timers;

  const stopTimeout = (handle: unknown): void => {
    clearTimeout(handle as NodeJS.Timeout);
    const cell = currentCell();
    if (!cell) return;
    if (typeof handle === 'object') forget(cell.timers, handle);
    else for (const known of [...cell.timers.keys()]) if (isStopped(known)) forget(cell.timers, known);
  };
  // To Node's own everything that is given is an immediate: of anything else its count of them is wrong from then on.
  const stopImmediate = (handle: unknown): void => {
    if (!isImmediate(handle)) return;
    clearImmediate(handle);
    const cell = currentCell();
    if (cell) forget(cell.timers, handle);
  };
  const start = <Handle>(
    begin: (callback: () => void) => Handle,
    stop: (handle: Handle) => void,
    callback: unknown,
    args: unknown[],
    repeats = false,
  ): Handle => {
    const cell = currentCell();
    if (typeof callback !== 'function' || !cell) return begin(callback as () => void);
    const handle: Handle = begin(function (this: unknown) {
      if (!repeats) forget(cell.timers, handle);
      apply(callback, this, args);
    });
    if (cell.dead) stop(handle);
    else remember(cell.timers, handle, () => stop(handle));
    return handle;
  };

  return {
    setTimeout: (callback: unknown, delay?: number, ...args: unknown[]) =>
      start((run) => setTimeout(run, delay), stopTimeout, callback, args),
    setInterval: (callback: unknown, delay?: number, ...args: unknown[]) =>
      start((run) => setInterval(run, delay), stopTimeout, callback, args, true),
    setImmediate: (callback: unknown, ...args: unknown[]) =>
      start((run) => setImmediate(run), stopImmediate, callback, args),
    clearTimeout: (handle?: unknown) => stopTimeout(handle),
    clearInterval: (handle?: unknown) => stopTimeout(handle),
    clearImmediate: (handle?: unknown) => stopImmediate(handle),
  };
}

function promiseTimers() {
  const { setTimeout, setInterval, setImmediate } = promises;

  /**
   * `options` with a signal that an interrupt of the current cell fires as well; `ended` is to be called at the timer's
   * end.
   */
  const stoppable = (options: Options) => {
    const cell = currentCell();
    const own = new AbortController();
    if (cell?.dead) own.abort();
    else if (cell) remember(cell.timers, own, () => own.abort());
    return {
      options: { ...options, signal: options?.signal ? AbortSignal.any([options.signal, own.signal]) : own.signal },
      isStopped: () => own.signal.aborted,
      ended: () => cell && forget(cell.timers, own),
    };
  };
  const once = async <T>(given: Options, begin: (options: Options) => Promise<T>): Promise<T> => {
    const { options, isStopped, ended } = stoppable(given);
    try {
      return await begin(options);
    } catch (error) {
      if (isStopped()) await never;
      throw error;
    } finally {
      ended();
    }
  };

  return {
    setTimeout: <T>(delay?: number, value?: T, options?: Options) =>
      once(options, (all) => setTimeout(delay, value, all)),
    setImmediate: <T>(value?: T, options?: Options) => once(options, (all) => setImmediate(value, all)),
    async *setInterval<T>(delay?: number, value?: T, given?: Options): AsyncGenerator<T> {
      const { options, isStopped, ended } = stoppable(given);
      try {
        for await (const one of setInterval(delay, value, options)) yield one;
      } catch (error) {
        if (isStopped()) await never;
        throw error;
      } finally {
        ended();
      }
    },
  };
}
