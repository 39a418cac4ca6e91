/** Finds speech sets on disk and encodes them once; the spikes are kept in the user's cache. */
import { requireKnown } from '../../network/known.js';
import { requireChoice, requireInteger } from '../../network/require.js';
import { EventPacker } from '../formats/event-packer.js';
import type { EventDataset } from '../sets/events.js';
import { readEvents, writeEvents } from '../formats/event-file.js';
import { cacheFolder, dataFolders, joinPath, listFolder, readIfPresent, sha256, writeAtomic } from '#data-platform';
import { CannotWriteError } from '../cannot-write.js';
import { DataFormatError } from '../formats/idx.js';
import { MissingDataError } from './locate.js';
import { progressLine, silentLine } from './progress.js';
import { encodeSpeech, type Hearing, hearing8k, speechChannels, ti46Hearing } from '../encode/speech.js';
import { parseTar } from '../formats/tar.js';

export interface SpeechOptions {
  /** Folder to look in instead of `SPIKELAB_DATA`. */
  dataDir?: string;
  /** T. Default 700 steps; frames of 16 ms are held 10 steps, so this is 1.12 s. */
  steps?: number;
  signal?: AbortSignal;
  /** No line of progress. */
  quiet?: boolean;
}

const optionNames = ['dataDir', 'steps', 'signal', 'quiet'];

export interface SpeechSet {
  readonly name: string;
  readonly train: EventDataset;
  readonly test: EventDataset;
}

interface Recording {
  readonly name: string;
  readonly label: number;
  readonly test: boolean;
  /** Sets are sorted by it, so that a slice holds every class. */
  readonly order: string;
  readonly bytes: Uint8Array;
}

const encoding = 1; // raised when the same sound would give other spikes

/**
 * Free Spoken Digit Dataset (https://github.com/Jakobovski/free-spoken-digit-dataset): 2,700 training and 300 test
 * recordings, the official split (takes 0-4 of each speaker and digit are the test). Read from `fsdd/fsdd.tar` or a
 * clone's `recordings`.
 */
export async function loadSpokenDigits(options: SpeechOptions = {}): Promise<SpeechSet> {
  requireKnown('datasets.spokenDigits()', options, optionNames);
  const folders = placesFor(options, ['fsdd', 'free-spoken-digit-dataset']);
  const files = await firstFound(folders, async (folder) => {
    const path = joinPath(folder, 'fsdd.tar');
    const bytes = await readIfPresent(path);
    if (bytes) return parseTar(bytes, path);
    return readTree(joinPath(folder, 'recordings'));
  });
  if (!files)
    throw missing(
      'fsdd',
      'fsdd.tar or recordings/*.wav',
      folders,
      'Clone https://github.com/Jakobovski/free-spoken-digit-dataset there',
    );
  const recordings = [...files].flatMap(([name, bytes]): Recording[] => {
    const match = /(?:^|[/\\])(\d)_([a-z]+)_(\d+)\.wav$/.exec(name);
    if (!match) return [];
    const [, digit, speaker, take] = match;
    return [
      {
        name,
        label: Number(digit),
        test: Number(take) < 5,
        order: `${take.padStart(4, '0')} ${speaker} ${digit}`,
        bytes,
      },
    ];
  });
  return encodeSet('fsdd', [...'0123456789'], recordings, hearing8k, options);
}

/**
 * TI46 (LDC93S9, licensed): isolated words of 16 speakers. Files `<word><speaker><session><token>.wav` anywhere below
 * the folder, for instance `ti_alpha/train/f1/0af1set0.wav`: session `se` is training, `s1` .. `s8` test. Source:
 * https://catalog.ldc.upenn.edu/docs/LDC93S9/readme.txt
 */
