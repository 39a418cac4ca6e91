/**
 * The file around a picture's packed rows. Not fast-png, which reads our PNGs: it packs in JavaScript only, which took
 * more time than the drawing.
 */
import { crc32 } from '../numeric/crc32.js';

/**
 * A PNG of indexed colours.
 * @param palette red, green and blue of each colour as 0xRRGGBB, at most 256
 * @param depth bits a pixel: 1, 2, 4, 8
 * @param packed by zlib: `height` rows, each a filter byte and the pixels' indices
 * @see https://www.w3.org/TR/png-3/
 */
export function indexedPng(
  width: number,
  height: number,
  palette: readonly number[],
  depth: number,
  packed: Uint8Array,
): Uint8Array {
  const indexed = 3; // the colour type
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([depth, indexed], 8);
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from(palette.flatMap((key) => [key >> 16, (key >> 8) & 255, key & 255]))),
    chunk('IDAT', packed),
    chunk('IEND', new Uint8Array(0)),
  ];
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** Length, name, content, checksum of name and content. */
function chunk(name: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  for (let c = 0; c < 4; c++) bytes[4 + c] = name.charCodeAt(c);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}
