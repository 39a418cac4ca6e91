import { inspect } from 'node:util';
import { MimeValue } from './mime-value.js';
import { Array, ArrayBuffer, Error, JSON, Map, Object, Set, String } from '../../common/intrinsics.js';

/**
 * A value as a tree to open and close, as the last value of a cell or for `display` and `show`. Maps, sets and typed
 * arrays come as objects and arrays, `bigint`s as text.
 * @throws TypeError for a value that contains itself
 */
export function json(value: unknown): MimeValue {
  const text = JSON.stringify(value, (_key, part: unknown) => plainPart(part));
  const data: unknown = text === undefined ? null : JSON.parse(text);
  return new MimeValue({ 'application/json': data, 'text/plain': inspect(data, { depth: 4, maxArrayLength: 100 }) });
}

function plainPart(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Error) return { ...value, name: value.name, message: value.message };
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Uint8Array) : value;
}
