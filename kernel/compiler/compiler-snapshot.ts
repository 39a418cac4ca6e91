import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LibraryDescription } from './cell-compiler.js';

/**
 * A V8 snapshot of the compiler after its first check: a process started from it answers after 0.3 s instead of 1.3 s. It is built
 * when the kernel is installed, or in the background when there is none, kept in the user's cache, and valid for one Node and exactly the files it was made of.
 */
export interface SnapshotRecord {
  readonly blob: string;
  /** Path, time of change and size of each file that went in. */
  readonly files: readonly (readonly [path: string, mtimeMs: number, size: number])[];
}

const builder = fileURLToPath(new URL('./build-snapshot.js', import.meta.url));

/** Where the record is kept; `undefined` with `SPIKELAB_SNAPSHOT=off`. */
export function findSnapshotRecord(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env['SPIKELAB_SNAPSHOT'] === 'off') return undefined;
  const id = createHash('sha256')
    .update(`${process.execPath} ${process.version} ${process.arch} ${builder}`)
    .digest('hex')
    .slice(0, 16);
  return join(cacheFolder(env), 'compiler', `${id}.json`);
}

/** Where this user's programs keep what they can make again. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env['SPIKELAB_CACHE']) return env['SPIKELAB_CACHE'];
  if (process.platform === 'win32') return join(env['LOCALAPPDATA'] ?? homedir(), 'spikelab');
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'spikelab');
}

/** The snapshot to start from, if there is one that fits. */
export function findSnapshot(): string | undefined {
  const path = findSnapshotRecord();
  try {
    if (path === undefined) return undefined;
    const { blob, files } = JSON.parse(readFileSync(path, 'utf8')) as SnapshotRecord;
    const same = files.every(([file, mtimeMs, size]) => {
      const found = statSync(file, { throwIfNoEntry: false });
      return found?.mtimeMs === mtimeMs && found.size === size;
    });
    return same && existsSync(blob) ? blob : undefined;
  } catch {
    return undefined;
  }
}

/** Forgets a snapshot that did not start. */
export function discardSnapshot(): void {
  const path = findSnapshotRecord();
  if (path !== undefined) rmSync(path, { force: true });
}

/** Builds a snapshot now, when there is none that fits, and says whether there is one then. */
export function ensureSnapshot(library: LibraryDescription): boolean {
  const path = findSnapshotRecord();
  if (path === undefined) return false;
  if (findSnapshot() === undefined)
    spawnSync(process.execPath, [builder, path, JSON.stringify(library)], { stdio: 'ignore', windowsHide: true });
  return findSnapshot() !== undefined;
}

/**
 * Builds a snapshot in a process of its own, at low priority; whether that works is seen at the next start. It gives up when its
 * `stdin` is closed: by the front process, or because that is gone.
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
