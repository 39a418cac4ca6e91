/** One set-up at a time: two that write the same `.venv` or `dist` would spoil both. */
import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, root } from './files.mjs';

const file = join(root, '.setup.lock');

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function take() {
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * Whether the lock's owner is gone. A number can be given to another process after a restart: no set-up takes half an
 * hour.
 */
function isOrphan(waited) {
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  const owner = Number(readIfThere(file));
  // An empty file is a lock just being written: wait a second before taking it for an orphan.
  return age > 30 * 60e3 || (owner ? !isAlive(owner) : waited > 2);
}

/** Calls `work` while holding the lock; waits for another set-up, and takes over from one that died. */
export async function withLock(work) {
  for (let waited = 0; !take(); waited += 1) {
    if (isOrphan(waited)) rmSync(file, { force: true });
    else if (waited === 0)
      console.log(
        `Waiting for the set-up that is running already (process ${readIfThere(file)}); if there is none, remove ${file}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
