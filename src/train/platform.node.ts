/**
 * Training's ties to Node: whole files, read at once and written so that a crash leaves the old one or the new one; the
 * machine; turns of other work.
 */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { makeFolder } from '#data-platform';
import type { Machine } from './machine.js';

/**
 * Writes a file beside its place, flushes it, then renames it into place. A full disk leaves the old file as it was.
 */
export async function writeFileAtomic(file: string, content: string | readonly Uint8Array[]): Promise<void> {
  const absolute = path.resolve(file);
  const draft = `${absolute}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await makeFolder(path.dirname(absolute));
    const handle = await open(draft, 'wx');
    try {
      for (const part of typeof content === 'string' ? [content] : content) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, absolute);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw await cannotWrite(
      absolute,
      (typeof content === 'string' ? [Buffer.from(content)] : content).reduce((sum, part) => sum + part.byteLength, 0),
      cause,
    );
  }
}

/** The error of a file or folder that cannot be written: what is in the way, and the fix. */
export async function cannotWrite(file: string, bytes: number, cause: unknown): Promise<Error> {
  return new Error(`cannot write ${path.resolve(file)}: ${await writeAdvice(cause, path.resolve(file), bytes)}`, {
    cause,
  });
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

async function writeAdvice(cause: unknown, file: string, bytes: number): Promise<string> {
  const kept = '; the file that was there before is untouched';
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT': {
      const free = await statfs(path.dirname(file)).then(
        ({ bavail, bsize }) => `, ${megabytes(bavail * bsize)} are free`,
        () => '',
      );
      return `the disk is full (${megabytes(bytes)} are needed${free}): free some space, or choose another folder${kept}`;
    }
    case 'EFBIG':
      return `a file of ${megabytes(bytes)} is larger than this process may write here: raise the limit (ulimit -f), or choose another folder${kept}`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `no permission (${(cause as NodeJS.ErrnoException).code}): choose another folder`;
    case 'EISDIR':
      return 'a folder has this name: choose another';
    default:
      return `${(cause as NodeJS.ErrnoException).code ?? String(cause)}: choose another folder`;
  }
}

/** Reads a whole file; the error names the path. */
export async function readWholeFile(file: string): Promise<Uint8Array> {
  if (typeof file !== 'string') throw new TypeError(`the path of a file is ${String(file)}: give a text`);
  try {
    const found = await stat(file);
    if (!found.isFile())
      throw new Error(found.isDirectory() ? 'it is a folder' : 'it is a device or a pipe, which may never end');
    return await readFile(file);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(
      `cannot read ${path.resolve(file)}: ${missing ? 'there is no such file' : (cause as Error).message}`,
      {
        cause,
      },
    );
  }
}

/** What ran a training, for its record. */
export function machine(): Machine {
  return {
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
  };
}

/** Lets timers, messages and output through. */
export function pause(): Promise<void> {
  return new Promise((resume) => setImmediate(resume));
}
