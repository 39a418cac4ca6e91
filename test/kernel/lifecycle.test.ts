/**
 * Failing and ending, as people judge a kernel: what an error shows, what a crash says, and that nothing outlives the
 * kernel.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';

let kernel: Client;
const folder = mkdtempSync(join(tmpdir(), 'spikelab-lifecycle-'));
const run = (code: string, options?: Record<string, unknown>) => kernel.execute(code, options);
const plain = (traceback: string[]): string => traceback.join('\n').replace(/\x1b\[\d+m/g, '');

describe.skipIf(missingBuild)('life and death of cells', () => {
  beforeAll(async () => {
    kernel = await Client.start({ cwd: folder });
    await run('let kept = { deep: [1, 2, 3] };');
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('errors', () => {
    test('an unhandled rejection shows in the cell that caused it, also when a later cell runs', async () => {
      const starter = kernel.begin(
        'void (async () => {\n  await new Promise((resolve) => setTimeout(resolve, 150));\n  throw new RangeError("too late");\n})();',
      );
      await starter.idle;
      await run('await new Promise((resolve) => setTimeout(resolve, 300));');
      const { parent, content } = await kernel.until(
        ({ type, content: c }) => type === 'error' && c.evalue === 'too late',
      );
      expect(parent.msg_id).toBe(starter.reply.id);
      expect(plain(content.traceback)).toMatch(
        /In\[\d+\]\.ts:3:9\)?\n[\s\S]*> 3 \|   throw new RangeError\("too late"\);/,
      );
      expect(plain(content.traceback)).not.toMatch(/node:|kernel\/(child|common)/);
    });

    test('an error in an event handler and in a promise callback show in theirs', async () => {
      const emitter = await run(
        'import { EventEmitter } from "node:events"; const source = new EventEmitter();\nsource.on("tick", () => { throw new Error("in a handler") }); setTimeout(() => source.emit("tick"), 100); 0',
      );
      const rejecting = await run(
        'const slow = new Promise<void>((_, reject) => setTimeout(() => reject(new TypeError("rejected")), 100)); slow.then(() => 1); 0',
      );
      for (const [text, { outputs }] of [
        ['in a handler', emitter],
        ['rejected', rejecting],
      ] as const) {
        const shown = await kernel.until(({ type, content }) => type === 'error' && content.evalue === text);
        expect(shown.parent.msg_id).toBe(outputs[0].parent.msg_id);
      }
      expect((await run('1 + 1')).result).toBe('2');
    });

    test('causes and aggregates show, each with its place', async () => {
      const { error } = await run(
        'try {\n  null!.missing;\n} catch (cause) {\n  throw new Error("outer", { cause });\n}'.replace(
          'null!',
          '(null as any)',
        ),
      );
      expect(plain(error!.traceback)).toMatch(
        /Error: outer\n[\s\S]*In\[\d+\]\.ts:4:9[\s\S]*\[cause\]: TypeError: Cannot read properties of null[\s\S]*In\[\d+\]\.ts:2:/,
      );
    });

    test('an error in an imported local file shows its place in the source', async () => {
      writeFileSync(
        join(folder, 'broken.ts'),
        'interface A { a: number }\n\nexport function fail(a: A): never {\n  throw new Error(`no ${a.a}`);\n}\n',
      );
      const { error } = await run('import { fail } from "./broken";\nfail({ a: 1 });');
      expect(plain(error!.traceback)).toMatch(/at fail \(.*broken\.ts.*:4:9\)\n {4}at In\[\d+\]\.ts:2:1/);
    });

    test.each([
      [
        'a missing package',
        "1;\nimport lp from 'left-pad-not-installed'; lp",
        /^Error.*: Cannot find package 'left-pad-not-installed'/,
        2,
      ],
      ['a missing file', "1;\n\nawait import('./nothere')", /^Error.*: Cannot find module .*nothere'/, 3],
      [
        'a kind of file that cannot be imported',
        "// @ts-nocheck\nimport z from './data.jsn'",
        /^TypeError.*: Unknown file extension ".jsn"/,
        2,
      ],
      ['a required file that throws', "1;\nrequire('./throws.cjs')", /^Error: at once\n {4}at .*throws\.cjs:1:7/, 2],
      [
        'a package that cannot be resolved',
        "import.meta.resolve('left-pad-not-installed')",
        /^Error.*: Cannot find package 'left-pad-not-installed'/,
        1,
      ],
    ])('%s shows where the cell asked for it', async (_name, code, head, line) => {
      writeFileSync(join(folder, 'data.jsn'), '{}');
      writeFileSync(join(folder, 'fine.ts'), 'export {};');
      writeFileSync(join(folder, 'throws.cjs'), 'throw new Error("at once")');
      // Before and after the loader of local files runs in its thread.
      for (const before of ['', "import './fine';"]) {
        await run(before);
        const traceback = plain((await run(code)).error!.traceback);
        expect(traceback).toMatch(head);
        expect(traceback).toMatch(new RegExp(`\\n {4}at In\\[\\d+\\]\\.ts:${line}:\\d+( \\{)?\\n`));
        expect(traceback).toContain(`> ${line} | ${code.split('\n')[line - 1]}`);
        expect(traceback).not.toMatch(/node:|kernel\/(child|common)/);
      }
    });

    test('a package that fails while it is loaded shows the cell that imports it, each time', async () => {
      mkdirSync(join(folder, 'node_modules/failing'), { recursive: true });
      writeFileSync(
        join(folder, 'node_modules/failing/package.json'),
        '{ "name": "failing", "type": "module", "exports": "./index.js" }',
      );
      writeFileSync(join(folder, 'node_modules/failing/index.js'), 'throw new Error("cannot start")');
      for (let time = 0; time < 2; time++) {
        const { error, reply } = await run("// @ts-nocheck\nimport 'failing'");
        const cell = `In[${reply.execution_count}].ts`;
        expect(plain(error!.traceback)).toContain(`${cell}:2:1\n\n${cell}:2\n`);
        expect(plain(error!.traceback).match(/at .*In\[/g)).toHaveLength(1);
      }
    });

    test('a syntax error in an imported local file shows its place in the file', async () => {
      writeFileSync(join(folder, 'syn.ts'), 'let fine = 1;\nexport const broken = ;\n');
      const traceback = plain((await run('import { broken } from "./syn"; broken')).error!.traceback);
      expect(traceback).toMatch(
        /^SyntaxError: Expression expected\. \(TS1109\)\n {4}at file:.*\/syn\.ts:2:23\n {4}at In\[\d+\]\.ts:1:\d+\n/,
      );
      expect(traceback).toContain('> 2 | export const broken = ;\n    |                       ^');
      writeFileSync(join(folder, 'syn.ts'), 'export const broken = "mended";');
      expect((await run('import { broken } from "./syn"; broken')).result).toBe("'mended'");
    });

    test('an error that only V8 finds in a cell shows its place', async () => {
      const traceback = plain((await run('// @ts-nocheck\ntype Gone = 1;\nlet q = 1; let q = 2')).error!.traceback);
      expect(traceback).toMatch(
        /^SyntaxError: Identifier 'q' has already been declared\n {4}at In\[\d+\]\.ts:3:16\n\n/,
      );
      expect(traceback).toContain('> 3 | let q = 1; let q = 2\n    |                ^');
    });

    test('errors of worker threads and child processes have no internal frames', async () => {
      const worker = await run(
        "import { Worker } from 'node:worker_threads';\nawait new Promise((_, reject) => new Worker('throw new Error(\"in worker\")', { eval: true }).on('error', reject))",
      );
      expect(plain(worker.error!.traceback)).toMatch(/Error: in worker\n {4}at \[worker eval\]:1:7/);
      const child = await run(
        "import { spawn } from 'node:child_process';\nspawn('nonexistent-cmd'); await new Promise((resolve) => setTimeout(resolve, 300));",
      );
      expect(plain(child.error!.traceback)).toMatch(/^Error: spawn nonexistent-cmd ENOENT {\n[\s\S]*code: 'ENOENT'/);
      for (const { error } of [worker, child])
        expect(plain(error!.traceback)).not.toMatch(/node:|kernel\/(child|common)/);
    });

    test.each(['42n', 'NaN', '-0', '-Infinity', 'Symbol(s)', 'undefined', "'text'"])(
      'a thrown %s shows as itself',
      async (value) => {
        const { error } = await run(`throw ${value.replace('(s)', '("s")')}`);
        expect(error).toMatchObject({ ename: 'Thrown', evalue: value });
      },
    );

    test('every type error of a cell is reported with its frame; a comment switches the check off', async () => {
      const { error, stdout } = await run(
        'console.log("never");\nconst a: string = 1;\nlet b: number = "x";\nkept.nothing;',
      );
      expect(stdout).toBe('');
      expect(
        plain(error!.traceback)
          .match(/In\[\d+\]\.ts:\d+:\d+ - TS\d+/g)!
          .map((place) => place.replace(/In\[\d+\]/, 'In')),
      ).toEqual(['In.ts:2:7 - TS2322', 'In.ts:3:5 - TS2322', 'In.ts:4:6 - TS2339']);
      expect((await run('// @ts-nocheck\nconst unchecked: string = 1;\nunchecked + 1')).result).toBe('2');
      // It is for its cell only.
      expect((await run('const checked: string = 1;')).error?.evalue).toContain('TS2322');
      expect((await run('// @ts-expect-error\nconst expected: string = 2; expected')).result).toBe('2');
    });
  });

  describe('a crash says why, and the kernel goes on', () => {
    test('process.exit, process.abort, an uncaught signal', async () => {
      expect((await run('process.exit(3)')).error).toMatchObject({
        ename: 'ProcessExit',
        evalue: expect.stringContaining('process.exit(3)'),
      });
      expect((await run('kept.deep')).result).toBe('[ 1, 2, 3 ]');
      const { reply, error } = await run('process.abort()');
      expect(reply).toMatchObject({ status: 'error', ename: 'ProcessDied' });
      expect(error?.evalue).toMatch(/SIGABRT.*variables are lost/s);
      expect((await run('process.kill(process.pid, "SIGKILL")')).error).toMatchObject({
        ename: 'ProcessDied',
        evalue: expect.stringContaining('SIGKILL'),
      });
      expect((await run('1 + 1')).result).toBe('2');
    });

    test('a native fault', async () => {
      const { error, reply } = await run('process.kill(process.pid, "SIGSEGV"); await new Promise(() => {})');
      expect(reply.ename).toBe('ProcessDied');
      expect(error?.evalue).toContain('native code crashed (SIGSEGV)');
      expect((await run('1 + 1')).result).toBe('2');
    });

    test('out of memory', async () => {
      const small = await Client.start({ env: { NODE_OPTIONS: '--max-old-space-size=300' } });
      const { error, reply } = await small.execute(
        'const hoard: number[][] = []; for (;;) hoard.push(new Array(5_000_000).fill(1.5))',
      );
      expect(reply.ename).toBe('ProcessDied');
      expect(error?.evalue).toMatch(/memory runs out/);
      expect((await small.execute('1 + 1')).result).toBe('2');
      await small.shutdown();
    });
  });

  describe('values', () => {
    test('networks, histories, nested objects and errors as results', async () => {
      expect((await run('snn.classifier({ hidden: [100], steps: 100, seed: 7 })')).result).toMatch(/784.*100.*10/);
      const history = await run(
        'const short = await datasets.strokes({ train: 50, test: 10, seed: 1 }); await snn.classifier({ hidden: [10], steps: 20, seed: 1 }).fit(short.train, { epochs: 1, validation: short.test })',
      );
      expect(history.result).toMatch(/^history of training\n  epoch 1  train \d+\.\d\d %/);
      expect(
        (await run('({ a: { b: { c: { d: { e: 1 } } } }, list: [1, [2, [3]]], map: new Map([["k", new Set([1])]]) })'))
          .result,
      ).toContain("map: Map(1) { 'k' => Set(1) { 1 } }");
      expect((await run('[undefined, null, 10n, Symbol("s"), /x/g, () => 1]')).result).toBe(
        '[ undefined, null, 10n, Symbol(s), /x/g, [Function (anonymous)] ]',
      );
      expect((await run('new RangeError("as a value")')).result).toMatch(/^RangeError: as a value/);
      expect((await run('undefined')).outputs).toEqual([]);
    });
  });

  test('connect_request names the ports of the connection file', async () => {
    const file = JSON.parse(readFileSync(join(kernel.folder, 'connection.json'), 'utf8'));
    expect((await kernel.request('shell', 'connect_request', {})).content).toMatchObject({
      status: 'ok',
      shell_port: file.shell_port,
      iopub_port: file.iopub_port,
      stdin_port: file.stdin_port,
      hb_port: file.hb_port,
      control_port: file.control_port,
    });
  });
});

describe.skipIf(missingBuild)('the end', () => {
  const processesOf = (marker: string): string[] =>
    spawnSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter((line) => line.includes(marker));

  test('a shutdown ends every process, also while a cell computes', async () => {
    const client = await Client.start();
    try {
      const marker = `sleep ${100000 + process.pid}.1`;
      client.begin(
        `const { spawn } = require("node:child_process"); spawn("sleep", ["${marker.slice(6)}"]); while (true) {}`,
      );
      await expect.poll(() => processesOf(marker)).toHaveLength(1);
      const { code } = await client.shutdown();
      expect(code).toBe(0);
      await expect.poll(() => processesOf(marker)).toEqual([]);
    } finally {
      client.close();
    }
  });

  test('when the front process is killed, the others follow', async () => {
    const client = await Client.start();
    try {
      const marker = `sleep ${100000 + process.pid}.2`;
      await client.execute(
        `const { spawn } = require("node:child_process"); spawn("sleep", ["${marker.slice(6)}"]).pid`,
      );
      const own = Number((await client.execute('process.pid')).result);
      client.begin('while (true) {}');
      await new Promise((resolve) => setTimeout(resolve, 300));
      client.process.kill('SIGKILL');
      await expect.poll(() => processesOf(marker)).toEqual([]);
      const state = () => spawnSync('ps', ['-o', 'stat=', '-p', String(own)], { encoding: 'utf8' }).stdout;
      await expect.poll(state).toMatch(/^(Z.*)?\s*$/); // gone, or dead and not yet collected by the system's first process
    } finally {
      client.close();
    }
  });
});
