/**
 * The data room's one platform file: disk, digests, gzip and the network (Node). A browser build replaces this module;
 * everything else in `src/data` is plain computation.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** sha256 of the concatenated arrays, lower-case hexadecimal. */
export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Content of a gzip file. Throws when it is damaged, or larger than 2 GiB (no known data set is). */
export function gunzip(bytes: Uint8Array): Uint8Array {
  return plainArray(gunzipSync(bytes, { maxOutputLength: 2 ** 31 - 1 }));
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

/** Joins path pieces for this system. */
export const joinPath = (...pieces: string[]): string => join(...pieces);

export function folderExists(path: string): boolean {
  return existsSync(path);
}

/** Names in a folder, sorted by code unit (so the same on every system); undefined when there is none. */
export async function listFolder(path: string): Promise<{ name: string; folder: boolean }[] | undefined> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .map((entry) => ({ name: entry.name, folder: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A file's bytes; undefined when there is no such file. */
export async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    return plainArray(await readFile(path));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Writes a file so that its name never stands for half of it: temporary file, then rename. */
export async function writeAtomic(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp-${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw cannotWrite(path, error);
  }
}

/** Gives a finished file its final name. */
export const moveFile = (from: string, to: string): Promise<void> => rename(from, to);
export const removeFile = (path: string): Promise<void> => rm(path, { force: true });

const lockHeartbeat = 1_000; // ms
const lockStale = 15_000; // ms without a heartbeat: its owner was killed

/** Runs `work` while holding `path` as a lock file; waits for another process (or call) that holds it. */
export async function withLock<T>(path: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => Promise.reject(cannotWrite(path, error)));
  while (!(await tryLock(path))) {
    const age = await stat(path).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > lockStale) await rm(path, { force: true });
    else await sleep(200, undefined, { signal });
  }
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), lockHeartbeat);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await unlink(path).catch(() => undefined);
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw cannotWrite(path, error);
  }
}

export interface FetchOptions {
  /** Refuses a longer body, bytes. */
  limit: number;
  onProgress?: (received: number, total: number | undefined) => void;
  signal?: AbortSignal;
  /** Until the server answers, ms. Short, so that being offline is noticed at once. */
  connectTimeout?: number;
  /** Between two chunks, ms. */
  stallTimeout?: number;
}

/**
 * Fetches an address into `path`, continuing a part left there by an interrupted attempt when the server can.
 * @throws NetworkError; the bytes received so far stay in `path`
 */
export async function fetchInto(url: string, path: string, options: FetchOptions): Promise<void> {
  const { limit, onProgress, signal, connectTimeout = 5_000, stallTimeout = 30_000 } = options;
  const host = new URL(url).host;
  const have = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  const timer = new AbortController();
  let silence = setTimeout(() => timer.abort(new Error(`no answer within ${connectTimeout / 1000} s`)), connectTimeout);
  const either = signal ? AbortSignal.any([signal, timer.signal]) : timer.signal;
  let answered = false;
  try {
    // identity: the digest is of the file, not of what a server makes of it
    const headers: Record<string, string> = {
      'accept-encoding': 'identity',
      ...(have > 0 ? { range: `bytes=${have}-` } : {}),
    };
    const response = await fetch(url, { headers, signal: either });
    answered = true;
    if (response.status === 416) {
      await rm(path, { force: true });
      throw new NetworkError(`${host}: could not continue the download`, true);
    }
    if (!response.ok || !response.body)
      throw new NetworkError(`${host}: HTTP ${response.status} ${response.statusText}`, true);
    const resumed =
      response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have}-`) === true;
    const rest = Number(response.headers.get('content-length')) || undefined;
    let received = resumed ? have : 0;
    const total = rest === undefined ? undefined : received + rest;
    const file = await open(path, resumed ? 'a' : 'w').catch((error: unknown) =>
      Promise.reject(cannotWrite(path, error)),
    );
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        clearTimeout(silence);
        silence = setTimeout(() => timer.abort(new Error(`no data for ${stallTimeout / 1000} s`)), stallTimeout);
        received += chunk.length;
        if (received > limit)
          throw new NetworkError(`${host}: sent more than ${limit} bytes, not the file expected`, true);
        await file.write(chunk).catch((error: unknown) => Promise.reject(cannotWrite(path, error)));
        onProgress?.(received, total);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof NetworkError || error instanceof CannotWriteError) throw error;
    throw new NetworkError(`${host}: ${networkReason(timer.signal.aborted ? timer.signal.reason : error)}`, answered);
  } finally {
    clearTimeout(silence);
  }
}

/** A download that did not happen. `answered`: whether the server was reached at all. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  constructor(
    message: string,
    readonly answered: boolean,
  ) {
    super(message);
  }
}

/** A file that could not be written: full or read-only disk, no permission. */
export class CannotWriteError extends Error {
  override readonly name = 'CannotWriteError';
}

function cannotWrite(path: string, error: unknown): Error {
  const reason = errorCode(error) ?? String(error);
  return new CannotWriteError(
    `cannot write ${path}: ${reason}: free some space or set SPIKELAB_CACHE to a folder you may write to`,
    { cause: error },
  );
}

function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return (
    errorCode(cause) ??
    (cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error))
  );
}

function isMissing(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
