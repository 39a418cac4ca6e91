/** What every kind of data set can do with its labels, whatever its samples are. */
import { describe, requireObject } from '../../network/require.js';
import { balancedIndices, foldIndices, shuffled, splitIndices, stratifiedIndices } from './selection.js';

/** One turn of a cross-validation. */
export interface Fold<Set> {
  readonly train: Set;
  readonly test: Set;
}

/**
 * Choosing samples. Everything drawn depends on the seed alone (default 1) and gives copies; the set itself never
 * changes.
 */
export interface Choosing<Set> {
  /**
   * A copy of the samples of the given numbers, in that order; a number may come twice. @throws RangeError for none, or
   * one that does not exist
   */
  subset(indices: ArrayLike<number>): Set;
  /** All samples in a drawn order. */
  shuffle(seed?: number): Set;
  /** Two drawn parts: the first has `share` (0 .. 1, rounded) of the samples. `const [train, test] = set.split(0.8)` */
  split(share: number, seed?: number): [Set, Set];
  /** As `split`, with the same share of each class. */
  stratified(share: number, seed?: number): [Set, Set];
  /**
   * k-fold cross-validation, 2 .. length: each sample is in the test part of one fold; the folds' classes are as those
   * of the set.
   */
  kFold(k: number, seed?: number): Fold<Set>[];
  /** As many samples of each class as the rarest one has. */
  balance(seed?: number): Set;
}

/** @throws TypeError for what is no data set */
export function requireSet(
  name: string,
  value: { readonly labels: Uint8Array; readonly classNames: readonly string[] },
): void {
  const { labels, classNames } = requireObject(name, value, 'a data set');
  if (!(labels instanceof Uint8Array) || !Array.isArray(classNames))
    throw new TypeError(`${name} takes a data set, as datasets.load gives its train and test, not ${describe(value)}`);
}

/** @throws TypeError for what is no list (`subset(0, 100)`), RangeError for an empty one */
export function requireIndices(name: string, indices: ArrayLike<number>): void {
  const isList = Array.isArray(indices) || ArrayBuffer.isView(indices);
  if (!isList) {
    const given = typeof indices === 'object' ? 'an object' : String(indices);
    throw new TypeError(
      `${name}: subset(${given}) takes a list of sample numbers; for the samples from .. to - 1 use slice(from, to)`,
    );
  }
  if (indices.length === 0) throw new RangeError(`${name}: subset of no samples: give at least one index`);
}

/** @param Set the kind of set, which has only `subset` to add */
export abstract class LabelledSet<Set> implements Choosing<Set> {
  abstract readonly labels: Uint8Array;
  abstract subset(indices: ArrayLike<number>): Set;

  shuffle(seed = 1): Set {
    return this.subset(shuffled(this.labels.length, seed));
  }

  split(share: number, seed = 1): [Set, Set] {
    return this.both(splitIndices(this.labels.length, share, seed));
  }

  stratified(share: number, seed = 1): [Set, Set] {
    return this.both(stratifiedIndices(this.labels, share, seed));
  }

  kFold(k: number, seed = 1): Fold<Set>[] {
    const folds = foldIndices(this.labels, k, seed);
    return folds.map((test, n) => ({
      train: this.subset(folds.filter((_, other) => other !== n).flat()),
      test: this.subset(test),
    }));
  }

  balance(seed = 1): Set {
    return this.subset(balancedIndices(this.labels, seed));
  }

  private both([first, second]: [number[], number[]]): [Set, Set] {
    return [this.subset(first), this.subset(second)];
  }
}
