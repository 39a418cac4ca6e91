/** Values of settings are JSON: anything else would be lost, or read as another value, in a file. */
import { describe } from '../network/require.js';
import { isObject } from './check.js';

/** @throws RangeError for undefined, a function, a Map and the like, at any depth */
export function requireJson(name: string, value: unknown, depth = 0): void {
  if (Array.isArray(value) || isObject(value)) {
    if (depth > 100) throw new RangeError(`${name} holds itself: give a value that JSON can write`);
    // A list's holes are values that are not there.
    const inside = Array.isArray(value) ? Array.from(value, (one, k) => [k, one] as const) : Object.entries(value);
    for (const [key, one] of inside) requireJson(`${name}.${key}`, one, depth + 1);
    return;
  }
  if (value !== null && !['string', 'number', 'boolean'].includes(typeof value))
    throw new RangeError(
      `${name} is ${describe(value)}: give a number, a text, true or false, a list or an object of those, or null to take it out`,
    );
}
