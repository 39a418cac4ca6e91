/** Processes that die, folders that go, children that hide: what is said, what is forgotten, what is left behind. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';

let kernel: Client;
const run = (code: string, options?: Record<string, unknown>) => kernel.execute(code, options);
const die = 'process.kill(process.pid, "SIGKILL"); await new Promise(() => {})';
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
/** Processes whose command line has all of the words. */
const processesWith = (...words: string[]): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return words.every((word) => command.includes(word)) && isAlive(pid);
      } catch {
        return false;
      }
    });

/** Ends the kernel, unless the test has. */
async function end(): Promise<void> {
  if (kernel.process.exitCode === null && kernel.process.signalCode === null) await kernel.shutdown();
}

describe.skipIf(missingBuild)('the execution process', () => {
  afterEach(end);

  test('in a folder that is gone: the cell says so, nothing spins, and it goes on when the folder is back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'spikelab-gone-'));
    kernel = await Client.start({ cwd: folder });
    await run('let before = 1;');
    rmSync(folder, { recursive: true });
    const dying = await run(die);
    expect(dying.error).toMatchObject({
      ename: 'ProcessDied',
      evalue: expect.stringContaining(`folder ${folder} does not exist`),
    });
    const count = kernel.iopub.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(kernel.iopub.length).toBe(count);
    const refused = await run('1 + 1');
    expect(refused.error).toMatchObject({
      ename: 'FolderMissing',
      evalue: expect.stringMatching(/Make it again and run the cell again/),
    });
    expect(refused.outputs.filter(({ type }) => type === 'error')).toHaveLength(1);
    // Neither the comms nor the compiler hang meanwhile.
    const { id } = kernel.request('shell', 'comm_open', { comm_id: 'x', target_name: 'y', data: {} });
    await kernel.until(
      ({ type, parent, content }) => type === 'status' && parent.msg_id === id && content.execution_state === 'idle',
    );
    expect(
      (await kernel.request('shell', 'complete_request', { code: 'Math.flo', cursor_pos: 8 })).content.matches,
    ).toEqual(['floor']);
    mkdirSync(folder);
    expect((await run('process.cwd()')).result).toBe(`'${folder}'`);
    rmSync(folder, { recursive: true });
  });

  test('dies at once although a child holds its pipes, after its last words', async () => {
    kernel = await Client.start();
    const hidden =
      'const { spawn } = require("node:child_process"); const child = spawn("sleep", ["1000"], { stdio: "inherit", detached: true }); console.log(child.pid);';
    const { stdout, reply, outputs } = await run(
      `${hidden} require("node:fs").writeSync(1, "raw\\n"); console.log("x".repeat(100_000) + "last words"); process.abort()`,
    );
    expect(reply).toMatchObject({ status: 'error', ename: 'ProcessDied', evalue: expect.stringContaining('SIGABRT') });
    expect(stdout).toContain('raw\n');
    expect(stdout).toContain(`${'x'.repeat(100_000)}last words\n`);
    expect(outputs.at(-1)?.type).toBe('error');
    expect((await run('1 + 1')).result).toBe('2');
  });

  test.each([
    ['no frames', 'Buffer.from("nobody wrote this")'],
    [
      'a frame that is no message',
      'Buffer.concat([Buffer.from([9, 0, 0, 0, 0, 1, 0, 0, 0]), Buffer.from([1, 0, 0, 0])])',
    ],
  ])('is ended, and says why, when a cell writes to the pipe of the kernel: %s', async (_name, bytes) => {
    kernel = await Client.start();
    const { reply, error } = await run(`require("node:fs").writeSync(3, ${bytes}); 1`);
    expect(reply).toMatchObject({ status: 'error', ename: 'ProcessDied' });
    expect(error?.evalue).toContain('file descriptor 3');
    expect((await run('1 + 1')).result).toBe('2');
  });

  test.each(['function () { throw new RangeError("replaced") }', '() => {}'])(
    'does not end, nor say anything else, when a cell replaces methods of the language by %s',
    async (replacement) => {
      kernel = await Client.start({ env: { NO_COLOR: '1' } });
      const groups = [
        'JSON.stringify JSON.parse Object.entries Object.keys Object.assign Object.defineProperty Promise.prototype.then Reflect.apply',
        'Map.prototype.get Map.prototype.set Map.prototype.delete WeakMap.prototype.get Set.prototype.has Set.prototype.delete',
        'Array.prototype.flatMap Array.prototype.map Array.prototype.join Array.prototype.slice Array.from Function.prototype.call',
        'RegExp.prototype.exec RegExp.prototype[Symbol.replace] String.prototype.slice String.prototype.replace String.prototype.split',
        'Array.prototype[Symbol.iterator] Set.prototype[Symbol.iterator] Buffer.from Buffer.prototype.write process.emit process.listenerCount',
      ];
      for (const group of groups) {
        const names = group.split(' ');
        await run(`{ const any = globalThis as any; any.old = {};
          ${names.map((name, n) => `any.old.m${n} = ${name}; (${name} as any) = ${replacement};`).join('\n')} }`);
        const shown = await run('console.log("text", 5); ({ a: { b: [1, "c"] } })');
        expect([shown.stdout, shown.result], group).toEqual(['text 5\n', "{ a: { b: [ 1, 'c' ] } }"]);
        expect((await run('await new Promise<void>((done) => { setTimeout(done, 1) }); 4')).result, group).toBe('4');
        const { error } = await run('throw new TypeError("mine")');
        expect(error, group).toMatchObject({ ename: 'TypeError', evalue: 'mine' });
        expect(error?.traceback.join('\n'), group).toMatch(/In\[\d+\]\.ts:1/);
        expect((await run('void Promise.reject(new Error("late")); 3')).error?.evalue, group).toBe('late');
        expect((await run('let wrong: number = "x"')).error?.evalue, group).toContain('not assignable');
        const back = names.map((name, n) => `(${name} as any) = any.old.m${n};`).join('\n');
        await run(`{ const any = globalThis as any; ${back} }`);
        expect((await run('[1, 2].map(String).join("-")')).result, group).toBe("'1-2'");
      }
    },
  );

  test('is replaced with a compiler that has forgotten what was lost, but not the types', async () => {
    kernel = await Client.start();
    await run('interface Kept { n: number }\nlet lost = 1; class Gone {} function forgotten() {}');
    expect((await run(die)).reply.ename).toBe('ProcessDied');
    for (const name of ['lost', 'Gone', 'forgotten'])
      expect((await run(name)).error?.evalue).toContain(`Cannot find name '${name}'`);
    expect(
      (await kernel.request('shell', 'complete_request', { code: 'forgo', cursor_pos: 5 })).content.matches,
    ).toEqual([]);
    expect((await run('const again: Kept = { n: 3 }; again.n')).result).toBe('3');
    expect((await run('let lost = "anew"; lost.length')).result).toBe('4');
    expect((await run('typeof snn.dense')).result).toBe("'function'");
  });

  test.skipIf(process.platform !== 'linux').each(['shutdown', 'front killed', 'crash'])(
    'takes with it every process that cells started, whatever these did to hide: %s',
    async (how) => {
      kernel = await Client.start();
      const seconds = `${200_000 + process.pid}.${how.length}`;
      // Detached; in a session of its own, by a shell that has ended; deaf to signals; without the environment.
      const { result } = await run(`const { spawn, spawnSync } = require("node:child_process");
      const of = (file: string, args: string[], options = {}) => spawn(file, args, { detached: true, stdio: "ignore", ...options }).unref();
      of("sleep", ["${seconds}"]);
      spawnSync("sh", ["-c", "setsid sleep ${seconds} > /dev/null 2>&1 &"]);
      of("sh", ["-c", "trap : INT TERM HUP; sleep ${seconds} & wait; wait"]);
      ${how === 'crash' ? '' : `of("sleep", ["${seconds}"], { env: {} });`} process.pid`);
      // The shell that waits counts, too.
      await expect.poll(() => processesWith(seconds).length).toBe(how === 'crash' ? 4 : 5);
      if (how === 'shutdown') await kernel.shutdown();
      else if (how === 'crash') await run(die);
      else kernel.process.kill('SIGKILL');
      await expect.poll(() => processesWith(seconds)).toEqual([]);
      await expect.poll(() => isAlive(Number(result))).toBe(false);
      if (how === 'front killed') kernel.close();
    },
  );

  test.skipIf(process.platform !== 'linux')("leaves other kernels' processes alone", async () => {
    const other = await Client.start();
    try {
      kernel = await Client.start();
      const spawned = 'require("node:child_process").spawn("sleep", ["1000"], { detached: true, stdio: "ignore" }).pid';
      const [theirs, ours] = [Number((await other.execute(spawned)).result), Number((await run(spawned)).result)];
      await run(die);
      await expect.poll(() => isAlive(ours)).toBe(false);
      expect(isAlive(theirs)).toBe(true);
    } finally {
      await other.shutdown();
    }
  });
});

