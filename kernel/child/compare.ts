/**
 * Where two values differ, as a sentence for a student. Uses only what it took from JavaScript before the first cell.
 */
import { inspect as nodeInspect, isDeepStrictEqual as nodeDeepEqual } from 'node:util';
import { Array, ArrayBuffer, Math, Number, Object, Reflect, Symbol, Uint8Array } from '../common/intrinsics.js';

const inspect = nodeInspect;
const isDeepStrictEqual = nodeDeepEqual;
const { abs, max } = Math;
const { isArray } = Array;
const { isFinite } = Number;
const { isView } = ArrayBuffer;
const { is, keys, getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { apply } = Reflect;
const typedLength = getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype) as object, 'length')!.get!;
const floatKind = getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag)!.get!;

/** How far a number may be from the expected one: `tolerance`, or that part of it where it is larger than 1. */
export type Equality = (actual: number, expected: number) => boolean;

export const exactly: Equality = (actual, expected) => is(actual, expected) || actual === expected;
export const within =
  (tolerance: number): Equality =>
  (actual, expected) =>
    // A part of what has no end would be every number.
    exactly(actual, expected) || (isFinite(expected) && abs(actual - expected) <= tolerance * max(1, abs(expected)));

const deepest = 12;

/** A value as it stands in a sentence; the student's own way of showing it is not asked. */
export function shown(value: unknown): string {
  if (isPromise(value)) return 'a promise';
  return inspect(value, { customInspect: false, depth: 2, maxArrayLength: 8, maxStringLength: 200, breakLength: 100 });
}

/** Length of an array or a typed array, else undefined. */
function lengthOf(value: unknown): number | undefined {
  if (isArray(value)) return value.length;
  // Undefined for a DataView.
  return isView(value) && apply(floatKind, value, []) !== undefined
    ? (apply(typedLength, value, []) as number)
    : undefined;
}

/** Whether a call should have been awaited. */
export function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** What is commonly behind a value of another kind than the expected one. */
function adviceOn(actual: unknown, expected: unknown): string {
  if (actual === undefined) return ' Is a `return` missing?';
  if (typeof actual === 'function') return ' That is a function, not its value: call it, with ( ).';
  if (typeof expected === 'number' && typeof actual === 'string') return ' That is a text, not a number.';
  if (typeof expected === 'number' && typeof actual === 'bigint') return ' That is a BigInt: numbers have no n.';
  if (typeof expected === 'number' && lengthOf(actual) === 1) return ' That is a list with one value, not the value.';
  if (lengthOf(expected) === undefined || typeof actual !== 'object' || actual === null) return '';
  return typeof (actual as { [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function'
    ? ' That gives values one by one: make an array of it, [...it].'
    : '';
}

export const awaitAdvice = 'That is a promise, not its value: write `await` before the call.';

/**
 * The first difference, or undefined. Numbers are compared by `equal`; arrays and typed arrays element by element, of
 * whatever kind they are; plain objects field by field.
 * @param where how the place is called, such as `rates[3]`
 */
export function difference(
  actual: unknown,
  expected: unknown,
  equal: Equality,
  where = '',
  depth = 0,
): string | undefined {
  const at = where === '' ? '' : `At ${where}: `;
  const differs = `${at}expected ${shown(expected)}, got ${shown(actual)}.`;
  if (typeof expected === 'number' && typeof actual === 'number') {
    if (equal(actual, expected)) return undefined;
    return actual !== actual ? `${differs} NaN comes from 0/0, or from a value that is undefined.` : differs;
  }
  if (isPromise(actual) && !isPromise(expected)) return `${differs} ${awaitAdvice}`;
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null)
    return is(actual, expected) ? undefined : `${differs}${adviceOn(actual, expected)}`;
  const [length, wanted] = [lengthOf(actual), lengthOf(expected)];
  if (wanted !== undefined) {
    if (length === undefined)
      return `${at}expected ${wanted} value${wanted === 1 ? '' : 's'}, got ${shown(actual)}.${adviceOn(actual, expected)}`;
    if (length !== wanted)
      return `${at}expected ${wanted} value${wanted === 1 ? '' : 's'}, got ${length}: expected ${shown(expected)}, got ${shown(actual)}.`;
    for (let n = 0; n < wanted; n++) {
      const found = difference(
        (actual as unknown[])[n],
        (expected as unknown[])[n],
        equal,
        `${where}[${n}]`,
        depth + 1,
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const fields = keys(expected);
  if (depth >= deepest || fields.length === 0) return isDeepStrictEqual(actual, expected) ? undefined : differs;
  const own = keys(actual);
  for (let n = 0; n < own.length; n++)
    if (!getOwnPropertyDescriptor(expected, own[n])) return `${at}the field ${own[n]} is not expected here.`;
  for (let n = 0; n < fields.length; n++) {
    const field = fields[n];
    if (!getOwnPropertyDescriptor(actual, field)) return `${at}the field ${field} is missing.`;
    const found = difference(
      (actual as Record<string, unknown>)[field],
      (expected as Record<string, unknown>)[field],
      equal,
      where === '' ? field : `${where}.${field}`,
      depth + 1,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
