/** Packs a run or a replication into one folder or zip file that a reviewer can open, check and repeat: an RO-Crate. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { sha256 } from '#data-platform';
import { cannotWrite, readWholeFile, writeFileAtomic } from '#train-platform';
import { Interrupted } from '../train/interrupt.js';
import { type CrateFile, crateFile, crateOf } from './crate.js';
import { creditsOf, requireCredits } from './credits.js';
import { derivedFiles, derivedKinds } from './derived.js';
import { type LockOptions, whileAtRest } from '../replicate/lock.js';
import { notOneExperiment } from './one-experiment.js';
import { parseRunReport } from '../replicate/recorded-run.js';
import { recordsIn, whyNoRecords } from './records.js';
import { isZipName } from './unzipped.js';
import { commandsOf, type PackedRun } from './workflow.js';

export interface BundleOptions {
  /** A folder, or a file whose name ends in `.zip` or `.ZIP`. It must not be there yet. */
  readonly out: string;
  /** SPDX identifier of the licence of the results. Default: that of a bundle which is packed again, else CC-BY-4.0. */
  readonly license?: string;
  /** Default: those of a bundle which is packed again. */
  readonly authors?: readonly string[];
  /** Whether the weights come along, some megabytes a seed. Default true. */
  readonly checkpoints?: boolean;
  /** Stops it between two files, with nothing written. */
  readonly signal?: AbortSignal;
  /** What to do about other machines that work in the folder. */
  readonly lock?: LockOptions;
}

export interface Bundle {
  readonly out: string;
  readonly files: number;
  readonly bytes: number;
  readonly license: string;
}

/** What a run leaves, and what it is. Nothing else of the folder comes along. */
const kinds: readonly (readonly [name: RegExp, type: string, what: string])[] = [
  [/^(seed-\d+\/)?report\.json$/, 'application/json', 'record of a run: figures, hashes, settings, machine'],
  [
    /^(seed-\d+\/)?checkpoint\.safetensors$/,
    'application/octet-stream',
    'weights and state of training: it goes on to the same bits',
  ],
  [/^(seed-\d+\/)?averaged\.safetensors$/, 'application/octet-stream', 'mean weights of the last epochs, as tested'],
  [/^report\.md$/, 'text/markdown', 'the results beside those of the paper'],
  [/^report\.html$/, 'text/html', 'the results beside those of the paper, with pictures'],
  [/^(comparison|curves)\.png$/, 'image/png', 'picture of the report'],
];

/**
 * Writes the bundle of the folder of `train` or `replicate`: what the runs left, `settings.json`, `environment.json`,
 * `epochs.csv`, `workflow.sh` and `ro-crate-metadata.json` with the sha256 of each file.
 * @throws RangeError when `folder` holds no run or runs of several experiments, `out` is there, the licence is no SPDX
 * identifier, or an author has no name; FolderInUse while the run goes on; Interrupted
 */
export async function bundleRun(folder: string, options: BundleOptions): Promise<Bundle> {
  const { out, checkpoints = true, signal } = options;
  if (existsSync(path.resolve(out)))
    throw new RangeError(`${out || path.resolve(out)} is there already: choose another --out, or remove it`);
  const place = await stat(folder).catch(() => undefined);
  if (!place?.isDirectory())
    throw new RangeError(
      `${folder} is ${place ? 'no folder' : 'not there'}: give the --out folder of train or replicate`,
    );
  // A link to the folder is the folder.
  if ((await realPlace(out)).startsWith((await realpath(folder)) + path.sep))
    throw new RangeError(`${out} lies inside ${folder}, which is packed: choose an --out beside it`);
  const known = await creditsOf(folder);
  const { license, authors } = requireCredits({
    license: options.license ?? known?.license ?? 'CC-BY-4.0',
    authors: options.authors ?? known?.authors ?? [],
  });
  /** Looks for a stop between two files. */
  const look = (): void => {
    if (signal?.aborted) throw new Interrupted(`stopped: ${out} was not written`);
  };
  const contents = await whileAtRest(folder, () => read(folder, checkpoints, look), options.lock);
  const { packed, ended } = contents;
  const files = new Map(contents.files);
  for (const [name, text] of derivedFiles(packed)) files.set(name, encode(text));
  const described = [...files].map(([name, bytes]) => describe(name, bytes));
  const runs = packed.map(({ run }) => run);
  const command = commandsOf(packed).join('\n');
  const crate = crateOf({ runs, command, files: described, license, authors, ended, made: new Date() });
  files.set(crateFile, encode(`${JSON.stringify(crate, null, 2)}\n`));
  look();
  await (isZipName(out) ? writeZip(out, files) : writeFolder(out, files, look));
  return { out, files: files.size, bytes: bytesOf(files), license };
}

