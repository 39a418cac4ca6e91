/** The checksum of ZIP and PNG: CRC-32. Source: ISO 3309, as the PNG specification's annex D has it. */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** CRC-32 of all bytes, unsigned. */
export function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (let k = 0; k < bytes.length; k++) rest = table[(rest ^ bytes[k]) & 0xff] ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}
