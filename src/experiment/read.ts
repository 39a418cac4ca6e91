/** Reads an experiment: a preset by name, a file of one, or the record of a run, which holds its own. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { MissingDataError } from '../data/registry/locate.js';
import { parseJson } from '../network/json.js';
import { presetByName, presetNames } from '../presets/index.js';
import { isObject } from './check.js';
import type { AnyTrainTest } from '../data/index.js';
import type { Experiment, ExperimentData, OwnData } from './experiment.js';
import { isOwn, loadData, type LoadOptions, withPaths } from './load-data.js';
import { experimentOf } from './of-preset.js';
import { withRecordedRates } from './rates.js';
import { checkExperiment } from './settings.js';

/**
 * The experiment of a preset's name, a JSON file (also the `report.json` of a run), or an object. Paths of a file's
 * data count from its folder.
 * @throws RangeError for a name that is neither, a text that is no JSON, or a setting that does not fit
 */
export async function readExperiment(source: string | Experiment): Promise<Experiment> {
  const { experiment } = await openExperiment(source);
  return checkExperiment(experiment);
}

/** What an experiment begins from. */
export interface Opened {
  readonly kind: 'preset' | 'file' | 'data';
  /** Of `data` not yet whole: settings may be missing. */
  readonly experiment: Experiment;
}

const readers: Readonly<Record<string, OwnData['from']>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.npy': 'npy',
  '.npz': 'npz',
  '.h5': 'hdf5',
  '.hdf5': 'hdf5',
};

const inExperiment = (from: string, ending: string): string =>
  `give a folder with one for each class, or list the files and their classes in an experiment, as "data": { "from": "${from}", "file": [{ "file": "a${ending}", "label": "left" }, …] }`;
const listed: Readonly<Record<string, string>> = {
  '.dat': inExperiment('dat', '.dat'),
  '.aedat4': inExperiment('aedat4', '.aedat4'),
  '.aedat': inExperiment('aedat4', '.aedat'),
};

/** As {@link readExperiment}, and a file of data or a folder of classes: an experiment that begins from it. */
export async function openExperiment(source: string | Experiment): Promise<Opened> {
  if (typeof source !== 'string') return { kind: 'file', experiment: checkExperiment(source) };
  if (presetNames.includes(source)) return { kind: 'preset', experiment: experimentOf(presetByName(source)) };
  const ending = path.extname(source).toLowerCase();
  const place = await stat(source).catch(() => undefined);
  const reader = place?.isDirectory() ? 'folder' : readers[ending];
  if (reader && place) return { kind: 'data', experiment: { data: { from: reader, file: source } as OwnData } };
  if (place && listed[ending]) throw new RangeError(`${source} is one recording: ${listed[ending]}`);
  if (place) return { kind: 'file', experiment: experimentFrom(await jsonOf(source), source) };
  if (ending === '' && !/[\\/]/.test(source)) return { kind: 'preset', experiment: experimentOf(presetByName(source)) }; // which says what there is
  throw new RangeError(
    `there is no file ${source}: give the JSON file of an experiment, a file of data (${Object.keys(readers).join(', ')}, a folder), or one of ${presetNames.join(', ')}`,
  );
}

/** What stands in a file, as an experiment; the record of a run holds one. */
export function experimentFrom(json: unknown, file: string): Experiment {
  const holds = isObject(json) && isObject(json.experiment);
  if (holds && ('grid' in json || 'set' in json))
    throw new RangeError(
      `${file} is the plan of a sweep: give it to \`spikelab sweep\`, or the experiment in it alone`,
    );
  if (holds && 'data' in json && !('weightsSha256' in json))
    throw new RangeError(`${file} has settings beside "experiment", which would be lost: write the experiment alone`);
  const found = holds ? json.experiment : json;
  try {
    const experiment = from(checkExperiment(found), path.dirname(file));
    return holds ? withRecordedRates(experiment, json) : experiment;
  } catch (cause) {
    throw new RangeError(`${file}: ${(cause as Error).message}`, { cause });
  }
}

/** @throws RangeError for what is no JSON, with the place */
export async function jsonOf(file: string): Promise<unknown> {
  try {
    return parseJson((await readFile(file, 'utf8')).replace(/^\ufeff/, ''));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    if (path.extname(file).toLowerCase() !== '.json')
      throw new RangeError(
        `${file} is no JSON, and no file of data by its ending (${Object.keys(readers).join(', ')}): name a table of text .csv, and its delimiter with --set data.delimiter; give other data by an experiment's file with data.from`,
        { cause },
      );
    throw new RangeError(`${file} cannot be read as JSON: ${cause.message}`, { cause });
  }
}

/** The same experiment when the paths of its data count from `folder` on, instead of from here. */
export function from(experiment: Experiment, folder: string): Experiment {
  const fromFolder = (file: string): string => (path.isAbsolute(file) ? file : path.join(folder, file));
  return { ...experiment, data: withPaths(experiment.data, fromFolder) };
}

/** The same experiment to be written in `folder`: its data is found from there. */
export function relativeTo(experiment: Experiment, folder: string): Experiment {
  const relative = (file: string): string => path.relative(folder, file).split(path.sep).join('/');
  return { ...experiment, data: withPaths(experiment.data, relative) };
}

/**
 * The data of an experiment. A file that is not where it was is looked for in `dataDir`: by as much of the end of its
 * path as is there, so that equal names in several folders stay apart.
 * @throws RangeError when two files would be one; MissingDataError naming the files of one's own that are not there and
 * the fix; else as `loadData`
 */
export async function openData(data: ExperimentData, options: LoadOptions = {}): Promise<AnyTrainTest> {
  const { dataDir } = options;
  const taken = new Map<string, string>();
  const found = (file: string): string => {
    const place = dataDir === undefined || existsSync(file) ? file : (movedTo(dataDir, file) ?? file);
    const twin = taken.get(path.resolve(place));
    // Where both are in their places they are one file by what they say.
    if (twin !== undefined && twin !== file && !(place === file && existsSync(twin)))
      throw new RangeError(
        `${twin} and ${file} are both ${place} in ${dataDir}: give a folder that holds them as their paths end`,
      );
    taken.set(path.resolve(place), file);
    return place;
  };
  const placed = withPaths(data, found);
  try {
    return await loadData(placed, options);
  } catch (cause) {
    const lost: string[] = [];
    withPaths(placed, (file) => (existsSync(file) || lost.push(file), file));
    // Of Heidelberg's spoken digits the file may be the name of a set.
    if (!(cause instanceof MissingDataError) || lost.length === 0 || (isOwn(data) && data.from === 'shd')) throw cause;
    throw new MissingDataError(
      `the data of the experiment, ${lost.join(', ')}, is not there: give the folder that holds ${lost.length === 1 ? 'it' : 'them'} (--data-dir, dataDir), or its path in the experiment's file`,
      { cause },
    );
  }
}

/** A file or folder below `dataDir` with the longest end of a path that is there. */
function movedTo(dataDir: string, file: string): string | undefined {
  const parts = file.split(/[\\/]+/).filter((part) => !['', '.', '..'].includes(part));
  const ends = parts.map((_, k) => path.join(dataDir, ...parts.slice(k)));
  return ends.find((end) => existsSync(end));
}
