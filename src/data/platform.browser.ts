/**
 * The data room on a web page: there are no folders to look in, and what is downloaded is kept in memory as long as the
 * page lives.
 */
import { sha256 as digest } from '@noble/hashes/sha2.js';
import { gunzipSync } from 'fflate';

/** sha256 of the concatenated arrays, lower-case hexadecimal. */
export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = digest.create();
  for (const part of parts) hash.update(part);
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Content of a gzip file. Throws when it is damaged. */
export function gunzip(bytes: Uint8Array): Uint8Array {
  return gunzipSync(bytes);
}

/** A page has no folders of data. */
export function dataFolders(): string[] {
  return [];
}

export function packageFolder(): string {
  return '/spikelab';
}

/** Where downloads are kept: in memory. */
export function cacheFolder(): string {
  return '/cache';
}

interface Kept {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** The files of this page, by path. */
const files = new Map<string, Kept>();

const keep = (path: string, bytes: Uint8Array): void => void files.set(path, { bytes, at: Date.now() });

/** Trained networks lie beside the page, in `models/`. */
export const modelMirrors = (): string[] => [new URL('models/', location.href).href];

/** Joins path pieces. */
export const joinPath = (...pieces: string[]): string => pieces.join('/').replace(/\/+/g, '/');

export function folderExists(path: string): boolean {
  return [...files.keys()].some((file) => file.startsWith(`${path}/`));
}

/** Names in a folder, sorted by code unit; undefined when there is none. */
export async function listFolder(path: string): Promise<{ name: string; folder: boolean }[] | undefined> {
  const found = new Map<string, boolean>();
  for (const file of files.keys()) {
    if (!file.startsWith(`${path}/`)) continue;
    const [name, ...below] = file.slice(path.length + 1).split('/');
    found.set(name, below.length > 0);
  }
  if (found.size === 0) return undefined;
  return [...found].map(([name, folder]) => ({ name, folder })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A file's bytes; undefined when there is no such file. */
export async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  return files.get(path)?.bytes;
}

/** Bytes of a file and ms since it was written; undefined when there is none. */
export async function fileFacts(path: string): Promise<{ bytes: number; age: number } | undefined> {
  const found = files.get(path);
  return found && { bytes: found.bytes.length, age: Date.now() - found.at };
}

/** Nothing: the files of a page lie in no folders. */
export const makeFolder = async (): Promise<void> => undefined;

export async function writeAtomic(path: string, bytes: Uint8Array): Promise<void> {
  keep(path, bytes);
}

/** Makes an empty file; false when there is one already. */
export async function claimFile(path: string): Promise<boolean> {
  if (files.has(path)) return false;
  keep(path, new Uint8Array());
  return true;
}

/** A file that is written piece by piece. */
export interface OpenFile {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file to write it anew, or to go on at its end. What was written is there when it is closed. */
export async function openFile(path: string, mode: 'anew' | 'append'): Promise<OpenFile> {
  const before = mode === 'append' ? files.get(path)?.bytes : undefined;
  const pieces: Uint8Array[] = before ? [before] : [];
  return {
    write: async (bytes) => void pieces.push(bytes),
    close: async () => keep(path, new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer())),
  };
}

/** Gives a finished file its final name. */
export async function moveFile(from: string, to: string): Promise<void> {
  const found = files.get(from);
  if (found) files.set(to, found);
  files.delete(from);
}

/** Removes a file if there is one. */
export async function removeFile(path: string): Promise<void> {
  files.delete(path);
}

/** Makes a file as if it were written now; nothing if there is none. */
export async function touchFile(path: string): Promise<void> {
  const found = files.get(path);
  if (found) keep(path, found.bytes);
}

/** A page has one h5wasm: after a damaged file has broken its memory, the page has to be loaded anew. */
export async function freshHdf5(): Promise<typeof import('h5wasm')> {
  throw new Error('a damaged HDF5 file has broken the module that reads them: load the page anew');
}
