import { inspect } from 'node:util';
import { asPicture, bundleOf } from '../../../src/plot/display.js';

export interface Bundle {
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
}

const inspectOptions = { maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100, colors: false } as const;
const deepest = 4;
/** Characters of text that a result may have, and those at which it is not opened any deeper. */
const textLimit = 100_000;
const wideText = 10_000;

/** How a value shows as a cell's result: by its own display bundle, else as text. */
export async function present(value: unknown): Promise<Bundle> {
  const picture = asPicture(value);
  if (!picture) return { data: { 'text/plain': presentText(value) }, metadata: {} };
  const { data, metadata } = await bundleOf(picture);
  if (typeof data !== 'object' || data === null) throw new TypeError(`[Symbol.for('Jupyter.display')]() must return an object from MIME type to data, it returned ${typeof data}.`);
  return { data: { ...data }, metadata: { ...metadata } };
}

/** The `text/plain` of a value, without colour codes, cut at a limit with a notice. */
export function presentText(value: unknown): string {
  let text = inspect(value, { ...inspectOptions, depth: 0 });
  // Level by level: a wide value opened at once to its full depth can be gigabytes of text.
  for (let depth = 1; depth <= deepest && text.length < wideText; depth++) {
    const deeper = inspect(value, { ...inspectOptions, depth });
    if (deeper === text) break;
    text = deeper;
  }
  if (text.length <= textLimit) return text;
  return `${text.slice(0, textLimit)}\n… ${text.length - textLimit} more characters not shown; console.log(value) prints all`;
}

/** Typed arrays longer than this show their first and last values only. */
const shortArray = 24;
const [head, tail] = [6, 3];

/** Makes long typed arrays show as length and a few values, wherever they are printed: `Float32Array(784) [ 0, 0, … 0.5 ]`. */
export function installTypedArrayView(): void {
  const prototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
  Object.defineProperty(prototype, inspect.custom, {
    configurable: true,
    writable: true,
    enumerable: false,
    value(this: Uint8Array, _depth: number, options: { stylize(text: string, style: string): string }): unknown {
      if (!(this.length > shortArray)) return this;
      const style = typeof this[0] === 'bigint' ? 'bigint' : 'number';
      const shown = (values: Uint8Array): string => Array.from(values, (value) => options.stylize(inspect(value), style)).join(', ');
      return `${this.constructor.name}(${this.length}) [ ${shown(this.subarray(0, head))}, … ${shown(this.subarray(-tail))} ]`;
    },
  });
}
