/**
 * Natural logarithm with the same bits on every machine (`Math.log` leaves the last bit to the engine): x = m * 2^n
 * with m in [sqrt(1/2), sqrt(2)), log m = 2 atanh(z), z = (m - 1)/(m + 1), by its series in z^2 to z^27. Error below 2
 * ulp but next to 1, where it is below 1e-16.
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return Infinity;
  let n = 0;
  let m = x;
  for (; m >= Math.SQRT2; m /= 2) n++;
  for (; m < Math.SQRT1_2; m *= 2) n--;
  const z = (m - 1) / (m + 1);
  const square = z * z;
  let sum = 0;
  for (let k = 27; k >= 1; k -= 2) sum = sum * square + 1 / k;
  return 2 * z * sum + n * 1.9082149292705877e-10 + n * 0.6931471803691238;
}
