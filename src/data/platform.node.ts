/** The data room's ties to Node: digests, gzip, folders and files. `platform.browser.ts` is the same for a page. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { CannotWriteError } from './cannot-write.js';

/** sha256 of the concatenated arrays, lower-case hexadecimal. */
export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Content of a gzip file. Throws when it is damaged, or larger than 2 GiB (no known data set is). */
export function gunzip(bytes: Uint8Array): Uint8Array {
  // Unpacked into one piece, where the file says how long it is: pieces that are joined take the memory twice.
  const mostPacked = 1032; // bytes for one, https://zlib.net/zlib_tech.html
  const said =
    bytes.length < 18 ? 0 : new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4).getUint32(0, true);
  const chunkSize = Math.max(65_536, Math.min(said + 1, bytes.length * mostPacked, 2 ** 31 - 1));
  return plainArray(gunzipSync(bytes, { chunkSize, maxOutputLength: 2 ** 31 - 1 }));
}

/** A Buffer as the Uint8Array it is, so that no Node type leaves this file. */
function plainArray(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** `SPIKELAB_DATA` (default `../shared/data`), seen from the working directory and from the package. */
export function dataFolders(): string[] {
  const folder = process.env.SPIKELAB_DATA || '../shared/data';
  return [...new Set([resolve(folder), resolve(packageFolder(), folder)])];
}

/** Folder of this package. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** Where downloaded data sets are kept: `SPIKELAB_CACHE`, or the operating system's folder for caches. */
export function cacheFolder(): string {
  const { SPIKELAB_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (SPIKELAB_CACHE) return resolve(SPIKELAB_CACHE);
  if (process.platform === 'win32')
    return join(LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'spikelab', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'spikelab');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'spikelab');
}

/** Base addresses of trained networks: `SPIKELAB_MODELS`, more than one with spaces between them. */
export const modelMirrors = (): string[] =>
  (process.env.SPIKELAB_MODELS ?? '').split(/\s+/).filter((one) => one !== '');

/** Joins path pieces for this system. */
export const joinPath = (...pieces: string[]): string => join(...pieces);

export function folderExists(path: string): boolean {
  return existsSync(path);
}

/** Names in a folder, sorted by code unit (so the same on every system); undefined when there is none. */
export async function listFolder(path: string): Promise<{ name: string; folder: boolean }[] | undefined> {
  const entries = await orMissing(readdir(path, { withFileTypes: true }), path);
  return entries
    ?.map((entry) => ({ name: entry.name, folder: entry.isDirectory() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Bytes that Node reads at once. */
const largestFile = 2 ** 31 - 1;

/**
 * A file's bytes; undefined when there is no such file. Who wrote its name need not be who reads it: what is no file is
 * not opened, because a device or a pipe may never end.
 */
export async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  const found = await orMissing(stat(path), path);
  if (!found) return undefined;
  if (found.isDirectory()) throw new Error(`${path} is a folder where a file is looked for: move it away`);
  if (!found.isFile()) throw new Error(`${path} is a device or a pipe, which may never end: give a file`);
  if (found.size > largestFile)
    throw new Error(`${path} has ${found.size} bytes, and at most ${largestFile} are read at once: split the file`);
  const content = await orMissing(readFile(path), path);
  return content && plainArray(content);
}

/** Bytes of a file and ms since it was written; undefined when there is none. */
export async function fileFacts(path: string): Promise<{ bytes: number; age: number } | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && { bytes: found.size, age: Date.now() - found.mtimeMs };
}

/**
 * Makes a folder and those above it. Node's own `recursive` goes on for ever in folders that take none, such as /proc.
 * @throws the system's error
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path) throw error;
    await makeFolder(parent);
    await mkdir(path).catch(async (again: unknown) => {
      // Another process may have made it meanwhile; where it cannot be, the second attempt fails as the first did.
      if (errorCode(again) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw again;
    });
  }
}

/** Writes a file so that its name never stands for half of it: temporary file, then rename. */
export async function writeAtomic(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp-${process.pid}`;
  try {
    await makeFolder(dirname(path));
    await removeDrafts(path);
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw cannotWrite(path, error);
  }
}

/**
 * Removes drafts of this file that killed processes left: those untouched for an hour, whichever machine they were on.
 */
async function removeDrafts(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const draft = join(dirname(path), name);
    if (!name.startsWith(`${basename(path)}.tmp-`)) continue;
    if (((await fileFacts(draft))?.age ?? 0) > 3_600_000) await rm(draft, { force: true });
  }
}

/** Makes a file that tells of this process, and its folder; false when there is one already. */
export async function claimFile(path: string): Promise<boolean> {
  try {
    await makeFolder(dirname(path));
    await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw cannotWrite(path, error);
  }
}

/** A file that is written piece by piece. */
export interface OpenFile {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file to write it anew, or to go on at its end. */
export async function openFile(path: string, mode: 'anew' | 'append'): Promise<OpenFile> {
  const failed = (error: unknown): never => {
    throw cannotWrite(path, error);
  };
  const file = await open(path, mode === 'append' ? 'a' : 'w').catch(failed);
  return {
    write: async (bytes) => void (await file.writeFile(bytes).catch(failed)),
    close: () => file.close(),
  };
}

/** Gives a finished file its final name. */
export const moveFile = (from: string, to: string): Promise<void> => rename(from, to);
/** Removes a file if there is one. */
export const removeFile = (path: string): Promise<void> => rm(path, { force: true });
/** Makes a file as if it were written now; nothing if there is none. */
export const touchFile = (path: string): Promise<void> => utimes(path, new Date(), new Date()).catch(() => undefined);

function cannotWrite(path: string, error: unknown): CannotWriteError {
  const reason = errorCode(error) ?? String(error);
  return new CannotWriteError(
    `cannot write ${path}: ${reason}: free some space or set SPIKELAB_CACHE to a folder you may write to`,
    { cause: error },
  );
}

/**
 * h5wasm with a memory of its own, for when a damaged file has broken that of the module in use. Each stays as long as
 * the process.
 * @param count how many were made before
 */
export async function freshHdf5(count: number): Promise<typeof import('h5wasm')> {
  return (await import(`${import.meta.resolve('h5wasm')}?fresh=${count}`)) as typeof import('h5wasm');
}

async function orMissing<T>(found: Promise<T>, path: string): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new Error(`no permission to read ${path} (${code}): ask its owner, or give another`, { cause: error });
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
