/** Labels as people have them, to class numbers. */
import { describe, requireList } from '../../network/require.js';
import { isDecimal, isMissing, numberKey } from './texts.js';

/** A class number or the name of a class for each sample. */
export type Labels = ArrayLike<number | string | boolean | bigint>;
type Label = number | string | boolean;

export interface Classes {
  readonly classNames: readonly string[];
  /** `[samples]` */
  readonly labels: Uint8Array;
}

/**
 * Class numbers 0, 1, 2, …, or names: the classes are then the names in order ("2" before "10"), and spellings of one
 * number ("1", "1.0", "01") are one class. `classNames` fixes the order, and allows classes without a sample. Numbers
 * are the places of the names, from 0; where the names are numbers themselves, each number is the class of that name.
 * @throws RangeError naming the label: one that is no class, a missing value, a fraction, numbers counted from 1, more
 * than 256 classes, a number that can be a name or a place
 */
export function classesOf(name: string, given: Labels, classNames?: readonly string[]): Classes {
  const values = Array.from(given, (label) => (typeof label === 'bigint' ? Number(label) : label));
  if (values.length === 0) throw new RangeError(`${name}: no labels: give one for each sample`);
  if (classNames) requireNames(name, classNames);
  const none = values.findIndex((label) => !isLabel(label, classNames));
  if (none >= 0) throw new RangeError(`${name}: label ${none} is ${withoutClass(values[none])}`);
  const counted = values.every((label): label is number => typeof label === 'number');
  const names = classNames ?? (counted ? countedNames(name, values) : namesIn(values));
  if (names.length < 2 || names.length > 256)
    throw new RangeError(
      `${name}: ${names.length} classes (${names.slice(0, 5).join(', ')}…): 2 to 256 can be told apart`,
    );
  const named = placesOf(names);
  const byName = !counted || names.every(isDecimal);
  const labels = Uint8Array.from(values, (label, n) => {
    const place = byName || !Number.isInteger(label) ? named(String(label)) : (label as number);
    const other = named(String(label));
    if (!byName && other !== undefined && other !== place)
      throw new RangeError(
        `${name}: label ${label} of sample ${n} can be the class called ${names[other]} or the one at place ${label}, counted from 0 (${shown(names)}): give the labels as names, such as '${names[other]}'`,
      );
    if (place === undefined || place < 0 || place >= names.length)
      throw new RangeError(
        `${name}: label ${JSON.stringify(label)} of sample ${n} is no class: they are ${shown(names)}, ` +
          (counted && byName && names.some((one, at) => Number(one) !== at)
            ? 'and numbers are matched with these names; for places counted from 0 give labels.map((n) => classNames[n])'
            : 'counted from 0'),
      );
    return place;
  });
  return { classNames: names, labels };
}

/** Missing values are no class of their own, unless one of the names is written so. */
function isLabel(label: unknown, names: readonly string[] = []): boolean {
  if (typeof label === 'string') return !isMissing(label) || (label !== '' && names.includes(label));
  return typeof label === 'boolean' || (typeof label === 'number' && !Number.isNaN(label));
}

/** What an error says of a label that is none. */
export function withoutClass(label: unknown): string {
  const text = typeof label === 'string' && label !== '';
  return (
    `${describe(label)}, ${text || Number.isNaN(label) ? 'a missing value and no class' : 'no class'}: give a number or a name, or leave the sample out` +
    (text ? `; if a class is called so, list all of them in classNames` : '')
  );
}

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

/** The names that occur, in order: of a number in several spellings the usual one. */
function namesIn(values: readonly Label[]): string[] {
  const spellings = new Map<string, string>();
  for (const label of new Set(values.map(String))) {
    const key = numberKey(label);
    spellings.set(key, spellings.has(key) ? key : label);
  }
  return inOrder([...spellings.values()]);
}

/** Numbers by their size, then texts by their letters. */
export function inOrder(names: readonly string[]): string[] {
  const number = (name: string): number => (name.trim() === '' ? NaN : Number(name));
  const apart = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
  return [...names].sort((a, b) => {
    const [x, y] = [number(a), number(b)];
    const kinds = Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return kinds || (Number.isNaN(x) ? 0 : apart(x, y)) || (a < b ? -1 : Number(a > b));
  });
}

/** Finds the class of a name, also in another spelling of its number; undefined where there is none, or several. */
function placesOf(names: readonly string[]): (label: string) => number | undefined {
  const written = new Map(names.map((one, place) => [one, place]));
  const numbers = new Map<string, number | undefined>();
  names.forEach((one, place) => numbers.set(numberKey(one), numbers.has(numberKey(one)) ? undefined : place));
  return (label) => written.get(label) ?? numbers.get(numberKey(label));
}

const shown = (names: readonly string[]): string =>
  `${names.slice(0, 10).join(', ')}${names.length > 10 ? `, … (${names.length})` : ''}`;
