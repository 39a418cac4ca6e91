import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LibraryDescription } from './cell-compiler.js';

/**
 * A V8 snapshot of the compiler after its first check: a process started from it answers after 0.3 s instead of 1.3 s.
 * It is valid for one Node and exactly the files it was made of. `spikelab install` builds it beside the package, where
 * one is enough for all users of a machine and goes when the package goes; where that folder is not theirs, and in the
 * background when there is none, it is built in the user's cache.
 */
export interface SnapshotRecord {
  readonly blob: string;
  /** Path, time of change and size of each file that went in. */
  readonly files: readonly (readonly [path: string, mtimeMs: number, size: number])[];
}

const hourMs = 3600e3;
const builder = fileURLToPath(new URL('./build-snapshot.js', import.meta.url));

/** The folder for everybody's snapshot, in the package's `dist/`; no package of npm or Python carries it. */
export const sharedSnapshots: string = fileURLToPath(new URL('../../compiler-snapshot', import.meta.url));

const recordName = (): string =>
  `${createHash('sha256').update(`${process.execPath} ${process.version} ${process.arch} ${builder}`).digest('hex').slice(0, 16)}.json`;

/** Where this user's record is kept; `undefined` with `SPIKELAB_SNAPSHOT=off`. */
export function findSnapshotRecord(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env['SPIKELAB_SNAPSHOT'] === 'off' ? undefined : join(cacheFolder(env), 'compiler', recordName());
}

/** Where everybody's record is kept; `undefined` with `SPIKELAB_SNAPSHOT=off`, or `own`: the user's only. */
function findSharedRecord(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return ['off', 'own'].includes(env['SPIKELAB_SNAPSHOT'] ?? '') ? undefined : join(sharedSnapshots, recordName());
}

/** The user's first: it is made where everybody's does not start. */
const records = (): string[] => [findSnapshotRecord(), findSharedRecord()].filter((path) => path !== undefined);

/** Where this user's programs keep what they can make again. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env['SPIKELAB_CACHE']) return env['SPIKELAB_CACHE'];
  if (process.platform === 'win32') return join(env['LOCALAPPDATA'] ?? homedir(), 'spikelab');
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'spikelab');
}

/** The record in this file, when the files that it names are as they were; `undefined` for any other file. */
export function readSnapshotRecord(path: string): SnapshotRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as SnapshotRecord;
    const same = record.files.every(([file, mtimeMs, size]) => {
      const found = statSync(file, { throwIfNoEntry: false });
      return found?.mtimeMs === mtimeMs && found.size === size;
    });
    return same && existsSync(record.blob) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** The snapshot to start from, if there is one that fits. */
export function findSnapshot(): string | undefined {
  for (const path of records()) {
    const record = readSnapshotRecord(path);
    if (record) return record.blob;
  }
  return undefined;
}

/**
 * Forgets a snapshot that did not start. Everybody's may stay, where this user has no right to it: the next one is
 * built in the cache.
 */
export function discardSnapshot(blob: string): void {
  for (const path of records()) {
    if (readSnapshotRecord(path)?.blob !== blob) continue;
    try {
      rmSync(path, { force: true });
    } catch {
      // another user's
    }
  }
}

/**
 * Builds a snapshot now, for everybody if this user may, when there is none that fits. Says whether there is one then.
 */
export function ensureSnapshot(library: LibraryDescription): boolean {
  const [own, shared] = [findSnapshotRecord(), findSharedRecord()];
  if (shared !== undefined && mayWrite(sharedSnapshots)) {
    if (!readSnapshotRecord(shared)) buildNow(shared, library);
    if (own !== undefined && readSnapshotRecord(shared)) {
      rmSync(own, { force: true });
      cleanSnapshots(own);
    }
  }
  if (own !== undefined && findSnapshot() === undefined) buildNow(own, library);
  return findSnapshot() !== undefined;
}

/**
 * Removes what is of no use from a record's folder: snapshots of installations that are gone or have changed, and what
 * nobody's record names. One without a record may be just being written by another installation, so that only an old
 * one, or our own, is removed.
 */
export function cleanSnapshots(record: string): void {
  const folder = dirname(record);
  if (!existsSync(folder)) return;
  const names = readdirSync(folder);
  const kept = new Set<string>();
  for (const path of names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name))) {
    const found = readSnapshotRecord(path);
    if (found) kept.add(found.blob);
    else rmSync(path, { force: true });
  }
  for (const path of names.filter((name) => name.endsWith('.blob')).map((name) => join(folder, name))) {
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (!kept.has(path) && (age > hourMs || path.startsWith(`${record.slice(0, -'.json'.length)}-`)))
      rmSync(path, { force: true });
  }
}

function mayWrite(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function buildNow(record: string, library: LibraryDescription): void {
  spawnSync(process.execPath, [builder, record, JSON.stringify(library)], { stdio: 'ignore', windowsHide: true });
}

/**
 * Builds a snapshot in a process of its own, at low priority; whether that works is seen at the next start. It gives up
 * when its `stdin` is closed: by the front process, or because that is gone.
 */
export function buildSnapshot(library: LibraryDescription): ChildProcess | undefined {
  const path = findSnapshotRecord();
  if (path === undefined) return undefined;
  const child = spawn(process.execPath, [builder, path, JSON.stringify(library), 'in the background'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    windowsHide: true,
  });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  return child;
}
