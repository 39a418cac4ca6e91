import type { CommBuffer } from '../comms.js';
import { asBytes } from '../display/bytes.js';
import { Array, ArrayBuffer, JSON, Object, String, TypeError } from '../../common/intrinsics.js';

export type BufferPath = readonly (string | number)[];

/** State as it goes over the wire: JSON, and the binary parts beside it with the places where they belong. */
export interface Packed {
  readonly state: Record<string, unknown>;
  readonly buffer_paths: BufferPath[];
  readonly buffers: CommBuffer[];
}

/**
 * Takes typed arrays and buffers out of a state, at any depth; `refer` gives what stands for a widget or another
 * special value.
 */
export function packState(state: Readonly<Record<string, unknown>>, refer: (value: object) => unknown): Packed {
  const packed: Packed = { state: {}, buffer_paths: [], buffers: [] };
  const pack = (value: unknown, path: BufferPath): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const bytes = asBytes(value);
    if (bytes) {
      packed.buffer_paths.push(path);
      packed.buffers.push(bytes);
      return null;
    }
    if (Array.isArray(value)) return value.map((item, n) => pack(item, [...path, n]));
    const reference = refer(value);
    if (reference !== undefined) return reference;
    if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, item]) => {
        // The front end sets it: nothing stands in its place meanwhile.
        const part = pack(item, [...path, name]);
        return part === null && asBytes(item) ? [] : [[name, part]];
      }),
    );
  };
  Object.assign(packed.state, pack({ ...state }, []));
  return packed;
}

/**
 * Puts the binary parts of a message where they belong. What comes from outside is believed in nothing: paths lead only
 * through own properties of the state.
 * @throws TypeError
 */
export function unpackState(state: Record<string, unknown>, paths: unknown, buffers: readonly Uint8Array[]): void {
  if (paths === undefined) return;
  if (!Array.isArray(paths) || paths.length > buffers.length)
    throw new TypeError('The buffer paths of a widget message do not fit its buffers.');
  paths.forEach((path: unknown, n) => {
    const names = Array.isArray(path) ? (path as unknown[]) : [];
    let owner: unknown = state;
    for (const name of names.slice(0, -1))
      owner = isObject(owner) && Object.hasOwn(owner, String(name)) ? owner[String(name)] : undefined;
    const last = String(names.at(-1));
    if (!isObject(owner) || names.length === 0 || last === '__proto__')
      throw new TypeError(`A widget message names the place ${JSON.stringify(path)}, which its state does not have.`);
    owner[last] = buffers[n];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Bytes as the kind of array that they replace: a `Float32Array` stays one. */
export function likeBefore(bytes: Uint8Array, before: unknown): unknown {
  if (!ArrayBuffer.isView(before) || before instanceof DataView) return bytes;
  const { BYTES_PER_ELEMENT: size, constructor } = before as Uint8Array;
  if (bytes.byteLength % size !== 0) return bytes;
  const copy = bytes.slice().buffer;
  return new (constructor as new (buffer: ArrayBuffer) => unknown)(copy);
}
