import { describe, expect, it } from 'vitest';
import { log } from './log.js';

describe('log', () => {
  it('agrees with values to 16 digits', () => {
    // Python: [math.log(x) for x in (2, 10, 0.1, 1e300, 1e-300, 1.5)]
    const expected = [
      0.6931471805599453, 2.302585092994046, -2.3025850929940455, 690.7755278982137, -690.7755278982137,
      0.4054651081081644,
    ];
    [2, 10, 0.1, 1e300, 1e-300, 1.5].forEach((x, n) => expect(Math.abs(log(x) / expected[n] - 1)).toBeLessThan(5e-16));
    expect(log(1)).toBe(0);
  });

  it('has the limits of a logarithm', () => {
    expect([log(0), log(Infinity), log(-1), log(NaN)]).toEqual([-Infinity, Infinity, NaN, NaN]);
  });
});
