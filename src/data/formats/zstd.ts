/** Zstandard frames to bytes, by fzstd; what it does not look at is looked at here. Source: RFC 8878, section 3.1.1. */
import { Decompress } from 'fzstd';

/**
 * The content of one or more frames.
 * @param most bytes that are made at most: a small frame may tell of a huge content
 * @throws Error saying what is wrong
 */
export function unpackZstd(bytes: Uint8Array, most: number): Uint8Array {
  const size = contentSize(bytes, most);
  const pieces: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((piece) => {
    length += piece.length;
    if (length > most) throw new Error(`more than ${most} bytes once unpacked`);
    pieces.push(piece.slice());
  });
  stream.push(bytes, true);
  if (size !== undefined && size !== length)
    throw new Error(`the Zstandard frame tells of ${size} bytes and holds ${length}`);
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/**
 * What the first frame's header says of its content; refuses windows larger than the limit, for which fzstd would make
 * room.
 */
function contentSize(bytes: Uint8Array, most: number): number | undefined {
  if (bytes.length < 14) throw new Error('the Zstandard frame is cut');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== 0xfd2fb528) throw new Error('no Zstandard frame');
  const [single, kind] = [(bytes[4] >> 5) & 1, bytes[4] >> 6];
  if (!single) {
    const power = 2 ** (10 + (bytes[5] >> 3));
    if (power + (power / 8) * (bytes[5] & 7) > most) throw new Error(`a Zstandard window of more than ${most} bytes`);
  }
  const at = 6 - single + [0, 1, 2, 4][bytes[4] & 3];
  const size = [
    single ? bytes[at] : undefined,
    view.getUint16(at, true) + 256,
    view.getUint32(Math.min(at, bytes.length - 4), true),
    bytes.length < at + 8 ? most + 1 : view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32,
  ][kind];
  if (size !== undefined && size > most)
    throw new Error(`a Zstandard frame of ${size} bytes; at most ${most} are read`);
  return size;
}
