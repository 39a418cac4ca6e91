/** Arrays with names in a file (NumPy's archives, HDF5), put together to what `fromArrays` takes. */
import { requireKnown } from '../../network/known.js';
import { requireText } from '../../network/require.js';
import { DataFormatError } from '../formats/idx.js';
import type { Dataset } from '../sets/dataset.js';
import type { EventDataset } from '../sets/events.js';
import { fromArrays } from './from-arrays.js';
import { type EventOptions, eventOptionNames, type Events } from './from-events.js';
import { type FeatureOptions, featureOptionNames, type Halves } from './from-features.js';
import type { Labels } from './labels.js';
import type { NumberTable } from './numbers.js';
import { type OwnOptions, ownOptionNames, requireTest } from './parts.js';

/** Which arrays of the file hold the samples: one of the three. */
export interface ArrayNames {
  /** `[samples, …]`, any numbers. */
  features?: string;
  /** `[samples, …]`, bytes. */
  images?: string;
  /**
   * Channels and times of each recording's events: lists; or flat, with `starts` (`[recordings + 1]`, the first event
   * of each).
   */
  events?: { readonly channels: string; readonly times: string; readonly starts?: string };
  /** Class of each sample: numbers or texts. */
  labels: string;
}

export interface NamedOptions
  extends ArrayNames, FeatureOptions, Partial<Omit<EventOptions, 'shape'>>, Omit<OwnOptions<never>, 'labels' | 'test'> {
  /** Share for the test (default 0.2), or the names of the test set's arrays. */
  test?: number | ArrayNames;
}

/** An array of a file. */
export type FileArray =
  NumberTable | { readonly texts: readonly string[] } | { readonly lists: readonly ArrayLike<number>[] };

const partNames = ['features', 'images', 'events', 'labels'];
export const namedOptionNames = [
  ...new Set([...partNames, ...ownOptionNames, ...featureOptionNames, ...eventOptionNames]),
];

/**
 * All arrays that the options name.
 * @throws RangeError for an option that does not exist or is missing, TypeError for what is no name
 */
export function namesIn(reader: string, options: NamedOptions): string[] {
  requireKnown(reader, options, namedOptionNames);
  const is = (test: unknown): boolean => typeof test === 'object' && test !== null && !Array.isArray(test);
  requireTest(reader, options.test, { form: "the names of the test set's arrays, { labels, … }", is });
  const { test } = options;
  if (typeof test === 'object') requireKnown(`${reader}: test`, test, partNames);
  return [...namesOf(reader, options), ...(typeof test === 'object' ? namesOf(`${reader}: test`, test) : [])];
}

function namesOf(reader: string, { features, images, events, labels }: ArrayNames): string[] {
  if (events !== undefined) requireKnown(`${reader}: events`, events, ['channels', 'times', 'starts']);
  const { channels, times, starts } = events ?? {};
  const given = {
    features,
    images,
    'events.channels': channels,
    'events.times': times,
    'events.starts': starts,
    labels,
  };
  const needed = ['labels', ...(events ? ['events.channels', 'events.times'] : [])];
  if (features === undefined && images === undefined && !events)
    throw new RangeError(`${reader} needs the name of the array of the samples: features, images or events`);
  return Object.entries(given).flatMap(([option, name]) => {
    if (name !== undefined) return [requireText(`${reader}: ${option}`, name, 'the name of an array in the file')];
    if (!needed.includes(option)) return [];
    throw new RangeError(`${reader} needs ${option}: the name of the array in the file that holds them`);
  });
}

/** @param arrays all that `namesIn` named */
export function fromNamed(
  arrays: ReadonlyMap<string, FileArray>,
  { features, images, events, labels, test, ...rest }: NamedOptions,
  source: string,
): Halves<Dataset> | Halves<EventDataset> {
  const part = (names: ArrayNames): object => ({
    ...(names.features !== undefined && { features: numbersOf(arrays, names.features, source) }),
    ...(names.images !== undefined && { images: numbersOf(arrays, names.images, source) }),
    ...(names.events !== undefined && { events: eventsOf(arrays, names.events, source) }),
    labels: labelsOf(arrays, names.labels, source),
  });
  const all = {
    ...rest,
    ...part({
      ...(features !== undefined && { features }),
      ...(images !== undefined && { images }),
      ...(events && { events }),
      labels,
    }),
    ...(test !== undefined && { test: typeof test === 'object' ? part(test) : test }),
  };
  return fromArrays(all as Parameters<typeof fromArrays>[0]);
}

function arrayOf(arrays: ReadonlyMap<string, FileArray>, name: string, source: string): FileArray {
  const array = arrays.get(name);
  if (!array) throw new DataFormatError(`${source} has no array ${JSON.stringify(name)}`);
  return array;
}

function numbersOf(arrays: ReadonlyMap<string, FileArray>, name: string, source: string): NumberTable {
  const array = arrayOf(arrays, name, source);
  if (!('values' in array))
    throw new DataFormatError(
      `${source}: ${name} holds ${'texts' in array ? 'texts' : 'lists'}, not a table of numbers`,
    );
  return array;
}

function labelsOf(arrays: ReadonlyMap<string, FileArray>, name: string, source: string): Labels {
  const array = arrayOf(arrays, name, source);
  if ('texts' in array) return array.texts;
  const { values, shape } = numbersOf(arrays, name, source);
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return values;
  throw new DataFormatError(
    `${source}: ${name} has the shape [${shape.join(', ')}]: labels are one number or text for each sample`,
  );
}

function eventsOf(
  arrays: ReadonlyMap<string, FileArray>,
  { channels, times, starts }: NonNullable<ArrayNames['events']>,
  source: string,
): Events[] {
  const [of, at] = [arrayOf(arrays, channels, source), arrayOf(arrays, times, source)];
  if ('lists' in of && 'lists' in at) {
    if (of.lists.length !== at.lists.length)
      throw new DataFormatError(`${source}: ${of.lists.length} lists in ${channels}, ${at.lists.length} in ${times}`);
    return of.lists.map((list, n) => ({ channels: list, times: at.lists[n] }));
  }
  if (starts === undefined)
    throw new DataFormatError(
      `${source}: ${channels} and ${times} are no lists: name the array of starts, { channels, times, starts }`,
    );
  const flat = [numbersOf(arrays, channels, source).values, numbersOf(arrays, times, source).values].map((values) =>
    Float64Array.from(values as ArrayLike<number>, Number),
  );
  const first = Float64Array.from(numbersOf(arrays, starts, source).values as ArrayLike<number>, Number);
  const fits = first.every((start, n) => Number.isInteger(start) && start >= (n === 0 ? 0 : first[n - 1]));
  if (!fits || first[0] !== 0 || first.at(-1) !== flat[0].length || flat[0].length !== flat[1].length)
    throw new DataFormatError(
      `${source}: ${starts} must rise from 0 to the number of events, ${flat[0].length} in ${channels} and ${flat[1].length} in ${times}`,
    );
  return Array.from({ length: first.length - 1 }, (_, n) => ({
    channels: flat[0].subarray(first[n], first[n + 1]),
    times: flat[1].subarray(first[n], first[n + 1]),
  }));
}
