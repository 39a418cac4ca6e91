import { readFileSync } from 'node:fs';

/** Milliseconds between two looks. */
const lookMs = 500;

/** Whether a process is there. One that has ended and whose end nobody has taken note of (a zombie) is not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's, but there
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true; // no /proc here
  }
}

/**
 * How to ask whether the program that started this process is gone.
 * @param named its number, where it said so: asked later, `process.ppid` may be that of its successor. Not on Windows:
 * Jupyter puts a handle there instead of a number. There `process.ppid` stays what it was, so that a process that got
 * the number anew counts as it.
 */
export function starterIsGone(named: number): () => boolean {
  const parent = process.ppid;
  if (process.platform === 'win32') return () => !isRunning(parent);
  // A program between the two (a shell, a launcher) may be the parent.
  return () => process.ppid !== parent || (Number.isInteger(named) && named > 0 && !isRunning(named));
}

/** Looks again and again, without keeping the process alive, and calls `end` as often as it finds so. */
export function whenGone(isGone: () => boolean, end: () => void): void {
  setInterval(() => isGone() && end(), lookMs).unref();
}
