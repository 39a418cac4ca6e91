/**
 * `e^x` with the same bits on every machine. JavaScript leaves the last bit of `Math.exp` to the engine, so the numeric
 * path uses this one: x = n*ln2 + r with |r| <= ln2/2 (ln2 in two parts, Cody and Waite), a Taylor polynomial in r of
 * degree 13 by Horner's rule, then an exact scaling by 2^n. Error below 2 ulp on [-700, 700]; every step is an IEEE 754
 * addition, multiplication or rounding.
 */
export function exp(x: number): number {
  if (!(x < 709)) return x >= 709 ? Infinity : NaN;
  if (x < -708) return 0;
  const n = Math.round(x * 1.4426950408889634);
  const r = x - n * 0.6931471803691238 - n * 1.9082149292705877e-10;
  let sum = 1;
  for (let k = 13; k >= 1; k--) sum = 1 + (r * sum) / k;
  return sum * 2 ** n;
}

/** `exp(-d / tau)` for d = 0 .. length-1, as float64. `tau` in steps. */
export function decayTable(tau: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_, d) => exp(-d / tau));
}
