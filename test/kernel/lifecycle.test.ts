/** Stopping, failing and ending, as people judge a kernel: times of the stop button, what a crash says, what an error shows. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

  describe('the stop button is quick, keeps every variable, and the next cell runs', () => {
    /** Limits in ms of issue 4. The machine of a test is shared: of up to five tries the best one counts. */
    const stuck: [string, string, number][] = [
      ['a loop', 'while (true) {}', 50],
      ['a promise that never ends', 'await new Promise(() => {})', 50],
      ['a timer loop', 'setInterval(() => {}, 1); await new Promise(() => {})', 50],
      ['a loop in a timer', 'setTimeout(() => { for (;;); }, 1); await new Promise(() => {})', 50],
      ['an asynchronous loop', 'for (;;) await new Promise((resolve) => setTimeout(resolve, 1))', 50],
      ['a stuck regular expression', '/(a+)+b/.test("a".repeat(60))', 500],
      ['Atomics.wait', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)', 500],
      ['a child process', 'require("node:child_process").execSync("sleep 60")', 500],
    ];
    test.each(stuck)('%s', async (_name, code, limit) => {
      let best = Infinity;
      for (let attempt = 0; attempt < 5 && best > limit; attempt++) {
        const cell = kernel.begin(code);
        await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === cell.reply.id);
        await new Promise((resolve) => setTimeout(resolve, 300));
        const start = performance.now();
        void kernel.interrupt();
        const { content } = await cell.reply;
        best = Math.min(best, performance.now() - start);
        expect(content).toMatchObject({ status: 'error' });
        await cell.idle;
        expect((await run('kept.deep')).result).toBe('[ 1, 2, 3 ]');
      }
      expect(best).toBeLessThanOrEqual(limit);
    });

    test('native code, again and again, with looks at values that wait for its end', async () => {
      await run('let looked: any = { at: 1 };');
      for (let n = 0; n < 8; n++) {
        const cell = kernel.begin('require("node:child_process").execSync("sleep 60")');
        await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === cell.reply.id);
        await new Promise((resolve) => setTimeout(resolve, 200));
        for (let look = 0; look < 2; look++) await kernel.request('shell', 'complete_request', { code: 'looked.', cursor_pos: 7 });
        await kernel.interrupt();
        expect((await cell.reply).content.ename).not.toBe('ProcessDied');
        await cell.idle;
      }
      expect((await run('looked.at')).result).toBe('1');
    });

    test('training in worker threads, at a batch boundary', async () => {
      await run('const { train } = await datasets.strokes({ train: 2000, test: 10, seed: 1 }); const net = snn.classifier({ hidden: [100], steps: 100, seed: 7 });');
      let best = Infinity;
      for (let attempt = 0; attempt < 5 && best > 50; attempt++) {
        // Without live curves: their last picture is drawn after the training has stopped, and takes longer than the stop.
        const cell = kernel.begin('console.log("training"); await net.fit(train, { epochs: 1000, silent: true })');
        await kernel.until(({ type, parent }) => type === 'stream' && parent.msg_id === cell.reply.id);
        await new Promise((resolve) => setTimeout(resolve, 1000));
        const start = performance.now();
        void kernel.interrupt();
        const { content } = await cell.reply;
        best = Math.min(best, performance.now() - start);
        expect(content).toMatchObject({ status: 'error', ename: 'Interrupted' });
        await cell.idle;
        // The net is whole: it goes on to be used.
        expect((await run('(await net.evaluate(train.slice(0, 10))).samples')).result).toBe('10');
      }
      expect(best).toBeLessThanOrEqual(50);
      expect((await run('kept.deep')).result).toBe('[ 1, 2, 3 ]');
    });
  });

  describe('errors', () => {
    test('an unhandled rejection shows in the cell that caused it, also when a later cell runs', async () => {
      const starter = kernel.begin('void (async () => {\n  await new Promise((resolve) => setTimeout(resolve, 150));\n  throw new RangeError("too late");\n})();');
      await starter.idle;
      await run('await new Promise((resolve) => setTimeout(resolve, 300));');
      const { parent, content } = await kernel.until(({ type, content: c }) => type === 'error' && c.evalue === 'too late');
      expect(parent.msg_id).toBe(starter.reply.id);
      expect(plain(content.traceback)).toMatch(/In\[\d+\]\.ts:3:9\)?\n[\s\S]*> 3 \|   throw new RangeError\("too late"\);/);
      expect(plain(content.traceback)).not.toMatch(/node:|kernel\/session/);
    });

    test('an error in an event handler and in a promise callback show in theirs', async () => {
      const emitter = await run('import { EventEmitter } from "node:events"; const source = new EventEmitter();\nsource.on("tick", () => { throw new Error("in a handler") }); setTimeout(() => source.emit("tick"), 100); 0');
      const rejecting = await run('const slow = new Promise<void>((_, reject) => setTimeout(() => reject(new TypeError("rejected")), 100)); slow.then(() => 1); 0');
      for (const [text, { outputs }] of [['in a handler', emitter], ['rejected', rejecting]] as const) {
        const shown = await kernel.until(({ type, content }) => type === 'error' && content.evalue === text);
        expect(shown.parent.msg_id).toBe(outputs[0].parent.msg_id);
      }
      expect((await run('1 + 1')).result).toBe('2');
    });

    test('causes and aggregates show, each with its place', async () => {
      const { error } = await run('try {\n  null!.missing;\n} catch (cause) {\n  throw new Error("outer", { cause });\n}'.replace('null!', '(null as any)'));
      expect(plain(error!.traceback)).toMatch(/Error: outer\n[\s\S]*In\[\d+\]\.ts:4:9[\s\S]*\[cause\]: TypeError: Cannot read properties of null[\s\S]*In\[\d+\]\.ts:2:/);
    });

    test('an error in an imported local file shows its place in the source', async () => {
      writeFileSync(join(folder, 'broken.ts'), 'interface A { a: number }\n\nexport function fail(a: A): never {\n  throw new Error(`no ${a.a}`);\n}\n');
      const { error } = await run('import { fail } from "./broken";\nfail({ a: 1 });');
      expect(plain(error!.traceback)).toMatch(/at fail \(.*broken\.ts.*:4:9\)\n {4}at In\[\d+\]\.ts:2:1/);
    });

    test('every type error of a cell is reported with its frame; a comment switches the check off', async () => {
      const { error, stdout } = await run('console.log("never");\nconst a: string = 1;\nlet b: number = "x";\nkept.nothing;');
      expect(stdout).toBe('');
      expect(plain(error!.traceback).match(/In\[\d+\]\.ts:\d+:\d+ - TS\d+/g)!.map((place) => place.replace(/In\[\d+\]/, 'In'))).toEqual(['In.ts:2:7 - TS2322', 'In.ts:3:5 - TS2322', 'In.ts:4:6 - TS2339']);
      expect((await run('// @ts-nocheck\nconst unchecked: string = 1;\nunchecked + 1')).result).toBe('2');
      // It is for its cell only.
      expect((await run('const checked: string = 1;')).error?.evalue).toContain('TS2322');
      expect((await run('// @ts-expect-error\nconst expected: string = 2; expected')).result).toBe('2');
    });
  });

  describe('a crash says why, and the kernel goes on', () => {
    test('process.exit, process.abort, an uncaught signal', async () => {
      expect((await run('process.exit(3)')).error).toMatchObject({ ename: 'ProcessExit', evalue: expect.stringContaining('process.exit(3)') });
      expect((await run('kept.deep')).result).toBe('[ 1, 2, 3 ]');
      const { reply, error } = await run('process.abort()');
      expect(reply).toMatchObject({ status: 'error', ename: 'ProcessDied' });
      expect(error?.evalue).toMatch(/SIGABRT.*variables are lost/s);
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
      const { error, reply } = await small.execute('const hoard: number[][] = []; for (;;) hoard.push(new Array(5_000_000).fill(1.5))');
      expect(reply.ename).toBe('ProcessDied');
      expect(error?.evalue).toMatch(/memory runs out/);
      expect((await small.execute('1 + 1')).result).toBe('2');
      await small.shutdown();
    });
  });

  describe('values', () => {
    test('networks, histories, nested objects and errors as results', async () => {
      expect((await run('snn.classifier({ hidden: [100], steps: 100, seed: 7 })')).result).toMatch(/784.*100.*10/);
      const history = await run('const short = await datasets.strokes({ train: 50, test: 10, seed: 1 }); await snn.classifier({ hidden: [10], steps: 20, seed: 1 }).fit(short.train, { epochs: 1, validation: short.test })');
      expect(history.result).toMatch(/^history of training\n  epoch 1  train \d+\.\d\d %/);
      expect((await run('({ a: { b: { c: { d: { e: 1 } } } }, list: [1, [2, [3]]], map: new Map([["k", new Set([1])]]) })')).result).toContain("map: Map(1) { 'k' => Set(1) { 1 } }");
      expect((await run('[undefined, null, 10n, Symbol("s"), /x/g, () => 1]')).result).toBe('[ undefined, null, 10n, Symbol(s), /x/g, [Function (anonymous)] ]');
      expect((await run('new RangeError("as a value")')).result).toMatch(/^RangeError: as a value/);
      expect((await run('undefined')).outputs).toEqual([]);
    });
  });

  test('connect_request names the ports of the connection file', async () => {
    const file = JSON.parse(readFileSync(join(kernel.folder, 'connection.json'), 'utf8'));
    expect((await kernel.request('shell', 'connect_request', {})).content).toMatchObject({ status: 'ok', shell_port: file.shell_port, iopub_port: file.iopub_port, stdin_port: file.stdin_port, hb_port: file.hb_port, control_port: file.control_port });
  });
});
