import { readdirSync, readFileSync } from 'node:fs';

/** Every process that cells start inherits this variable; its value is the random name of one execution process. */
export const sessionVariable = 'SPIKELAB_SESSION';

/** Rounds of looking: what is killed may have started another in between. */
const mostRounds = 5;

/**
 * Kills what the execution process `root` started and is not in its process group any more (`detached`, `setsid`, a daemon): its
 * descendants, and all that carry its session's name in the environment they were started with. Spares `root` and the calling process.
 *
 * Only Linux shows what it takes (`/proc`); elsewhere the process group must do. Not found either: a process that left both behind,
 * without the variable (`env -i`) and with its parent gone.
 */
export function killDescendants(session: string, root: number): void {
  if (process.platform !== 'linux') return;
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
  const mark = `\0${sessionVariable}=${session}\0`;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const [, state, parent] = /\) (\S) (\d+) [^)]*$/.exec(read(`/proc/${pid}/stat`)) ?? [];
    if (parent === undefined || state === 'Z') continue;
    parents.set(pid, Number(parent));
    if (`\0${read(`/proc/${pid}/environ`)}`.includes(mark)) found.add(pid);
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
