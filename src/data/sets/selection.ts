/**
 * Which samples go where, as lists of their numbers: the same for any kind of set, because only the labels are looked
 * at.
 */
import { requireInteger, requireNumber } from '../../network/require.js';
import { permutation, RandomStream, sampleKey } from '../../numeric/random.js';

/** All numbers below `length` in an order drawn from the seed. */
export function shuffled(length: number, seed: number): number[] {
  requireInteger('seed', seed, 0, Number.MAX_SAFE_INTEGER); // the streams would take 1.5 for 1, and NaN for 0
  return Array.from(permutation(length, new RandomStream(sampleKey(seed, 'selection'))));
}

/** The drawn order, cut in two: the first `share` of the samples (rounded), at least one on each side. */
export function splitIndices(length: number, share: number, seed: number): [number[], number[]] {
  requireShare(share, length);
  const order = shuffled(length, seed);
  const first = Math.min(length - 1, Math.max(1, Math.round(share * length)));
  return [order.slice(0, first), order.slice(first)];
}

/**
 * As `splitIndices`, with each class cut at the same share. What rounding leaves over goes to the classes with the
 * largest remainder, so that the first part has as many samples as without classes.
 */
export function stratifiedIndices(labels: ArrayLike<number>, share: number, seed: number): [number[], number[]] {
  const { length } = labels;
  requireShare(share, length);
  const classes = byClass(labels, seed);
  const wanted = Math.min(length - 1, Math.max(1, Math.round(share * length)));
  const counts = classes.map((members) => Math.floor(share * members.length));
  const largestFirst = classes
    .map((members, c) => ({ c, rest: share * members.length - counts[c] }))
    .sort((a, b) => b.rest - a.rest || a.c - b.c);
  let missing = wanted - counts.reduce((a, b) => a + b, 0);
  for (const { c } of largestFirst)
    if (missing > 0 && counts[c] < classes[c].length) [counts[c], missing] = [counts[c] + 1, missing - 1];
  const inFirst = new Set(classes.flatMap((members, c) => members.slice(0, counts[c])));
  const order = shuffled(length, seed);
  return [order.filter((n) => inFirst.has(n)), order.filter((n) => !inFirst.has(n))];
}

/** k parts of nearly the same size, each class dealt out to them in turn. */
export function foldIndices(labels: ArrayLike<number>, k: number, seed: number): number[][] {
  requireInteger('folds', k, 2, labels.length);
  const folds: number[][] = Array.from({ length: k }, () => []);
  byClass(labels, seed)
    .flat()
    .forEach((n, place) => folds[place % k].push(n));
  const rank = new Map(shuffled(labels.length, seed).map((n, place) => [n, place]));
  for (const fold of folds) fold.sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)); // else sorted by class
  return folds;
}

/** As many samples of each class as the rarest class that occurs has, in a drawn order. */
export function balancedIndices(labels: ArrayLike<number>, seed: number): number[] {
  const classes = byClass(labels, seed).filter((members) => members.length > 0);
  const fewest = Math.min(...classes.map((members) => members.length));
  const kept = new Set(classes.flatMap((members) => members.slice(0, fewest)));
  return shuffled(labels.length, seed).filter((n) => kept.has(n));
}

/** The samples of each class, in the drawn order. */
function byClass(labels: ArrayLike<number>, seed: number): number[][] {
  const classes: number[][] = [];
  for (const n of shuffled(labels.length, seed)) (classes[labels[n]] ??= []).push(n);
  return Array.from(classes, (members) => members ?? []);
}

function requireShare(share: number, length: number): void {
  if (length < 2) throw new RangeError(`a set of ${length} sample cannot be split: it needs two or more`);
  requireNumber('share of the first part', share, 0, 1);
}
