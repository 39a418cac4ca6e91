/**
 * What pauses code in the debugger, and what ends a pause: exceptions, the pause button, the stop button, a crash, the
 * end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild, type Received } from './client.js';
import { debugging } from './debug-client.js';

let kernel: Client;
const folder = mkdtempSync(join(tmpdir(), 'spikelab-pauses-'));
const run = (code: string) => kernel.execute(code);
const { send, ask, attach, events, lastStop, stopped, paused, goOn, breakpoints, frames } = debugging(() => kernel);

describe.skipIf(missingBuild)('the debugger pauses', () => {
  beforeAll(async () => {
    kernel = await Client.start({ cwd: folder });
    await attach();
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a condition of a breakpoint', async () => {
    const loop = 'let sum = 0;\nfor (let i = 0; i < 10; i++) {\n  sum += i;\n}\nsum';
    const { sourcePath } = await ask('dumpCell', { code: loop });
    await ask('setBreakpoints', { source: { path: sourcePath }, breakpoints: [{ line: 3, condition: 'i === 7' }] });
    const conditional = await paused(loop);
    expect((await ask('evaluate', { expression: 'i', frameId: (await frames())[0].id })).result).toBe('7');
    await ask('setBreakpoints', { source: { path: sourcePath }, breakpoints: [] });
    await goOn(conditional);
  });

  test('exceptions that nobody catches', async () => {
    await ask('setExceptionBreakpoints', { filters: ['uncaught'] });
    const failing = await paused('try { throw new Error("caught") } catch {}\nthrow new RangeError("not caught")');
    expect(lastStop()).toMatchObject({ reason: 'exception', text: 'RangeError: not caught' });
    expect((await frames())[0].line).toBe(2);
    await ask('continue');
    expect((await failing.reply).content).toMatchObject({ ename: 'RangeError' });
    await failing.idle;
    // Once a cell has awaited, V8 alone takes the kernel for somebody who catches.
    const later = await paused(
      'const check = (n: number) => { if (n > 1) throw new RangeError("later") };\nawait new Promise((resolve) => setTimeout(resolve, 5));\ntry { check(2) } catch {}\nawait (async () => { await null; throw new Error("handled") })().catch(() => {});\ncheck(2);',
    );
    expect(lastStop()).toMatchObject({ reason: 'exception', text: 'RangeError: later' });
    expect((await frames()).map(({ line }) => line)).toEqual([1, 5]);
    await ask('continue');
    expect((await later.reply).content).toMatchObject({ ename: 'RangeError' });
    await later.idle;

    await ask('setExceptionBreakpoints', { filters: [] });
    expect((await run('throw new RangeError("nobody stops")')).reply.status).toBe('error');
  });

  test.each([
    'try { await (async () => { throw new Error("h") })() } catch {}',
    'const f = async () => { throw new Error("h") }; await f().catch(() => {})',
    'const f = async function () { throw new Error("h") }; await Promise.allSettled([f(), f()])',
    'const o = { async m() { throw new Error("h") } }; await o.m().catch(() => {})',
    'for (let n = 0; n < 300; n++) try { JSON.parse("{") } catch {}',
  ])('not exceptions that somebody catches, after an await: %s', async (code) => {
    await ask('setExceptionBreakpoints', { filters: ['uncaught'] });
    const before = events('stopped').length;
    expect((await run(`await 1; ${code}; "done"`)).result).toBe("'done'");
    expect(events('stopped')).toHaveLength(before);
    await ask('setExceptionBreakpoints', { filters: [] });
  });

  test('a step passes exceptions that are caught, and stops at one that is not', async () => {
    await ask('setExceptionBreakpoints', { filters: ['uncaught'] });
    const stepped =
      'const risky = (n: number) => { try { throw new Error("caught") } catch { if (n > 1) throw new Error("not caught"); return 1 } };\nawait null;\nlet got = risky(1);\ngot += risky(2);\ngot';
    await breakpoints(stepped, 3);
    const stepping = await paused(stepped);
    await stopped(() => ask('next'));
    expect((await frames())[0].line).toBe(4);
    await breakpoints(stepped);
    expect(await stopped(() => ask('next'))).toMatchObject({ reason: 'exception', text: 'Error: not caught' });
    await goOn(stepping);
    const thrown = await paused('debugger;\nthrow new Error("on its line")');
    await stopped(() => ask('next'));
    expect(await stopped(() => ask('next'))).toMatchObject({ reason: 'exception', text: 'Error: on its line' });
    await goOn(thrown);
    await ask('setExceptionBreakpoints', { filters: [] });
  });

  test('a pause while exceptions are being caught', async () => {
    await ask('setExceptionBreakpoints', { filters: ['uncaught'] });
    const catching = kernel.begin(
      'let catches = 0; while (catches >= 0) { try { throw new Error("x") } catch { catches++ } }',
    );
    await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === catching.reply.id);
    expect(await stopped(() => ask('pause'))).toMatchObject({ reason: 'pause' });
    await kernel.interrupt();
    await catching.idle;
    await ask('setExceptionBreakpoints', { filters: [] });
  });

  test('what was stepped over and stopped is no step of the next cell', async () => {
    const waiting = await paused('debugger;\nawait new Promise(() => {})');
    await stopped(() => ask('next'));
    await ask('next');
    await kernel.interrupt();
    await waiting.idle;
    const next = await paused('debugger; 1');
    expect(lastStop()).toMatchObject({ reason: 'pause' });
    await goOn(next);
  });

  test('"continue" sent twice goes on once', async () => {
    // The cell computes for a moment: a second request that came after the next stop would be meant for that one.
    const code = 'debugger;\nfor (const end = Date.now() + 500; Date.now() < end; );\ndebugger;\n1';
    for (let n = 0; n < 5; n++) {
      const cell = await paused(code);
      await stopped(() => Promise.all([ask('continue'), send('continue')]));
      expect((await frames())[0].line).toBe(3);
      await goOn(cell);
    }
  });

  test('a debugger statement', async () => {
    const statement = await paused('const here = 1;\ndebugger;\nhere');
    expect((await frames())[0].line).toBe(2);
    await goOn(statement);
  });

  test.each(['before the cell is sent', 'before it is checked', 'while it computes'])(
    'a pause of a cell that computes, asked for %s',
    async (when) => {
      await run('let turns = 0;');
      const code = 'console.log("computes");\nwhile (turns >= 0) {\n  turns++;\n}\nturns';
      const isOf = ({ type, parent }: Received, one: string) => type === one && parent.msg_id === endless.reply.id;
      let endless: ReturnType<typeof kernel.begin>;
      const stop = await stopped(async () => {
        if (when === 'before the cell is sent') await ask('pause');
        endless = kernel.begin(code);
        if (when === 'before it is checked') await kernel.until((one) => isOf(one, 'execute_input'));
        if (when === 'while it computes') await kernel.until((one) => isOf(one, 'stream'));
        if (when !== 'before the cell is sent') await ask('pause');
      });
      expect(stop.reason).toBe('pause');
      await ask('evaluate', { expression: 'turns = -5', frameId: (await frames())[0].id });
      await goOn(endless!);
      expect(kernel.collect(endless!.reply.id, {}).result).toMatch(/^-[45]$/); // before or after the increment
    },
  );

  test('a pause of a call that is stepped over', async () => {
    await run('let turns = 0; const long = () => { while (turns >= 0) turns++; };');
    const stepping = await paused('debugger;\nlong();\nturns');
    await stopped(() => ask('next'));
    expect((await frames())[0].line).toBe(2);
    const stop = await stopped(async () => {
      await ask('next');
      await ask('pause');
    });
    expect(stop.reason).toBe('pause');
    await ask('evaluate', { expression: 'turns = -5', frameId: (await frames())[0].id });
    await goOn(stepping);
  });

  test('a pause that met no code is forgotten with the stop button', async () => {
    await ask('pause');
    await kernel.interrupt();
    const before = events('stopped').length;
    expect((await run('1 + 1')).result).toBe('2');
    expect(events('stopped')).toHaveLength(before);
  });

  test('pauses a cell that awaits, when its code runs next', async () => {
    const ticking = kernel.begin(
      'let ticks = 0;\nwhile (ticks >= 0) {\n  await new Promise((resolve) => setTimeout(resolve, 20));\n  ticks++;\n}\nticks',
    );
    await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === ticking.reply.id);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await stopped(() => ask('pause'))).reason).toBe('pause');
    const [frame] = await frames();
    expect(frame.name).toMatch(/^In\[/);
    await ask('evaluate', { expression: 'ticks = -5', frameId: frame.id });
    await goOn(ticking);
    expect(kernel.collect(ticking.reply.id, {}).result).toMatch(/^-[45]$/);
  });

  test('the stop button while paused ends the cell and keeps the variables', async () => {
    const cells: [string, number][] = [
      ['let kept = [1];\nkept.push(2);\nkept.push(3);\nkept', 3],
      ['await null;\nlet kept = [1];\nkept.push(2);\nkept.push(3);', 4],
      [
        'let kept = [1, 2];\nconst late = new Promise<void>((resolve) => setTimeout(() => {\n  kept.push(3);\n  resolve();\n}, 5));\nawait late;',
        3,
      ],
      ['let kept = [1, 2];\nconst grow = () => {\n  kept.push(3);\n};\ngrow();', 3],
    ];
    for (const [code, line] of cells) {
      await breakpoints(code, line);
      const running = await paused(code);
      await kernel.interrupt();
      expect((await running.reply).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
      await running.idle;
      expect((await ask('debugInfo')).stoppedThreads).toEqual([]);
      await breakpoints(code);
      expect((await run('kept')).result, code).toBe('[ 1, 2 ]');
    }
  });

  test('after the process of the cells died, the debugger works in its successor', async () => {
    const code = 'let alive = 1;\nalive++;\nalive';
    await breakpoints(code, 2);
    const running = await paused(code);
    await ask('evaluate', {
      expression: 'process.kill(process.pid, "SIGKILL")',
      frameId: (await frames())[0].id,
    }).catch(() => {});
    expect((await running.reply).content).toMatchObject({ ename: 'ProcessDied' });
    await running.idle;
    expect(await ask('debugInfo')).toMatchObject({ isStarted: true, stoppedThreads: [] });
    const again = await paused(code);
    expect((await frames())[0].line).toBe(2);
    await goOn(again);
  });

  test('disconnect lets the code go on and forgets the breakpoints', async () => {
    const code = 'let free = 1;\nfree++;\nfree';
    await breakpoints(code, 2);
    const running = await paused(code);
    await ask('disconnect', { restart: false, terminateDebuggee: false });
    await running.idle;
    expect(kernel.collect(running.reply.id, {}).result).toBe('2');
    expect(await ask('debugInfo')).toMatchObject({ isStarted: false, breakpoints: [], stoppedThreads: [] });
    expect((await run(code)).result).toBe('2');
    await attach();
    expect((await run(code)).result).toBe('2');
  });

  test('a kernel that is paused can be shut down', async () => {
    const other = await Client.start();
    const asked = (command: string, args = {}) =>
      other.request('control', 'debug_request', { type: 'request', seq: 1, command, arguments: args });
    await asked('initialize');
    await asked('attach');
    other.begin('debugger; 1');
    await other.until(({ type, content }) => type === 'debug_event' && content.event === 'stopped');
    const { code } = await other.shutdown();
    expect(code).toBe(0);
  });
});
