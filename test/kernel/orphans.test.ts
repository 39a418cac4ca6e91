/** That no process outlives the kernel it belongs to, however the kernel ends and whatever its processes are doing. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Client, kernelMain, missingBuild } from './client.js';

const folder = mkdtempSync(join(tmpdir(), 'spikelab-orphans-'));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Processes that live; who has ended and waits for its parent's attention does not. */
const processes = (): Process[] =>
  spawnSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' })
    .stdout.split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null && !match[3].startsWith('Z'))
    .map((match) => ({ pid: Number(match![1]), parent: Number(match![2]), command: match![4] }));
const processesWith = (text: string): Process[] => processes().filter(({ command }) => command.includes(text));
/** What `root` started, and what that started. */
const family = (root: number, all = processes()): Process[] =>
  all.filter(({ parent }) => parent === root).flatMap((child) => [child, ...family(child.pid, all)]);
const isGone = (pids: readonly number[]) => () => processes().filter(({ pid }) => pids.includes(pid));

/** Types that take TypeScript minutes: every level of every check compares all with all. */
const longCheck = `type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9; type Many = \`\${Digit}\${Digit}\${Digit}\${Digit}\`;
${Array.from({ length: 5000 }, (_, i) => `const check${i}: (a: Many) => \`\${Many}x\` = (a) => \`\${a as Exclude<Many, '${String(i).padStart(4, '0')}'>}x\`;`).join('\n')}`;

describe.skipIf(missingBuild || (process.platform === 'win32' && 'ps is not there'))('no orphans', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('a compiler in the middle of a long check, whose front process is killed', async () => {
    const kernel = await Client.start();
    await kernel.execute('1');
    const compiler = family(kernel.process.pid!).find(({ command }) => command.includes('compiler/main.js'))!;
    // The process of the cells cannot help: it goes first.
    await kernel.execute('process.kill(process.pid, "SIGKILL"); await new Promise(() => {})');
    const cell = kernel.begin(longCheck);
    await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === cell.reply.id);
    await pause(500);
    const all = [compiler.pid, ...family(kernel.process.pid!).map(({ pid }) => pid)];
    expect(processes().map(({ pid }) => pid)).toContain(compiler.pid);
    kernel.process.kill('SIGKILL');
    await expect.poll(isGone(all)).toEqual([]);
    kernel.close();
  });

  test('processes that are stopped, whose front process is killed', async () => {
    const kernel = await Client.start();
    const child = Number((await kernel.execute('process.pid')).result);
    const all = family(kernel.process.pid!).map(({ pid }) => pid);
    process.kill(child, 'SIGSTOP');
    kernel.process.kill('SIGKILL');
    await expect.poll(isGone(all)).toEqual([]);
    kernel.close();
  });

  describe('a kernel whose parent is gone', () => {
    let kernel: ChildProcess | undefined;
    const connection = join(folder, 'connection.json');
    beforeAll(() =>
      writeFileSync(
        connection,
        JSON.stringify({
          transport: 'tcp',
          ip: '127.0.0.1',
          ...Object.fromEntries(['shell', 'iopub', 'stdin', 'control', 'hb'].map((name) => [`${name}_port`, 0])),
          key: 'k',
          signature_scheme: 'hmac-sha256',
        }),
      ),
    );
    afterEach(() => {
      kernel?.kill('SIGKILL');
      for (const { pid } of processesWith(connection)) process.kill(pid, 'SIGKILL');
    });

    /** A program that starts the kernel with its own number in the environment, and ends as `end` says. */
    const starter = (end: string): string =>
      `const c = require('node:child_process').spawn(process.execPath, ${JSON.stringify([kernelMain, connection])}, { stdio: 'ignore', detached: true, env: { ...process.env, JPY_PARENT_PID: String(process.pid) } }); c.unref(); ${end}`;

    test('while it runs', async () => {
      const parent = spawn(process.execPath, ['-e', starter('setInterval(() => {}, 1000)')], { stdio: 'ignore' });
      await expect.poll(() => processesWith(connection).some(({ pid }) => family(pid).length >= 2)).toBe(true);
      parent.kill('SIGKILL');
      await expect.poll(() => processesWith(connection)).toEqual([]);
    });

    test('before it has read who that is', async () => {
      spawnSync(process.execPath, ['-e', starter('process.exit()')]);
      await expect.poll(() => processesWith(connection)).toEqual([]);
      // For certain: the number in the environment is of a process that ended before the kernel began.
      const { pid } = spawnSync(process.execPath, ['-e', '']);
      kernel = spawn(process.execPath, [kernelMain, connection], {
        stdio: 'ignore',
        env: { ...process.env, JPY_PARENT_PID: String(pid) },
      });
      const [code] = await new Promise<unknown[]>((resolve) => kernel!.once('exit', (...args) => resolve(args)));
      expect(code).toBe(0);
    });
  });

  test('the builder of a snapshot, its own child and its files, when the kernel ends and when it is killed', async () => {
    for (const how of ['end', 'kill']) {
      const cache = mkdtempSync(join(folder, 'cache-'));
      const temporary = mkdtempSync(join(folder, 'tmp-'));
      const env = { SPIKELAB_SNAPSHOT: 'own', SPIKELAB_CACHE: cache, TMPDIR: temporary }; // the installation may have one for everybody
      const kernel = await Client.start({ env });
      await kernel.execute('1');
      const builders = () =>
        family(kernel.process.pid!).filter(({ command }) => /build-snapshot\.js|--build-snapshot/.test(command));
      await expect.poll(() => builders().length).toBe(2);
      const all = family(kernel.process.pid!).map(({ pid }) => pid);
      if (how === 'end') await kernel.shutdown();
      else kernel.process.kill('SIGKILL');
      await expect.poll(isGone(all)).toEqual([]);
      expect(readdirSync(temporary)).toEqual([]);
      expect(existsSync(join(cache, 'compiler')) ? readdirSync(join(cache, 'compiler')) : []).toEqual([]);
      kernel.close();
    }
  });
});