describe.skipIf(missingBuild || process.platform !== 'linux')('the compiler process', () => {
  const kernelTemp = mkdtempSync(join(tmpdir(), 'spikelab-crash-'));
  afterEach(end);
  afterAll(() => rmSync(kernelTemp, { recursive: true, force: true }));

  const compilersOf = (client: Client): number[] =>
    processesWith('compiler/main.js').filter(
      (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1] === String(client.process.pid),
    );
  const compilerOf = (client: Client): number => compilersOf(client)[0];
  /** A module that lets the process of the cells begin three seconds late. */
  const slowStart = (): string => {
    const file = join(kernelTemp, 'slow.cjs');
    writeFileSync(
      file,
      'if (/child.main\\.js/.test(process.argv[1])) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);',
    );
    return file;
  };

  test('is followed by another, which knows the names and types of the session', async () => {
    kernel = await Client.start();
    await run('interface Point { x: number }\nlet p: Point = { x: 1 };');
    await run('class Shape { area(): number { return p.x } }');
    const first = compilerOf(kernel);
    process.kill(first, 'SIGKILL');
    await expect.poll(() => kernel.log).toContain('The process that checks the cells ended (SIGKILL)');
    expect((await run('new Shape().area()')).result).toBe('1');
    expect((await run('const q: Point = { x: "s" };')).error?.evalue).toContain(
      "Type 'string' is not assignable to type 'number'",
    );
    expect(
      (await kernel.request('shell', 'complete_request', { code: 'new Shape().', cursor_pos: 12 })).content.matches,
    ).toContain('area');
    expect(compilerOf(kernel)).not.toBe(first);
  });

  test('that dies during a check: the cell says so, and runs the next time', async () => {
    kernel = await Client.start();
    await run('let kept = 5;');
    const pid = compilerOf(kernel);
    process.kill(pid, 'SIGSTOP');
    const cell = kernel.begin('kept + 1');
    await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === cell.reply.id);
    process.kill(pid, 'SIGKILL');
    expect((await cell.reply).content).toMatchObject({
      status: 'error',
      evalue: expect.stringContaining('run this one again'),
    });
    await cell.idle;
    expect((await run('kept + 1')).result).toBe('6');
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });

  test('that is at a check without end: a stop ends it, and the next cell is checked by another', async () => {
    kernel = await Client.start();
    await run('interface Point { x: number }\nlet kept = 5;');
    const pid = compilerOf(kernel);
    process.kill(pid, 'SIGSTOP'); // it never answers
    const cell = kernel.begin('kept');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await kernel.interrupt();
    expect((await cell.reply).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
    await cell.idle;
    expect((await run('const p: Point = { x: "s" };')).error?.evalue).toContain(
      "Type 'string' is not assignable to type 'number'",
    );
    expect((await run('kept + 1')).result).toBe('6');
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });

  test('that has not started: stops wait for it, and start no second one', async () => {
    kernel = await Client.start({ env: { NODE_OPTIONS: `--require ${slowStart()}` } });
    const cell = kernel.begin('1 + 1');
    await new Promise((resolve) => setTimeout(resolve, 2300));
    for (let n = 0; n < 2; n++) await kernel.interrupt();
    await cell.idle;
    expect((await run('2 + 2')).result).toBe('4');
    expect(compilersOf(kernel)).toHaveLength(1);
  });

  test('that dies while a large cell is on the way to it: the same', async () => {
    kernel = await Client.start();
    await run('let kept = 5;');
    process.kill(compilerOf(kernel), 'SIGKILL');
    const { error } = await run(`/* ${'x'.repeat(3e6)} */ kept`); // more than fits into the pipe
    if (error) expect(error.evalue).toContain('run this one again');
    expect((await run('kept + 1')).result).toBe('6');
  });
});
