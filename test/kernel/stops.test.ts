/**
 * The stop button beyond cells: handlers of comms, background work, checks, a second stop, and the end of all patience.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';

let kernel: Client;
const folder = mkdtempSync(join(tmpdir(), 'spikelab-stops-'));
const run = (code: string, options?: Record<string, unknown>) => kernel.execute(code, options);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const isIdle = (id: string) =>
  kernel.until(
    ({ type, parent, content }) => type === 'status' && parent.msg_id === id && content.execution_state === 'idle',
  );

/** Begins a cell and waits until it has written "begun". */
async function begin(code: string): Promise<ReturnType<Client['begin']>> {
  const cell = kernel.begin(`console.log("begun");\n${code}`);
  await kernel.until(({ type, parent }) => type === 'stream' && parent.msg_id === cell.reply.id);
  return cell;
}

describe.skipIf(missingBuild)('the stop button', () => {
  beforeAll(async () => {
    kernel = await Client.start({ cwd: folder });
    await run('let kept = 7;');
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['a loop', 'while (true) {}'],
    ['a promise that never ends', 'await new Promise(() => {})'],
    ['an asynchronous loop', 'for (;;) await new Promise((resolve) => setTimeout(resolve, 1))'],
    ['a stuck regular expression', '/(a+)+b/.test("a".repeat(60))'],
  ])('ends %s in the handler of a comm, and what waits behind it runs', async (name, code) => {
    const comm_id = `stuck in ${name}`;
    await run(
      `comms.register("stuck", (comm) => { comm.onMessage = async () => { console.log("handling"); ${code} } });`,
    );
    void kernel.request('shell', 'comm_open', { comm_id, target_name: 'stuck', data: {} });
    const { id } = kernel.request('shell', 'comm_msg', { comm_id, data: {} });
    await kernel.until(({ type, parent }) => type === 'stream' && parent.msg_id === id);
    await kernel.interrupt();
    await isIdle(id);
    expect((await run('kept')).result).toBe('7');
  });

  test('ends a handler that a comm message in the queue called', async () => {
    await run('comms.register("opening", async () => { console.log("opening"); await new Promise(() => {}) });');
    const { id } = kernel.request('shell', 'comm_open', { comm_id: 'opened', target_name: 'opening', data: {} });
    const behind = kernel.begin('kept + 1');
    await kernel.until(({ type, parent }) => type === 'stream' && parent.msg_id === id);
    await kernel.interrupt();
    await Promise.all([isIdle(id), behind.idle]);
    expect(kernel.collect(behind.reply.id, {}).result).toBe('8');
  });

  test.each([
    [
      'node:timers/promises',
      'import { setTimeout as sleep } from "node:timers/promises";',
      'for (;;) { await sleep(5); ticks++ }',
    ],
    [
      'node:timers/promises, without a loop',
      'import { setTimeout as nap } from "node:timers/promises";',
      'const again = (): unknown => nap(5).then(() => { ticks++; return again() }); void again()',
    ],
    [
      'a promisified timer',
      'import { promisify } from "node:util"; const wait = promisify(setTimeout);',
      'for (;;) { await wait(5); ticks++ }',
    ],
    [
      'setInterval of node:timers/promises',
      'import { setInterval as every } from "node:timers/promises";',
      'for await (const _ of every(5)) ticks++',
    ],
    ['node:timers', 'import { setInterval as repeat } from "node:timers";', 'repeat(() => ticks++, 5)'],
    [
      'scheduler.wait',
      'import { scheduler } from "node:timers/promises";',
      'for (;;) { await scheduler.wait(5); ticks++ }',
    ],
  ])('ends background work of earlier cells: %s', async (_name, imports, code) => {
    await run(`${imports}\nlet ticks = 0; void (async () => { ${code} })(); 0`);
    await run('0');
    await run('1');
    await pause(100);
    expect(Number((await run('ticks')).result)).toBeGreaterThan(2);
    await kernel.interrupt();
    await run('const seen = ticks; await new Promise((r) => setTimeout(r, 60));');
    expect((await run('ticks - seen')).result).toBe('0');
  });

  test.each([
    ['a module that was still waited for', 'await import("./late.mjs")'],
    ['a loop after a promise', 'await Promise.resolve(gate).then(() => { for (;;) ; })'],
  ])('what a stopped cell begins later gives way to the next cell: %s', async (_, code) => {
    writeFileSync(join(folder, 'late.mjs'), 'await globalThis.gate;\nfor (;;) ;\n');
    await run('var open!: () => void; var gate = new Promise<void>((resolve) => (open = resolve));');
    const cell = await begin(code);
    await kernel.interrupt();
    await cell.idle;
    expect(kernel.collect(cell.reply.id, {}).error).toMatchObject({ ename: 'Interrupted' });
    // Whatever goes on does so after this cell, and before the next.
    await run('setTimeout(open, 1);');
    await pause(300);
    expect((await run('kept')).result).toBe('7');
  });

  test('what a stopped cell begins only when the next one has begun gives way to it, and to nobody else', async () => {
    await run('var open!: () => void; var gate = new Promise<void>((resolve) => (open = resolve));');
    const cell = await begin('await gate.then(() => { for (;;) ; })');
    await kernel.interrupt();
    await cell.idle;
    // The loop begins as soon as this cell awaits; what it computes itself, for as long, is its own.
    const compute = 'for (const end = Date.now() + 1500; Date.now() < end; );';
    expect((await run(`open(); await new Promise((resolve) => setTimeout(resolve, 1)); ${compute} kept`)).result).toBe(
      '7',
    );
    expect((await run(`await null; ${compute} kept`)).result).toBe('7');
  });

  test.each([
    ['import', 'late.cjs', 'await import("slow-by-import")'],
    ['require', 'late.cjs', 'require("slow-by-require")'],
    ['import of an ES module', 'late.mjs', 'await import("slow-by-import-of-an-ES-module")'],
  ])('a package whose loading was under way can be used afterwards: %s', async (how, main, code) => {
    const name = `slow-by-${how.replaceAll(' ', '-')}`;
    const place = join(folder, 'node_modules', name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'package.json'), JSON.stringify({ name, main, exports: `./${main}` }));
    const wait = 'console.log("begun"); for (const end = Date.now() + 1500; Date.now() < end; );';
    writeFileSync(join(place, 'part.cjs'), `${wait} exports.v = 5;`);
    writeFileSync(join(place, 'late.cjs'), 'exports.v = require("./part.cjs").v;');
    writeFileSync(join(place, 'late.mjs'), 'import part from "./part.cjs"; export const { v } = part;');
    const cell = await begin(code);
    await kernel.until(
      ({ type, parent, content }) =>
        type === 'stream' && parent.msg_id === cell.reply.id && /begun\s*$/.test(content.text),
    );
    await kernel.interrupt();
    await cell.idle;
    const again = code.startsWith('require') ? `require("${name}").v` : `(await import("${name}")).v`;
    expect(await run(again)).toMatchObject({ result: '5' });
    expect((await run('kept')).result).toBe('7');
  });

  test('timers keep what Node promises of them', async () => {
    const { result } =
      await run(`import timersPromises from "node:timers/promises"; import { promisify as asPromise } from "node:util";
      const aborted = await timersPromises.setTimeout(1000, 0, { signal: AbortSignal.abort("why") }).catch((error) => [error.code, error.cause]);
      const controller = new AbortController(); setTimeout(() => controller.abort(), 5);
      const later = await timersPromises.setTimeout(1000, 0, { signal: controller.signal }).catch((error) => error.name);
      const three: number[] = []; for await (const n of timersPromises.setInterval(1, 4)) if (three.push(n) === 3) break;
      [await timersPromises.setTimeout(1, "value"), await timersPromises.setImmediate("now"), await asPromise(setTimeout)(1, "promised"), aborted, later, three]`);
    expect(result?.replace(/\s+/g, ' ')).toBe(
      "[ 'value', 'now', 'promised', [ 'ABORT_ERR', 'why' ], 'AbortError', [ 4, 4, 4 ] ]",
    );
  });

  // Node 22 died when the promise of what was terminated was collected before its end was noted.
  test('keeps the variables when garbage is collected while a cell is being terminated', async () => {
    await run(
      'import v8 from "node:v8"; import vm from "node:vm"; v8.setFlagsFromString("--expose-gc"); const collect = vm.runInNewContext("gc") as () => void;',
    );
    // Of this cell, so that the stop does not reach it: it comes in the turn that ends the terminated one.
    await run(
      'import { AsyncResource } from "node:async_hooks"; const collectNextTurn = AsyncResource.bind(() => void setImmediate(collect));',
    );
    const cell = await begin(
      'await new Promise((resolve) => setTimeout(resolve, 1)); collectNextTurn(); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
    );
    await pause(100);
    await kernel.interrupt();
    await cell.idle;
    expect(kernel.collect(cell.reply.id, {}).error).toMatchObject({ ename: 'Interrupted' });
    expect((await run('kept')).result).toBe('7');
  });

  test('does not wait for a training of the past', async () => {
    await run(
      'const { train } = await datasets.strokes({ train: 20, test: 10, seed: 1 }); const net = snn.classifier({ hidden: [5], steps: 10, seed: 7 });',
    );
    const cell = await begin(
      'const { signal } = (globalThis as any)[Symbol.for("spikelab.interrupt")]; const { getEventListeners } = require("node:events");\nawait net.fit(train, { epochs: 1, silent: true }); console.log("left", getEventListeners(signal, "abort").length); await new Promise(() => {})',
    );
    // Nobody listens any more: then a stop gives no time to save.
    await kernel.until(
      ({ type, parent, content }) =>
        type === 'stream' && parent.msg_id === cell.reply.id && content.text.includes('left 0'),
    );
    void kernel.interrupt();
    expect((await cell.reply).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
    await cell.idle;
    expect((await run('kept')).result).toBe('7');
  });

  test('pressed a second time, ends what saves too long, and keeps the variables', async () => {
    await run('const holder = (globalThis as any)[Symbol.for("spikelab.interrupt")];');
    const cell = await begin(
      'await new Promise((resolve) => holder.signal.addEventListener("abort", () => setTimeout(resolve, 60_000)));',
    );
    await kernel.interrupt();
    await pause(1100);
    await kernel.interrupt();
    expect((await cell.reply).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
    await cell.idle;
    expect((await run('kept')).result).toBe('7');
  });

  test('does not wait for a type check', async () => {
    // Takes TypeScript seconds: each level compares all with all.
    const slow = `type Wide<N extends number, A extends unknown[] = []> = A['length'] extends N ? A : Wide<N, [...A, { [K in A['length'] & number]: A }]>;
      type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9; type Many = \`\${Digit}\${Digit}\${Digit}\${Digit}\`;
      declare function same<A extends Many, B extends \`\${A}\${Digit}\`>(a: A, b: B): B; ${Array.from({ length: 60 }, (_, i) => `const check${i}: (a: Many) => \`\${Many}x\` = (a) => \`\${a as Exclude<Many, '000${i % 10}'>}x\`;`).join(' ')} const wide: Wide<400> = null!; 0`;
    const cell = kernel.begin(slow);
    await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === cell.reply.id);
    await pause(100);
    void kernel.interrupt();
    // The compiler answers in its order: this comes when the check is done.
    let checked = false;
    const answered = kernel.request('shell', 'is_complete_request', { code: '1' }).then(() => (checked = true));
    const { content } = await cell.reply;
    expect(checked).toBe(false);
    expect(content).toMatchObject({
      status: 'error',
      ename: 'Interrupted',
      evalue: expect.stringContaining('before it started'),
    });
    await answered;
    expect((await run('kept')).result).toBe('7');
  });

  test('a check that was stopped when it was young does not keep the next cell', async () => {
    // By itself it takes TypeScript many minutes: longer than this test may.
    const slow = `type Big<N extends number, A extends 0[] = []> = A['length'] extends N ? A : Big<N, [...A, 0]>;
      ${Array.from({ length: 600 }, (_, i) => `type Big${i} = Big<${399 + i}>;`).join(' ')}`;
    const cell = kernel.begin(slow);
    await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === cell.reply.id);
    await pause(100);
    void kernel.interrupt();
    expect((await cell.reply).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
    // Both wait behind the check, and are asked of the next compiler.
    const behind = kernel.begin('let later: number = kept + 1; later');
    const complete = await kernel.request('shell', 'is_complete_request', { code: 'for (' });
    await behind.idle;
    expect(kernel.collect(behind.reply.id, {}).result).toBe('8');
    expect(complete.content['status']).toBe('incomplete');
    expect((await run('later = "x"')).error?.evalue).toContain('TS2322');
  });

  test('a long cell keeps its place while a thousand comm messages come and go', async () => {
    await run(
      'let release: () => void = () => {}; comms.register("many", (comm) => { comm.onMessage = ({ data }) => { if (data.last) release() } });',
    );
    void kernel.request('shell', 'comm_open', { comm_id: 'many', target_name: 'many', data: {} }); // would wait behind the cell
    const cell = await begin(
      'await new Promise<void>((resolve) => (release = resolve)); console.log("still here"); show({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "shown" }) });',
    );
    for (let n = 0; n < 1100; n++) {
      await kernel.send('shell', `many ${n}`, 'comm_msg', { comm_id: 'many', data: { last: n === 1099 } });
      if (n % 50 === 49) await isIdle(`many ${n}`);
    }
    await cell.idle;
    const { stdout, outputs } = kernel.collect(cell.reply.id, {});
    expect(stdout).toBe('begun\nstill here\n');
    expect(outputs.at(-1)).toMatchObject({ type: 'display_data', content: { data: { 'text/plain': 'shown' } } });
  });

  describe('in vain', () => {
    // Native code that neither a termination nor SIGINT ends: a process that ignores it, waited for synchronously.
    const deaf =
      'require("node:child_process").execFileSync("sh", ["-c", "trap : INT; while :; do sleep 60; done"], { stdio: "ignore" })';

    let patience = 0;

    test('replaces the process after ten seconds, and says so', async () => {
      await run('let lost = 1;');
      const cell = await begin(deaf);
      const start = performance.now();
      await kernel.interrupt();
      expect((await cell.reply).content).toMatchObject({
        status: 'error',
        ename: 'ProcessDied',
        evalue: expect.stringMatching(/did not stop after an interrupt.*variables are lost/),
      });
      patience = performance.now() - start;
      expect(patience).toBeGreaterThan(9500);
      await cell.idle;
      expect((await run('1 + 1')).result).toBe('2');
    });

    test('a second stop replaces it at once; one within a second is the same stop', async () => {
      const cell = await begin(deaf);
      const start = performance.now();
      await kernel.interrupt();
      await kernel.interrupt();
      await pause(1200);
      expect(kernel.replyCounts.get(cell.reply.id)).toBeUndefined();
      await kernel.interrupt();
      expect((await cell.reply).content).toMatchObject({ status: 'error', ename: 'ProcessDied' });
      expect(performance.now() - start).toBeLessThan(patience); // as long as it took without a second stop
      await cell.idle;
      expect((await run('1 + 1')).result).toBe('2');
    });

    test('also where a comm handler is stuck', async () => {
      await run(`comms.register("deaf", (comm) => { comm.onMessage = () => { console.log("handling"); ${deaf} } });`);
      void kernel.request('shell', 'comm_open', { comm_id: 'deaf', target_name: 'deaf', data: {} });
      const { id } = kernel.request('shell', 'comm_msg', { comm_id: 'deaf', data: {} });
      await kernel.until(({ type, parent }) => type === 'stream' && parent.msg_id === id);
      await kernel.interrupt();
      await pause(1200);
      await kernel.interrupt();
      await isIdle(id);
      expect((await run('1 + 1')).result).toBe('2');
    });
  });
});
