import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cpuQuota } from './cpu-quota.node.js';

const within = (files: Record<string, string>) => cpuQuota((path) => files[path]);
const v2 = '31 23 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate';
const v1 =
  '33 32 0:29 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n34 32 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct';

describe('the quota of control groups', () => {
  test('is the smallest on the way up, in version 2', () => {
    const files = {
      '/proc/self/cgroup': '0::/kubepods/pod1/box\n',
      '/proc/self/mountinfo': v2,
      '/sys/fs/cgroup/kubepods/cpu.max': '400000 100000\n',
      '/sys/fs/cgroup/kubepods/pod1/cpu.max': '50000 100000\n',
      '/sys/fs/cgroup/kubepods/pod1/box/cpu.max': 'max 100000\n',
    };
    expect(within(files)).toBe(0.5);
    expect(within({ ...files, '/sys/fs/cgroup/kubepods/pod1/cpu.max': 'max 100000\n' })).toBe(4);
    expect(
      within({ ...files, '/sys/fs/cgroup/kubepods/cpu.max': 'max\n', '/sys/fs/cgroup/kubepods/pod1/cpu.max': '' }),
    ).toBe(undefined);
  });

  test('is seen in version 1, beside other controllers, and -1 is none', () => {
    const files = {
      '/proc/self/cgroup': '5:cpuset:/user\n4:cpu,cpuacct:/user/ann b\n1:name=systemd:/user\n0::/user\n',
      '/proc/self/mountinfo': v1,
      '/sys/fs/cgroup/cpu,cpuacct/user/ann b/cpu.cfs_quota_us': '150000\n',
      '/sys/fs/cgroup/cpu,cpuacct/user/ann b/cpu.cfs_period_us': '100000\n',
    };
    expect(within(files)).toBe(1.5);
    expect(within({ ...files, '/sys/fs/cgroup/cpu,cpuacct/user/ann b/cpu.cfs_quota_us': '-1\n' })).toBe(undefined);
  });

  test('is found where a container mounts its own group, under a path of the host or with blanks', () => {
    expect(
      within({
        '/proc/self/cgroup': '0::/docker/abc\n',
        '/proc/self/mountinfo': '31 23 0:27 /docker/abc /my\\040groups rw - cgroup2 cgroup2 rw',
        '/my groups/cpu.max': '200000 100000\n',
      }),
    ).toBe(2);
    expect(
      within({
        '/proc/self/cgroup': '0::/../other\n',
        '/proc/self/mountinfo': v2,
        '/sys/fs/cgroup/cpu.max': '100000 100000',
      }),
    ).toBe(1);
  });

  test('is none without control groups, and in files that are none', () => {
    expect(within({})).toBe(undefined);
    expect(within({ '/proc/self/cgroup': 'x\n0::/a\n', '/proc/self/mountinfo': 'y - \n - cgroup2\n' })).toBe(undefined);
  });
});

/** A real group of version 1, where this machine lets its user make one. */
const group = `/sys/fs/cgroup/cpu/spikelab-test-${process.pid}`;
const mayMake = (() => {
  try {
    mkdirSync(group);
    const works = existsSync(join(group, 'cpu.cfs_quota_us'));
    rmdirSync(group);
    return works;
  } catch {
    return false;
  }
})();
const threads = fileURLToPath(new URL('../../dist/src/engine/platform.node.js', import.meta.url));
const ask = (before: string) =>
  spawnSync(
    'sh',
    [
      '-c',
      `${before} "$0" --input-type=module -e "import { defaultThreads } from '${threads}'; console.log(defaultThreads())"`,
      process.execPath,
    ],
    { encoding: 'utf8', env: { ...process.env, SPIKELAB_THREADS: '' } },
  ).stdout.trim();

test('threads keep to the quota of a real group', (context) => {
  context.skip(!existsSync(threads), 'dist/ is not built: npm run build');
  context.skip(!mayMake, 'no right to make a control group of version 1 here');
  mkdirSync(group);
  try {
    writeFileSync(join(group, 'cpu.cfs_quota_us'), '80000');
    expect(ask(`echo $$ > ${group}/cgroup.procs; exec`)).toBe('1');
    writeFileSync(join(group, 'cpu.cfs_quota_us'), '150000');
    expect(ask(`echo $$ > ${group}/cgroup.procs; exec`)).toBe(String(Math.min(2, availableParallelism())));
  } finally {
    rmdirSync(group);
  }
});

test('threads keep to the affinity', (context) => {
  context.skip(!existsSync(threads), 'dist/ is not built: npm run build');
  context.skip(process.platform !== 'linux', 'taskset is a program of Linux');
  expect(ask('exec taskset -c 0')).toBe('1');
});
