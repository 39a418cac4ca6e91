/**
 * What Linux's control groups (containers, hubs, batch systems) leave this process of the processors: cgroup v2 and v1.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

type Read = (path: string) => string | undefined;

interface Mount {
  /** The group that is seen at `point`. */
  readonly root: string;
  readonly point: string;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Cores' worth of CPU time that this process may use, for instance 0.5: the smallest quota of its group and those above
 * it. `undefined` without a quota, and where there are no control groups. Sources: cgroups(7), proc_pid_mountinfo(5),
 * the kernel's cgroup-v2.rst (`cpu.max`) and sched-bwc.rst (`cpu.cfs_quota_us`).
 * @param read the text of a file, or undefined
 */
export function cpuQuota(read: Read = readText): number | undefined {
  const mounts = (read('/proc/self/mountinfo') ?? '').split('\n');
  const quotas = (read('/proc/self/cgroup') ?? '').split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    if (controllers === '') return along(path, findMount(mounts, 'cgroup2'), (folder) => quotaV2(folder, read));
    if (!controllers.split(',').includes('cpu')) return [];
    return along(path, findMount(mounts, 'cgroup', 'cpu'), (folder) => quotaV1(folder, read));
  });
  return quotas.length > 0 ? Math.min(...quotas) : undefined;
}

/** Where groups of this type, with this controller, are mounted. */
function findMount(lines: readonly string[], type: string, controller?: string): Mount | undefined {
  for (const line of lines) {
    const [left, right] = line.split(' - ');
    const [found, , options] = right?.split(' ') ?? [];
    if (found !== type || (controller !== undefined && !options?.split(',').includes(controller))) continue;
    const [, , , root, point] = left.split(' ').map(unescaped);
    if (point !== undefined) return { root, point };
  }
  return undefined;
}

/** mountinfo writes blanks, tabs, ends of line and backslashes as octal numbers. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** The quotas from a group's folder up to the mount: each holds for all below it. */
function along(path: string, mount: Mount | undefined, quota: (folder: string) => number | undefined): number[] {
  if (!mount) return [];
  const below = relative(mount.root, path);
  // A container may see its own group at the mount, under a name of the host.
  const parts = below === '' || below.startsWith('..') ? [] : below.split('/');
  return [...parts.keys(), parts.length].flatMap((n) => quota(join(mount.point, ...parts.slice(0, n))) ?? []);
}

function quotaV2(folder: string, read: Read): number | undefined {
  const [, micros, period] = /^(\d+) (\d+)/.exec(read(join(folder, 'cpu.max')) ?? '') ?? []; // "max" is no quota
  return ratio(micros, period);
}

function quotaV1(folder: string, read: Read): number | undefined {
  return ratio(read(join(folder, 'cpu.cfs_quota_us')), read(join(folder, 'cpu.cfs_period_us'))); // -1 is no quota
}

function ratio(micros: string | undefined, period: string | undefined): number | undefined {
  const cores = Number(micros) / Number(period);
  return cores > 0 && Number.isFinite(cores) ? cores : undefined;
}
