/** PNG images to bytes. */
import { decode, type DecodedPng } from 'fast-png';
import { DataFormatError } from './idx.js';

export interface PlainImage {
  readonly rows: number;
  readonly columns: number;
  /** Grey, or red, green and blue. */
  readonly planes: 1 | 3;
  /** `[planes, rows, columns]` */
  readonly pixels: Uint8Array;
}

const mostInputs = 65_536;

/**
 * An image of 1 to 8 bits: grey or colours, by bytes or by a palette.
 * @param source named in errors
 * @throws DataFormatError: damaged, of 16 bits, more than 65,536 values, or see-through
 */
export function parsePng(bytes: Uint8Array, source: string): PlainImage {
  const fail = (what: string): never => {
    throw new DataFormatError(`${source}: ${what}`);
  };
  if (bytes.length < 33 || bytes[0] !== 0x89 || bytes[1] !== 0x50)
    fail('no PNG: its first bytes are others, or it is cut');
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [columns, rows] = [head.getUint32(16), head.getUint32(20)];
  if (columns * rows > mostInputs)
    fail(`${columns} x ${rows} pixels; at most ${mostInputs} are inputs: make it smaller`);
  let image: DecodedPng;
  try {
    image = decode(imageChunks(bytes, imageLimit(head), fail), { checkCrc: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFormatError(`${source}: a PNG that cannot be read: ${reason}`, { cause: error });
  }
  if (image.depth === 16) fail('16 bits a value: images are bytes; convert it, or give such numbers as features');
  if (image.transparency) fail('one of its colours is see-through: save it without transparency');
  const samples = image.depth === 8 ? image.data : unpacked(image);
  const count = rows * columns;
  if (samples.length !== count * image.channels)
    fail(`${samples.length} values for ${columns} x ${rows} pixels: it is cut or damaged`);
  const of = image.palette ? painted(samples, image.palette, fail) : samples;
  const channels = image.palette ? 3 : image.channels;
  if (channels === 2 || channels === 4)
    for (let k = channels - 1; k < of.length; k += channels)
      if (of[k] !== 255) fail(`pixel ${Math.floor(k / channels)} is see-through: save it without transparency`);
  const planes = channels < 3 ? 1 : 3;
  const pixels = new Uint8Array(planes * count);
  for (let plane = 0; plane < planes; plane++)
    for (let k = 0; k < count; k++) pixels[plane * count + k] = of[k * channels + plane];
  return { rows, columns, planes, pixels };
}

/**
 * Most bytes that the compressed pixels of such an image can take: stored as they are, each row begun anew by each of
 * the seven passes.
 */
function imageLimit(head: DataView): number {
  const [columns, rows, depth] = [head.getUint32(16), head.getUint32(20), head.getUint8(24)];
  const raw = 2 * (rows + 8) + rows * Math.ceil((columns * depth * 4) / 8);
  return Math.ceil(1.01 * raw) + 4096;
}

const kept = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];

/**
 * The chunks that make the picture: texts and profiles could unpack to gigabytes, and so could pixels beyond the last.
 */
function imageChunks(bytes: Uint8Array, limit: number, fail: (what: string) => never): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = [bytes.subarray(0, 8)];
  let pixels = 0;
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 12 + length;
    if (end > bytes.length) fail('it is cut within its data');
    if (kind === 'IDAT') pixels += length;
    if (kept.includes(kind)) parts.push(bytes.subarray(at, end));
    if (kind === 'IEND') break;
    at = end;
  }
  if (pixels > limit)
    fail(`${pixels} bytes of pixels, more than such an image can have: damaged, or made to fill memory`);
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

/** Values of 1, 2 or 4 bits, each row from a whole byte on; grey ones spread over 0 .. 255. */
function unpacked({ data, depth, width, height, palette }: DecodedPng): Uint8Array {
  const stride = Math.ceil((width * depth) / 8);
  const most = 2 ** depth - 1;
  return Uint8Array.from({ length: width * height }, (_, k) => {
    const [row, column] = [Math.floor(k / width), k % width];
    const bit = column * depth;
    const value = (data[row * stride + (bit >> 3)] >> (8 - depth - (bit & 7))) & most;
    return palette ? value : (value * 255) / most;
  });
}

function painted(
  numbers: ArrayLike<number>,
  palette: readonly ArrayLike<number>[],
  fail: (what: string) => never,
): Uint8Array {
  const colours = new Uint8Array(3 * numbers.length);
  for (let k = 0; k < numbers.length; k++) {
    const colour = palette[numbers[k]] ?? fail(`pixel ${k} has colour ${numbers[k]} of ${palette.length}: damaged`);
    if (colour.length > 3 && colour[3] !== 255) fail(`pixel ${k} is see-through: save it without transparency`);
    for (let plane = 0; plane < 3; plane++) colours[3 * k + plane] = colour[plane];
  }
  return colours;
}

/** Grey of colours, as most programs weigh them (ITU-R BT.601, in the integers of Pillow's mode L). */
export function toGrey(image: PlainImage): PlainImage {
  if (image.planes === 1) return image;
  const count = image.rows * image.columns;
  const { pixels: p } = image;
  const pixels = Uint8Array.from(
    { length: count },
    (_, k) => (p[k] * 19595 + p[count + k] * 38470 + p[2 * count + k] * 7471 + 0x8000) >> 16,
  );
  return { ...image, planes: 1, pixels };
}
