/**
 * A folder is used by one process at a time: `.lock` names it and is touched while it lives. A process that was killed, or whose machine was,
 * leaves a lock that counts no more.
 */
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Another process works in the folder: try again later. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

const heartbeat = 10_000; // ms
const stale = 60_000; // ms without a heartbeat: numbers of processes are used again after a restart

/** Runs `work` while this process owns the folder. @throws FolderInUse */
export async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = path.join(folder, '.lock');
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new Error(`cannot write ${path.resolve(folder)}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}: choose another folder`, { cause });
  });
  await take(lock, folder);
  const alive = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => undefined), heartbeat);
  try {
    return await work();
  } finally {
    clearInterval(alive);
    await rm(lock, { force: true });
  }
}

async function take(lock: string, folder: string): Promise<void> {
  const mine = { pid: process.pid, host: os.hostname() };
  for (let attempt = 0; ; attempt++) {
    try {
      return await writeFile(lock, JSON.stringify(mine), { flag: 'wx' });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 0) throw cause;
    }
    const owner = await readOwner(lock);
    const elsewhere = owner !== undefined && owner.host !== mine.host;
    const age = await stat(lock).then((found) => Date.now() - found.mtimeMs, () => Infinity);
    if (owner && age < stale && (elsewhere || isAlive(owner.pid))) {
      const fix = elsewhere ? `wait for it, or delete ${lock} if it is gone` : 'wait for it or stop it';
      throw new FolderInUse(`${folder} is in use by process ${owner.pid}${elsewhere ? ` on ${owner.host}` : ''}: ${fix}`);
    }
    await rm(lock, { force: true });
  }
}

async function readOwner(lock: string): Promise<{ pid: number; host: string } | undefined> {
  try {
    const { pid, host } = JSON.parse(await readFile(lock, 'utf8')) as { pid?: unknown; host?: unknown };
    return Number.isSafeInteger(pid) && (pid as number) > 0 && typeof host === 'string' ? { pid: pid as number, host } : undefined;
  } catch {
    return undefined; // cut while it was written: its owner was killed
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid; // an earlier process of the same number
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
