import { inspect, stripVTControlCharacters, types } from 'node:util';
import { firstOf } from '../common/cut-text.js';
import { ownView, type Bundle } from './display/own-view.js';
import { asKernel } from './own-language.js';
import { Array, Object, Uint8Array } from '../common/intrinsics.js';

export type { Bundle };

const inspectOptions = { maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 } as const;
const deepest = 4;
/** Characters of text that a result may have, and those at which it is not opened any deeper. */
const textLimit = 100_000;
const wideText = 10_000;

/** How a value shows: by its own view, else as text. */
export async function present(value: unknown): Promise<Bundle> {
  return presentNow(value);
}

/** The same, at once where nothing has to be waited for. */
export function presentNow(value: unknown): Bundle | Promise<Bundle> {
  return ownView(value, (own) => presentText(own)) ?? { data: { 'text/plain': presentText(value) }, metadata: {} };
}

/** The `text/plain` of a value, without codes for a terminal, cut at a limit with a notice. */
export function presentText(value: unknown): string {
  // An object's own way to show itself may have colours all the same.
  const opened = (depth: number): string =>
    stripVTControlCharacters(inspect(value, { ...inspectOptions, colors: false, depth }));
  let text = opened(0);
  // Level by level: a wide value opened at once to its full depth can be gigabytes of text.
  for (let depth = 1; depth <= deepest && text.length < wideText; depth++) {
    const deeper = opened(depth);
    if (deeper === text) break;
    text = deeper;
  }
  if (text.length <= textLimit) return text;
  const start = firstOf(text, textLimit);
  return `${start}\n… ${text.length - start.length} more characters not shown; console.log(value) prints all`;
}

/** Typed arrays longer than this show their first and last values only. */
const shortArray = 24;
const [head, tail] = [6, 3];

/**
 * Makes long typed arrays show as length and a few values, wherever they are printed: `Float32Array(784) [ 0, 0, … 0.5
 * ]`.
 */
export function installTypedArrayView(): void {
  const prototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
  Object.defineProperty(prototype, inspect.custom, {
    configurable: true,
    writable: true,
    enumerable: false,
    value(this: Uint8Array, _depth: number, options: { stylize(text: string, style: string): string }): unknown {
      // What only inherits from one, or has a constructor of its own: Node knows what to say.
      if (!types.isTypedArray(this) || !(this.length > shortArray)) return this;
      if (Object.hasOwn(this, 'constructor') || typeof this.constructor !== 'function') return this;
      const style = typeof this[0] === 'bigint' ? 'bigint' : 'number';
      const shown = (values: Uint8Array): string =>
        Array.from(values, (value) => options.stylize(inspect(value), style)).join(', ');
      return asKernel(
        () =>
          `${this.constructor.name}(${this.length}) [ ${shown(this.subarray(0, head))}, … ${shown(this.subarray(-tail))} ]`,
      );
    },
  });
}
