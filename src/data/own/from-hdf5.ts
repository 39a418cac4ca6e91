/** HDF5 files as data sets: arrays by name, and the layout of the Heidelberg speech sets. */
import { requireKnown } from '../../network/known.js';
import { guess } from '../../network/nearest.js';
import { hdf5Paths, type Hdf5Node, readHdf5Datasets } from '../formats/hdf5.js';
import { DataFormatError } from '../formats/idx.js';
import type { Dataset } from '../sets/dataset.js';
import type { EventDataset } from '../sets/events.js';
import { bytesOf, nameOf } from './files.js';
import { type EventOptions, fromEvents } from './from-events.js';
import type { Halves } from './from-features.js';
import { type FileArray, fromNamed, type NamedOptions, namesIn } from './named-arrays.js';
import { type OwnOptions, requireTest, testFile } from './parts.js';

/**
 * Training and test set from an HDF5 file: the options name its datasets by path. Numbers of any kind (also of 16 bits
 * with a point), texts, and lists of unequal lengths for events.
 * @throws Hdf5Error for a damaged file, DataFormatError for a dataset that is not there; RangeError as `fromArrays`
 * @example await datasets.fromHdf5('own.h5', { features: 'x', labels: 'y' })
 * @example await datasets.fromHdf5('own.h5', { events: { channels: 'units', times: 'times' }, labels: 'y', unit: 'ms',
 * shape: [64] })
 */
export async function fromHdf5(
  file: string | Uint8Array,
  options: NamedOptions & { images: string },
): Promise<Halves<Dataset>>;
export async function fromHdf5(
  file: string | Uint8Array,
  options: NamedOptions & { events: object },
): Promise<Halves<EventDataset>>;
export async function fromHdf5(
  file: string | Uint8Array,
  options: NamedOptions,
): Promise<Halves<Dataset> | Halves<EventDataset>>;
export async function fromHdf5(
  file: string | Uint8Array,
  options: NamedOptions,
): Promise<Halves<Dataset> | Halves<EventDataset>> {
  const names = namesIn('fromHdf5', options);
  const source = typeof file === 'string' ? file : 'the HDF5 file';
  const arrays = await arraysOf(file, names, source);
  return fromNamed(arrays, { name: nameOf(file, 'hdf5'), ...options }, source);
}

export interface ShdOptions
  extends Partial<Omit<EventOptions, 'unit' | 'shape'>>, Omit<OwnOptions<never>, 'labels' | 'test' | 'classNames'> {
  /** Share for the test (default 0.2), or the file of the test set. */
  test?: number | string | Uint8Array;
  /** Channels. Default 700. */
  channels?: number;
}

const shdOptionNames = ['channels', 'binMs', 'cut', 'downsample', 'name', 'test', 'seed', 'quiet'];

/**
 * Training and test set from a file as the Spiking Heidelberg Digits and Spiking Speech Commands have it:
 * `spikes/units` and `spikes/times` (lists; seconds), `labels`, and the names of the classes in `extra/keys` if there.
 * For times in another unit, and channels in another shape, `fromHdf5` reads the same lists.
 * Source: Cramer, Stradmann, Schemmel, Zenke (2020).
 * @throws as `fromHdf5`
 * @example await datasets.fromShd('shd_train.h5', { test: 'shd_test.h5', binMs: 4, cut: 250, downsample: 7 })
 */
export async function fromShd(file: string | Uint8Array, options: ShdOptions = {}): Promise<Halves<EventDataset>> {
  requireKnown('fromShd', options, shdOptionNames);
  requireTest('fromShd', options.test, testFile);
  const { test, channels = 700, name = nameOf(file, 'shd'), ...rest } = options;
  const { classNames, ...part } = await shdPart(file);
  const other = testFile.is(test) ? await shdPart(test) : undefined;
  const share = typeof test === 'number' ? { test } : {};
  return fromEvents({
    ...rest,
    ...part,
    name,
    unit: 's',
    shape: [channels],
    ...(classNames && { classNames }),
    ...share,
    ...(other && { test: { events: other.events, labels: other.labels } }),
  });
}

async function shdPart(file: string | Uint8Array): Promise<{
  events: { channels: ArrayLike<number>; times: ArrayLike<number> }[];
  labels: (number | string)[];
  classNames?: string[];
}> {
  const source = typeof file === 'string' ? file : 'the HDF5 file';
  const keys = 'extra/keys';
  const arrays = await arraysOf(file, ['spikes/units', 'spikes/times', 'labels'], source, [keys]);
  const [units, times, labels, names] = ['spikes/units', 'spikes/times', 'labels', keys].map((path) =>
    arrays.get(path),
  );
  if (!units || !('lists' in units) || !times || !('lists' in times) || units.lists.length !== times.lists.length)
    throw new DataFormatError(`${source}: spikes/units and spikes/times must be lists, as many of both`);
  if (!labels || !('values' in labels)) throw new DataFormatError(`${source}: labels holds no numbers`);
  const classNames = names && 'texts' in names ? [...names.texts] : undefined;
  return {
    events: units.lists.map((list, n) => ({ channels: list, times: times.lists[n] })),
    // The labels are places in extra/keys, also where its names are numbers.
    labels: Array.from(labels.values as ArrayLike<number>, (label) => classNames?.[Number(label)] ?? Number(label)),
    ...(classNames && { classNames }),
  };
}

async function arraysOf(
  file: string | Uint8Array,
  paths: readonly string[],
  source: string,
  optional: readonly string[] = [],
): Promise<Map<string, FileArray>> {
  const bytes = await bytesOf(file);
  const found = await readHdf5Datasets(bytes, [...paths, ...optional], source);
  const absent = paths.find((path) => !found.has(path));
  if (absent !== undefined) {
    const present = await hdf5Paths(bytes, source);
    const shown = `${present.slice(0, 20).join(', ')}${present.length > 20 ? ', …' : ''}`;
    throw new DataFormatError(
      `${source} has no dataset ${JSON.stringify(absent)}: ${guess(absent, present)}It has ${shown || 'none'}`,
    );
  }
  return new Map([...found].flatMap(([path, node]): [string, FileArray][] => (isArray(node) ? [[path, node]] : [])));
}

/** Integers of 64 bits become doubles where they are used. */
const isArray = (node: Hdf5Node | undefined): node is Exclude<Hdf5Node, { members: unknown }> & FileArray =>
  node !== undefined && !('members' in node);