export async function loadTi46(options: SpeechOptions & { words?: 'letters' | 'digits' } = {}): Promise<SpeechSet> {
  requireKnown('datasets.ti46()', options, [...optionNames, 'words']);
  const words = requireChoice('words', options.words ?? 'letters', ['letters', 'digits']);
  const classNames = words === 'letters' ? [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'] : [...'0123456789'];
  const folders = placesFor(options, ['ti46', 'TI46']);
  const files = await firstFound(folders, readTree);
  const recordings = [...(files ?? [])].flatMap(([name, bytes]): Recording[] => {
    const match = /(?:^|[/\\])0([0-9a-z])([fm][1-8])(se|s[1-8])(t[0-9])\.wav$/i.exec(name);
    const label = match ? classNames.indexOf(match[1].toUpperCase()) : -1;
    if (!match || label < 0) return [];
    const [, word, speaker, session, token] = match.map((part) => part.toLowerCase());
    return [{ name, label, test: session !== 'se', order: `${session} ${token} ${speaker} ${word}`, bytes }];
  });
  if (recordings.length === 0) {
    throw missing(
      'ti46',
      `<word><speaker><session><token>.wav of ${words}`,
      folders,
      'Copy the licensed corpus LDC93S9 there (it may not be passed on)',
    );
  }
  return encodeSet(`ti46-${words}`, classNames, recordings, ti46Hearing, options);
}

async function encodeSet(
  name: string,
  classNames: readonly string[],
  recordings: Recording[],
  hearing: Hearing,
  options: SpeechOptions,
): Promise<SpeechSet> {
  const steps = requireInteger('steps', options.steps ?? 700, 2, 65_536);
  recordings.sort((a, b) => (a.order < b.order ? -1 : 1));
  const line = options.quiet ? silentLine : progressLine();
  const half = async (part: 'train' | 'test'): Promise<EventDataset> => {
    const chosen = recordings.filter((recording) => recording.test === (part === 'test'));
    if (chosen.length === 0)
      throw new DataFormatError(
        `${name}: no recordings of the ${part} part among ${recordings.length}: the copy is not complete`,
      );
    const settings = new TextEncoder().encode(
      JSON.stringify({ encoding, name, part, hearing, steps, labels: chosen.map(({ label }) => label) }),
    );
    const key = sha256(settings, ...chosen.map(({ bytes }) => bytes));
    const path = joinPath(cacheFolder(), 'encoded', `${name}-${part}-${key.slice(0, 24)}.spikes`);
    const kept = await readIfPresent(path);
    if (kept) {
      try {
        return readEvents(kept, path);
      } catch (error) {
        if (!(error instanceof DataFormatError)) throw error; // a damaged file is only a cache: made anew
      }
    }
    const packer = new EventPacker({ name: `${name}/${part}`, shape: [speechChannels], steps, classNames });
    for (const [done, { name: file, label, bytes }] of chosen.entries()) {
      if (done % 10 === 0) {
        line.show(`${name}: hearing ${part} recording ${done + 1} of ${chosen.length}`);
        await new Promise((resume) => setTimeout(resume)); // lets interrupts and output through
        options.signal?.throwIfAborted();
      }
      packer.add(label, encodeSpeech(bytes, file, hearing, steps));
    }
    const set = packer.finish();
    await writeAtomic(path, writeEvents(set)).catch((error: unknown) => {
      if (!(error instanceof CannotWriteError)) throw error; // without the cache the next load is slower, no more
    });
    return set;
  };
  try {
    return { name, train: await half('train'), test: await half('test') };
  } finally {
    line.end(`${name}: ${recordings.length} recordings heard`);
  }
}

function placesFor({ dataDir }: SpeechOptions, names: readonly string[]): string[] {
  const roots = dataDir === undefined ? dataFolders() : [dataDir];
  return [
    ...(dataDir === undefined ? [] : [dataDir]),
    ...roots.flatMap((root) => names.map((name) => joinPath(root, name))),
  ];
}

async function firstFound<T>(
  folders: readonly string[],
  find: (folder: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const folder of folders) {
    const found = await find(folder);
    if (found) return found;
  }
  return undefined;
}

/** Every .wav file below a folder, by path; undefined when there is none. */
async function readTree(folder: string, depth = 0): Promise<Map<string, Uint8Array> | undefined> {
  const files = new Map<string, Uint8Array>();
  for (const { name, folder: isFolder } of (await listFolder(folder)) ?? []) {
    const path = joinPath(folder, name);
    if (isFolder && depth < 6)
      for (const [inner, bytes] of (await readTree(path, depth + 1)) ?? []) files.set(inner, bytes);
    else if (/\.wav$/i.test(name)) files.set(path, (await readIfPresent(path)) ?? new Uint8Array());
  }
  return files.size > 0 ? files : undefined;
}

function missing(name: string, what: string, folders: readonly string[], advice: string): MissingDataError {
  return new MissingDataError(
    `${name}: no ${what} in\n${folders.map((folder) => `  ${folder}`).join('\n')}\n${advice}, or set SPIKELAB_DATA to the folder above it.`,
  );
}
