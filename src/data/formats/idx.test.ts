import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataFormatError, parseIdx, parseIdxImages, parseIdxLabels } from './idx.js';

// the header of the MNIST page: 0x00000803, then counts as big-endian integers
const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);

describe('parseIdx', () => {
  test.each([
    ['plain', images],
    ['gzipped', gzipSync(images)],
  ])('reads images, %s', (_, bytes) => {
    expect(parseIdxImages(bytes)).toEqual({ count: 2, rows: 1, columns: 3, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  });

  test('reads labels from the middle of a larger buffer', () => {
    const padded = Uint8Array.of(99, ...labels, 99);
    expect([...parseIdxLabels(padded.subarray(1, -1))]).toEqual([7, 9]);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /empty or truncated/],
    ['a wrong magic number', Uint8Array.of(0, 0, 9, 3, ...images.subarray(4)), /wrong magic number 0x00000903/],
    ['a web page', new TextEncoder().encode('<html>not found</html>'), /wrong magic number 0x3c68746d/],
    ['a header cut short', images.subarray(0, 10), /truncated in its header, 10 of 16 bytes/],
    ['a truncated file', images.subarray(0, 20), /truncated, 4 of the 6 bytes/],
    ['trailing bytes', Uint8Array.of(...images, 0), /1 trailing bytes/],
    ['no samples', Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0), /empty, its header says 0/],
    ['a truncated gzip file', gzipSync(images).subarray(0, 25), /truncated gzip file of 25 bytes/],
    [
      'a damaged gzip file',
      gzipSync(images).map((byte, k) => (k === 15 ? byte ^ 0x55 : byte)),
      /damaged or truncated gzip/,
    ],
    ['sizes that overflow', Uint8Array.of(0, 0, 8, 3, ...new Array<number>(12).fill(255), 1), /truncated, 1 of the/],
  ])('refuses %s', (_, bytes, message) => {
    const read = (): unknown => parseIdx(bytes, 'file.gz');
    expect(read).toThrow(DataFormatError);
    expect(read).toThrow(message);
    expect(read).toThrow(/file\.gz/);
  });

  test('says so when images and labels are exchanged', () => {
    expect(() => parseIdxImages(labels, 'a')).toThrow(
      /a: wrong magic number 0x00000801, expected 0x00000803 \(images\): images and labels may be exchanged/,
    );
    expect(() => parseIdxLabels(images, 'b')).toThrow(/expected 0x00000801 \(labels\)/);
  });

  test('hostile bytes give a DataFormatError or a result, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, header) => {
        const input = header ? Uint8Array.of(0, 0, 8, 1 + ((bytes[0] ?? 0) % 4), ...bytes) : bytes;
        try {
          const { dimensions, values } = parseIdx(input);
          expect(values.length).toBe(dimensions.reduce((a, b) => a * b, 1));
        } catch (error) {
          expect(error).toBeInstanceOf(DataFormatError);
        }
      }),
    );
  });
});
