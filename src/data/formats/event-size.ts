/** How much of a set of recorded spikes is wanted. */
import { requireInteger } from '../../network/require.js';

/**
 * `full`: everything; `small`: 1,000 + 100 recordings; a number n: the first n and a tenth of n (rounded up) for the
 * test.
 */
export type EventSetSize = 'full' | 'small' | number;

/** Recordings of each half; `Infinity` for all. @throws RangeError */
export function eventCounts(size: EventSetSize): { train: number; test: number } {
  if (size === 'full') return { train: Infinity, test: Infinity };
  if (typeof size === 'string' && size !== 'small')
    throw new RangeError(`size is ${JSON.stringify(size)}: choose 'full', 'small' or a number of training recordings`);
  const train = size === 'small' ? 1_000 : requireInteger('size', size, 1, 1_000_000);
  return { train, test: Math.ceil(train / 10) };
}

interface Sliceable<Set> {
  readonly length: number;
  slice(from: number, to: number): Set;
}

/** The first samples of each half, as many as `size` says. */
export function firstOf<Set extends Sliceable<Set>, Halves extends { readonly train: Set; readonly test: Set }>(
  halves: Halves,
  size: EventSetSize = 'full',
): Halves {
  const count = eventCounts(size);
  const first = (set: Set, most: number): Set => set.slice(0, Math.min(most, set.length));
  return { ...halves, train: first(halves.train, count.train), test: first(halves.test, count.test) };
}
