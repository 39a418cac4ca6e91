/** The memory of a kernel's processes, seen from outside. Only Linux tells. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from './soak-actions.js';

/** Time (ms) after which V8's own reducer has given back what it means to give back. */
const restMs = 12_000;

/**
 * Environment in which Node writes what is alive in its heap into its folder, after a full garbage collection, when it
 * receives SIGUSR2.
 */
export const snapshotsOnSignal = { NODE_OPTIONS: '--heapsnapshot-signal=SIGUSR2' };

/**
 * The front process and the process of the cells: what cells started is not ours to measure, and a signal would end it.
 */
const measured = /kernel\/(main|session\/child\/main)\.js/;

export interface Memory {
  /**
   * MiB of all processes (proportional set size: what they share counts once) after a rest: with what V8 keeps in
   * reserve.
   */
  readonly resident: number;
  /** Of which process. */
  readonly parts: Readonly<Record<string, number>>;
  /**
   * kB of living objects in the front process and in the process of the cells. (The compiler's heap takes minutes to
   * write; `compiler.test.ts` measures it.)
   */
  readonly live: number;
}

/** Living processes in whose environment `entry` stands: those that a kernel started, however indirectly. */
export function processesWith(entry: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(entry) &&
          !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
        );
      } catch {
        return false; // gone, or another user's
      }
    });
}

/** Measures the processes of one kernel. `folder`: where they run. */
export async function measureMemory(pids: readonly number[], folder: string): Promise<Memory> {
  let live = 0;
  for (const pid of pids)
    if (measured.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))) live += await liveBytes(pid, folder);
  await pause(restMs); // after the snapshots: what it took to make them is in every measurement
  const parts: Record<string, number> = {};
  for (const pid of pids) {
    const name = /kernel\/([\w/]+)\.js/.exec(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.[1] ?? 'others';
    parts[name] =
      (parts[name] ?? 0) +
      Math.round(Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024);
  }
  return { resident: Object.values(parts).reduce((sum, size) => sum + size, 0), parts, live: Math.round(live / 1000) };
}

/** Bytes of what is reachable in a Node process, by its heap snapshot; with the memory of its buffers. */
async function liveBytes(pid: number, folder: string): Promise<number> {
  const written = (): string | undefined =>
    readdirSync(folder).find((name) => name.startsWith('Heap.') && name.split('.').includes(String(pid)));
  process.kill(pid, 'SIGUSR2');
  for (let tries = 0; tries < 300; tries++) {
    await pause(100);
    const name = written();
    if (name === undefined || !existsSync(join(folder, name))) continue;
    try {
      const { snapshot, nodes } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        snapshot: { meta: { node_fields: string[] } };
        nodes: number[];
      };
      rmSync(join(folder, name));
      const { node_fields: fields } = snapshot.meta;
      let sum = 0;
      for (let at = fields.indexOf('self_size'); at < nodes.length; at += fields.length) sum += nodes[at];
      return sum;
    } catch {
      continue; // not yet written to its end
    }
  }
  throw new Error(`process ${pid} wrote no heap snapshot within 30 s`);
}
