/**
 * A folder is used by one call at a time: `.lock` names its process and is touched while it lives. A process that was
 * killed, or whose machine was, leaves a lock that counts no more. Of a process on another machine only the touching
 * tells, and its clock is another one: the lock is watched, not compared with the time. This holds on a folder that
 * machines share (NFS 3 and later: files are made exclusively, opening one looks at the server).
 */
import { randomUUID } from 'node:crypto';
import { access, constants, open, readFile, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '#data-platform';
import { cannotWrite } from '#train-platform';
import { describeOwner, isAlive, isHere, me, type Owner, ownerOf } from './lock-owner.js';

/** Another process, or another call of this one, works in the folder: try again later. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

export interface LockOptions {
  /** Seconds in which a lock of another machine must not be touched before it counts no more. Default 60. */
  readonly silence?: number;
  /** Told once when a lock of another machine has to be watched. */
  readonly waiting?: (owner: Owner) => void;
  /** Another machine took the folder over, because this one slept or lost it for a minute: write nothing more. */
  readonly lost?: () => void;
}

const heartbeat = 10_000; // ms
const stale = 60_000; // ms without a heartbeat on this machine's clock: it was restarted, or went to sleep
const beingWritten = 2_000; // ms: a lock that cannot be read yet
const patience = 50; // looks at a lock that others are taking over, 20 ms apart
const looks = 60; // at a lock of another machine. Counted, not timed: a watcher that slept has seen nothing meanwhile

/** Runs `work` while this call owns the folder. @throws FolderInUse; Error when the folder cannot be written */
export async function inFolder<T>(folder: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const lock = path.join(folder, '.lock');
  const made = await missingFolders(path.resolve(folder));
  await makeFolder(path.resolve(folder)).catch(async (cause: unknown) =>
    Promise.reject(await cannotWrite(folder, 0, cause)),
  );
  const mine = await take(lock, folder, options);
  let refused = false;
  const alive = setInterval(() => void touch(lock, mine, options), heartbeat);
  try {
    return await work();
  } catch (error) {
    refused = true;
    throw error;
  } finally {
    clearInterval(alive);
    // Not one that another took over while this machine slept.
    if ((await textOf(lock)) === mine) await rm(lock, { force: true });
    // Of work that was refused nothing stays; a folder with anything in it does.
    if (refused) for (const one of made) await rmdir(one).catch(() => undefined);
  }
}

/**
 * Runs `work`, which only reads, while nobody changes the folder: as {@link inFolder}, and where nothing can be written
 * without a lock of its own, unless another holds one. @throws FolderInUse
 */
export async function whileAtRest<T>(folder: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (writable) return inFolder(folder, work, options);
  const lock = path.join(folder, '.lock');
  const found = await textOf(lock);
  const owner = found === undefined ? undefined : ownerOf(found);
  if (found !== undefined && owner && (await isHeld(lock, found, owner, options)))
    throw new FolderInUse(`${folder} is in use by ${describeOwner(owner)}`);
  return work();
}

/** Folders of the path that are not there yet, the innermost first. */
async function missingFolders(folder: string): Promise<string[]> {
  const there = await stat(folder).catch(() => undefined);
  const above = path.dirname(folder);
  return there || above === folder ? [] : [folder, ...(await missingFolders(above))];
}

async function touch(lock: string, mine: string, { lost }: LockOptions): Promise<void> {
  const found = await textOf(lock);
  if (found !== undefined && found !== '' && found !== mine) lost?.();
  else await utimes(lock, new Date(), new Date()).catch(() => undefined);
}

/** The text of the lock, once it is this call's. */
async function take(lock: string, folder: string, options: LockOptions): Promise<string> {
  const mine = JSON.stringify({ ...me, call: randomUUID() });
  for (let attempt = 0; attempt < patience; attempt++) {
    if (await create(lock, mine)) return mine;
    const found = await textOf(lock);
    if (found === undefined) continue; // given back just now
    if (found === mine) return mine; // made, but the file server's answer was lost
    const owner = ownerOf(found);
    if (owner ? await isHeld(lock, found, owner, options) : (await ageOf(lock)) < beingWritten)
      throw new FolderInUse(`${folder} is in use by ${describeOwner(owner)}`);
    if (await takeOver(lock, found, mine)) return mine;
    await pause(20);
  }
  throw new FolderInUse(`${folder} is in use: other processes are beginning there; try again`);
}

async function isHeld(lock: string, found: string, owner: Owner, options: LockOptions): Promise<boolean> {
  if (isHere(owner)) return (await ageOf(lock)) < stale && isAlive(owner);
  options.waiting?.(owner);
  const before = await mtimeOf(lock);
  for (let look = 0; look < looks; look++) {
    await pause((1000 * (options.silence ?? 60)) / looks);
    const text = await textOf(lock);
    if (text === undefined) return false; // given back
    if (text !== found || (await mtimeOf(lock)) !== before) return true;
  }
  return false;
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

/**
 * Puts this call's lock in the place of one that counts no more. Of several that judged it so, only the one that holds
 * `.takeover` may, and only while it is still that one.
 */
async function takeOver(lock: string, judged: string, mine: string): Promise<boolean> {
  const guard = `${lock}.takeover`;
  if (!(await create(guard, mine))) {
    // Its owner was killed in these few milliseconds.
    if ((await ageOf(guard)) > stale) await rm(guard, { force: true });
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

/**
 * When the file was last touched, ms; undefined when it is gone. Opened first: a shared folder's attributes are cached
 * otherwise.
 */
async function mtimeOf(file: string): Promise<number | undefined> {
  const handle = await open(file).catch(() => undefined);
  try {
    return (await handle?.stat())?.mtimeMs;
  } finally {
    await handle?.close();
  }
}

/** ms since the last heartbeat, on this machine's clock. */
const ageOf = async (file: string): Promise<number> => {
  const at = await mtimeOf(file);
  return at === undefined ? 0 : Date.now() - at;
};
const textOf = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);
const pause = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));
