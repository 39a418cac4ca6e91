/** NumPy's .npy files to arrays. Source: NumPy's documentation of the format, versions 1.0 to 3.0. */
import { DataFormatError } from './idx.js';
import { float16 } from './float16.js';

/** Values row by row. 64-bit integers are doubles: those that do not fit are refused. */
export interface NpyArray {
  readonly values: Float64Array | readonly string[];
  readonly shape: readonly number[];
}
/** A structured array: one array for each field, for instance t, x, y, p of a camera. */
export interface NpyRecords {
  readonly fields: Readonly<Record<string, Float64Array>>;
  readonly shape: readonly number[];
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const mostValues = 2 ** 28;

/**
 * @param source named in errors
 * @throws DataFormatError: no .npy file, cut, or of Python objects, dates or complex numbers
 */
export function parseNpy(bytes: Uint8Array, source: string): NpyArray | NpyRecords {
  const fail = (what: string): never => {
    throw new DataFormatError(`${source}: ${what}`);
  };
  if (bytes.length < 12 || !magic.every((byte, k) => bytes[k] === byte))
    fail('not a .npy file: its first bytes are others');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6] >= 2;
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (bytes[6] < 1 || bytes[6] > 3 || start + length > bytes.length) fail('a damaged header');
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const shape = shapeOf(header) ?? fail('a header without a shape');
  const fortran = /'fortran_order': (True|False)/.exec(header)?.[1] ?? fail('a header without fortran_order');
  const count = shape.reduce((a, b) => a * b, 1);
  if (count > mostValues) fail(`${count} values; at most ${mostValues} are read`);
  const fields = fieldsOf(header, fail);
  const size = fields.reduce((sum, { type }) => sum + type.size, 0);
  const data = start + length;
  if (bytes.length - data !== count * size)
    fail(
      `${bytes.length - data} bytes of values, but its header tells of ${count} values of ${size} bytes: it is cut or damaged`,
    );
  const only = fields[0];
  if (fields.length === 1 && only.name === undefined) {
    const values =
      only.type.kind === 'text'
        ? Array.from({ length: count }, (_, k) => textAt(view, data + k * size, only.type))
        : numbersAt(view, data, size, count, only.type, fail);
    return { values: fortran === 'True' ? rowMajor(values, shape) : values, shape };
  }
  if (shape.length > 1) fail('a structured array of several dimensions: save it with one');
  const columns: Record<string, Float64Array> = Object.create(null) as Record<string, Float64Array>;
  let offset = data;
  for (const { name, type } of fields) {
    if (name !== undefined && type.kind !== 'skip') {
      if (type.kind === 'text') fail(`field ${name} holds texts, not numbers`);
      columns[name] = numbersAt(view, offset, size, count, type, fail);
    }
    offset += type.size;
  }
  return { fields: columns, shape };
}

interface ValueType {
  readonly kind: 'i' | 'u' | 'f' | 'b' | 'text' | 'skip';
  readonly size: number;
  readonly little: boolean;
  /** Bytes of a character. */
  readonly character?: 1 | 4;
}

function shapeOf(header: string): number[] | undefined {
  const found = /'shape': \(([0-9, ]*)\)/.exec(header)?.[1];
  const parts = found?.split(',').filter((part) => part.trim() !== '');
  return parts?.map(Number);
}

function fieldsOf(header: string, fail: (what: string) => never): { name?: string; type: ValueType }[] {
  const simple = /'descr': '([^']*)'/.exec(header)?.[1];
  if (simple !== undefined) return [{ type: typeOf(simple, fail) }];
  const list = /'descr': \[(.*?)\]/.exec(header)?.[1] ?? fail('a header without a type');
  const pairs = [...list.matchAll(/\('([^']*)', '([^']*)'\)/g)];
  if (pairs.length === 0 || list.replace(/\('[^']*', '[^']*'\)|[, ]/g, '') !== '')
    fail(`a structured type that is not read: [${list.slice(0, 80)}]`);
  return pairs.map(([, name, type]) => ({ name, type: typeOf(type, fail) }));
}

function typeOf(descr: string, fail: (what: string) => never): ValueType {
  const [, order, letter, digits] = /^([<>|=])([a-zA-Z])(\d+)?/.exec(descr) ?? fail(`type ${JSON.stringify(descr)}`);
  const size = Number(digits);
  const little = order !== '>';
  if (letter === 'O')
    fail('Python objects (pickled), which are not read: save plain arrays, of equal lengths or with their starts');
  if (letter === 'U' && size > 0) return { kind: 'text', size: 4 * size, little, character: 4 };
  if (letter === 'S' && size > 0) return { kind: 'text', size, little, character: 1 };
  if (letter === 'V') return { kind: 'skip', size, little };
  const sizes = { i: [1, 2, 4, 8], u: [1, 2, 4, 8], f: [2, 4, 8], b: [1] }[letter] ?? [];
  if (!sizes.includes(size))
    fail(
      `values of type ${descr}, neither integers, floats up to 64 bits, booleans nor texts: convert them with .astype`,
    );
  return { kind: letter as 'i' | 'u' | 'f' | 'b', size, little };
}

function numbersAt(
  view: DataView,
  start: number,
  stride: number,
  count: number,
  { kind, size, little }: ValueType,
  fail: (what: string) => never,
): Float64Array {
  const readers: Readonly<Record<string, ((at: number) => number) | undefined>> = {
    i1: (at: number) => view.getInt8(at),
    i2: (at: number) => view.getInt16(at, little),
    i4: (at: number) => view.getInt32(at, little),
    i8: (at: number) => exact(view.getBigInt64(at, little), fail),
    u1: (at: number) => view.getUint8(at),
    u2: (at: number) => view.getUint16(at, little),
    u4: (at: number) => view.getUint32(at, little),
    u8: (at: number) => exact(view.getBigUint64(at, little), fail),
    f2: (at: number) => float16(view.getUint16(at, little)),
    f4: (at: number) => view.getFloat32(at, little),
    f8: (at: number) => view.getFloat64(at, little),
    b1: (at: number) => view.getUint8(at),
  };
  const read = readers[`${kind}${size}`];
  if (!read) return fail(`values of kind ${kind} with ${size} bytes`);
  const values = new Float64Array(count);
  for (let k = 0; k < count; k++) values[k] = read(start + k * stride);
  return values;
}

function exact(value: bigint, fail: (what: string) => never): number {
  const number = Number(value);
  return BigInt(number) === value ? number : fail(`the integer ${value} does not fit into a double`);
}

function textAt(view: DataView, at: number, { size, little, character }: ValueType): string {
  let text = '';
  for (let k = 0; k < size; k += character ?? 1) {
    const code = character === 4 ? view.getUint32(at + k, little) : view.getUint8(at + k);
    if (code === 0) break;
    text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  }
  return text;
}

/** From column by column (Fortran's order) to row by row. */
function rowMajor(values: Float64Array | string[], shape: readonly number[]): Float64Array | string[] {
  const copy = values.slice();
  const place = shape.map(() => 0);
  for (let k = 0; k < values.length; k++) {
    copy[place.reduce((sum, index, d) => sum * shape[d] + index, 0)] = values[k];
    for (let d = 0; d < shape.length && ++place[d] === shape[d]; d++) place[d] = 0;
  }
  return copy;
}
