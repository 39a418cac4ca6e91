/** Checks of option values: each error names the value, the limit and so the fix. */

/** Returns `value` if it is a finite number in [low, high]; throws RangeError otherwise. */
export function requireNumber(name: string, value: unknown, low: number, high: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < low || value > high) {
    throw new RangeError(`${name} is ${String(value)}: it must be a number from ${low} to ${high}`);
  }
  return value;
}

/** Returns `value` if it is an integer in [low, high]; throws RangeError otherwise. */
export function requireInteger(name: string, value: unknown, low: number, high: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${name} is ${String(value)}: it must be an integer from ${low} to ${high}`);
  }
  return value;
}

/** Returns `value` if it is one of `choices`; throws RangeError that lists them otherwise. */
export function requireChoice<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  if (!choices.includes(value as T)) {
    throw new RangeError(
      `${name} is ${JSON.stringify(value)}: choose one of ${choices.map((c) => `'${c}'`).join(', ')}`,
    );
  }
  return value as T;
}
