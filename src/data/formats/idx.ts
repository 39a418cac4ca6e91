/**
 * IDX, the format of MNIST and its relatives: two zero bytes, element type (0x08 = unsigned byte), number of
 * dimensions, then each dimension as a big-endian 32-bit integer, then the elements, the last dimension fastest.
 * Source: http://yann.lecun.com/exdb/mnist/, section "The IDX file format".
 */
import { requireBytes } from '../../network/require.js';
import { gunzip } from '#data-platform';

export interface IdxArray {
  readonly dimensions: readonly number[];
  /** All elements in file order (a view on the file's bytes). */
  readonly values: Uint8Array;
}

export interface IdxImages {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** `[count, rows, columns]` */
  readonly pixels: Uint8Array;
}

/** A file that is not what its name promises: damaged, cut short, or another kind of file. */
export class DataFormatError extends Error {
  override readonly name = 'DataFormatError';
}

const unsignedByte = 0x08;
const imagesMagic = 0x803;
const labelsMagic = 0x801;

/** Whether the bytes start like a gzip file (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The content of a gzip file, or the bytes themselves if they are not gzipped. */
export function plainBytes(bytes: Uint8Array, source: string): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzip(bytes);
  } catch (cause) {
    throw new DataFormatError(`${source}: damaged or truncated gzip file of ${bytes.length} bytes: fetch it again`, {
      cause,
    });
  }
}

/**
 * Reads an IDX file of unsigned bytes, gzipped or not.
 * @param source name of the file, for error messages
 * @throws DataFormatError naming what is wrong and where
 */
export function parseIdx(bytes: Uint8Array, source = 'IDX data'): IdxArray {
  requireBytes('parseIdx()', bytes);
  const plain = plainBytes(bytes, source);
  if (plain.length < 4)
    throw new DataFormatError(
      `${source}: ${plain.length} bytes, too short for an IDX header: the file is empty or truncated; fetch it again`,
    );
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  const magic = view.getUint32(0);
  const rank = plain[3];
  if (magic >>> 8 !== unsignedByte || rank < 1 || rank > 4) {
    throw new DataFormatError(
      `${source}: wrong magic number ${hex(magic)}: an IDX file of bytes starts with ${hex(labelsMagic)} (labels) or ${hex(imagesMagic)} (images)`,
    );
  }
  const start = 4 + 4 * rank;
  if (plain.length < start)
    throw new DataFormatError(`${source}: truncated in its header, ${plain.length} of ${start} bytes: fetch it again`);
  const dimensions = Array.from({ length: rank }, (_, d) => view.getUint32(4 + 4 * d));
  const size = dimensions.reduce((a, b) => a * b, 1);
  const shape = dimensions.join(' x ');
  if (size === 0) throw new DataFormatError(`${source}: empty, its header says ${shape}: it holds no sample`);
  const found = plain.length - start;
  if (found < size)
    throw new DataFormatError(
      `${source}: truncated, ${found} of the ${size} bytes its header announces (${shape}): fetch it again`,
    );
  if (found > size)
    throw new DataFormatError(
      `${source}: ${found - size} trailing bytes after the ${size} its header announces (${shape}): it was not written as IDX; fetch it again`,
    );
  return { dimensions, values: plain.subarray(start) };
}

/** Reads an IDX file of images, `[count, rows, columns]`. Errors as {@link parseIdx}. */
export function parseIdxImages(bytes: Uint8Array, source = 'IDX images'): IdxImages {
  const { dimensions, values } = parseIdx(bytes, source);
  if (dimensions.length !== 3) throw wrongKind(source, dimensions.length, 'images', imagesMagic);
  const [count, rows, columns] = dimensions;
  return { count, rows, columns, pixels: values };
}

/** Reads an IDX file of labels, `[count]`. Errors as {@link parseIdx}. */
export function parseIdxLabels(bytes: Uint8Array, source = 'IDX labels'): Uint8Array {
  const { dimensions, values } = parseIdx(bytes, source);
  if (dimensions.length !== 1) throw wrongKind(source, dimensions.length, 'labels', labelsMagic);
  return values;
}

function wrongKind(source: string, rank: number, wanted: string, magic: number): DataFormatError {
  return new DataFormatError(
    `${source}: wrong magic number ${hex(0x800 + rank)}, expected ${hex(magic)} (${wanted}): images and labels may be exchanged`,
  );
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
