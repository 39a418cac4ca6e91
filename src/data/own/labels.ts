/** Labels as people have them, to class numbers. */
import { describe, requireList } from '../../network/require.js';

/** A class number or the name of a class for each sample. */
export type Labels = ArrayLike<number | string | boolean | bigint>;

export interface Classes {
  readonly classNames: readonly string[];
  /** `[samples]` */
  readonly labels: Uint8Array;
}

/**
 * Class numbers 0, 1, 2, …, or names: the classes are then the names in order ("2" before "10"). `classNames` fixes the
 * order, and allows classes without a sample.
 * @throws RangeError naming the label: one that is no class, a fraction, numbers counted from 1, more than 256 classes
 */
export function classesOf(name: string, given: Labels, classNames?: readonly string[]): Classes {
  const values = Array.from(given, (label) => (typeof label === 'bigint' ? Number(label) : label));
  if (values.length === 0) throw new RangeError(`${name}: no labels: give one for each sample`);
  const none = values.findIndex((label) => !isLabel(label));
  if (none >= 0)
    throw new RangeError(
      `${name}: label ${none} is ${describe(values[none])}, no class: give a number or a name, or leave the sample out`,
    );
  if (classNames) requireNames(name, classNames);
  const numbers = values.every((label): label is number => typeof label === 'number');
  const names = classNames ?? (numbers ? countedNames(name, values) : sortedNames(values));
  if (names.length < 2 || names.length > 256)
    throw new RangeError(
      `${name}: ${names.length} classes (${names.slice(0, 5).join(', ')}…): 2 to 256 can be told apart`,
    );
  const places = new Map(names.map((className, place) => [className, place]));
  const labels = Uint8Array.from(values, (label, n) => {
    const place = typeof label === 'number' && Number.isInteger(label) && numbers ? label : places.get(String(label));
    if (place === undefined || place < 0 || place >= names.length)
      throw new RangeError(
        `${name}: label ${JSON.stringify(label)} of sample ${n} is no class: they are ${shown(names)}, counted from 0`,
      );
    return place;
  });
  return { classNames: names, labels };
}

/** Missing values are no class of their own. */
const isLabel = (label: unknown): boolean =>
  typeof label === 'number' || typeof label === 'boolean' || (typeof label === 'string' && label !== '');

function requireNames(name: string, classNames: readonly string[]): void {
  requireList(`${name}: classNames`, classNames, "a list of names, such as ['cat', 'dog']");
  const odd = classNames.findIndex((one, n) => typeof one !== 'string' || one === '' || classNames.indexOf(one) !== n);
  if (odd >= 0)
    throw new RangeError(
      `${name}: class name ${odd} is ${describe(classNames[odd])}: give each class a text of its own, as a label has it`,
    );
}

function countedNames(name: string, numbers: readonly number[]): string[] {
  const bad = numbers.findIndex((label) => !Number.isInteger(label) || label < 0 || label > 255);
  if (bad >= 0)
    throw new RangeError(
      `${name}: label ${numbers[bad]} of sample ${bad} is no class number 0 .. 255: give names as labels (String(label)) for other values`,
    );
  const present = new Set(numbers);
  const most = numbers.reduce((a, b) => Math.max(a, b), 0);
  for (let label = 0; label < most; label++)
    if (!present.has(label))
      throw new RangeError(
        `${name}: no sample has label ${label}, but some have ${most}: classes are counted from 0; give classNames if a class may be without samples`,
      );
  return Array.from({ length: most + 1 }, (_, label) => String(label));
}

/** Numbers by their size, then texts by their letters. */
function sortedNames(values: readonly (number | string | boolean)[]): string[] {
  const number = (name: string): number => (name.trim() === '' ? NaN : Number(name));
  const apart = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
  return [...new Set(values.map(String))].sort((a, b) => {
    const [x, y] = [number(a), number(b)];
    const kinds = Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return kinds || (Number.isNaN(x) ? 0 : apart(x, y)) || (a < b ? -1 : Number(a > b));
  });
}

const shown = (names: readonly string[]): string =>
  `${names.slice(0, 10).join(', ')}${names.length > 10 ? `, … (${names.length})` : ''}`;
