/** Data sets by name: `const { train, test } = await datasets.mnist({ size: 'small' })`. */
import { pick, requireKnown } from '../network/known.js';
import { describe, requireChoice, requireInteger } from '../network/require.js';
import { loadCochleagrams } from './registry/cochleagram-files.js';
import type { Dataset } from './sets/dataset.js';
import { type EventSetSize, firstOf } from './formats/event-size.js';
import type { EventDataset } from './sets/events.js';
import { CannotWriteError } from './cannot-write.js';
import { type LocateOptions, locateOptions, MissingDataError } from './registry/locate.js';
import { fromArrays } from './own/from-arrays.js';
import { fromAedat4, fromDat } from './own/from-camera.js';
import { fromCsv } from './own/from-csv.js';
import { fromFolder } from './own/from-folder.js';
import { fromHdf5, fromShd } from './own/from-hdf5.js';
import { fromNpy, fromNpz } from './own/from-numpy.js';
import { loadShd, loadSsc } from './own/heidelberg.js';
import { drawnStrokes } from './own/drawn-strokes.js';
import { saccadeOptions, saccades, type SaccadeOptions } from './own/saccades.js';
import { loadNmnist } from './registry/nmnist-files.js';
import { loadEntryPart } from './registry/parts.js';
import { consoleProgress } from './registry/progress.js';
import {
  type DataSetEntry,
  emnistSplits,
  type EmnistSplit,
  type PartName,
  registry,
  registryEntry,
} from './registry/registry.js';
import { loadSpokenDigits, loadTi46 } from './registry/speech-files.js';

export interface DatasetOptions extends LocateOptions {
  /**
   * `full`: everything (default). `small`: 10,000 training and 2,000 test samples. A number n: n training samples and a
   * fifth of n (rounded up) for the test. Always the first ones, so the choice is the same on every machine; from a
   * part whose labels are sorted, evenly spaced ones instead.
   */
  size?: 'full' | 'small' | number;
  /** No line of progress. */
  quiet?: boolean;
}

export interface TrainTest {
  readonly name: string;
  readonly train: Dataset;
  readonly test: Dataset;
}

/** Training and test half of a set of either kind: images, or recorded spikes. */
export interface AnyTrainTest {
  readonly name: string;
  readonly train: Dataset | EventDataset;
  readonly test: Dataset | EventDataset;
}

/** Sets of recorded spikes, by name; `datasets.nmnist`, `spokenDigits`, `ti46`, `shd` and `ssc` have more options. */
const eventSets = {
  nmnist: loadNmnist,
  'mnist-saccades': mnistSaccades,
  'spoken-digits': async ({ size, ...options }: EventSetOptions) => firstOf(await loadSpokenDigits(options), size),
  'ti46-letters': async ({ size, ...options }: EventSetOptions) =>
    firstOf(await loadTi46({ ...options, words: 'letters' }), size),
  'ti46-digits': async ({ size, ...options }: EventSetOptions) =>
    firstOf(await loadTi46({ ...options, words: 'digits' }), size),
  shd: async ({ signal: _, ...options }: EventSetOptions) => loadShd(options),
  ssc: async ({ signal: _, ...options }: EventSetOptions) => loadSsc(options),
} as const;
type EventSetName = keyof typeof eventSets;
type EventSetOptions = Pick<DatasetOptions, 'dataDir' | 'signal' | 'quiet'> & { size?: EventSetSize };
type ImageSetName = 'mnist' | 'fashion-mnist' | `emnist-${EmnistSplit}` | 'strokes';

const optionNames = [...locateOptions, 'size', 'quiet'];
const small = { train: 10_000, test: 2_000 };

/**
 * Training and test half of a set by name: `mnist`, `fashion-mnist`, `emnist-balanced`, `strokes`, … or one of recorded
 * spikes: `nmnist`, `spoken-digits`, `ti46-letters`, `shd`, `ssc`.
 */
async function load(name: ImageSetName, options?: DatasetOptions): Promise<TrainTest>;
async function load(name: string, options?: DatasetOptions): Promise<AnyTrainTest>;
async function load(name: string, options: DatasetOptions = {}): Promise<AnyTrainTest> {
  requireKnown(`datasets.load(${describe(name)})`, options, optionNames);
  if (!Object.hasOwn(eventSets, name)) return loadImages(name, options);
  const { dataDir, signal, size, quiet } = options;
  return eventSets[name as EventSetName]({
    ...(dataDir !== undefined && { dataDir }),
    ...(signal && { signal }),
    ...(size !== undefined && { size }),
    ...(quiet && { quiet }),
  });
}

/** Real MNIST (60,000 + 10,000 images, or the first ones), seen by the simulated camera of `saccades`. */
async function mnistSaccades(given: EventSetOptions & SaccadeOptions = {}): Promise<{
  name: string;
  train: EventDataset;
  test: EventDataset;
}> {
  requireKnown('datasets.mnistSaccades()', given, ['size', 'dataDir', ...saccadeOptions]);
  const { size, dataDir, ...options } = given;
  const { quiet, signal } = options;
  const images = firstOf(await mnist(pick({ dataDir, quiet, signal }, ['dataDir', 'quiet', 'signal'])), size);
  const [train, test] = [await saccades(images.train, options), await saccades(images.test, options)];
  return { name: 'mnist-saccades', train, test };
}

