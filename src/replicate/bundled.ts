/**
 * Reads a bundle back, as hostile as any file from elsewhere: a zip file's names stay in its folder, and each file has
 * the sha256 that it should.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { sha256 } from '#data-platform';
import { readWholeFile } from '#train-platform';
import { crateFile, workflowFile } from './crate.js';
import { isInside, listedFiles, unusable } from './crate-files.js';
import { comparisons, type VerifiedRun } from './verified.js';

/** Bytes that a zip file may hold in all: a thousand seeds of the largest preset are below it. */
const largest = 16e9;
/** Records and pictures shrink to a tenth; what is said to grow so much more fills memory or disk. */
const densest = 100;
const roomy = 1e6;

/**
 * Calls `work` with the folder, or with the file where it is a record; a zip file is unpacked meanwhile. What it is
 * decides, not its name. @throws Error when the file is no zip file or a name in it leaves its folder
 */
export async function withBundle<T>(folder: string, work: (folder: string) => Promise<T>): Promise<T> {
  if (!(await isZip(folder))) return work(folder);
  const unpacked = await mkdtemp(path.join(os.tmpdir(), 'spikelab-bundle-'));
  try {
    for (const [name, bytes] of entriesOf(await readWholeFile(folder), folder)) {
      const file = path.join(unpacked, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    return await work(await topOf(unpacked));
  } catch (error) {
    // Where it was unpacked is gone when this is read.
    if (error instanceof Error) error.message = error.message.replaceAll(unpacked, folder);
    throw error;
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** A file that begins as zip files do, or is called one and no record. */
async function isZip(file: string): Promise<boolean> {
  if (!(await stat(file).catch(() => undefined))?.isFile()) return false;
  const handle = await open(file);
  const begin = await handle.read({ buffer: new Uint8Array(2), position: 0 }).finally(() => handle.close());
  return new TextDecoder().decode(begin.buffer) === 'PK' || isZipName(file);
}

/** Whether a bundle of this name is a zip file. */
export const isZipName = (name: string): boolean => /\.zip$/i.test(name);

/** The folder in which everything lies, where a program packed a folder and not what is in it. */
async function topOf(unpacked: string): Promise<string> {
  const entries = (await readdir(unpacked, { withFileTypes: true })).filter(
    ({ name }) => !/^(\.|__MACOSX$)/.test(name),
  );
  if (entries.length !== 1 || !entries[0].isDirectory()) return unpacked;
  const inside = path.join(unpacked, entries[0].name);
  const bundle = [crateFile, workflowFile].some((name) => existsSync(path.join(inside, name)));
  // A bundle may be called as the folder of a seed is.
  return bundle || !/^seed-\d+$/.test(entries[0].name) ? inside : unpacked;
}

function entriesOf(zip: Uint8Array, file: string): [string, Uint8Array][] {
  let total = 0;
  const names = new Set<string>();
  try {
    if (zip[0] !== 0x50 || zip[1] !== 0x4b) throw new RangeError('it does not begin as zip files do');
    const entries = unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        total += originalSize;
        if (total > Math.min(largest, roomy + densest * zip.length))
          throw new RangeError(`its ${zip.length} bytes would unpack to more than ${total}: a bundle is not so dense`);
        if (!isInside(name)) throw new RangeError(`the name ${JSON.stringify(name)} leaves its folder`);
        const why = names.has(name) ? 'is in it twice' : unusable(name);
        if (why !== undefined) throw new RangeError(`the name ${JSON.stringify(name.slice(0, 80))} ${why}`);
        names.add(name);
        return !name.endsWith('/');
      },
    });
    const within = Object.keys(entries).find((name) =>
      [...name.matchAll(/\//g)].some(({ index }) => Object.hasOwn(entries, name.slice(0, index))),
    );
    if (within !== undefined) throw new RangeError(`${JSON.stringify(within)} lies in a file of it`);
    return Object.entries(entries);
  } catch (cause) {
    throw new Error(`${file} is no bundle (${(cause as Error).message}): give the file that spikelab bundle wrote`, {
      cause,
    });
  }
}

/**
 * The files of a bundle against the sha256 that its metadata names; nothing for a folder that is none. @throws Error
 * when the metadata is damaged
 */
export async function verifyBundle(folder: string): Promise<VerifiedRun[]> {
  const metadata = path.join(folder, crateFile);
  if (!existsSync(metadata)) return existsSync(path.join(folder, workflowFile)) ? [withoutMetadata(metadata)] : [];
  const { checks, compare } = comparisons();
  const listed = new Set([crateFile]);
  const whole = await realpath(folder);
  for (const { name, recorded } of await listedFiles(metadata)) {
    listed.add(name);
    compare(`sha256 of ${name}`, recorded, await contentOf(path.join(folder, name), whole));
  }
  const inside = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
  const more = inside.filter((name) => !listed.has(name) && !path.basename(name).startsWith('.'));
  const notes = more.map((name) => `${name} is not in its metadata: nothing tells whether it belongs to it`);
  return [{ folder: metadata, same: checks.length > 0 && checks.every(({ same }) => same), checks, notes }];
}

/** sha256 of a file that lies in the bundle, or what it is instead. */
async function contentOf(file: string, whole: string): Promise<string> {
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined) return 'there is no such file';
  if (!real.startsWith(whole + path.sep)) return 'a link that leads out of the bundle';
  return (await stat(real)).isFile() ? sha256(await readWholeFile(real)) : 'not a file';
}

function withoutMetadata(metadata: string): VerifiedRun {
  const check = { what: crateFile, recorded: 'the sha256 of each file', found: 'there is no such file', same: false };
  return { folder: metadata, same: false, checks: [check], notes: [] };
}
