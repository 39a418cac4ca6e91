import { expect, test } from 'vitest';
import { decayTable, exp } from './exp.js';

/** Distance of two positive doubles in units of the last place. */
function ulps(a: number, b: number): number {
  const bits = new BigInt64Array(new Float64Array([a, b]).buffer);
  return Math.abs(Number(bits[0] - bits[1]));
}

// e^x to 20 digits, from tables of mathematical constants (OEIS A001113, A068985, A019774 and Abramowitz and Stegun,
// table 4.4)
test.each([
  [1, 2.7182818284590452354],
  [-1, 0.3678794411714423216],
  [0.5, 1.6487212707001281468],
  [-0.5, 0.6065306597126334236],
  [2, 7.3890560989306502272],
  [10, 22026.465794806716517],
  [-10, 4.5399929762484851536e-5],
  [100, 2.6881171418161354484e43],
])('e^%d is within 2 ulp of its published value', (x, value) => {
  expect(ulps(exp(x), value)).toBeLessThanOrEqual(2);
});

test('agrees with Math.exp within 2 ulp over [-700, 700]', () => {
  let worst = 0;
  for (let k = 0; k <= 200_000; k++) {
    const x = -700 + (1400 * k) / 200_000 + k * 1e-7;
    if (x <= 700) worst = Math.max(worst, ulps(exp(x), Math.exp(x)));
  }
  expect(worst).toBeLessThanOrEqual(2);
});

test('limits', () => {
  expect(exp(0)).toBe(1);
  expect(exp(-1000)).toBe(0);
  expect(exp(-Infinity)).toBe(0);
  expect(exp(1000)).toBe(Infinity);
  expect(exp(NaN)).toBeNaN();
});

test('decayTable starts at 1 and falls to 1/e after tau steps', () => {
  const table = decayTable(64, 65);
  expect(table[0]).toBe(1);
  expect(ulps(table[64], 0.3678794411714423216)).toBeLessThanOrEqual(2);
});
