/** Bytes in a payload, of unknown origin: base64 and deflate. */
import { Inflate, strToU8 } from 'fflate';
import { PayloadError } from './check.js';

/** @throws PayloadError */
export function fromBase64(text: string, name: string, what: string): Uint8Array {
  try {
    return strToU8(atob(text), true);
  } catch {
    throw new PayloadError(`layer ${name}: packed ${what} are not base64; run the cell again`);
  }
}

/** Inflates in small pieces, so that a bomb is stopped at the limit and not after it has filled the memory. */
export function inflate(data: Uint8Array, name: string, limit: number, what: string): Uint8Array {
  const piece = 8192; // deflate expands at most 1032-fold: 8 MB beyond the limit
  const parts: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  const stream = new Inflate((part, final) => {
    size += part.length;
    ended = final;
    if (size > limit)
      throw new PayloadError(`layer ${name}: packed ${what} inflate beyond ${limit} bytes, more than they announce`);
    parts.push(part);
  });
  try {
    for (let from = 0; from === 0 || from < data.length; from += piece)
      stream.push(data.subarray(from, from + piece), from + piece >= data.length);
  } catch (error) {
    if (error instanceof PayloadError) throw error;
    throw new PayloadError(`layer ${name}: packed ${what} are not deflated data; run the cell again`);
  }
  if (!ended) throw new PayloadError(`layer ${name}: packed ${what} end too early; run the cell again`);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
