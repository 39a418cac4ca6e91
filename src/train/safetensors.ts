/**
 * The safetensors format: an 8-byte little-endian header length, a JSON header, then the tensors' bytes.
 * Source: https://huggingface.co/docs/safetensors. Any safetensors reader opens what this writes.
 */
import { parseJson } from '../network/json.js';
const types = { F32: Float32Array, F64: Float64Array, U16: Uint16Array } as const;
type TypeName = keyof typeof types;
export type TensorData = Float32Array | Float64Array | Uint16Array;

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: TensorData;
}
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const headerLimit = 64 * 2 ** 20;

function typeName(data: TensorData): TypeName {
  return data instanceof Float32Array ? 'F32' : data instanceof Float64Array ? 'F64' : 'U16';
}

/** The parts of the file, in order, to be written one after the other. */
export function encodeTensors({ tensors, metadata }: TensorFile): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  // Widest elements first, so that every tensor is aligned without gaps (the format allows none).
  const ordered = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  for (const [name, { shape, data }] of ordered) {
    header[name] = { dtype: typeName(data), shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  return [
    length,
    padded,
    ...ordered.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

/**
 * Reads a file that may come from anywhere: every length and offset is checked against the bytes that are there.
 * @throws Error that says what is wrong
 */
export function decodeTensors(bytes: Uint8Array, name: string): TensorFile {
  const fail = (what: string): never => {
    throw new Error(`${name} is not a whole safetensors file: ${what}; take another copy or an earlier checkpoint`);
  };
  if (bytes.length < 8) return fail(`${bytes.length} bytes`);
  const headerBytes = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (headerBytes > headerLimit || 8 + headerBytes > bytes.length)
    return fail(`a header of ${headerBytes} bytes in a file of ${bytes.length}`);
  let header: Record<string, unknown> | null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + headerBytes));
    header = parseJson(text) as Record<string, unknown> | null;
  } catch (cause) {
    return fail(`its header cannot be read, ${(cause as Error).message}`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return fail('its header is not a JSON object');
  const tensors = new Map<string, Tensor>();
  const places: [number, number][] = [];
  let metadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(header)) {
    if (key === '__metadata__') {
      if (typeof value !== 'object' || value === null || !Object.values(value).every((one) => typeof one === 'string'))
        return fail('its metadata is not an object of texts');
      metadata = value as Record<string, string>;
      continue;
    }
    const {
      dtype,
      shape,
      data_offsets: offsets,
    } = (value ?? {}) as { dtype?: TypeName; shape?: number[]; data_offsets?: [number, number] };
    const type = dtype !== undefined && Object.hasOwn(types, dtype) ? types[dtype] : undefined;
    if (!type) return fail(`tensor ${key} has the type ${String(dtype)}`);
    if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0))
      return fail(`tensor ${key} has the shape ${JSON.stringify(shape)}`);
    if (!Array.isArray(offsets) || offsets.length !== 2) return fail(`tensor ${key} has no place`);
    const [from, to] = offsets;
    const elements = shape.reduce((a, b) => a * b, 1);
    const available = bytes.length - 8 - headerBytes;
    if (!Number.isSafeInteger(from) || from < 0 || to > available || to - from !== elements * type.BYTES_PER_ELEMENT) {
      return fail(`tensor ${key} of shape [${shape.join(', ')}] lies at ${from} to ${to} of ${available} bytes`);
    }
    places.push([from, to]);
    const start = bytes.byteOffset + 8 + headerBytes + from;
    tensors.set(key, { shape, data: new type(bytes.buffer.slice(start, start + (to - from)) as ArrayBuffer) });
  }
  // The format allows neither gaps nor overlaps: what no tensor has could be anything.
  let end = 0;
  for (const [from, to] of places.sort(([a, b], [c, d]) => a - c || b - d)) {
    if (from !== end) return fail(`a tensor begins at byte ${from}, the one before it ends at ${end}`);
    end = to;
  }
  if (end !== bytes.length - 8 - headerBytes)
    return fail(`its tensors end at byte ${end} of ${bytes.length - 8 - headerBytes}`);
  return { tensors, metadata };
}
