import { inspect } from 'node:util';
import { after, afterTurn, cancel } from '../common/own-timers.js';
import { Object, Promise, Reflect, Set } from '../common/intrinsics.js';

/**
 * What Node notes on promises and timers so that `AsyncLocalStorage` can follow them to their cell; Node 24 does so
 * under a name of its own, on timers only.
 */
const bookkeeping = new Set([
  'async_id_symbol',
  'trigger_async_id_symbol',
  'asyncId',
  'triggerId',
  'destroyed',
  'kResourceStore',
  'kAsyncContextFrame',
]);

/** Makes promises and timers show without Node's bookkeeping, wherever they are printed: `Promise { 5 }`. */
export function installAsyncView(): void {
  const timeout = after(() => {}, 0);
  cancel(timeout);
  for (const { constructor } of [Promise.resolve(), timeout, afterTurn(() => {})])
    Object.defineProperty(constructor.prototype as object, inspect.custom, {
      configurable: true,
      writable: true,
      enumerable: false,
      value: withoutBookkeeping,
    });
}

/** Hides the properties for good and gives the object itself, so that it is printed as ever. */
function withoutBookkeeping(this: object): object {
  for (const symbol of Object.getOwnPropertySymbols(this))
    if (bookkeeping.has(symbol.description ?? '')) Reflect.defineProperty(this, symbol, { enumerable: false });
  return this;
}
