/**
 * Data sets of cochleagrams made elsewhere, in the layout of the authors' speech sets: `train/<class>/…/*.dat`,
 * `test/<class>/…/*.dat`.
 */
import { requireKnown } from '../../network/known.js';
import { requireInteger, requireText } from '../../network/require.js';
import { encodeCochleagram } from '../encode/bsa.js';
import { parseCochleagram } from '../formats/cochleagram.js';
import { EventPacker } from '../formats/event-packer.js';
import type { EventDataset } from '../sets/events.js';
import { joinPath, listFolder, readIfPresent } from '#data-platform';
import { DataFormatError } from '../formats/idx.js';
import { MissingDataError } from './locate.js';
import { speechChannels } from '../encode/speech.js';

export interface CochleagramOptions {
  /** T. Default 700 steps; a frame is held 10. */
  steps?: number;
  /** Lines of each file. Default 78. */
  channels?: number;
  /** Name of each class; default the numbers of the folders, from 0 to the largest. */
  classNames?: readonly string[];
}

/** Deepest folder below a class that is looked into. */
const depthLimit = 6;

/**
 * Reads `train` and `test` below a folder: a folder for each class, named by its number from 0, with text files
 * (`.dat`, `.txt`, `.csv`) of one line a channel, at any depth. They are coded to spikes by BSA, from float32 values as
 * the authors' reader has them.
 * @throws MissingDataError, DataFormatError naming the file
 */
export async function loadCochleagrams(
  folder: string,
  options: CochleagramOptions = {},
): Promise<{ name: string; train: EventDataset; test: EventDataset }> {
  requireText('datasets.cochleagrams()', folder, 'the path of a folder');
  requireKnown('datasets.cochleagrams()', options, ['steps', 'channels', 'classNames']);
  const steps = requireInteger('steps', options.steps ?? 700, 2, 65_536);
  const channels = requireInteger('channels', options.channels ?? speechChannels, 1, 65_536);
  const [train, test] = [await classFiles(joinPath(folder, 'train')), await classFiles(joinPath(folder, 'test'))];
  const largest = Math.max(...train.map(({ label }) => label), ...test.map(({ label }) => label));
  const classNames =
    options.classNames ?? Array.from({ length: Math.max(2, largest + 1) }, (_, label) => String(label));
  const half = async (part: string, files: readonly ClassFile[]): Promise<EventDataset> => {
    const packer = new EventPacker({ name: `cochleagrams/${part}`, shape: [channels], steps, classNames });
    for (const { path, label } of files) {
      const ear = parseCochleagram(
        new TextDecoder().decode((await readIfPresent(path)) ?? new Uint8Array()),
        path,
        channels,
      );
      packer.add(label, encodeCochleagram({ ...ear, rates: ear.rates.map(Math.fround) }, steps));
    }
    return packer.finish();
  };
  return { name: 'cochleagrams', train: await half('train', train), test: await half('test', test) };
}

interface ClassFile {
  readonly path: string;
  readonly label: number;
}

/** Files of all classes, the first of each class before the second of any, so that a slice holds every class. */
async function classFiles(folder: string): Promise<ClassFile[]> {
  const entries = (await listFolder(folder)) ?? [];
  const classes = entries.filter((entry) => entry.folder && /^\d{1,3}$/.test(entry.name));
  const found = await Promise.all(
    classes.map(async ({ name }) =>
      (await textFiles(joinPath(folder, name))).map((path, rank) => ({ path, label: Number(name), rank })),
    ),
  );
  const files = found.flat();
  if (files.length === 0)
    throw new MissingDataError(
      `no <class>/*.dat in ${folder}: give the folder that holds train/0/…, test/0/…, each file one line a channel`,
    );
  const bad = files.find(({ label }) => label > 255);
  if (bad) throw new DataFormatError(`${bad.path}: class ${bad.label}: classes are numbered 0 .. 255`);
  return files.sort((a, b) => a.rank - b.rank || a.label - b.label);
}

async function textFiles(folder: string, depth = 0): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, folder: isFolder } of (await listFolder(folder)) ?? []) {
    const path = joinPath(folder, name);
    if (isFolder && depth < depthLimit) paths.push(...(await textFiles(path, depth + 1)));
    else if (/\.(dat|txt|csv)$/i.test(name)) paths.push(path);
  }
  return paths;
}
