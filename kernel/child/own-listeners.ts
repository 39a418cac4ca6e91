/**
 * The kernel's own listeners to this process. `process.removeAllListeners()` in a cell takes away what cells have
 * added, never these: a rejection of a later cell would end the process, with every variable.
 */
import { isGrading } from '../common/grading.js';
import { asCell, kernelFunction } from './own-language.js';
import { Map, Object, Reflect, Set } from '../common/intrinsics.js';

type Listener = (...args: never[]) => void;

const own = new Map<string, Listener>();
/** What the kernel has heard of last. */
let heardLast: unknown;
const originals = { all: process.removeAllListeners, one: process.removeListener };

/** Listens as long as the process lives; one listener for an event. */
export function listenForGood(event: string, listener: Listener): void {
  const heard = kernelFunction((...args: never[]): void => {
    heardLast = args[0];
    listener(...args);
  });
  own.set(event, heard);
  process.on(event, heard as never);
}

const { listenerCount } = process;
const { apply } = Reflect;

/** Whether only the kernel listens: a user's own handler counts as handling. */
export const onlyKernelListens = (event: string): boolean => apply(listenerCount, process, [event]) === 1;

function removeAllListeners(this: NodeJS.Process, ...events: [event?: string | symbol]): NodeJS.Process {
  originals.all.apply(process, events as []);
  own.forEach((listener, event) => {
    if (!process.listeners(event as never).includes(listener as never)) process.on(event, listener as never);
  });
  return process;
}

function removeListener(this: NodeJS.Process, event: string | symbol, listener: Listener): NodeJS.Process {
  if (own.get(event as string) !== listener) originals.one.call(process, event as never, listener as never);
  return process;
}

for (const [name, value] of Object.entries({ removeAllListeners, removeListener, off: removeListener }))
  Object.defineProperty(process, name, { value, writable: true, configurable: true });

const { emit } = process;
/** Events that end the process when nobody hears of them. */
const fateful: ReadonlySet<unknown> = new Set(['uncaughtExceptionMonitor', 'uncaughtException', 'unhandledRejection']);
/** What a cell, or a package like source-map-support, has put in place of `process.emit`. */
let theirs: typeof emit | undefined;

/** Theirs; of a fateful event the kernel hears all the same. */
const emitted = kernelFunction(function (this: unknown, ...args: unknown[]): boolean {
  if (!fateful.has(args[0])) return asCell(() => apply(theirs!, this, args) as boolean);
  heardLast = undefined;
  try {
    if (asCell(() => apply(theirs!, this, args) as boolean) && heardLast === args[1]) return true;
  } catch {
    // it would end the process
  }
  return apply(emit, process, args) as boolean;
}) as typeof emit;

if (!isGrading())
  Object.defineProperty(process, 'emit', {
    get: () => (theirs === undefined ? emit : emitted),
    set: (value: typeof emit) => (theirs = value === emit || value === emitted ? undefined : value),
    enumerable: true,
    configurable: true,
  });
