/** What all ways to bring one's own data have in common: its name, its classes, and which samples are for the test. */
import { describe, requireFlag, requireNumber } from '../../network/require.js';
import { isQuiet } from '../../plot/live.js';
import { stratifiedIndices } from '../sets/selection.js';
import { type Labels } from './labels.js';

/** @param Part what a test set of its own is given as */
export interface OwnOptions<Part> {
  labels: Labels;
  /** Default `own`: the parts are then own/train and own/test. */
  name?: string;
  /** All classes in order. Default: those that occur. */
  classNames?: readonly string[];
  /** Share of the samples that is kept for the test, drawn by class (default 0.2), or a test set of its own. */
  test?: number | Part;
  /** Draws the test samples. Default 1. */
  seed?: number;
  /** Nothing is printed of what became of the data. */
  quiet?: boolean;
}

export const ownOptionNames = ['labels', 'name', 'classNames', 'test', 'seed', 'quiet'];

/**
 * @param own what the reader takes as a test set of its own, and whether it is one; absent: it takes none
 * @throws TypeError for what is neither a share nor such a set: it would be passed over
 */
export function requireTest(
  reader: string,
  test: unknown,
  own?: { readonly form: string; readonly is: (test: unknown) => boolean },
): void {
  if (test === undefined || typeof test === 'number' || own?.is(test)) return;
  throw new TypeError(
    `${reader}: test is ${describe(test)}: give a share such as 0.2${own ? `, or ${own.form}` : ''}, or leave it out`,
  );
}

/** A test set in a file of its own. */
export const testFile = {
  form: 'the path of a file, or its bytes as a Uint8Array',
  is: (test: unknown): test is string | Uint8Array => typeof test === 'string' || test instanceof Uint8Array,
};

/** Numbers of the training and of the test samples, each in the order given. */
export function chooseTest(name: string, labels: Uint8Array, share = 0.2, seed = 1): [number[], number[]] {
  requireNumber(`${name}: share of the test`, share, 0.001, 0.999);
  const [train, test] = stratifiedIndices(labels, 1 - share, seed);
  return [train.sort((a, b) => a - b), test.sort((a, b) => a - b)];
}

/** @throws RangeError when there are not as many labels as samples */
export function requireLabels(name: string, samples: number, labels: number): void {
  if (samples !== labels)
    throw new RangeError(`${name}: ${samples} samples and ${labels} labels: give one label for each sample`);
}

/** Says once what became of somebody's data, unless nothing is to be said. */
export function report(quiet: boolean | undefined, line: string): void {
  if (quiet !== undefined) requireFlag('quiet', quiet);
  if (!quiet && !isQuiet()) console.log(line);
}
