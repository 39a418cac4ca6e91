/** What identifies weights and predictions. */
import { sha256 } from '#data-platform';

/** sha256 of the arrays' bytes, one after the other, lower-case hexadecimal. */
export function sha256Of(arrays: readonly ArrayBufferView[]): string {
  return sha256(...arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)));
}
