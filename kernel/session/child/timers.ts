import { promisify } from 'node:util';
import { currentCell } from './cell.js';

/**
 * Replaces the global timer functions by ones that note which cell a timer belongs to, so that an interrupt can clear it.
 * A cell that was interrupted gets timers that never fire.
 */
export function installTimers(): void {
  const original = { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate };

  const once = <Handle extends NodeJS.Timeout | NodeJS.Immediate>(start: (callback: () => void) => Handle, callback: unknown, args: unknown[]): Handle => {
    const cell = currentCell();
    if (typeof callback !== 'function' || !cell) return start(callback as () => void);
    const handle = start(() => {
      cell.timers.delete(handle);
      (callback as (...args: unknown[]) => void)(...args);
    });
    if (cell.dead) clear(handle);
    else cell.timers.add(handle);
    return handle;
  };
  const clear = (handle: unknown): void => {
    original.clearTimeout(handle as NodeJS.Timeout);
    original.clearImmediate(handle as NodeJS.Immediate);
    currentCell()?.timers.delete(handle as NodeJS.Timeout);
  };

  const replacements = {
    setTimeout: (callback: unknown, delay?: number, ...args: unknown[]) => once((run) => original.setTimeout(run, delay), callback, args),
    setImmediate: (callback: unknown, ...args: unknown[]) => once((run) => original.setImmediate(run), callback, args),
    setInterval: (callback: unknown, delay?: number, ...args: unknown[]) => {
      const handle = original.setInterval(callback as (...args: unknown[]) => void, delay, ...args);
      const cell = currentCell();
      if (cell?.dead) clear(handle);
      else cell?.timers.add(handle);
      return handle;
    },
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
  for (const name of ['setTimeout', 'setImmediate'] as const)
    Object.defineProperty(replacements[name], promisify.custom, { value: original[name][promisify.custom as never] });
  for (const [name, value] of Object.entries(replacements)) {
    Object.defineProperty(value, 'name', { value: name });
    Object.defineProperty(globalThis, name, { configurable: true, writable: true, enumerable: true, value });
  }
}
