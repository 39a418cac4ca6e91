/** Groups and datasets of an open HDF5 file as plain values. */
import type { Attribute, Dataset } from 'h5wasm';
import { float16Array } from './float16.js';
import {
  fail,
  type Hdf5Array,
  type Hdf5Group,
  type Hdf5Node,
  type Hdf5Numbers,
  type OpenGroup,
} from './hdf5-memory.js';

export const deepest = 32; // groups within groups
const listsAtOnce = 256;
const [integerClass, floatClass] = [0, 1]; // H5T_INTEGER, H5T_FLOAT
type Metadata = Dataset['metadata'];

const largest = 2 ** 29; // bytes of a dataset once unpacked: a small file may name a huge one

/** @param path of the group within the file, `` for the root */
export function readGroup(group: OpenGroup, source: string, path: string, depth = 0): Hdf5Group {
  if (depth > deepest)
    fail(source, path, `more than ${deepest} groups within each other: its links may run in a circle`);
  const members: Record<string, Hdf5Node> = Object.create(null) as Record<string, Hdf5Node>;
  for (const name of group.keys()) {
    const place = `${path}/${name}`;
    const member = group.get(name);
    if (member && 'keys' in member) members[name] = readGroup(member, source, place, depth + 1);
    else if (member && 'slice' in member) members[name] = readDataset(member, source, place);
    else
      fail(
        source,
        place,
        'a link or a type of its own, not a group or a dataset: copy what it points to into the file',
      );
  }
  const attributes: Record<string, string | Hdf5Numbers> = Object.create(null) as Record<string, string | Hdf5Numbers>;
  for (const [name, attribute] of Object.entries(group.attrs)) {
    const value = readAttribute(attribute);
    if (value !== undefined) attributes[name] = value;
  }
  return Object.keys(attributes).length > 0 ? { members, attributes } : { members };
}

/** What is not read, by its class (H5T_class_t). */
const otherTypes: Readonly<Record<number, string>> = {
  2: 'dates',
  4: 'bits',
  5: 'bytes without a meaning (opaque)',
  6: 'records of several fields, or complex numbers; write each field as a dataset',
  7: 'references',
  10: 'arrays as values; write them as one more dimension',
};

/** @throws Hdf5Error for values that are neither numbers nor texts, and for too many */
export function readDataset(dataset: Dataset, source: string, path: string): Hdf5Node {
  const { metadata } = dataset;
  const { shape, total_size: count, size, type, vlen_type: items } = metadata;
  if (!shape) return fail(source, path, 'an empty dataset without a shape');
  if (items) return readLists(dataset, items, source, path);
  if (count * size > largest) fail(source, path, `${count} values of ${size} bytes; at most ${largest} bytes are read`);
  const half = isHalf(metadata);
  if (half) asPatterns(metadata);
  const value = dataset.value;
  if (half)
    return { values: float16Array(value instanceof Uint16Array ? value : Uint16Array.of(Number(value))), shape };
  if (ArrayBuffer.isView(value)) return { values: value as Hdf5Array, shape };
  if (typeof value === 'number' || typeof value === 'boolean') return { values: Float64Array.of(Number(value)), shape };
  if (typeof value === 'bigint') return { values: BigInt64Array.of(value), shape };
  if (typeof value === 'string') return { texts: [value], shape };
  if (Array.isArray(value) && value.every((text): text is string => typeof text === 'string'))
    return { texts: value, shape };
  if (count === 0) return { values: new Float64Array(0), shape };
  const kind = otherTypes[type] ?? `values of HDF5 type ${type} with ${size} bytes each`;
  return fail(source, path, `${kind}: neither numbers nor texts`);
}

/**
 * Lists are read a few hundred at a time, and each slice is given back to HDF5: all at once would be in its memory
 * twice.
 */
function readLists(dataset: Dataset, items: Metadata, source: string, path: string): Hdf5Node {
  const { shape } = dataset.metadata;
  if (shape?.length !== 1) return fail(source, path, 'lists of numbers in several dimensions: only one is read');
  const half = isHalf(items);
  if (half) asPatterns(items);
  const lists: Hdf5Array[] = [];
  let bytes = 0;
  for (let from = 0; from < shape[0]; from += listsAtOnce) {
    const slice = dataset.slice([[from, Math.min(shape[0], from + listsAtOnce)]]);
    if (!Array.isArray(slice)) return fail(source, path, 'lists that are not of numbers');
    for (const list of slice) {
      if (!ArrayBuffer.isView(list)) return fail(source, path, 'lists that are not of numbers');
      bytes += list.byteLength;
      lists.push(half ? float16Array(list as Uint16Array) : (list as Hdf5Array));
    }
    if (bytes > largest) return fail(source, path, `lists of more than ${largest} bytes in all`);
  }
  return { lists, shape };
}

/** h5wasm reads no numbers of 16 bits with a point: they are read as the integers of the same bits. */
const isHalf = ({ type, size }: Metadata): boolean => type === floatClass && size === 2;

function asPatterns(metadata: Metadata): void {
  metadata.type = integerClass;
  metadata.signed = false;
}

function readAttribute(attribute: Attribute): string | Hdf5Numbers | undefined {
  const { value, shape } = attribute;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return { values: Float64Array.of(value), shape: shape ?? [] };
  if (typeof value === 'bigint') return { values: BigInt64Array.of(value), shape: shape ?? [] };
  return ArrayBuffer.isView(value) ? { values: value as Hdf5Array, shape: shape ?? [] } : undefined;
}
