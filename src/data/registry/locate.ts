/**
 * Finds the files of a data set: `dataDir` or `SPIKELAB_DATA`, then the user's cache, then a download into the cache.
 * Every file is checked by sha256 before it is used; a wrong one is refused, never skipped.
 */
import { unzipSync } from 'fflate';
import {
  cacheFolder,
  dataFolders,
  folderExists,
  joinPath,
  moveFile,
  readIfPresent,
  removeFile,
  sha256,
  writeAtomic,
} from '#data-platform';
import { DataFormatError, isGzip, plainBytes } from '../formats/idx.js';
import { fetchPatiently, NetworkError } from './download.js';
import { withLock } from './lock.js';
import type { DataFile, DataSetEntry } from './registry.js';

/** Where files are: what the registry knows of a data set, or less. */
export type FileSource = Pick<DataSetEntry, 'name' | 'home' | 'mirrors' | 'folders'> &
  Partial<Pick<DataSetEntry, 'archive' | 'parts'>> & {
    /** What else can be done without the files. Default: the drawn digits. */
    readonly otherwise?: string;
  };

export interface LocateOptions {
  /** Folder to look in instead of `SPIKELAB_DATA`: it holds the set's folder or the files themselves. */
  dataDir?: string;
  /** Whether a missing file may be downloaded into the cache. Default true. */
  download?: boolean;
  /** Called as a download advances, bytes. */
  onProgress?: (file: string, received: number, total: number) => void;
  signal?: AbortSignal;
}

export const locateOptions = ['dataDir', 'download', 'onProgress', 'signal'] as const;

/** A data file that is nowhere and may not, or cannot, be downloaded. */
export class MissingDataError extends Error {
  override readonly name: string = 'MissingDataError';
}

/** The download failed because no server could be reached. */
export class OfflineError extends MissingDataError {
  override readonly name = 'OfflineError';
}

/**
 * The verified content (after gunzip) of one file of a set.
 * @throws MissingDataError, OfflineError, DataFormatError (damaged, wrong sha256)
 */
export async function readDataFile(
  entry: FileSource,
  file: DataFile,
  options: LocateOptions = {},
): Promise<Uint8Array> {
  const found = await findDataFile(entry, file, options);
  if (found) return found;
  if (options.download === false || (entry.mirrors.length === 0 && !entry.archive)) throw missing(entry, file, options);
  const target = joinPath(cacheFolder(), 'data', entry.folders[0], file.name);
  return withLock(
    `${target}.lock`,
    async () => {
      const other = await findDataFile(entry, file, options); // another process may have finished it while we waited
      if (other) return other;
      if (entry.archive) await unpackArchive(entry, options);
      else await downloadFile(entry, file, target, options);
      return (await findDataFile(entry, file, options)) ?? Promise.reject(missing(entry, file, options));
    },
    options.signal,
  );
}

/** Whether every byte is at hand without a download. Throws DataFormatError for a damaged file. */
async function findDataFile(
  entry: FileSource,
  file: DataFile,
  options: LocateOptions,
): Promise<Uint8Array | undefined> {
  for (const folder of searchFolders(entry, options)) {
    for (const name of [file.name, file.name.replace(/\.gz$/, '')]) {
      const path = joinPath(folder, name);
      const bytes = await readIfPresent(path);
      if (bytes) return verify(bytes, file, path);
    }
  }
  return undefined;
}

function searchFolders(entry: FileSource, { dataDir }: LocateOptions): string[] {
  const roots = dataDir === undefined ? dataFolders() : [dataDir];
  const below = roots.flatMap((root) => entry.folders.map((folder) => joinPath(root, folder)));
  return [...(dataDir === undefined ? [] : [dataDir]), ...below, joinPath(cacheFolder(), 'data', entry.folders[0])];
}

/**
 * The content of a file if it has one of the registered digests. The raw one decides when known, because mirrors
 * compress anew.
 */
function verify(bytes: Uint8Array, file: DataFile, path: string): Uint8Array {
  const plain = plainBytes(bytes, path);
  const digest = file.raw ?? (isGzip(bytes) ? file.gz : undefined);
  if (digest === undefined)
    throw new DataFormatError(
      `${path}: only the sha256 of ${file.name} is known, not of what is in it: give the .gz file as it was published`,
    );
  const found = sha256(file.raw === undefined ? bytes : plain);
  if (digest !== found) {
    throw new DataFormatError(
      `${path}: wrong sha256${file.raw !== undefined && isGzip(bytes) ? ' after gunzip' : ''}\n  expected ${digest}\n  found    ${found}\nDelete the file and run again to fetch a good one.`,
    );
  }
  return plain;
}

