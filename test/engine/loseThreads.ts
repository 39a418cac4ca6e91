/** A worker thread that is gone in the middle of a job, as when the system takes it for want of memory. */
import { terminatePool } from '../../src/engine/pool.js';

/**
 * Ends worker threads until the work failed for it, and gives its error; undefined when it came to its end all the
 * same. Once is not enough: between two jobs nobody misses a thread, and a busy machine may run this there.
 */
export async function loseThreads(work: Promise<unknown>): Promise<unknown> {
  let running = true;
  const ended = work
    .then(
      () => undefined,
      (error: unknown) => error,
    )
    .finally(() => (running = false));
  while (running) {
    terminatePool();
    await new Promise((resume) => setTimeout(resume, 1));
  }
  return ended;
}
