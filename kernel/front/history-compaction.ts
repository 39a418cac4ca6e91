import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

/** A lock this old was left behind by a process that ended. */
const staleLockMs = 60_000;
/** Milliseconds after which whoever had opened the old file has written to it. */
const stragglersMs = 1000;

/**
 * Replaces a file that other processes append whole lines to, at any moment and without a lock, by what `shorten` makes
 * of it. Lines that came while it was at work are carried over, also those of a process that had opened the old file
 * and wrote to it only afterwards. When another process is doing the same, nothing is done.
 */
export function compactFile(path: string, shorten: (text: string) => string): void {
  const lock = `${path}.lock`;
  if (!acquire(lock)) return;
  const fresh = `${path}.${randomUUID()}`;
  let old: number | undefined;
  try {
    old = openSync(path, 'r');
    const tail = new Tail(old);
    writeFileSync(fresh, shorten(tail.read()), { mode: 0o600 });
    appendFileSync(fresh, tail.read());
    renameSync(fresh, path);
    appendFileSync(path, tail.read());
    setTimeout(() => {
      try {
        const late = tail.read();
        if (late !== '') appendFileSync(path, late);
      } finally {
        tail.close();
      }
    }, stragglersMs).unref();
    old = undefined;
  } finally {
    if (old !== undefined) closeSync(old);
    rmSync(fresh, { force: true });
    rmSync(lock, { force: true });
  }
}

/**
 * Reads the lines that were appended to a file since the last time, also when its name is another's by now. Whole ones
 * only: a line that is just being written may be there in part, and what came between its parts in the new file would
 * tear it.
 */
class Tail {
  private at = 0;

  constructor(private readonly file: number) {}

  read(): string {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(this.file).size - this.at));
    const count = readSync(this.file, bytes, 0, bytes.length, this.at);
    const end = bytes.subarray(0, count).lastIndexOf(10) + 1; // 10: the end of a line
    this.at += end;
    return bytes.toString('utf8', 0, end);
  }

  close(): void {
    closeSync(this.file);
  }
}

function acquire(lock: string): boolean {
  try {
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > staleLockMs) rmSync(lock, { force: true });
    closeSync(openSync(lock, 'wx', 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
