import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Every process that cells start inherits this variable; its value is the name of one execution process: the random
 * name of its front process, a dot, and a random name of its own.
 */
export const sessionVariable = 'SPIKELAB_SESSION';

/** Of this front process: what its processes' names begin with. */
export const frontName = randomUUID();

/** The part of a process's name that is its front process's. */
export const frontOf = (session: string): string => session.split('.')[0];

/** Rounds of looking: what is killed may have started another in between. */
const mostRounds = 5;

/**
 * Kills what the execution process `root` started and is not in its process group any more (`detached`, `setsid`, a
 * daemon): its descendants, and all that carry the name `session` in the environment they were started with, or one
 * that begins with it and a dot. Spares `root` and the calling process.
 *
 * Only Linux shows what it takes (`/proc`); Windows knows the tree of a process that lives, and ends its root with it;
 * elsewhere the process group must do. Not found either: a process that left both behind, without the variable (`env
 * -i`) and with its parent gone.
 */
export function killDescendants(session: string, root: number, platform = process.platform): void {
  if (platform === 'win32') {
    spawnSync('taskkill', ['/t', '/f', '/pid', String(root)], { stdio: 'ignore', windowsHide: true });
    return;
  }
  if (platform !== 'linux') return;
  for (let round = 0; round < mostRounds; round++) {
    const found = descendants(session, root);
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself, or runs as somebody else.
      }
    }
  }
}

function descendants(session: string, root: number): number[] {
  const parents = new Map<number, number>();
  const found = new Set<number>();
  const mark = new RegExp(`\\0${sessionVariable}=${session}[.\\0]`);
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const [, state, parent] = /\) (\S) (\d+) [^)]*$/.exec(read(`/proc/${pid}/stat`)) ?? [];
    if (parent === undefined || state === 'Z') continue;
    parents.set(pid, Number(parent));
    if (mark.test(`\0${read(`/proc/${pid}/environ`)}`)) found.add(pid);
  }
  for (const pid of parents.keys()) {
    const line = [pid];
    for (let above = parents.get(pid); above !== undefined && line.length <= parents.size; above = parents.get(above)) {
      if (above === root || found.has(above)) {
        for (const one of line) found.add(one);
        break;
      }
      line.push(above);
    }
  }
  found.delete(root);
  found.delete(process.pid);
  return [...found];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // gone, or another user's
  }
}
