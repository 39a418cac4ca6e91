/** Values of earlier cells that are kept: as many as IPython keeps. */
import { Object } from '../common/intrinsics.js';
const most = 1000;

const results = Object.create(null) as Record<number, unknown>;
let last: unknown;

/** Keeps the value that a cell showed, as `Out[line]` and as `_`. */
export function keepResult(line: number, value: unknown): void {
  last = value;
  results[line] = value;
  delete results[line - most];
}

/** Makes `_`, the value shown last, and `Out` known to cells; who assigns to one of them has their own from then on. */
export function installResults(): void {
  const own = (name: string) => (value: unknown) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
  const define = (name: string, get: () => unknown) =>
    Object.defineProperty(globalThis, name, { get, set: own(name), configurable: true, enumerable: false });
  define('_', () => last);
  define('Out', () => results);
}
