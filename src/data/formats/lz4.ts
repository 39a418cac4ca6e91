/**
 * LZ4 frames to bytes. Sources: lz4_Frame_format.md and lz4_Block_format.md of https://github.com/lz4/lz4. Own code,
 * because the library that npm has for frames (lz4js) reads past the end of damaged ones, makes zeros of offsets that
 * point nowhere, and looks at no checksum.
 */
import { xxh32 } from './xxh32.js';

const magic = 0x184d2204;
const blockSizes: Readonly<Record<number, number | undefined>> = { 4: 2 ** 16, 5: 2 ** 18, 6: 2 ** 20, 7: 2 ** 22 };
const minMatch = 4;

/**
 * The content of one frame.
 * @param most bytes that are made at most: a small frame may tell of a huge content
 * @throws Error saying what is wrong with it
 */
export function unpackLz4(bytes: Uint8Array, most: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (at: number, count: number): number => {
    if (at + count > bytes.length) throw new Error('the LZ4 frame is cut');
    return at;
  };
  if (view.getUint32(need(0, 7), true) !== magic) throw new Error('no LZ4 frame');
  const flags = bytes[4];
  const blockMost = blockSizes[bytes[5] >> 4];
  if (flags >> 6 !== 1 || (flags & 3) !== 0 || blockMost === undefined || (bytes[5] & 0x8f) !== 0)
    throw new Error('an LZ4 frame of another version, with a dictionary, or damaged');
  const [blockSums, sized, summed] = [flags & 0x10, flags & 8, flags & 4];
  let at = sized ? 14 : 6;
  if (((xxh32(bytes.subarray(4, need(at, 1))) >>> 8) & 0xff) !== bytes[at]) throw new Error('a damaged LZ4 header');
  at++;
  const size = sized ? view.getUint32(6, true) + view.getUint32(10, true) * 2 ** 32 : undefined;
  const out = new Output(most);
  for (;;) {
    const length = view.getUint32(need(at, 4), true);
    at += 4;
    if (length === 0) break;
    const [plain, count] = [length >>> 31, length & 0x7fffffff];
    if (count > blockMost) throw new Error(`an LZ4 block of ${count} bytes, more than its frame allows`);
    const block = bytes.subarray(need(at, count), at + count);
    at += count;
    if (blockSums) {
      if (view.getUint32(need(at, 4), true) !== xxh32(block)) throw new Error('the checksum of an LZ4 block is wrong');
      at += 4;
    }
    if (plain) out.copy(block, 0, count);
    else unpackBlock(block, out);
  }
  const content = out.bytes();
  if (summed && view.getUint32(need(at, 4), true) !== xxh32(content)) throw new Error('the checksum of LZ4 is wrong');
  at += summed ? 4 : 0;
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes follow the LZ4 frame`);
  if (size !== undefined && size !== content.length)
    throw new Error(`the LZ4 frame tells of ${size} bytes and holds ${content.length}`);
  return content;
}

/** Bytes that grow, and that later blocks refer back to. */
class Output {
  #all = new Uint8Array(2 ** 16);
  length = 0;

  constructor(private readonly most: number) {}

  copy(from: Uint8Array, start: number, count: number): void {
    this.#room(count);
    this.#all.set(from.subarray(start, start + count), this.length);
    this.length += count;
  }

  repeat(back: number, count: number): void {
    if (back === 0 || back > this.length) throw new Error(`LZ4 refers ${back} bytes back, after ${this.length}`);
    this.#room(count);
    for (let k = 0; k < count; k++, this.length++) this.#all[this.length] = this.#all[this.length - back];
  }

  bytes(): Uint8Array {
    return this.#all.subarray(0, this.length);
  }

  #room(count: number): void {
    if (this.length + count > this.most) throw new Error(`more than ${this.most} bytes once unpacked`);
    if (this.length + count <= this.#all.length) return;
    const more = new Uint8Array(Math.max(2 * this.#all.length, this.length + count));
    more.set(this.bytes());
    this.#all = more;
  }
}

function unpackBlock(block: Uint8Array, out: Output): void {
  let at = 0;
  const next = (): number => {
    if (at >= block.length) throw new Error('an LZ4 block ends too early');
    return block[at++];
  };
  const lengthFrom = (first: number): number => {
    let length = first;
    if (first === 15) for (let more = 255; more === 255; length += more) more = next();
    return length;
  };
  while (at < block.length) {
    const token = next();
    const literals = lengthFrom(token >> 4);
    if (at + literals > block.length) throw new Error('an LZ4 block ends too early');
    out.copy(block, at, literals);
    at += literals;
    if (at === block.length) return;
    const back = next() | (next() << 8);
    out.repeat(back, lengthFrom(token & 15) + minMatch);
  }
}
