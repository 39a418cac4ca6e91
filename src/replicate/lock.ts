/**
 * A folder is used by one call at a time: `.lock` names its process and is touched while it lives. A process that was killed, or whose machine was,
 * leaves a lock that counts no more.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cannotWrite } from '#train-platform';

/** Another process, or another call of this one, works in the folder: try again later. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When its process began, ms: a number of a process is used again after a restart. */
  readonly started: number;
}

const heartbeat = 10_000; // ms
const stale = 60_000; // ms without a heartbeat: the machine was restarted, or went to sleep
const beingWritten = 2_000; // ms: a lock that cannot be read yet
const patience = 50; // looks at a lock that others are taking over, 20 ms apart
const sameStart = 5_000; // ms: how far two looks at the start of one process may lie apart

const me: Owner = { pid: process.pid, host: os.hostname(), started: Math.round(Date.now() - 1000 * process.uptime()) };

/** Runs `work` while this call owns the folder. @throws FolderInUse; Error when the folder cannot be written */
export async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = path.join(folder, '.lock');
  await mkdir(folder, { recursive: true }).catch(async (cause: unknown) =>
    Promise.reject(await cannotWrite(folder, 0, cause)),
  );
  const mine = await take(lock, folder);
  const alive = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => undefined), heartbeat);
  try {
    return await work();
  } finally {
    clearInterval(alive);
    if ((await textOf(lock)) === mine) await rm(lock, { force: true }); // not one that another took over while this machine slept
  }
}

/** The text of the lock, once it is this call's. */
async function take(lock: string, folder: string): Promise<string> {
  const mine = JSON.stringify({ ...me, call: randomUUID() });
  for (let attempt = 0; attempt < patience; attempt++) {
    if (await create(lock, mine)) return mine;
    const found = await textOf(lock);
    if (found === undefined) continue; // given back just now
    const age = await ageOf(lock);
    const owner = ownerOf(found);
    if (owner ? age < stale && isAlive(owner) : age < beingWritten)
      throw new FolderInUse(`${folder} is in use by ${describe(owner, lock)}`);
    if (await takeOver(lock, found, mine)) return mine;
    await new Promise((resume) => setTimeout(resume, 20));
  }
  throw new FolderInUse(`${folder} is in use: other processes are beginning there; try again`);
}

/** Makes a file that is not there yet. */
async function create(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'ENOSPC' || code === 'EDQUOT') await rm(file, { force: true }); // made, but without its text
    throw await cannotWrite(file, text.length, cause);
  }
}

/** Puts this call's lock in the place of one that counts no more. Of several that judged it so, only the one that holds `.takeover` may, and only while it is still that one. */
async function takeOver(lock: string, judged: string, mine: string): Promise<boolean> {
  const guard = `${lock}.takeover`;
  if (!(await create(guard, mine))) {
    if ((await ageOf(guard)) > stale) await rm(guard, { force: true }); // its owner was killed in these few milliseconds
    return false;
  }
  const draft = `${lock}.${randomUUID()}`;
  try {
    if ((await textOf(lock)) !== judged || !(await create(draft, mine))) return false;
    await rename(draft, lock);
    return true;
  } finally {
    await rm(draft, { force: true });
    await rm(guard, { force: true });
  }
}

/** ms since the last heartbeat. */
const ageOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
const textOf = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);

function ownerOf(text: string): Owner | undefined {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<Record<keyof Owner, unknown>>;
    return Number.isSafeInteger(pid) && (pid as number) > 0 && typeof host === 'string'
      ? { pid: pid as number, host, started: Number(started) }
      : undefined;
  } catch {
    return undefined; // cut while it was written
  }
}

function describe(owner: Owner | undefined, lock: string): string {
  if (!owner) return 'a process that is just beginning: try again';
  if (owner.host !== me.host)
    return `process ${owner.pid} on ${owner.host}: wait for it, or delete ${lock} if it is gone`;
  return owner.pid === me.pid
    ? 'another call of this process: await that first'
    : `process ${owner.pid}: wait for it or stop it`;
}

function isAlive({ pid, host, started }: Owner): boolean {
  if (host !== me.host) return true; // its heartbeat alone can tell
  if (pid === me.pid) return Math.abs(started - me.started) < sameStart; // else an earlier process of the same number
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