/** Where a file that is not there yet would be, links followed. */
async function realPlace(file: string): Promise<string> {
  const full = path.resolve(file);
  const above = path.dirname(full);
  if (above === full) return full;
  return realpath(full).catch(async () => path.join(await realPlace(above), path.basename(full)));
}

const bytesOf = (files: ReadonlyMap<string, Uint8Array>): number =>
  [...files.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Contents {
  readonly packed: readonly PackedRun[];
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly ended: Date;
}

async function read(folder: string, checkpoints: boolean, look: () => void): Promise<Contents> {
  const records = await recordsIn(folder);
  if (records.length === 0)
    throw new RangeError(
      whyNoRecords(folder, "give the --out folder of train or replicate, or one setting's of a sweep"),
    );
  if (records.length > 1 && records[0] === 'report.json')
    throw new RangeError(
      `${folder} holds a run of its own beside ${records.slice(1).map(path.posix.dirname).join(', ')}: bundle their folders one by one, its own without them`,
    );
  const files = new Map<string, Uint8Array>();
  let ended = 0;
  for (const part of new Set(['', ...records.map((name) => name.replace('report.json', ''))]))
    for (const name of (await readdir(path.join(folder, part))).sort()) {
      const inside = part + name;
      if (!kinds.some(([kind]) => kind.test(inside)) || (!checkpoints && name.endsWith('.safetensors'))) continue;
      look();
      const file = path.join(folder, inside);
      files.set(inside, await readWholeFile(file));
      ended = Math.max(ended, (await stat(file)).mtimeMs);
    }
  const packed = records.map((name) => ({ name, run: parseRunReport(files.get(name)!, path.join(folder, name)) }));
  const why = notOneExperiment(packed);
  if (why !== undefined)
    throw new RangeError(`${folder}: ${why}, so that no one command makes both again: bundle their folders one by one`);
  return { packed, files, ended: new Date(ended) };
}

/** Media type of a file of a bundle, and what it is; undefined for what no bundle has. */
export function describeFile(name: string): readonly [type: string, what: string] | undefined {
  const [, ...known] = kinds.find(([kind]) => kind.test(name)) ?? [];
  return known.length > 0 ? (known as [string, string]) : derivedKinds[name];
}

function describe(name: string, bytes: Uint8Array): CrateFile {
  const [type, what] = describeFile(name)!;
  return { path: name, bytes: bytes.byteLength, sha256: sha256(bytes), type, what };
}

async function writeZip(out: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  // Weights do not get smaller: they are stored as they are.
  const zippable: Zippable = {};
  for (const [name, bytes] of files) zippable[name] = [bytes, { level: name.endsWith('.safetensors') ? 0 : 6 }];
  await writeFileAtomic(out, [zipSync(zippable)]);
}

async function writeFolder(out: string, files: ReadonlyMap<string, Uint8Array>, look: () => void): Promise<void> {
  const draft = `${path.resolve(out)}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    for (const [name, bytes] of files) {
      look();
      const file = path.join(draft, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    await rename(draft, path.resolve(out));
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    throw cause instanceof Interrupted ? cause : await cannotWrite(out, bytesOf(files), cause);
  }
}
