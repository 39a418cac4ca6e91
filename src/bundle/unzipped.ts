/** A bundle that is a zip file, unpacked while it is looked at; the names in it stay in its folder. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cannotWrite, readWholeFile } from '#train-platform';
import { crateFile, workflowFile } from './crate.js';
import { isHidden, isInside, unusable } from './crate-files.js';
import { unpacked, type ZipEntry, zipEntries } from './zip-entries.js';

/** Bytes that a zip file may hold in all: a thousand seeds of the largest preset are below it. */
const largest = 16e9;
/** Records and pictures shrink to a tenth; what is said to grow so much more fills memory or disk. */
const densest = 100;
const roomy = 1e6;

/** What is looked at. */
export interface OpenedBundle {
  /** The folder, or the file where it is a record. */
  readonly folder: string;
  readonly zipped: boolean;
  /** Files of the zip file that lie beside the one folder in it, such as a system's own. */
  readonly beside: readonly string[];
}

/**
 * Calls `work` with what a path names; a zip file is unpacked meanwhile. What it is decides, not its name.
 * @throws Error when the file is no zip file, a name in it leaves its folder, or there is no room for it
 */
export async function withBundle<T>(given: string, work: (opened: OpenedBundle) => Promise<T>): Promise<T> {
  if (!(await isZip(given))) return work({ folder: given, zipped: false, beside: [] });
  const entries = checked(await readWholeFile(given), given);
  const within = path.join(os.tmpdir(), 'spikelab-bundle-');
  const place = await mkdtemp(within).catch(async (cause: unknown) => {
    const why =
      (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such folder' : (cause as Error).message;
    throw new Error(
      `${given} cannot be unpacked in ${os.tmpdir()} (${why}): set TMPDIR to a folder that you may write to, or unpack it yourself and give the folder`,
      { cause },
    );
  });
  try {
    for (const entry of entries) await write(place, entry, given);
    const folder = await topOf(place);
    const all = entries.map(({ name }) => name);
    const beside = all.filter((name) => !path.join(place, name).startsWith(folder + path.sep));
    return await work({ folder, zipped: true, beside });
  } catch (error) {
    // Where it was unpacked is gone when this is read.
    if (error instanceof Error) error.message = error.message.replaceAll(place, given);
    throw error;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function write(place: string, entry: ZipEntry, zip: string): Promise<void> {
  const file = path.join(place, entry.name);
  const bytes = whileUnpacking(zip, () => unpacked(entry));
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  } catch (cause) {
    throw await cannotWrite(file, bytes.byteLength, cause);
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
async function topOf(place: string): Promise<string> {
  const entries = (await readdir(place, { withFileTypes: true })).filter(({ name }) => !isHidden(name));
  if (entries.length !== 1 || !entries[0].isDirectory()) return place;
  const inside = path.join(place, entries[0].name);
  const bundle = [crateFile, workflowFile].some((name) => existsSync(path.join(inside, name)));
  // A bundle may be called as the folder of a seed is.
  return bundle || !/^seed-\d+$/.test(entries[0].name) ? inside : place;
}

/** The files of a zip file, before any of them is unpacked. */
function checked(zip: Uint8Array, file: string): ZipEntry[] {
  return whileUnpacking(file, () => {
    let total = 0;
    const names = new Set<string>();
    const entries = zipEntries(zip);
    for (const { name, size } of entries) {
      total += size;
      if (total > Math.min(largest, roomy + densest * zip.length))
        throw new RangeError(`its ${zip.length} bytes would unpack to more than ${total}: a bundle is not so dense`);
      if (!isInside(name)) throw new RangeError(`the name ${JSON.stringify(name)} leaves its folder`);
      const why = names.has(name) ? 'is in it twice' : unusable(name);
      if (why !== undefined) throw new RangeError(`the name ${JSON.stringify(name.slice(0, 80))} ${why}`);
      names.add(name);
    }
    const files = entries.filter(({ name }) => !name.endsWith('/'));
    const within = files.find(({ name }) =>
      [...name.matchAll(/\//g)].some(({ index }) => names.has(name.slice(0, index))),
    );
    if (within) throw new RangeError(`${JSON.stringify(within.name)} lies in a file of it`);
    return files;
  });
}

function whileUnpacking<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new Error(`${file} is no bundle (${(cause as Error).message}): give the file that spikelab bundle wrote`, {
      cause,
    });
  }
}
