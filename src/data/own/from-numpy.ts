/** NumPy's files as data sets. */
import { requireKnown } from '../../network/known.js';
import { requireChoice } from '../../network/require.js';
import { DataFormatError } from '../formats/idx.js';
import { type NpyArray, type NpyRecords, parseNpy } from '../formats/npy.js';
import { parseNpz } from '../formats/npz.js';
import type { Dataset } from '../sets/dataset.js';
import type { EventDataset } from '../sets/events.js';
import { bytesOf, nameOf } from './files.js';
import { type FeatureOptions, featureOptionNames, type Halves } from './from-features.js';
import { type FileArray, fromNamed, type NamedOptions, namesIn } from './named-arrays.js';
import { type OwnOptions, ownOptionNames, requireTest } from './parts.js';

/**
 * Training and test set from a .npz file (`np.savez`, also compressed): the options name its arrays. Integers, floats
 * of 16 to 64 bits, booleans and texts, in either byte order, C or Fortran order; Python objects are refused.
 * @throws DataFormatError for a damaged file or an array that is not there; RangeError as `fromArrays`
 * @example await datasets.fromNpz('mnist.npz', { images: 'x_train', labels: 'y_train', test: { images: 'x_test',
 * labels: 'y_test' } })
 */
export async function fromNpz(
  file: string | Uint8Array,
  options: NamedOptions & { images: string },
): Promise<Halves<Dataset>>;
export async function fromNpz(
  file: string | Uint8Array,
  options: NamedOptions & { events: object },
): Promise<Halves<EventDataset>>;
export async function fromNpz(
  file: string | Uint8Array,
  options: NamedOptions,
): Promise<Halves<Dataset> | Halves<EventDataset>>;
export async function fromNpz(
  file: string | Uint8Array,
  options: NamedOptions,
): Promise<Halves<Dataset> | Halves<EventDataset>> {
  const names = namesIn('fromNpz', options);
  const source = typeof file === 'string' ? file : 'the .npz file';
  const arrays = new Map(
    [...parseNpz(await bytesOf(file), names, source)].map(([name, array]) => [
      name,
      plain(array, `${source}: ${name}`),
    ]),
  );
  return fromNamed(arrays, { name: nameOf(file, 'npz'), ...options }, source);
}

export interface NpyOptions extends FeatureOptions, Omit<OwnOptions<never>, 'labels' | 'test'> {
  /** Whether the samples are `features` (any numbers; default) or `images` (bytes). */
  kind?: 'features' | 'images';
  /** Share for the test. Default 0.2. */
  test?: number;
}

/**
 * Training and test set from two .npy files (`np.save`): samples `[samples, …]`, and the class of each.
 * @throws as `fromNpz`
 */
export async function fromNpy(
  samples: string | Uint8Array,
  labels: string | Uint8Array,
  options: NpyOptions = {},
): Promise<Halves<Dataset> | Halves<EventDataset>> {
  requireKnown('fromNpy', options, ['kind', ...ownOptionNames.slice(1), ...featureOptionNames]);
  const { kind = 'features', ...rest } = options;
  requireChoice('fromNpy: kind', kind, ['features', 'images']);
  requireTest('fromNpy', options.test);
  const read = async (file: string | Uint8Array, what: string): Promise<FileArray> => {
    const source = typeof file === 'string' ? file : what;
    return plain(parseNpy(await bytesOf(file), source), source);
  };
  const arrays = new Map([
    ['samples', await read(samples, 'samples')],
    ['labels', await read(labels, 'labels')],
  ]);
  const names = kind === 'images' ? { images: 'samples' } : { features: 'samples' };
  return fromNamed(arrays, { name: nameOf(samples, 'npy'), ...rest, ...names, labels: 'labels' }, 'fromNpy');
}

function plain(array: NpyArray | NpyRecords, source: string): FileArray {
  if ('fields' in array)
    throw new DataFormatError(
      `${source} has the fields ${Object.keys(array.fields).join(', ')}: save a plain array of each`,
    );
  const { values, shape } = array;
  return values instanceof Float64Array ? { values, shape } : { texts: values };
}
