/** The learning rates of a call: one an epoch, or a list of parts where it changes inside the epoch. */
import type { EpochRecord, RatePart } from '../network/history.js';
import { requireList, requireNumber, requireObject } from '../network/require.js';
import { type GivenRate, type Optimizer, ratesOf } from '../network/rule.js';

/** The rate of each 0-based epoch, or its parts as an epoch's record has them. */
export type EpochRates = (epoch: number) => number | readonly RatePart[];
/** A rate given beside the rule's. */
export type CallRate = GivenRate | EpochRates;

/** Parts of each 0-based epoch, at least one. @throws RangeError as `ratesOf`, when its epoch comes */
export function ratePlan(optimizer: Optimizer, given?: CallRate): (epoch: number) => readonly RatePart[] {
  if (typeof given !== 'function') {
    const rateOf = ratesOf(optimizer, given);
    return (k) => [{ from: 0, learningRate: rateOf(k) }];
  }
  return (k) => {
    const rates: number | readonly RatePart[] = given(k);
    if (!Array.isArray(rates)) {
      const learningRate = ratesOf(optimizer, () => rates as number)(k);
      return [{ from: 0, learningRate }];
    }
    return checkedParts(`learning rate of epoch ${k}`, rates as readonly RatePart[]);
  };
}

/** @throws RangeError for parts that do not begin with the epoch, or are not in order */
export function checkedParts(name: string, parts: readonly RatePart[]): readonly RatePart[] {
  requireList(name, parts, 'a list of { from, learningRate }');
  if (parts.length === 0) throw new RangeError(`${name} is an empty list: give its parts, the first with from: 0`);
  for (const [n, part] of parts.entries()) {
    const { from, learningRate } = requireObject(`${name}: part ${n}`, part, '{ from, learningRate }');
    requireNumber(`${name}: learningRate of part ${n}`, learningRate, 0, 1e3);
    const right = n === 0 ? from === 0 : Number.isSafeInteger(from) && from > parts[n - 1].from;
    if (!right)
      throw new RangeError(
        `${name}: from of part ${n} is ${String(from)}: ${n === 0 ? 'the first part begins at 0' : `it must be an integer above ${parts[n - 1].from}`}`,
      );
  }
  return parts;
}

/** The rate at a place of an epoch, and the place up to which it holds: where a batch begins. */
export function rateAt(
  parts: readonly RatePart[],
  place: number,
  batchSize = 1,
): { readonly learningRate: number; readonly until: number } {
  const begins = ({ from }: RatePart): number => Math.ceil(from / batchSize) * batchSize;
  const next = parts.findIndex((part) => begins(part) > place);
  if (next < 0) return { learningRate: parts[parts.length - 1].learningRate, until: Infinity };
  return { learningRate: parts[next - 1].learningRate, until: begins(parts[next]) };
}

/** The parts after a slice from `place` on; undefined where a file of an earlier version does not have those before. */
export function partsAfter(
  before: readonly RatePart[] | undefined,
  place: number,
  learningRate: number,
): readonly RatePart[] | undefined {
  const parts = place === 0 ? [] : before;
  if (!parts || parts.at(-1)?.learningRate === learningRate) return parts;
  return [...parts, { from: place, learningRate }];
}

/** What is trained when an epoch that came to `place` goes on as planned. */
export function partsOnward(
  before: readonly RatePart[],
  place: number,
  planned: readonly RatePart[],
): readonly RatePart[] {
  const later = planned.filter(({ from }) => from > place);
  const now = { from: place, learningRate: rateAt(planned, place).learningRate };
  return [now, ...later].reduce<readonly RatePart[]>(
    (parts, { from, learningRate }) => partsAfter(parts, from, learningRate) ?? parts,
    before,
  );
}

/** `0.002, then 0.05`. */
export const ratesText = (parts: readonly RatePart[]): string =>
  parts.map(({ learningRate }) => learningRate).join(', then ');

/** The rates of an epoch as it was trained. */
export const trainedRates = ({ rates, learningRate }: EpochRecord): readonly RatePart[] =>
  rates ?? [{ from: 0, learningRate }];