async function loadImages(name: string, options: DatasetOptions): Promise<TrainTest> {
  const counts = partCounts(options.size);
  if (name === 'strokes') return strokes({ ...counts, ...pick(options, ['quiet', 'signal']) });
  const entry = knownEntry(name);
  const report = options.onProgress || options.quiet ? undefined : consoleProgress(entry.name);
  const locate = report ? { ...options, onProgress: report.update } : options;
  try {
    const train = await loadEntryPart(entry, 'train', locate);
    const test = await loadEntryPart(entry, 'test', locate);
    return { name: entry.name, train: first(train, counts?.train), test: first(test, counts?.test) };
  } finally {
    report?.end();
  }
}

/** One half of a registered set, for when the other is not at hand. */
async function loadPart(name: string, part: PartName, options: DatasetOptions = {}): Promise<Dataset> {
  requireChoice('part', part, ['train', 'test']);
  requireKnown('datasets.loadPart()', options, optionNames);
  const entry = knownEntry(name);
  const report = options.onProgress || options.quiet ? undefined : consoleProgress(entry.name);
  try {
    return first(
      await loadEntryPart(entry, part, report ? { ...options, onProgress: report.update } : options),
      partCounts(options.size)?.[part],
    );
  } finally {
    report?.end();
  }
}

/** Handwritten digits, 28 x 28, 60,000 + 10,000. */
const mnist = (options?: DatasetOptions): Promise<TrainTest> => load('mnist', options);

/** Ten kinds of clothes, 28 x 28, 60,000 + 10,000. */
const fashionMnist = (options?: DatasetOptions): Promise<TrainTest> => load('fashion-mnist', options);

/**
 * Handwritten letters and digits, 28 x 28 and upright: `balanced` (47 classes), `letters` (26), `digits` or `mnist`
 * (10).
 */
async function emnist(split: EmnistSplit = 'balanced', options?: DatasetOptions): Promise<TrainTest> {
  return load(`emnist-${requireChoice('EMNIST split', split, emnistSplits)}`, options);
}

/** Digits drawn by code from a seed; needs no files. Default 10,000 training and 2,000 test samples, seed 1. */
async function strokes(
  options: { train?: number; test?: number; seed?: number; quiet?: boolean; signal?: AbortSignal } = {},
): Promise<TrainTest> {
  requireKnown('datasets.strokes()', options, ['train', 'test', 'seed', 'quiet', 'signal']);
  const { seed, train = small.train, test = small.test } = options;
  return {
    name: 'strokes',
    train: await drawnStrokes({ part: 'train', count: train, seed }, options),
    test: await drawnStrokes({ part: 'test', count: test, seed }, options),
  };
}

/**
 * Real MNIST from a folder, the cache or a download; without it the stroke digits, as many as `size` says (`full` is
 * then 10,000 + 2,000). Says on stdout which. A damaged file is still an error: delete it first.
 */
async function mnistOrStrokes(options: DatasetOptions = {}): Promise<TrainTest> {
  requireKnown('datasets.mnistOrStrokes()', options, optionNames);
  try {
    const found = await mnist(options);
    console.log(`data: real MNIST, ${found.train.length} + ${found.test.length} samples`);
    return found;
  } catch (error) {
    if (!(error instanceof MissingDataError || error instanceof CannotWriteError)) throw error;
    const drawn = await load('strokes', { size: options.size });
    console.log(
      `data: built-in stroke digits, ${drawn.train.length} + ${drawn.test.length} samples, because MNIST is not at hand`,
    );
    console.log(error.message.split('\n')[0]);
    return drawn;
  }
}

/** Names that `load` knows. */
const names: readonly string[] = [...registry.map((entry) => entry.name), 'strokes', ...Object.keys(eventSets)];

function knownEntry(name: string): DataSetEntry {
  requireChoice('data set', name, names);
  if (Object.hasOwn(eventSets, name))
    throw new RangeError(`${name} is loaded as a whole: await datasets.load('${name}')`);
  return registryEntry(name);
}

function partCounts(size: DatasetOptions['size'] = 'full'): { train: number; test: number } | undefined {
  if (size === 'full') return undefined;
  if (size === 'small') return small;
  if (typeof size !== 'number')
    throw new RangeError(`size is ${JSON.stringify(size)}: choose 'full', 'small' or a number of training samples`);
  requireInteger('size', size, 1, 1_000_000);
  return { train: size, test: Math.ceil(size / 5) };
}

function first(dataset: Dataset, count = dataset.length): Dataset {
  if (count >= dataset.length) return dataset;
  const sorted = dataset.labels.every((label, index) => index === 0 || dataset.labels[index - 1] <= label);
  if (!sorted) return dataset.slice(0, count);
  return dataset.subset(Array.from({ length: count }, (_, k) => Math.floor((k * dataset.length) / count)));
}

/** The data sets, by name. */
export const datasets = {
  mnist,
  fashionMnist,
  emnist,
  strokes,
  mnistOrStrokes,
  nmnist: loadNmnist,
  spokenDigits: loadSpokenDigits,
  ti46: loadTi46,
  shd: loadShd,
  ssc: loadSsc,
  cochleagrams: loadCochleagrams,
  saccades,
  mnistSaccades,
  fromArrays,
  fromCsv,
  fromNpy,
  fromNpz,
  fromHdf5,
  fromShd,
  fromFolder,
  fromDat,
  fromAedat4,
  load,
  loadPart,
  names,
} as const;
