/**
 * The checksum of LZ4 frames. Source: the description of XXH32,
 * https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */

const [p1, p2, p3, p4, p5] = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1];
const { imul } = Math;
const turn = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** XXH32 of all bytes with seed 0, unsigned. */
export function xxh32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  let at = 0;
  let hash = p5;
  if (length >= 16) {
    const lanes = [(p1 + p2) | 0, p2, 0, -p1 | 0];
    for (; at + 16 <= length; at += 16)
      for (let k = 0; k < 4; k++) lanes[k] = imul(turn(lanes[k] + imul(view.getUint32(at + 4 * k, true), p2), 13), p1);
    hash = turn(lanes[0], 1) + turn(lanes[1], 7) + turn(lanes[2], 12) + turn(lanes[3], 18);
  }
  hash = (hash + length) | 0;
  for (; at + 4 <= length; at += 4) hash = imul(turn(hash + imul(view.getUint32(at, true), p3), 17), p4);
  for (; at < length; at++) hash = imul(turn(hash + imul(bytes[at], p5), 11), p1);
  hash = imul(hash ^ (hash >>> 15), p2);
  hash = imul(hash ^ (hash >>> 13), p3);
  return (hash ^ (hash >>> 16)) >>> 0;
}
