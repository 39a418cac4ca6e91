/** What a command says and does about other machines that work in its folder. */
import type { LockOptions } from '../replicate/lock.js';

export const sharedFolder = (folder: string, say: (line: string) => void): LockOptions => ({
  waiting: ({ pid, host }) =>
    say(`${folder} has a lock of process ${pid} on ${host}: seeing for a minute whether it still works there`),
  lost: () => {
    console.error(
      `spikelab: another machine goes on with ${folder}, which this one did not reach for a minute: ending`,
    );
    process.exit(75); // without saving: it is the other's
  },
});
