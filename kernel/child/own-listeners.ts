/**
 * The kernel's own listeners to this process. `process.removeAllListeners()` in a cell takes away what cells have added, never these: a
 * rejection of a later cell would end the process, with every variable.
 */
import { Map, Object } from '../common/intrinsics.js';

type Listener = (...args: never[]) => void;

const own = new Map<string, Listener>();
const originals = { all: process.removeAllListeners, one: process.removeListener };

/** Listens as long as the process lives; one listener for an event. */
export function listenForGood(event: string, listener: Listener): void {
  own.set(event, listener);
  process.on(event, listener as never);
}

/** Whether only the kernel listens: a user's own handler counts as handling. */
export const onlyKernelListens = (event: string): boolean => process.listenerCount(event) === 1;

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
