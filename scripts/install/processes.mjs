/** What processes take of a machine, as Linux tells it. */
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100; // sysconf(_SC_CLK_TCK) on every Linux that Node has

const text = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has just ended
  }
};

/** All processes: number, parent, command, user, CPU seconds. */
function all() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      const stat = text(`/proc/${pid}/stat`);
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return {
        pid: Number(pid),
        parent: Number(fields[1]),
        command: text(`/proc/${pid}/cmdline`).split('\0'),
        uid: Number(/^Uid:\s+(\d+)/m.exec(text(`/proc/${pid}/status`))?.[1]),
        // of its children that ended, too
        cpu: [11, 12, 13, 14].reduce((sum, n) => sum + Number(fields[n] ?? 0), 0) / ticksPerSecond,
      };
    });
}

/** The processes of this user's kernels: the front processes and what they started. */
export function kernelsOf(uid) {
  const processes = all();
  const family = processes.filter(
    (one) => one.uid === uid && one.command.some((word) => /kernel.main\.js$/.test(word)),
  );
  for (let n = 0; n < family.length; n++)
    family.push(
      ...processes.filter(({ parent, pid }) => parent === family[n].pid && !family.some((one) => one.pid === pid)),
    );
  return family;
}

/** How many processes this user has. */
export const countOf = (uid) => all().filter((one) => one.uid === uid).length;

/** MiB of memory: what processes share counts once in all (proportional set size). */
export const memoryOf = (processes) =>
  processes.reduce(
    (sum, { pid }) => sum + Number(/^Pss:\s+(\d+)/m.exec(text(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0),
    0,
  ) / 1024;

export const cpuOf = (processes) => processes.reduce((sum, { cpu }) => sum + cpu, 0);
