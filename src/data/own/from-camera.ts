/** Files of event cameras as data sets. */
import { describe } from '../../network/require.js';
import { csvParse } from 'd3-dsv';
import { requireKnown } from '../../network/known.js';
import { parseDat } from '../formats/dat.js';
import { DataFormatError } from '../formats/idx.js';
import type { Recording } from '../formats/recording.js';
import type { EventDataset } from '../sets/events.js';
import { bytesOf, nameOf } from './files.js';
import type { Halves } from './from-features.js';
import { requireTest } from './parts.js';
import { recordingFolder } from './from-folder.js';
import { isMissing } from './texts.js';
import {
  fromRecordings,
  type LabelledRecording,
  parseAedat,
  type RecordingOptions,
  recordingOptionNames,
} from './recordings.js';

/** A recording and its class, or a recording with its list of parts. */
export interface RecordingFile {
  /** Path or bytes. */
  readonly file: string | Uint8Array;
  readonly label?: number | string;
  /**
   * Instead of `label`: a CSV file (or its bytes) with the columns class, startTime_usec and endTime_usec, as DVS
   * Gesture has one for each recording: each line becomes a sample.
   */
  readonly labels?: string | Uint8Array;
}

export interface CameraOptions extends RecordingOptions {
  /** Share for the test (default 0.2), or recordings of its own. */
  test?: number | readonly RecordingFile[];
}

/**
 * Training and test set from Prophesee's .dat files of contrast detection: a folder with one for each class, or the
 * files with their classes.
 * @param files folder, or files
 * @throws DataFormatError for a damaged file or an event outside the sensor; MissingDataError for one that is not
 * there; RangeError as `fromArrays`
 * @example await datasets.fromDat([{ file: 'car.dat', label: 'car' }, { file: 'walk.dat', label: 'person' }], { binMs:
 * 5, downsample: 8 })
 */
export function fromDat(
  files: string | readonly RecordingFile[],
  options: CameraOptions = {},
): Promise<Halves<EventDataset>> {
  return fromCamera('fromDat', files, options, ['dat'], parseDat);
}

/**
 * Training and test set from AEDAT files: version 4 (DV, dv-processing; not compressed, LZ4 or Zstandard) and 3.1
 * (cAER, jAER, DVS Gesture).
 * @param files folder with one for each class, or files with their classes
 * @throws as `fromDat`
 * @example await datasets.fromAedat4('recordings', { binMs: 5, downsample: 4 })
 * @example await datasets.fromAedat4([{ file: 'user01_led.aedat', labels: 'user01_led_labels.csv' }], { binMs: 20,
 * downsample: 4, cut: 100 })
 */
export function fromAedat4(
  files: string | readonly RecordingFile[],
  options: CameraOptions = {},
): Promise<Halves<EventDataset>> {
  return fromCamera('fromAedat4', files, options, ['aedat4', 'aedat'], parseAedat);
}

type Parse = (bytes: Uint8Array, source: string) => Recording;

async function fromCamera(
  reader: string,
  files: string | readonly RecordingFile[],
  options: CameraOptions,
  endings: readonly string[],
  parse: Parse,
): Promise<Halves<EventDataset>> {
  requireKnown(reader, options, [...recordingOptionNames, 'test']);
  const { test, name, ...rest } = options;
  requireTest(reader, test, { form: 'a list of { file, label }', is: (given) => Array.isArray(given) });
  if (typeof files === 'string') {
    if (typeof test === 'object')
      throw new RangeError(`${reader}: a folder has its test set in folders train and test`);
    return recordingFolder(reader, files, endings, parse, { ...rest, ...(name !== undefined && { name }) }, test);
  }
  const train = await samplesOf(reader, files, parse);
  const tested = typeof test === 'object' ? await samplesOf(`${reader}: test`, test, parse) : test;
  return fromRecordings(name ?? nameOf(files[0].file, 'camera'), train, tested, rest);
}

async function samplesOf(reader: string, files: readonly RecordingFile[], parse: Parse): Promise<LabelledRecording[]> {
  if (!Array.isArray(files) || files.length === 0)
    throw new RangeError(`${reader} takes a folder or a list of { file, label }, not ${describe(files)}`);
  const samples: LabelledRecording[] = [];
  for (const [n, entry] of (files as readonly RecordingFile[]).entries()) {
    requireKnown(`${reader}: recording ${n}`, entry, ['file', 'label', 'labels']);
    const { file, label, labels } = entry;
    if ((label === undefined) === (labels === undefined))
      throw new RangeError(`${reader}: recording ${n} needs a label, or labels (a list of its parts): one of the two`);
    const source = typeof file === 'string' ? file : `recording ${n}`;
    const recording = parse(await bytesOf(file), source);
    if (label !== undefined) samples.push({ source, recording, label });
    else if (labels !== undefined) samples.push(...(await windowsOf(labels, source, recording)));
  }
  return samples;
}

/** The parts of a recording that DVS Gesture's list names. Their classes are the numbers there, from 1, as names. */
async function windowsOf(
  labels: string | Uint8Array,
  source: string,
  recording: Recording,
): Promise<LabelledRecording[]> {
  const list = typeof labels === 'string' ? labels : `the list of ${source}`;
  const columns = ['class', 'startTime_usec', 'endTime_usec'] as const;
  const table = csvParse(new TextDecoder().decode(await bytesOf(labels)).replace(/^\ufeff/, ''));
  const missing = columns.find((column) => !table.columns.includes(column));
  if (missing !== undefined)
    throw new DataFormatError(`${list} has no column ${missing}: it needs ${columns.join(', ')}`);
  if (table.length === 0) throw new DataFormatError(`${list} has no line below its names`);
  return table.map((row, n) => {
    const [kind, from, to] = columns.map((column) => row[column]?.trim() ?? '');
    const times = [from, to].map(Number);
    if (isMissing(kind) || ![from, to].every((text) => /^\d+$/.test(text)) || times[0] >= times[1])
      throw new DataFormatError(
        `${list}, line ${n + 2}: class ${kind}, ${from} to ${to}: a class and two rising times`,
      );
    return { source: `${source}, part ${n + 1}`, recording, label: kind, window: { from: times[0], to: times[1] } };
  });
}
