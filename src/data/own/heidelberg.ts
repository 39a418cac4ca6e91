/**
 * Finds the Heidelberg speech sets on disk, as they are published: one HDF5 file for each part, packed by gzip or not.
 */
import { requireKnown } from '../../network/known.js';
import { cacheFolder, dataFolders, gunzip, joinPath, readIfPresent } from '#data-platform';
import { type EventSetSize, firstOf } from '../formats/event-size.js';
import { fromShd, type ShdOptions } from './from-hdf5.js';
import type { EventDataset } from '../sets/events.js';
import { MissingDataError } from '../registry/locate.js';

export interface HeidelbergOptions extends Pick<ShdOptions, 'binMs' | 'cut' | 'downsample' | 'quiet'> {
  /** `full` (default), or the first ones, by `EventSetSize`. */
  size?: EventSetSize;
  /** Folder to look in instead of `SPIKELAB_DATA`. */
  dataDir?: string;
}

/** Bins of 4 ms and seven channels in one: 100 inputs. SHD lasts up to 1.37 s, SSC 1 s. */
const usual = { shd: { binMs: 4, downsample: 7, cut: 350 }, ssc: { binMs: 4, downsample: 7, cut: 251 } } as const;
const page = 'https://zenkelab.org/resources/spiking-heidelberg-datasets-shd/';
/** Where the files are published. */
export const heidelbergHost = 'https://zenkelab.org/datasets/';
export const heidelbergFiles = (name: 'shd' | 'ssc'): string[] => [`${name}_train.h5.gz`, `${name}_test.h5.gz`];

export interface SpeechHalves {
  readonly name: string;
  readonly train: EventDataset;
  readonly test: EventDataset;
}

/**
 * Spiking Heidelberg Digits: 8,156 + 2,264 recordings of spoken digits in German and English, 20 classes, 700 channels.
 * Reads `shd_train.h5` and `shd_test.h5` (or `.h5.gz`) in `shd/` below `SPIKELAB_DATA`, or as `spikelab download shd`
 * fetches them. Default: bins of 4 ms, 7 channels joined, 350 steps. Source: Cramer, Stradmann, Schemmel, Zenke (2020).
 * @throws MissingDataError that says where it looked; as `fromShd`
 */
export const loadShd = (options: HeidelbergOptions = {}): Promise<SpeechHalves> => loadSet('shd', options);

/**
 * Spiking Speech Commands: 75,466 + 20,382 recordings of 35 words, 700 channels; `ssc_train.h5` and `ssc_test.h5` in
 * `ssc/`. Default: bins of 4 ms, 7 channels joined, 251 steps. The validation part is `datasets.fromShd('ssc_train.h5',
 * { test: 'ssc_valid.h5' })`.
 * @throws as `shd`
 */
export const loadSsc = (options: HeidelbergOptions = {}): Promise<SpeechHalves> => loadSet('ssc', options);

async function loadSet(name: 'shd' | 'ssc', given: HeidelbergOptions): Promise<SpeechHalves> {
  requireKnown(`datasets.${name}()`, given, ['size', 'dataDir', 'binMs', 'cut', 'downsample', 'quiet']);
  const { size, dataDir, ...options } = given;
  const roots = dataDir === undefined ? dataFolders() : [dataDir];
  const folders = [
    ...(dataDir === undefined ? [] : [dataDir]),
    ...roots.flatMap((root) => [name, name.toUpperCase()].map((below) => joinPath(root, below))),
    joinPath(cacheFolder(), 'data', name),
  ];
  for (const folder of folders) {
    const train = await part(joinPath(folder, `${name}_train.h5`));
    const test = await part(joinPath(folder, `${name}_test.h5`));
    if (!train || !test) continue;
    const all = await fromShd(train, { ...usual[name], ...options, name, test });
    return { name, ...firstOf({ train: all.train, test: all.test }, size) };
  }
  throw new MissingDataError(
    `${name}: no ${name}_train.h5 and ${name}_test.h5 (or .h5.gz) in\n${folders.map((folder) => `  ${folder}`).join('\n')}\n` +
      `Run: spikelab download ${name}. Or copy both from ${page} there, or set SPIKELAB_DATA to the folder above it.`,
  );
}

async function part(path: string): Promise<Uint8Array | undefined> {
  const plain = await readIfPresent(path);
  if (plain) return plain;
  const packed = await readIfPresent(`${path}.gz`);
  return packed && gunzip(packed);
}
