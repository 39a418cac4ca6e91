/** Checks of option values: each error names the value, the limit and so the fix. */

/** Returns `value` if it is a finite number in [low, high]; throws RangeError otherwise. */
export function requireNumber(name: string, value: unknown, low: number, high: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < low || value > high) {
    throw new RangeError(`${name} is ${plainly(value)}: it must be a number from ${low} to ${high}`);
  }
  return value;
}

/** Returns `value` if it is an integer in [low, high]; throws RangeError otherwise. */
export function requireInteger(name: string, value: unknown, low: number, high: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${name} is ${plainly(value)}: it must be an integer from ${low} to ${high}`);
  }
  return value;
}

/** A value in place of a number: a text of digits, or a list of one number, looks like the number that is wanted. */
function plainly(value: unknown): string {
  if (typeof value === 'string' && value.trim() === '') return JSON.stringify(value);
  if (typeof value === 'string' && Number.isFinite(Number(value))) return `${JSON.stringify(value)}, a text`;
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'number') return `[${value[0]}], a list`;
  return /^(object|function|bigint)$/.test(typeof value) ? describe(value) : String(value);
}

/** Returns `value` if it is one of `choices`; throws RangeError that lists them otherwise. */
export function requireChoice<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  if (!choices.includes(value as T)) {
    throw new RangeError(`${name} is ${describe(value)}: choose one of ${choices.map((c) => `'${c}'`).join(', ')}`);
  }
  return value as T;
}

/** Returns `value` if it is true or false; throws RangeError otherwise: a text such as 'no' would count as true. */
export function requireFlag(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw new RangeError(`${name} is ${describe(value)}: write true or false`);
  return value;
}

/**
 * Returns `value` if it is an object (no list); TypeError otherwise. @param form what is to be given, for instance `{
 * name, shape }`
 */
export function requireObject<T>(name: string, value: T, form: string): NonNullable<T> & object {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${name} takes ${form}, not ${describe(value)}`);
  return value;
}

/** Returns `value` if it is a text with at least one character; TypeError otherwise. */
export function requireText(name: string, value: unknown, form: string): string {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name} takes ${form}, not ${describe(value)}`);
  return value;
}

/** Returns `value` if it is an array, typed or not; TypeError otherwise. */
export function requireList<T>(name: string, value: T, form: string): T {
  if (!Array.isArray(value) && (!ArrayBuffer.isView(value) || value instanceof DataView))
    throw new TypeError(`${name} takes ${form}, not ${describe(value)}`);
  return value;
}

/** Returns `value` if it is bytes; TypeError otherwise. */
export function requireBytes(name: string, value: unknown, form = 'a Uint8Array'): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${name} takes ${form}, not ${describe(value)}`);
  return value;
}

/** A value of any type in an error, however large it is. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? `${value}n` : String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  const keys = Object.keys(value);
  const kind = (value.constructor as { name?: string } | undefined)?.name ?? 'Object';
  if (kind === 'Object' && keys.length === 0) return '{}';
  return kind === 'Object' ? `{ ${keys.slice(0, 4).join(', ')}${keys.length > 4 ? ', …' : ''} }` : `a ${kind}`;
}
