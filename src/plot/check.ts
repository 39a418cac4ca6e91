/** Checks for JSON of unknown origin; each error names the field, its value and the limit. Imports nothing. */

/** The longest text a payload may hold, characters. */
export const maxText = 300;

/** A payload that cannot be drawn; the message names the field, its value and the limit. */
export class PayloadError extends Error {
  override readonly name = 'PayloadError';
}

/**
 * Text for a plot: control and direction-override characters become spaces, so that a label cannot rearrange its
 * neighbours.
 */
export function plainText(value: string, limit: number = maxText): string {
  const clean = value.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, ' ');
  return clean.length <= limit ? clean : `${clean.slice(0, limit - 1)}…`;
}

export function record(where: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PayloadError(`${where} is ${kind(value)}: it must be an object`);
  return value as Record<string, unknown>;
}

export function list(where: string, value: unknown, limit: number): unknown[] {
  if (!Array.isArray(value)) throw new PayloadError(`${where} is ${kind(value)}: it must be an array`);
  if (value.length > limit) throw new PayloadError(`${where} has ${value.length} entries: the limit is ${limit}`);
  return Array.from(value as unknown[]); // holes become undefined, which no entry may be
}

export function finite(where: string, value: unknown, low: number, high: number): number {
  if (typeof value !== 'number' || !(value >= low && value <= high)) {
    throw new PayloadError(`${where} is ${kind(value)}: it must be a number from ${low} to ${high}`);
  }
  return value;
}

export function integer(where: string, value: unknown, low: number, high: number): number {
  if (!Number.isInteger(finite(where, value, low, high)))
    throw new PayloadError(`${where} is ${kind(value)}: it must be an integer`);
  return value as number;
}

export function text(where: string, value: unknown): string {
  if (typeof value !== 'string') throw new PayloadError(`${where} is ${kind(value)}: it must be a string`);
  if (value.length > maxText)
    throw new PayloadError(`${where} has ${value.length} characters: the limit is ${maxText}`);
  return plainText(value);
}

/** @param where before the key in messages: `samples[2].` */
export function optionalText<K extends string>(
  raw: Record<string, unknown>,
  key: K,
  where = '',
): { [P in K]?: string } {
  return (raw[key] === undefined ? {} : { [key]: text(`${where}${key}`, raw[key]) }) as { [P in K]?: string };
}

export function choice<T extends string>(where: string, value: unknown, choices: readonly T[]): T {
  if (!choices.includes(value as T))
    throw new PayloadError(`${where} is ${kind(value)}: it must be one of ${choices.join(', ')}`);
  return value as T;
}

/** Names a value for an error message without printing much of it. */
export function kind(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  if (typeof value === 'string') return JSON.stringify(plainText(value, 40));
  return Array.isArray(value) ? 'an array' : `of type ${typeof value}`;
}
