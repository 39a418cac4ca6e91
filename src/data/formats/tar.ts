/** Reads tar archives (POSIX ustar): 512-byte headers, each followed by a file padded to 512 bytes. */
import { DataFormatError } from './idx.js';

const block = 512;

/**
 * The regular files of an archive by name, as views on its bytes.
 * @throws DataFormatError when a header's check sum is wrong or the archive is cut short
 */
export function parseTar(bytes: Uint8Array, source = 'tar archive'): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let at = 0; ;) {
    if (at + block > bytes.length)
      throw new DataFormatError(`${source}: truncated after ${bytes.length} bytes, no end mark: fetch it again`);
    const header = bytes.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return files;
    if (octal(header, 148, 8) !== checkSum(header))
      throw new DataFormatError(`${source}: wrong check sum at byte ${at}: damaged, or not a tar archive`);
    const size = octal(header, 124, 12);
    const start = at + block;
    if (!(start + size <= bytes.length))
      throw new DataFormatError(`${source}: truncated within ${text(header, 0, 100)}: fetch it again`);
    const type = header[156];
    if (type === 0 || type === 0x30 /* '0' */) {
      const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
      files.set((prefix ? `${prefix}/` : '') + text(header, 0, 100), bytes.subarray(start, start + size));
    }
    at = start + Math.ceil(size / block) * block;
  }
}

/** Sum of the header's bytes with the field of the sum itself taken as spaces. */
function checkSum(header: Uint8Array): number {
  return header.reduce((sum, byte, k) => sum + (k >= 148 && k < 156 ? 0x20 : byte), 0);
}

function octal(header: Uint8Array, from: number, length: number): number {
  return parseInt(text(header, from, length).trim(), 8);
}

function text(header: Uint8Array, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}
