/** A folder with one for each class as a data set: of images, or of recordings. */
import { requireChoice, requireText } from '../../network/require.js';
import { requireKnown } from '../../network/known.js';
import { DataFormatError } from '../formats/idx.js';
import { parsePng, type PlainImage, toGrey } from '../formats/png-image.js';
import type { Recording } from '../formats/recording.js';
import type { Dataset } from '../sets/dataset.js';
import type { EventDataset } from '../sets/events.js';
import { type ClassFile, classFiles, type Found, sayLeftOut } from './class-files.js';
import { bytesOf } from './files.js';
import { fromImages, type Halves } from './from-features.js';
import type { NumberTable } from './numbers.js';
import { report, requireTest } from './parts.js';
import {
  fromRecordings,
  type LabelledRecording,
  parseRecording,
  recordingEndings,
  type RecordingOptions,
  recordingOptionNames,
} from './recordings.js';

export interface FolderOptions extends RecordingOptions {
  /** Share for the test (default 0.2) when the folder has no test part of its own. */
  test?: number;
  /** Colours of images: as they are (default), or their grey. */
  colour?: 'as-is' | 'grey';
}

/**
 * Training and test set from a folder: `<class>/<file>`, or `train/<class>/<file>` and `test/<class>/<file>`. PNG
 * images become images (1 to 8 bits; all of one size; grey `[rows, columns]`, colours `[3, rows, columns]`); .npy
 * (structured: t, x, y, p, as Tonic has it), .npz (arrays of these names, as SpikingJelly has them), .dat, .aedat4 and
 * .aedat become recordings, times in microseconds. Classes
 * are the names of the folders, in order.
 * @throws MissingDataError when there is no such folder, DataFormatError for a damaged file or two kinds in one folder,
 * RangeError as `fromArrays`
 * @example const { train, test } = await datasets.fromFolder('leaves')
 * @example await datasets.fromFolder('gestures', { shape: [2, 128, 128], binMs: 10, downsample: 4 })
 */
export async function fromFolder(
  folder: string,
  options: FolderOptions = {},
): Promise<Halves<Dataset> | Halves<EventDataset>> {
  requireText('fromFolder()', folder, 'the path of a folder');
  requireKnown('fromFolder', options, [...recordingOptionNames, 'test', 'colour']);
  const { colour = 'as-is', test, ...rest } = options;
  requireTest('fromFolder', test);
  requireChoice('colour', colour, ['as-is', 'grey']);
  const found = await classFiles(folder, ['png', ...recordingEndings], options.classNames !== undefined);
  const endings = [...new Set([...found.train, ...(found.test ?? [])].map(({ ending }) => ending))];
  if (!endings.includes('png') && options.colour !== undefined)
    throw new RangeError(`fromFolder: colour is of images; ${folder} holds recordings`);
  if (!endings.includes('png')) return recordings(found, parseRecording, rest, test);
  if (endings.length > 1)
    throw new DataFormatError(`${folder} holds images and recordings (${endings.join(', ')}): keep them apart`);
  const unfit = ['start', 'binMs', 'cut', 'downsample'].find((option) => option in rest);
  if (unfit !== undefined) throw new RangeError(`fromFolder: ${unfit} is of recordings; ${folder} holds images`);
  return images(found, colour, rest, test);
}

/** A folder of one kind of recording, for the readers of that kind. */
export async function recordingFolder(
  reader: string,
  folder: string,
  endings: readonly string[],
  parse: (bytes: Uint8Array, source: string) => Recording,
  options: RecordingOptions,
  test: number | undefined,
): Promise<Halves<EventDataset>> {
  requireKnown(reader, options, recordingOptionNames);
  return recordings(await classFiles(folder, endings, options.classNames !== undefined), parse, options, test);
}

async function recordings(
  found: Found,
  parse: (bytes: Uint8Array, source: string, ending: string) => Recording,
  { name = found.name, ...options }: RecordingOptions,
  share: number | undefined,
): Promise<Halves<EventDataset>> {
  const part = async (files: readonly ClassFile[]): Promise<LabelledRecording[]> => {
    const read: LabelledRecording[] = [];
    for (const { path, label, ending } of files)
      read.push({ source: path, label, recording: parse(await bytesOf(path), path, ending) });
    return read;
  };
  sayLeftOut(found, name, options.quiet);
  const named = { ...options, classNames: options.classNames ?? found.classNames };
  return fromRecordings(name, await part(found.train), found.test ? await part(found.test) : share, named);
}

async function images(
  found: Found,
  colour: 'as-is' | 'grey',
  { name = found.name, ...options }: Omit<RecordingOptions, 'start' | 'binMs' | 'cut' | 'downsample'>,
  share: number | undefined,
): Promise<Halves<Dataset>> {
  const first: { path?: string; image?: PlainImage } = {};
  const part = async (files: readonly ClassFile[]): Promise<{ images: NumberTable; labels: string[] }> => {
    const all: Uint8Array[] = [];
    for (const { path } of files) {
      const read = parsePng(await bytesOf(path), path);
      const image = colour === 'grey' ? toGrey(read) : read;
      Object.assign(first, first.image ? {} : { path, image });
      if (first.image && sizeOf(image) !== sizeOf(first.image))
        throw new DataFormatError(
          `${path} is ${sizeOf(image)}, ${first.path} ${sizeOf(first.image)}: images must be of one size` +
            (image.planes === first.image.planes ? '' : "; colour: 'grey' makes them alike"),
        );
      all.push(image.pixels);
    }
    const { rows, columns, planes } = first.image as PlainImage;
    const values = new Uint8Array(all.length * planes * rows * columns);
    all.forEach((pixels, n) => values.set(pixels, n * pixels.length));
    const shape = planes === 1 ? [rows, columns] : [3, rows, columns];
    return { images: { values, shape: [all.length, ...shape] }, labels: files.map(({ label }) => label) };
  };
  const train = await part(found.train);
  const test = found.test ? await part(found.test) : share;
  const classNames = options.classNames ?? found.classNames;
  const set = fromImages({ ...options, name, classNames, ...train, ...(test !== undefined && { test }) });
  sayLeftOut(found, name, options.quiet);
  const [rows, columns] = set.train.shape.slice(-2);
  report(
    options.quiet,
    `${name}: ${set.train.length} + ${set.test.length} images of ${columns} x ${rows}${set.train.shape.length === 3 ? ' in colour' : ''}, ${set.train.classNames.length} classes`,
  );
  return set;
}
const sizeOf = ({ rows, columns, planes }: PlainImage): string =>
  `${columns} x ${rows} ${planes === 1 ? 'grey' : 'in colour'}`;
