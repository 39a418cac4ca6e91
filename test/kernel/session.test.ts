/** The kernel as a client sees it: real processes, real sockets. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, kernelMain, missingBuild } from './client.js';

const folder = mkdtempSync(join(tmpdir(), 'spikelab-notebook-'));
let kernel: Client;
const run = (code: string, options?: Record<string, unknown>) => kernel.execute(code, options);

describe.skipIf(missingBuild)('a session', () => {
  beforeAll(async () => {
    kernel = await Client.start({ cwd: folder });
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  test('speaks protocol 5.4', async () => {
    const { content, header } = await kernel.request('shell', 'kernel_info_request', {});
    expect(content).toMatchObject({ status: 'ok', protocol_version: '5.4', implementation: 'spikelab', language_info: { name: 'typescript', file_extension: '.ts' } });
    expect(header.version).toBe('5.4');
    expect(kernel.iopub.find(({ type }) => type === 'iopub_welcome')?.content).toEqual({ subscription: '' });
  });

  test('shows the last expression as execute_result, undefined as nothing', async () => {
    const { result, reply, outputs } = await run('1 + 1');
    expect(result).toBe('2');
    expect(reply).toMatchObject({ status: 'ok', execution_count: expect.any(Number), user_expressions: {} });
    expect(outputs.map(({ type }) => type)).toEqual(['execute_result']);
    expect((await run('undefined')).outputs).toEqual([]);
    expect((await run('null')).result).toBe('null');
    expect((await run('await Promise.resolve([1, 2])')).result).toBe('[ 1, 2 ]');
  });

  test('keeps variables, sees them live in closures, redeclares them as anything', async () => {
    await run('let count = 1; function getCount() { return count; }');
    expect((await run('count = 10; getCount()')).result).toBe('10');
    const kinds = ['let name = 1', 'const name = 2', 'class name { static v = 3 }', 'function name() { return 4 }', 'var name = 5', 'enum name { A = 6 }'];
    for (const first of kinds)
      for (const second of kinds) {
        expect((await run(first.replace('name', 'again'))).reply.status).toBe('ok');
        expect((await run(second.replace('name', 'again')), await run('typeof again')).reply.status, `${first}, then ${second}`).toBe('ok');
      }
    expect((await run('again.A')).result).toBe('6');
  });

  test('types pass from cell to cell', async () => {
    await run('interface Point { x: number; y?: string }\ntype Pair<T> = [T, T];\nclass Box<T> { constructor(readonly value: T) {} }');
    await run('namespace Shapes { export const side = 2; export type Name = "square" }');
    expect((await run('const p: Point = { x: 1 }; const q: Pair<Point> = [p, p]; new Box(q).value[0].x + Shapes.side')).result).toBe('3');
    const wrong = await run('const shape: Shapes.Name = "circle";');
    expect(wrong.error?.evalue).toContain(`Type '"circle"' is not assignable to type '"square"'`);
  });

  test('reports a type error before running, with place and code frame', async () => {
    const { reply, error, stdout } = await run('console.log("ran");\nconst n: number = "s";');
    expect(stdout).toBe('');
    expect(reply).toMatchObject({ status: 'error', ename: 'TypeError', evalue: "Type 'string' is not assignable to type 'number'. (TS2322)" });
    const traceback = error!.traceback.join('\n').replace(/\x1b\[\d+m/g, '');
    expect(traceback).toMatch(/In\[\d+\]\.ts:2:7 - TS2322/);
    expect(traceback).toContain('> 2 | const n: number = "s";\n    |       ^');
    expect((await run('mistyped')).error?.evalue).toContain("Cannot find name 'mistyped'");
    expect((await run('// @ts-nocheck\nconst m: number = "s"; m')).result).toBe("'s'");
    await run('const fixed = 1');
    expect((await run('fixed = 2')).error?.evalue).toContain("Cannot assign to 'fixed'");
  });

  test('maps tracebacks to what the user wrote, across cells and awaits, without internal frames', async () => {
    await run('// a comment\ntype T = { a: number };\nasync function inner(n: T): Promise<never> {\n  await null;\n  throw new RangeError(`bad ${n.a}`);\n}');
    const { reply, error } = await run('async function outer() {\n  await inner({ a: 1 });\n}\nawait outer();');
    expect(reply).toMatchObject({ status: 'error', ename: 'RangeError', evalue: 'bad 1' });
    const lines = error!.traceback.map((line: string) => line.replace(/\x1b\[\d+m/g, ''));
    expect(lines.slice(0, 4)).toEqual([
      'RangeError: bad 1',
      expect.stringMatching(/^ {4}at inner \(In\[\d+\]\.ts:5:9\)$/),
      expect.stringMatching(/^ {4}at async outer \(In\[\d+\]\.ts:2:3\)$/),
      expect.stringMatching(/^ {4}at async In\[\d+\]\.ts:4:1$/),
    ]);
    expect(lines.join('\n')).toContain('> 5 |   throw new RangeError(`bad ${n.a}`);');
    expect(lines.join('\n')).not.toMatch(/node:|dist\//);
  });

  test('columns are right on the first line, and cells are strict', async () => {
    const { error } = await run('const ok = 1; throw new Error("here")');
    expect(error!.traceback.join('\n').replace(/\x1b\[\d+m/g, '')).toMatch(/at In\[\d+\]\.ts:1:21\n/);
    expect((await run('(function (this: unknown) { return this === undefined })()')).result).toBe('true');
  });

  test('anything thrown is reported', async () => {
    expect((await run('throw { a: 1 }')).error).toMatchObject({ ename: 'Thrown', evalue: '{ a: 1 }' });
    expect((await run('throw null')).error).toMatchObject({ evalue: 'null' });
    expect((await run('throw new Proxy({}, { get() { throw 1 } })')).reply.status).toBe('error');
  });

  test('unhandled rejections and errors in timers show in their cell', async () => {
    const { error, reply } = await run('Promise.reject(new Error("nobody")); 1');
    expect(reply.status).toBe('ok');
    expect(error).toMatchObject({ ename: 'Error', evalue: 'nobody' });
    const late = kernel.begin('setTimeout(() => { throw new Error("late") }, 200); 0');
    await late.idle;
    await run('2');
    const shown = await kernel.until(({ type, content }) => type === 'error' && content.evalue === 'late');
    expect(shown.parent.msg_id).toBe(late.reply.id);
  });

  test('imports packages, Node modules, local TypeScript and JSON, CommonJS', async () => {
    mkdirSync(join(folder, 'node_modules/esm-only/lib'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/esm-only/package.json'), JSON.stringify({ name: 'esm-only', type: 'module', exports: { './sub': { types: './lib/x.d.ts', import: './lib/x.js' } } }));
    writeFileSync(join(folder, 'node_modules/esm-only/lib/x.js'), 'export const answer = 42; export default class Thing {}');
    writeFileSync(join(folder, 'node_modules/esm-only/lib/x.d.ts'), 'export declare const answer: number; export default class Thing {}');
    writeFileSync(join(folder, 'old.cjs'), 'module.exports = { ["na" + "me"]: "cjs" }');
    writeFileSync(join(folder, 'util.ts'), 'import { seven } from "./seven";\nexport type N = number; export const double = (n: N): N => 2 * n * seven / 7;');
    writeFileSync(join(folder, 'seven.ts'), 'export const seven: number = 7;');
    writeFileSync(join(folder, 'data.json'), '{ "size": 3 }');
    expect((await run('import { answer } from "esm-only/sub"; import { join } from "node:path"; [answer, join("a", "b")]')).result).toBe("[ 42, 'a/b' ]");
    expect((await run('import { double, type N } from "./util"; const eight: N = double(4); eight')).result).toBe('8');
    expect((await run('import data from "./data.json"; data.size')).result).toBe('3');
    expect((await run('import data2 from "./data.json" with { type: "json" }; data2.size')).result).toBe('3');
    expect((await run('const { name } = require("./old.cjs"); name')).result).toBe("'cjs'");
    expect((await run('answer.toUpperCase()')).error?.evalue).toContain("Property 'toUpperCase' does not exist on type 'number'");
    expect((await run('import { nothing } from "no-such-package"')).error?.evalue).toContain("Cannot find package 'no-such-package'");
    writeFileSync(join(folder, 'data.json'), '{ "size": 4 }');
    expect((await run('import data from "./data.json"; data.size')).result).toBe('4');
  });

  test('the library is there, with types', async () => {
    expect((await run('typeof snn.dense + typeof show + typeof raster')).result).toBe("'functionfunctionfunction'");
    expect((await run('snn.dense("x")')).error?.evalue).toContain("Argument of type 'string' is not assignable to parameter of type 'number'");
    const shown = await run('import { setTimeout as sleep } from "node:timers/promises";\nshow({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "a picture", "text/html": "<b>" }) })');
    expect(shown.outputs.map(({ type, content }) => [type, content.data])).toEqual([['display_data', { 'text/plain': 'a picture', 'text/html': '<b>' }]]);
    expect((await run('({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "own" }) })')).result).toBe('own');
  });

  test('user_expressions, silent and store_history', async () => {
    const before = (await run('0')).reply.execution_count;
    const { reply } = await run('const base = 2', { user_expressions: { good: 'base * 3', bad: 'nope' } });
    expect(reply.user_expressions.good).toMatchObject({ status: 'ok', data: { 'text/plain': '6' } });
    expect(reply.user_expressions.bad).toMatchObject({ status: 'error', ename: 'ReferenceError' });
    const silent = await run('base', { silent: true });
    expect(silent.outputs).toEqual([]);
    expect(silent.reply.execution_count).toBe(before + 1);
    expect((await run('base', { store_history: false })).reply.execution_count).toBe(before + 1);
    expect((await run('base')).reply.execution_count).toBe(before + 2);
  });

  test('completes with types', async () => {
    await run('interface Neuron { threshold: number; fire(): void }\nlet neuron: Neuron = { threshold: 20, fire() {} }');
    const complete = async (code: string, cursor_pos = code.length) => (await kernel.request('shell', 'complete_request', { code, cursor_pos })).content;
    expect(await complete('neuron.')).toMatchObject({ status: 'ok', matches: ['fire', 'threshold'], cursor_start: 7, cursor_end: 7 });
    expect(await complete('neuron.thr')).toMatchObject({ matches: ['threshold'], cursor_start: 7, cursor_end: 10 });
    expect((await complete('snn.dat')).matches).toContain('datasets');
    expect((await complete('const emoji = "😀"; neu')).matches).toContain('neuron');
    expect((await complete('const emoji = "😀"; neu')).cursor_start).toBe([...'const emoji = "😀"; '].length);
    expect((await complete('import fs from "node:fs"; fs.readFileS')).matches).toEqual(['readFileSync']);
    const { metadata } = await complete('neuron.f');
    expect(metadata._jupyter_types_experimental).toEqual([{ text: 'fire', type: 'function', start: 7, end: 8 }]);
  });

  test('inspects with signature and documentation', async () => {
    await run('/** Doubles a number.\n * @param n what to double */\nfunction twice(n: number): number { return 2 * n }');
    const inspect = async (code: string, cursor_pos: number) => (await kernel.request('shell', 'inspect_request', { code, cursor_pos, detail_level: 0 })).content;
    const { found, data } = await inspect('twice(1)', 3);
    expect(found).toBe(true);
    expect(data['text/plain']).toContain('twice(n: number): number');
    expect(data['text/plain']).toContain('Doubles a number.');
    expect((await inspect('twice(', 6)).data['text/plain']).toContain('twice(n: number): number');
    expect((await inspect('   ', 1)).found).toBe(false);
  });

  test.each([
    ['1 + 1', 'complete'],
    ['for (const x of [1]) {', 'incomplete'],
    ['`text ${1', 'incomplete'],
    ['`text', 'incomplete'],
    ['/* comment', 'incomplete'],
    ['class A {\n  f() {', 'incomplete'],
    ['f(', 'incomplete'],
    ['1 +', 'incomplete'],
    ['const x = ;', 'invalid'],
    ['} {', 'invalid'],
    ['"abc', 'invalid'],
    ['await fetch("")', 'complete'],
    ['// {', 'complete'],
    ['', 'complete'],
  ])('is_complete %j: %s', async (code, status) => {
    expect((await kernel.request('shell', 'is_complete_request', { code })).content.status).toBe(status);
  });

  test('completes and answers the heartbeat while a cell computes', async () => {
    const cell = kernel.begin('let spins = 0; while (true) spins++;');
    await new Promise((resolve) => setTimeout(resolve, 300));
    let [completion, heartbeat] = [Infinity, Infinity];
    for (let attempt = 0; attempt < 10; attempt++) {
      const start = performance.now();
      expect((await kernel.request('shell', 'complete_request', { code: 'neuron.', cursor_pos: 7 })).content.matches).toContain('fire');
      completion = Math.min(completion, performance.now() - start);
      heartbeat = Math.min(heartbeat, await kernel.heartbeat());
    }
    expect(completion).toBeLessThan(100);
    expect(heartbeat).toBeLessThan(20);
    await kernel.interrupt();
    await cell.idle;
  });

  describe('the stop button', () => {
    /** Limits in ms; the machine is shared: of up to five tries the best one counts. */
    const stuck: [string, string, number][] = [
      ['a loop', 'while (true) {}', 250],
      ['a loop after an await', 'await null; for (;;) {}', 250],
      ['a promise that never ends', 'await new Promise(() => {})', 250],
      ['a loop in a timer', 'setTimeout(() => { while (true) {} }, 1); await new Promise(() => {})', 250],
      ['an asynchronous loop', 'while (true) await new Promise((resolve) => setTimeout(resolve, 1))', 250],
      ['for await', 'async function* forever() { while (true) yield await new Promise(() => {}) }\nfor await (const x of forever()) x', 250],
      ['a loop that catches', 'while (true) { try { while (true) {} } catch {} }', 250],
      ['a chain of promises', '(function again() { Promise.resolve().then(again) })(); await new Promise(() => {})', 250],
      ['recursion without loops', 'const fib = (n: number): number => n < 2 ? n : fib(n - 1) + fib(n - 2); fib(80)', 250],
      ['a stuck regular expression', '/(a+)+b/.test("a".repeat(60))', 800],
      ['a regular expression after an await', 'await null; /(a+)+b/.test("a".repeat(60))', 800],
      ['Atomics.wait', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)', 800],
      ['Atomics.wait in a timer', 'setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 1); await new Promise(() => {})', 800],
      ['a child process', 'require("node:child_process").execSync("sleep 60")', 1000],
    ];
    test.each(stuck)('stops %s and keeps the variables', async (_name, code, limit) => {
      await run('let kept = { deep: [1, 2, 3] }');
      let best = Infinity;
      for (let attempt = 0; attempt < 5 && best >= limit; attempt++) {
        const cell = kernel.begin(code);
        await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === cell.reply.id);
        await new Promise((resolve) => setTimeout(resolve, 300));
        const start = performance.now();
        expect((await kernel.interrupt()).content).toEqual({ status: 'ok' });
        const { content } = await cell.reply;
        best = Math.min(best, performance.now() - start);
        expect(content.status).toBe('error');
        await cell.idle;
        expect((await run('kept.deep')).result).toBe('[ 1, 2, 3 ]');
      }
      expect(best).toBeLessThan(limit);
    });

    test('at any moment of a start, never in vain', async () => {
      for (let ms = 0; ms < 40; ms += 2) {
        const cell = kernel.begin('while (true) {}');
        await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === cell.reply.id);
        await new Promise((resolve) => setTimeout(resolve, ms));
        await kernel.interrupt();
        expect((await cell.reply).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
        await cell.idle;
      }
    });

    test('by SIGINT to the process group, too', async () => {
      const cell = kernel.begin('while (true) {}');
      await new Promise((resolve) => setTimeout(resolve, 300));
      process.kill(-kernel.process.pid!, 'SIGINT');
      expect((await cell.reply).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
      expect((await run('kept.deep.length')).result).toBe('3');
    });

    test('lets `finally` run, and later code that looks the same', async () => {
      await run('let cleaned = 0; function spin(n: number) { for (let i = 0; i < n; i++); return n }');
      const cell = kernel.begin('try { while (true) {} } finally { for (let i = 0; i < 3; i++) cleaned++ }');
      await new Promise((resolve) => setTimeout(resolve, 300));
      await kernel.interrupt();
      await cell.idle;
      expect((await run('cleaned + spin(5)')).result).toBe('8');
    });

    test('when nothing runs, ends background work', async () => {
      await run('let ticks = 0; setInterval(() => ticks++, 1); 0');
      await kernel.interrupt();
      await run('const seen = ticks; await new Promise((r) => setTimeout(r, 50));');
      expect((await run('ticks - seen')).result).toBe('0');
    });

    test('tells the library by its signal, and waits while it saves', async () => {
      await run(`const holder = (globalThis as any)[Symbol.for("spikelab.interrupt")];
        let saved = "";
        const train = async () => { const { signal } = holder; await new Promise((r) => signal.addEventListener("abort", r)); await new Promise((r) => setTimeout(r, 200)); saved = "yes"; throw Object.assign(new Error("saved at batch 7"), { name: "Interrupted" }) };`);
      const cell = kernel.begin('await train()');
      await new Promise((resolve) => setTimeout(resolve, 300));
      await kernel.interrupt();
      expect((await cell.reply).content).toMatchObject({ ename: 'Interrupted', evalue: 'saved at batch 7' });
      const after = await run('saved + holder.signal.aborted');
      expect(after.reply).toMatchObject({ status: 'ok' });
      expect(after.result).toBe("'yesfalse'");
    });
  });

  test('aborts what is queued behind an error, only with stop_on_error', async () => {
    await run('let go: () => void = () => {}; comms.register("go", (comm) => { comm.onMessage = () => go() });');
    await kernel.send('shell', 'go open', 'comm_open', { comm_id: 'go', target_name: 'go', data: {} });
    const first = kernel.begin('await new Promise<void>((resolve) => { go = resolve; console.log("waits") }); throw new Error("stop")');
    const second = kernel.begin('1');
    // Answered after what was sent before it: the second cell has arrived.
    await Promise.all([kernel.request('shell', 'is_complete_request', { code: '1' }), kernel.until(({ type, parent }) => type === 'stream' && parent.msg_id === first.reply.id)]);
    void kernel.request('shell', 'comm_msg', { comm_id: 'go', data: {} });
    expect((await first.reply).content.status).toBe('error');
    expect((await second.reply).content.status).toBe('aborted');
    const third = kernel.begin('throw new Error("go on")', { stop_on_error: false });
    const fourth = kernel.begin('1');
    expect((await third.reply).content.status).toBe('error');
    expect((await fourth.reply).content.status).toBe('ok');
  });

  test.each([
    ['an error', 'throw new Error("stop")', 'Error'],
    ['a type error', 'const wrong: string = 1', 'TypeError'],
    ['an error after an await', 'await null; throw new Error("stop")', 'Error'],
  ])('aborts all that had arrived before %s, in fifty bursts', async (_name, code, ename) => {
    await run('let behind = 0; let release: () => void = () => {}; comms.register("release", (comm) => { comm.onMessage = () => release() });');
    await kernel.send('shell', `release ${code}`, 'comm_open', { comm_id: code, target_name: 'release', data: {} });
    for (let n = 0; n < 50; n++) {
      const cells = ['await new Promise<void>((resolve) => { release = resolve; console.log("waits") })', code, 'behind++'].map((text) => kernel.begin(text));
      cells.push(kernel.begin('behind++', { stop_on_error: false }), kernel.begin('behind++', { silent: true }));
      // Answered at once, and after what was sent before it on the same socket: all have arrived.
      await Promise.all([kernel.request('shell', 'is_complete_request', { code: '1' }), kernel.until(({ type, parent }) => type === 'stream' && parent.msg_id === cells[0].reply.id)]);
      void kernel.request('shell', 'comm_msg', { comm_id: code, data: {} });
      const [first, failing, ...later] = await Promise.all(cells.map(({ reply }) => reply));
      await Promise.all(cells.map(({ idle }) => idle));
      expect([first, failing].map(({ content }) => content.status)).toEqual(['ok', 'error']);
      expect(failing.content.ename).toBe(ename);
      expect(later.map(({ content }) => content.status)).toEqual(['aborted', 'aborted', 'aborted']);
    }
    expect((await run('behind')).result).toBe('0');
  });

  test('ten thousand lines arrive, in order, in few messages, before idle', async () => {
    const { stdout, outputs, reply } = await run('for (let i = 0; i < 10000; i++) console.log(`line ${i}`)');
    expect(reply.status).toBe('ok');
    expect(stdout).toBe(Array.from({ length: 10000 }, (_, i) => `line ${i}\n`).join(''));
    expect(outputs.length).toBeLessThanOrEqual(20);
    const own = kernel.iopub.filter(({ parent }) => parent.msg_id === outputs[0].parent.msg_id);
    expect(own.at(-1)).toMatchObject({ type: 'status', content: { execution_state: 'idle' } });
  });

  test('text arrives while a synchronous cell computes, streams and displays keep their order', async () => {
    const cell = kernel.begin('console.log("first"); while (true) {}');
    await kernel.until(({ type, parent }) => type === 'stream' && parent.msg_id === cell.reply.id, 3000);
    await kernel.interrupt();
    await cell.idle;
    const { outputs } = await run('console.log("a"); console.error("b"); show({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "c" }) }); await snn.displaysSettled(); console.log("d"); process.stdout.write("e"); "f"');
    expect(outputs.map(({ type, content }) => [type, content.text ?? content.data['text/plain']])).toEqual([
      ['stream', 'a\n'],
      ['stream', 'b\n'],
      ['display_data', 'c'],
      ['stream', 'd\ne'],
      ['execute_result', "'f'"],
    ]);
  });

  test('output of a background task goes to the cell that started it', async () => {
    const starter = kernel.begin('(async () => { for (let i = 0; i < 3; i++) { await new Promise((r) => setTimeout(r, 100)); console.log(`tick ${i}`) } })(); 0');
    await starter.idle;
    await run('console.log("other"); await new Promise((r) => setTimeout(r, 150))');
    const tick = await kernel.until(({ type, content }) => type === 'stream' && content.text.includes('tick 2'));
    expect(tick.parent.msg_id).toBe(starter.reply.id);
    for (const { content, parent } of kernel.iopub.filter(({ type, content }) => type === 'stream' && content.text.includes('tick'))) {
      expect(content.text).not.toContain('other');
      expect(parent.msg_id).toBe(starter.reply.id);
    }
  });

  test('history', async () => {
    await run('"history one"');
    await run('"history two"');
    const ask = async (content: Record<string, unknown>) => (await kernel.request('shell', 'history_request', { output: false, raw: true, ...content })).content.history;
    const tail = await ask({ hist_access_type: 'tail', n: 2 });
    expect(tail.map((row: unknown[]) => row[2])).toEqual(['"history one"', '"history two"']);
    expect((await ask({ hist_access_type: 'search', pattern: '*story t*' })).map((row: unknown[]) => row[2])).toEqual(['"history two"']);
    const line = tail[0][1];
    expect(await ask({ hist_access_type: 'range', session: 0, start: line, stop: line + 1, output: true })).toEqual([[0, line, ['"history one"', "'history one'"]]]);
  });

  test('a comm for an unknown target is closed', async () => {
    void kernel.request('shell', 'comm_open', { comm_id: 'c1', target_name: 'nobody', data: {} });
    expect((await kernel.until(({ type }) => type === 'comm_close')).content).toMatchObject({ comm_id: 'c1' });
  });

  test('bad signatures, replays and malformed messages are dropped with a log line', async () => {
    const count = (await run('0')).reply.execution_count;
    await kernel.send('shell', 'forged', 'execute_request', { code: 'globalThis.forged = 1', silent: false }, { key: 'wrong' });
    const frames = await kernel.send('shell', 'once', 'execute_request', { code: '0', silent: false, store_history: true });
    await kernel.until(({ parent, content }) => parent.msg_id === 'once' && content.execution_state === 'idle');
    await kernel.raw('shell', frames);
    await kernel.raw('shell', [Buffer.from('nonsense')]);
    await kernel.send('shell', 'strange', 'strange_request', {});
    expect((await run('"forged" in globalThis')).result).toBe('false');
    expect((await run('0')).reply.execution_count).toBe(count + 3);
    for (const text of ['wrong signature', 'replayed message', 'no <IDS|MSG> delimiter', 'strange_request']) expect(kernel.log).toContain(text);
  });

  test('process.exit is refused; a crash says why and the kernel goes on', async () => {
    expect((await run('process.exit(3)')).error).toMatchObject({ ename: 'ProcessExit' });
    const killed = await run('process.kill(process.pid, "SIGKILL")');
    expect(killed.reply).toMatchObject({ status: 'error', ename: 'ProcessDied' });
    expect(killed.error?.evalue).toContain('SIGKILL');
    expect((await run('2 + 3')).result).toBe('5');
  });
});

