/** One call at a time: a lock file that is touched while its owner lives. */
import { claimFile, fileFacts, removeFile, touchFile } from '#data-platform';

const heartbeat = 1_000; // ms
const stale = 15_000; // ms without a heartbeat: its owner was killed
const patience = 200; // ms between two looks

/** Runs `work` while holding `path` as a lock file; waits for another process (or call) that holds it. */
export async function withLock<T>(path: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  while (!(await claimFile(path))) {
    if (((await fileFacts(path))?.age ?? 0) > stale) await removeFile(path);
    else await sleep(patience, signal);
  }
  const beat = setInterval(() => void touchFile(path), heartbeat);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await removeFile(path).catch(() => undefined);
  }
}

/** Waits. @throws the signal's reason when it fires before */
async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
  signal?.throwIfAborted();
}
