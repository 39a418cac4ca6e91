/** Half-precision numbers: IEEE 754 binary16. */

/** The value of 16 bits. Exact: each half is a double. */
export function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Values of an array of 16-bit patterns. */
export const float16Array = (bits: Uint16Array): Float32Array => Float32Array.from(bits, float16);
