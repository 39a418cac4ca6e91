/** Values of command-line options. */
import { requireInteger } from '../network/require.js';

/** Reads an integer option. @throws RangeError naming option, value and limits */
export const integer =
  (name: string, low: number, high: number) =>
  (text: string): number =>
    requireInteger(name, text.trim() === '' ? text : Number(text), low, high);

/** `0..4`, `0,1,2`, `3` or a mixture, in the order given. @throws RangeError */
export function seedList(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const match = /^(\d{1,15})(?:\.\.(\d{1,15}))?$/.exec(part.trim());
    if (!match) throw new RangeError(`--seeds is ${JSON.stringify(text)}: write 0..4, 0,1,2 or a single number`);
    const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (to < from || to - from >= 1_000)
      throw new RangeError(`--seeds ${part.trim()}: the last must not be below the first, and at most 1,000 seeds`);
    return Array.from({ length: to - from + 1 }, (_, k) => from + k);
  });
}