async function downloadFile(entry: FileSource, file: DataFile, target: string, options: LocateOptions): Promise<void> {
  const part = `${target}.part`;
  const failures: NetworkError[] = [];
  for (const mirror of entry.mirrors) {
    try {
      await fetchWhole(mirror + file.name, part, file.bytes, file.name, options);
      verify((await readIfPresent(part)) ?? new Uint8Array(), file, mirror + file.name);
      return await moveFile(part, target);
    } catch (error) {
      if (error instanceof DataFormatError) await removeFile(part); // never continue from bytes that proved wrong
      if (!(error instanceof NetworkError || error instanceof DataFormatError)) throw error;
      failures.push(error instanceof NetworkError ? error : new NetworkError(error.message, true));
    }
  }
  throw downloadFailed(entry, file.name, failures, options);
}

/**
 * Takes the files of this set out of its archive, downloaded if it is not in the cache yet; it stays there for the
 * other sets it holds.
 */
async function unpackArchive(entry: FileSource, options: LocateOptions): Promise<void> {
  const archive = entry.archive!;
  const folder = joinPath(cacheFolder(), 'data', entry.folders[0]);
  const name = archive.url.slice(archive.url.lastIndexOf('/') + 1);
  const path = joinPath(folder, `${archive.sha256.slice(0, 12)}-${name}`);
  await withLock(
    `${path}.lock`,
    async () => {
      if (!folderExists(path)) {
        try {
          await fetchWhole(archive.url, `${path}.part`, archive.bytes, name, options);
        } catch (error) {
          throw error instanceof NetworkError ? downloadFailed(entry, name, [error], options) : error;
        }
        await moveFile(`${path}.part`, path);
      }
      const bytes = (await readIfPresent(path)) ?? new Uint8Array();
      const found = sha256(bytes);
      if (found !== archive.sha256) {
        await removeFile(path);
        throw new DataFormatError(
          `${archive.url}: wrong sha256\n  expected ${archive.sha256}\n  found    ${found}\nThe download was deleted: run again.`,
        );
      }
      const wanted = Object.values(entry.parts ?? {}).flatMap((part) => [part.images, part.labels]);
      const members = unzipSync(bytes, {
        filter: (member) => wanted.some((file) => member.name === `${archive.folder}/${file.name}`),
      });
      for (const file of wanted) {
        const content = members[`${archive.folder}/${file.name}`];
        if (!content) throw new DataFormatError(`${archive.url}: holds no ${archive.folder}/${file.name}`);
        verify(content, file, `${archive.url}: ${file.name}`);
        await writeAtomic(joinPath(folder, file.name), content);
      }
    },
    options.signal,
  );
}

/** @param bytes of the public file */
function fetchWhole(url: string, part: string, bytes: number, name: string, options: LocateOptions): Promise<void> {
  return fetchPatiently(url, part, {
    limit: Math.ceil(bytes * 1.5) + 65_536, // room for a mirror that compresses less
    signal: options.signal,
    onProgress: (received, total) => options.onProgress?.(name, received, total ?? bytes),
  });
}

function downloadFailed(
  entry: FileSource,
  name: string,
  failures: readonly NetworkError[],
  options: LocateOptions,
): MissingDataError {
  const reasons = failures.map((failure) => `  ${failure.message}`).join('\n');
  const offline = failures.every((failure) => !failure.answered);
  const start = offline
    ? `${entry.name}: no connection to download ${name}`
    : `${entry.name}: ${name} could not be downloaded`;
  return new (offline ? OfflineError : MissingDataError)(`${start}\n${reasons}\n${advice(entry, options)}`);
}

function missing(entry: FileSource, file: DataFile, options: LocateOptions): MissingDataError {
  const places = searchFolders(entry, options).map(
    (folder) => `  ${folder}${folderExists(folder) ? '' : ' (no such folder)'}`,
  );
  return new MissingDataError(
    `${entry.name}: ${file.name} (or without .gz) is not in\n${places.join('\n')}\n${advice(entry, options)}`,
  );
}

function advice(entry: FileSource, { download, dataDir }: LocateOptions): string {
  const folder = dataDir ?? joinPath(dataFolders()[0], entry.folders[0]);
  const source = entry.mirrors[0] ?? entry.archive?.url ?? entry.home; // homes move, or answer no more
  return [
    `Copy the files from ${source} to ${folder}`,
    'set SPIKELAB_DATA to the folder that holds them',
    ...(download === false ? ['allow the download with { download: true }'] : ['run again with a connection']),
    entry.otherwise ?? 'or use datasets.strokes(), which needs no files.',
  ].join(', ');
}
