/** Labels as people have them, to class numbers. */
import { describe, requireList } from '../../network/require.js';
import { isMissing, numberKey } from './texts.js';

/** A class number or the name of a class for each sample. */
export type Labels = ArrayLike<number | string | boolean | bigint>;
type Label = number | string | boolean;

export interface Classes {
  readonly classNames: readonly string[];
  /** `[samples]` */
  readonly labels: Uint8Array;
}

/**
 * Class numbers 0, 1, 2, …, or names: the classes are then the names in order ("2" before "10"). `classNames` fixes the
 * order, and allows classes without a sample. Numbers are places of the names, from 0, or, where names are numbers and
 * only that fits, the class of that name.
 * @throws RangeError naming the label: one that is no class, a missing value, a fraction, numbers counted from 1, more
 * than 256 classes, numbers that can be names or places, one number in two spellings ("1", "1.0", "01")
 */
export function classesOf(name: string, given: Labels, classNames?: readonly string[]): Classes {
  const values = Array.from(given, (label) => (typeof label === 'bigint' ? Number(label) : label));
  if (values.length === 0) throw new RangeError(`${name}: no labels: give one for each sample`);
  if (classNames) requireNames(name, classNames);
  const none = values.findIndex((label) => !isLabel(label, classNames));
  if (none >= 0) throw new RangeError(`${name}: label ${none} is ${withoutClass(values[none])}`);
  const counted = values.every((label): label is number => typeof label === 'number');
  const names = classNames ?? (counted ? countedNames(name, values) : namesIn(name, values));
  if (names.length < 2 || names.length > 256)
    throw new RangeError(
      `${name}: ${names.length} classes (${names.slice(0, 5).join(', ')}…): 2 to 256 can be told apart`,
    );
  const classes = placesIn(name, values, names, counted);
  return { classNames: names, labels: Uint8Array.from(classes) };
}

/** Where each label's class stands among the names. */
function placesIn(name: string, values: readonly Label[], names: readonly string[], counted: boolean): number[] {
  const named = placesOf(names);
  const byName = values.map((label) => named(String(label)));
  const byPlace = values.map((label) => (names[label as number] === undefined ? undefined : (label as number)));
  const missing = byName.indexOf(undefined);
  if (!counted || byPlace.includes(undefined)) {
    if (missing < 0) return byName as number[];
    const bad = counted ? byPlace.findIndex((place, n) => place === undefined && byName[n] === undefined) : missing;
    const label = bad < 0 ? missing : bad;
    throw new RangeError(
      `${name}: label ${JSON.stringify(values[label])} of sample ${label} is no class: they are ${shown(names)}` +
        (counted ? ', and places are counted from 0' : ''),
    );
  }
  const other = missing < 0 ? byName.findIndex((place, n) => place !== byPlace[n]) : -1;
  if (other >= 0)
    throw new RangeError(
      `${name}: label ${values[other]} of sample ${other} can be the class called ${names[byName[other]!]} or the one at place ${values[other]}, counted from 0 (${shown(names)}): give names, such as '${names[byName[other]!]}', which are labels.map(String) or, of places, labels.map((n) => classNames[n])`,
    );
  return byPlace as number[];
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

/** The names that occur, in order. */
function namesIn(name: string, values: readonly Label[]): string[] {
  const spellings = new Map<string, string>();
  for (const label of new Set(values.map(String))) {
    const key = numberKey(label);
    const other = spellings.get(key);
    if (other !== undefined)
      throw new RangeError(
        `${name}: labels "${other}" and "${label}" (samples ${values.map(String).indexOf(other)} and ${values.map(String).indexOf(label)}) are one number in two spellings: write one of them; if they are two classes, list all of them in classNames`,
      );
    spellings.set(key, label);
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
