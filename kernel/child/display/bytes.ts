import { types } from 'node:util';
import { Array, ArrayBuffer, Buffer, Object, String, Uint8Array } from '../../common/intrinsics.js';

/** The bytes of a typed array, a view or a buffer; `undefined` for any other value. */
export function asBytes(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return types.isAnyArrayBuffer(value) ? new Uint8Array(value) : undefined;
}

const isJson = (mime: string): boolean => /[/+]json$/.test(mime);
const isText = (mime: string): boolean => /^text\/|[/+](xml|javascript)$/.test(mime);

/**
 * The data of a bundle as Jupyter wants it: JSON under the JSON types, text under all others; bytes of text formats as
 * UTF-8, of other formats as base64. Entries without a value are left out.
 */
export function encodeData(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const encoded: Record<string, unknown> = {};
  for (const [mime, value] of Object.entries(data)) {
    if (value === undefined || value === null) continue;
    const bytes = asBytes(value);
    if (bytes) encoded[mime] = Buffer.from(bytes).toString(isText(mime) || isJson(mime) ? 'utf8' : 'base64');
    else encoded[mime] = isJson(mime) || typeof value === 'string' || isLines(value) ? value : String(value);
  }
  return encoded;
}

/** Jupyter's other way to write a text. */
function isLines(value: unknown): boolean {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}