describe.skipIf(missingBuild)('the end', () => {
  const processesOf = (marker: string): string[] => spawnSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).stdout.split('\n').filter((line) => line.includes(marker));

  test('a shutdown ends every process, also while a cell computes', async () => {
    const client = await Client.start();
    try {
      const marker = `sleep ${100000 + process.pid}.1`;
      client.begin(`const { spawn } = require("node:child_process"); spawn("sleep", ["${marker.slice(6)}"]); while (true) {}`);
      await expect.poll(() => processesOf(marker), { timeout: 10_000 }).toHaveLength(1);
      const { code, milliseconds } = await client.shutdown();
      expect(code).toBe(0);
      expect(milliseconds).toBeLessThan(2000);
      await expect.poll(() => processesOf(marker)).toEqual([]);
    } finally {
      client.close();
    }
  });

  test('when the front process is killed, the others follow', async () => {
    const client = await Client.start();
    try {
      const marker = `sleep ${100000 + process.pid}.2`;
      await client.execute(`const { spawn } = require("node:child_process"); spawn("sleep", ["${marker.slice(6)}"]).pid`);
      const own = Number((await client.execute('process.pid')).result);
      client.begin('while (true) {}');
      await new Promise((resolve) => setTimeout(resolve, 300));
      client.process.kill('SIGKILL');
      await expect.poll(() => processesOf(marker), { timeout: 3000 }).toEqual([]);
      const state = () => spawnSync('ps', ['-o', 'stat=', '-p', String(own)], { encoding: 'utf8' }).stdout;
      await expect.poll(state).toMatch(/^(Z.*)?\s*$/); // gone, or dead and not yet collected by the system's first process
    } finally {
      client.close();
    }
  });

  test('when the program that started the kernel is gone, the kernel ends', async () => {
    const marker = join(tmpdir(), `spikelab-orphan-${process.pid}.json`);
    const info = { transport: 'tcp', ip: '127.0.0.1', shell_port: 0, iopub_port: 0, stdin_port: 0, control_port: 0, hb_port: 0, key: 'k', signature_scheme: 'hmac-sha256' };
    writeFileSync(marker, JSON.stringify(info));
    const parent = `const c = require('node:child_process').spawn(process.execPath, [${JSON.stringify(kernelMain)}, ${JSON.stringify(marker)}], { stdio: 'ignore', detached: true, env: { ...process.env, JPY_PARENT_PID: String(process.pid) } }); c.unref(); setTimeout(() => process.exit(), 1500)`;
    spawnSync(process.execPath, ['-e', parent]);
    await expect.poll(() => processesOf(marker), { timeout: 5000 }).toEqual([]);
    rmSync(marker);
  });
});
