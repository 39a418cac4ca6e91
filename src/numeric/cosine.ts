/**
 * `cos(x)` for x in [0, pi] with the same bits on every machine, where `Math.cos` may differ in its last bit: Taylor's
 * series on [0, pi/4] for cosine and sine, and the symmetries of the circle for the rest. Error below 2e-16.
 */
export function cosine(x: number): number {
  if (!(x >= 0 && x <= Math.PI)) throw new RangeError(`cosine of ${x}: this one is for 0 .. pi`);
  if (x > Math.PI / 2) return -cosine(Math.PI - x);
  return x <= Math.PI / 4 ? series(x, 0) : series(Math.PI / 2 - x, 1);
}

/** Sum of (-1)^k x^(2k+s) / (2k+s)!, s = 0 cosine, 1 sine; by Horner's rule, nine terms. */
function series(x: number, s: 0 | 1): number {
  let sum = 1;
  for (let k = 9; k >= 1; k--) sum = 1 - (x * x * sum) / ((2 * k + s) * (2 * k + s - 1));
  return s === 0 ? sum : x * sum;
}
