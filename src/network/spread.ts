/** Several values in two figures. */

/** Mean, and standard deviation of a sample (n - 1) when there are at least two values. */
export interface Spread {
  readonly n: number;
  readonly mean: number;
  readonly std?: number;
}

export function spread(values: readonly number[]): Spread {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { n, mean };
  return { n, mean, std: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)) };
}
