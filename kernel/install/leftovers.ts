/** What Spikelab writes outside a project while it works: caches and the history of cells. */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findSnapshotRecord, sharedSnapshots } from '../compiler/compiler-snapshot.js';
import { historyPath } from '../front/history-file.js';
import { removeFolder } from './folders.js';

/**
 * The folders and files that are there: data that was made or downloaded, start-up snapshots, the history of all
 * kernels. Of a folder that `SPIKELAB_CACHE` names, only what can be made again: the user may keep more in it.
 * @param cache the library's folder for caches
 */
export function leftovers(cache: string, env = process.env): string[] {
  const snapshots = findSnapshotRecord({ ...env, SPIKELAB_SNAPSHOT: '' })!;
  const history = historyPath(env);
  const paths = [
    ...(env['SPIKELAB_CACHE'] ? ['compiler', 'encoded'].map((name) => join(cache, name)) : [cache]),
    dirname(snapshots),
    ...(env['SPIKELAB_SNAPSHOT'] !== 'own' && isOurs(sharedSnapshots) ? [sharedSnapshots] : []),
    ...(history ? [history] : []),
  ];
  return [...new Set(paths.map((path) => resolve(path)))].filter((path) => existsSync(path));
}

/** Whether this user may remove it: on a hub, everybody's snapshot is the administrator's. */
function isOurs(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    accessSync(dirname(folder), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Removes them, and folders of our name that are empty then. Returns what was removed. */
export function removeLeftovers(cache: string, env = process.env): string[] {
  return leftovers(cache, env).filter((path) =>
    removeFolder(path, dirname(path).endsWith('spikelab') ? dirname(path) : path),
  );
}
