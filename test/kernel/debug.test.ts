/** The debugger as JupyterLab drives it: Debug Adapter Protocol in `debug_request`s on the control channel. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { murmur2 } from '../../kernel/session/debugger/cell-path.js';
import { Client, missingBuild, type Received } from './client.js';
import { python } from './python-client.js';

let kernel: Client;
let seq = 0;
const folder = mkdtempSync(join(tmpdir(), 'spikelab-debug-'));
const run = (code: string, options?: Record<string, unknown>) => kernel.execute(code, options);

/** Sends a request of the Debug Adapter Protocol; returns the whole response. */
const send = async (command: string, args: Record<string, unknown> = {}) => {
  const number = ++seq;
  const { content } = await kernel.request('control', 'debug_request', { type: 'request', seq: number, command, arguments: args });
  expect(content).toMatchObject({ type: 'response', request_seq: number, command });
  return content;
};
/** The same; expects success and returns the body. */
const ask = async (command: string, args: Record<string, unknown> = {}) => {
  const { success, message, body } = await send(command, args);
  expect(success, `${command}: ${message}`).toBe(true);
  return body;
};
const events = (name: string): Received[] => kernel.iopub.filter(({ type, content }) => type === 'debug_event' && content.event === name);
/** Waits for one more `stopped` than there have been; `work` makes it happen. */
const stopped = async (work: () => unknown): Promise<Received['content']> => {
  const before = events('stopped').length;
  await work();
  await expect.poll(() => events('stopped').length, { timeout: 10_000 }).toBe(before + 1);
  return events('stopped').at(-1)!.content;
};
const breakpoints = async (code: string, ...lines: number[]) => {
  const { sourcePath } = await ask('dumpCell', { code });
  const { breakpoints } = await ask('setBreakpoints', { source: { path: sourcePath }, breakpoints: lines.map((line) => ({ line })), sourceModified: false });
  return { path: sourcePath as string, breakpoints: breakpoints as { verified: boolean; line: number }[] };
};
const frames = async () => (await ask('stackTrace', { threadId: 1 })).stackFrames as { id: number; name: string; line: number; column: number; source: { path: string; name: string } }[];
interface Variable { name: string; value: string; variablesReference: number; indexedVariables?: number }
const variables = async (variablesReference: number, more = {}) => (await ask('variables', { variablesReference, ...more })).variables as Variable[];
/** The variables of a frame's scope, by name. */
const scope = async (name: string, frameId?: number) => {
  const { scopes } = await ask('scopes', { frameId: frameId ?? (await frames())[0].id });
  const found = (scopes as { name: string; variablesReference: number }[]).find((one) => one.name === name);
  if (!found) throw new Error(`no scope ${name}: ${JSON.stringify(scopes)}`);
  return { reference: found.variablesReference, list: await variables(found.variablesReference) };
};
const values = (list: Variable[]) => Object.fromEntries(list.map(({ name, value }) => [name, value]));
const attach = async () => {
  await ask('initialize', { clientID: 'test', adapterID: 'spikelab', pathFormat: 'path', linesStartAt1: true, columnsStartAt1: true });
  await ask('attach');
  await ask('configurationDone');
};

describe.skipIf(missingBuild)('the debugger', () => {
  beforeAll(async () => {
    kernel = await Client.start({ cwd: folder });
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is announced, and describes itself before it is started', async () => {
    const info = (await kernel.request('shell', 'kernel_info_request', {})).content;
    expect(info.debugger).toBe(true);
    expect(info.supported_features).toContain('debugger');
    expect(await ask('debugInfo')).toMatchObject({ isStarted: false, hashMethod: 'Murmur2', hashSeed: expect.any(Number), tmpFilePrefix: expect.any(String), tmpFileSuffix: '.ts', breakpoints: [], stoppedThreads: [], richRendering: true, copyToGlobals: true });
    expect(await send('setBreakpoints', { source: { path: 'x' }, breakpoints: [] })).toMatchObject({ success: false, message: expect.stringContaining('not started') });
    expect(await send('nonsense')).toMatchObject({ success: false, message: expect.stringContaining('nonsense') });
  });

  test('variables without a pause: inspectVariables, their parts, rich display', async () => {
    await run('let count = 3; const word = "it\'s"; interface P { x: number }\nconst point: P & Record<string, unknown> = { x: 1, deep: { list: [1, 2] } }; const weights = new Float32Array(25_000); weights[24_999] = 0.5;\nconst table = new Map([["a", 1]]); class Box { constructor(readonly inside: number) {} get double() { return 2 * this.inside } }\nconst box = new Box(4); const long = "x".repeat(1_000_000); let later: string;');
    const { variables: list } = await ask('inspectVariables');
    expect(values(list)).toMatchObject({ count: '3', word: "'it\\'s'", point: "{ x: 1, deep: Object }", weights: expect.stringMatching(/^Float32Array\(25000\) \[ 0, 0/), table: "Map(1) { 'a' => 1 }", box: 'Box { inside: 4 }', later: 'undefined' });
    expect(values(list)['long'].length).toBeLessThan(300);
    const named = (name: string): Variable => list.find((one: Variable) => one.name === name);
    const parts = await variables(named('point').variablesReference);
    expect(values(parts)).toEqual({ x: '1', deep: '{ list: Array(2) }' });
    const inner = await variables((await variables(parts[1].variablesReference))[0].variablesReference);
    expect(inner.map(({ name, value }) => [name, value])).toEqual([['0', '1'], ['1', '2']]);
    // 25,000 weights come in pages, and a page of its pages.
    const pages = await variables(named('weights').variablesReference);
    expect(pages.map(({ name }) => name)).toEqual(['[0 … 9999]', '[10000 … 19999]', '[20000 … 24999]']);
    const last = (await variables(pages[2].variablesReference)).at(-1)!;
    expect((await variables(last.variablesReference)).at(-1)).toMatchObject({ name: '24999', value: '0.5' });
    expect(values(await variables(named('weights').variablesReference, { start: 24_998, count: 2 }))).toEqual({ 24998: '0', 24999: '0.5' });
    expect(await ask('richInspectVariables', { variableName: 'point' })).toMatchObject({ data: { 'text/plain': '{ x: 1, deep: { list: [ 1, 2 ] } }' } });
    expect(await ask('richInspectVariables', { variableName: 'process.exit()' })).toEqual({ data: {}, metadata: {} });
    expect(await send('variables', { variablesReference: 999_999 })).toMatchObject({ success: false, message: expect.stringContaining('999999'), body: { variables: [] } });
    await run('const picture = { [Symbol.for("Jupyter.display")]: async () => ({ "image/png": "iVBORw0KGgo=" }) }');
    expect((await ask('richInspectVariables', { variableName: 'picture' })).data).toEqual({ 'image/png': 'iVBORw0KGgo=' });
  });

  const cell = [
    'interface Neuron { v: number }', // 1
    'type Threshold = number;', // 2
    '', // 3
    'function integrate(neuron: Neuron, current: number): number {', // 4
    '  // leaks', // 5
    '  const leak = neuron.v * 0.5;', // 6
    '  for (let step = 0; step < 2; step++) {', // 7
    '    neuron.v += current - leak;', // 8
    '  }', // 9
    '  return neuron.v;', // 10
    '}', // 11
    'const cellOne: Neuron = { v: 2 };', // 12
    'const out = integrate(cellOne, 3);', // 13
    'out', // 14
  ].join('\n');

  test('breakpoints stand where there is code; paths are what a front end computes', async () => {
    await attach();
    const { hashSeed, tmpFilePrefix, tmpFileSuffix } = await ask('debugInfo');
    const { path, breakpoints: set } = await breakpoints(cell, 1, 5, 13, 14, 99);
    expect(path).toBe(`${tmpFilePrefix}${murmur2(cell, hashSeed)}${tmpFileSuffix}`);
    expect(set.map(({ verified, line }) => [verified, line])).toEqual([[true, 4], [true, 6], [true, 13], [true, 14], [false, 99]]);
    expect((await ask('debugInfo')).breakpoints).toEqual([{ source: path, breakpoints: [1, 5, 13, 14, 99].map((line) => ({ line })) }]);
    expect(await ask('source', { source: { path }, sourceReference: 0 })).toMatchObject({ content: cell });
  });

  test('stops at a breakpoint in the text the user wrote, shows frames and variables, steps, goes on', async () => {
    const { path } = await breakpoints(cell, 6);
    const running = kernel.begin(cell);
    const { body } = await stopped(() => {});
    expect(body).toMatchObject({ reason: 'breakpoint', threadId: 1, allThreadsStopped: true });
    expect((await ask('debugInfo')).stoppedThreads).toEqual([1]);
    expect((await ask('threads')).threads).toEqual([{ id: 1, name: expect.any(String) }]);
    const stack = await frames();
    expect(stack.map(({ name, line, source }) => [name, line, source.path])).toEqual([['integrate', 6, path], [expect.stringMatching(/^In\[\d+\]$/), 13, path]]);
    const locals = await scope('Locals');
    expect(values(locals.list)).toMatchObject({ neuron: '{ v: 2 }', current: '3', leak: 'undefined' });
    expect(values((await scope('Globals', stack[1].id)).list)).toMatchObject({ cellOne: '{ v: 2 }', count: '3' });
    expect(await ask('evaluate', { expression: 'neuron.v + current', frameId: stack[0].id, context: 'repl' })).toMatchObject({ result: '5', type: 'number' });
    expect(await send('evaluate', { expression: 'nowhere', frameId: stack[0].id })).toMatchObject({ success: false, message: 'ReferenceError: nowhere is not defined' });
    const typed: [string, string][] = [['(current as number) satisfies number', '3'], ['neuron!.v', '2'], ['<number>current + 1', '4'], ['{ sum: current as number }', '{ sum: 3 }'], ['const twice = (x: number): number => 2 * x; twice(current)', '6']];
    for (const [expression, result] of typed) expect((await ask('evaluate', { expression, frameId: stack[0].id })).result, expression).toBe(result);
    expect(await send('evaluate', { expression: '1 +', frameId: stack[0].id })).toMatchObject({ success: false, message: expect.stringContaining('SyntaxError') });
    expect((await ask('richInspectVariables', { variableName: 'neuron', frameId: stack[0].id })).data).toEqual({ 'text/plain': '{ v: 2 }' });

    // The loop's interrupt guard is nobody's line.
    const lines: number[] = [];
    for (let n = 0; n < 4; n++) {
      expect((await stopped(() => ask('next', { threadId: 1 }))).body.reason).toBe('step');
      lines.push((await frames())[0].line);
    }
    expect(lines).toEqual([7, 8, 7, 8]);
    expect(values((await scope('Locals')).list)['leak']).toBe('1');
    const block = await scope('Block');
    expect(await ask('setVariable', { variablesReference: block.reference, name: 'step', value: '5' })).toMatchObject({ value: '5' });
    await stopped(() => ask('stepOut', { threadId: 1 }));
    expect((await frames()).map(({ line }) => line)).toEqual([14]);
    await ask('continue', { threadId: 1 });
    await running.idle;
    expect(kernel.collect(running.reply.id, {}).result).toBe('6');
    expect(events('continued').length).toBeGreaterThan(0);
    expect(await send('stackTrace', { threadId: 1 })).toMatchObject({ success: true, body: { stackFrames: [] } });
  });

  test('while paused, the kernel answers everything else', async () => {
    const running = kernel.begin(cell);
    await stopped(() => {});
    expect((await kernel.request('shell', 'kernel_info_request', {})).content.status).toBe('ok');
    expect((await kernel.request('shell', 'complete_request', { code: 'Math.flo', cursor_pos: 8 })).content.matches).toEqual(['floor']);
    expect(await kernel.heartbeat()).toBeLessThan(500);
    await ask('continue');
    await running.idle;
  });

  test('a breakpoint in a cell that runs twice, and in a function of an earlier cell', async () => {
    for (let n = 0; n < 2; n++) {
      const again = kernel.begin(cell);
      await stopped(() => {});
      expect((await frames())[0].line).toBe(6);
      await ask('continue');
      await again.idle;
      expect((await again.reply).content.status).toBe('ok');
    }
    await breakpoints(cell);
    const library = 'function twice(n: number) {\n  const m: number = 2 * n;\n  return m;\n}';
    await run(library);
    await breakpoints(library, 2);
    const caller = kernel.begin('const before = 1;\nconst four = twice(2);\nfour');
    await stopped(() => {});
    expect((await frames()).map(({ name, line }) => [name, line])).toEqual([['twice', 2], [expect.stringContaining('In['), 2]]);
    await breakpoints(library);
    await ask('continue');
    await caller.idle;
    expect(kernel.collect(caller.reply.id, {}).result).toBe('4');
  });

  test('steps into functions, over awaits, out to the caller; not into the kernel', async () => {
    const code = 'async function pause(ms: number) {\n  await new Promise((resolve) => setTimeout(resolve, ms));\n  return ms;\n}\nconst first = await pause(5);\nconst second = first + 1;\nconsole.log(second);\nsecond';
    await breakpoints(code, 5);
    const running = kernel.begin(code);
    await stopped(() => {});
    expect((await frames())[0].line).toBe(5);
    await stopped(() => ask('next'));
    expect((await frames())[0].line).toBe(6);
    await stopped(() => ask('next'));
    await stopped(() => ask('stepIn')); // console.log is not the user's
    expect((await frames())[0].line).toBe(8);
    await ask('continue');
    await running.idle;
    expect(kernel.collect(running.reply.id, {})).toMatchObject({ stdout: '6\n', result: '6' });
    const stepping = kernel.begin(code);
    await stopped(() => {});
    await stopped(() => ask('stepIn'));
    expect((await frames()).map(({ name }) => name)[0]).toBe('pause');
    await breakpoints(code);
    await ask('continue');
    await stepping.idle;
  });

  test('conditions, exceptions, debugger statements, pause', async () => {
    const loop = 'let sum = 0;\nfor (let i = 0; i < 10; i++) {\n  sum += i;\n}\nsum';
    const { sourcePath } = await ask('dumpCell', { code: loop });
    await ask('setBreakpoints', { source: { path: sourcePath }, breakpoints: [{ line: 3, condition: 'i === 7' }] });
    const conditional = kernel.begin(loop);
    await stopped(() => {});
    expect((await ask('evaluate', { expression: 'i', frameId: (await frames())[0].id })).result).toBe('7');
    await ask('setBreakpoints', { source: { path: sourcePath }, breakpoints: [] });
    await ask('continue');
    await conditional.idle;

    await ask('setExceptionBreakpoints', { filters: ['uncaught'] });
    const failing = kernel.begin('try { throw new Error("caught") } catch {}\nthrow new RangeError("not caught")');
    expect((await stopped(() => {})).body).toMatchObject({ reason: 'exception', text: 'RangeError: not caught' });
    expect((await frames())[0].line).toBe(2);
    await ask('continue');
    expect((await failing.reply).content).toMatchObject({ ename: 'RangeError' });
    await failing.idle;
    // Once a cell has awaited, V8 alone takes the kernel for somebody who catches.
    const later = kernel.begin('const check = (n: number) => { if (n > 1) throw new RangeError("later") };\nawait new Promise((resolve) => setTimeout(resolve, 5));\ntry { check(2) } catch {}\nawait (async () => { await null; throw new Error("handled") })().catch(() => {});\ncheck(2);');
    expect((await stopped(() => {})).body).toMatchObject({ reason: 'exception', text: 'RangeError: later' });
    expect((await frames()).map(({ line }) => line)).toEqual([1, 5]);
    await ask('continue');
    expect((await later.reply).content).toMatchObject({ ename: 'RangeError' });
    await later.idle;
    const stepped = 'const risky = () => { try { throw new Error("caught") } catch { return 1 } };\nawait null;\nlet got = risky();\ngot += 1;\ngot';
    await breakpoints(stepped, 3);
    const stepping = kernel.begin(stepped);
    await stopped(() => {});
    await stopped(() => ask('next'));
    expect((await frames())[0].line).toBe(4);
    await breakpoints(stepped);
    await ask('continue');
    await stepping.idle;

    await ask('setExceptionBreakpoints', { filters: [] });
    expect((await run('throw new RangeError("nobody stops")')).reply.status).toBe('error');

    const statement = kernel.begin('const here = 1;\ndebugger;\nhere');
    await stopped(() => {});
    expect((await frames())[0].line).toBe(2);
    await ask('continue');
    await statement.idle;

    const endless = kernel.begin('let turns = 0;\nwhile (turns >= 0) {\n  turns++;\n}\nturns');
    await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === endless.reply.id);
    expect((await stopped(async () => { await new Promise((r) => setTimeout(r, 200)); await ask('pause'); })).body.reason).toBe('pause');
    await ask('evaluate', { expression: 'turns = -5', frameId: (await frames())[0].id });
    await ask('continue');
    await endless.idle;
    expect(kernel.collect(endless.reply.id, {}).result).toMatch(/^-[45]$/); // before or after the increment
  });

  test('pauses a cell that awaits, when its code runs next', async () => {
    const ticking = kernel.begin('let ticks = 0;\nwhile (ticks >= 0) {\n  await new Promise((resolve) => setTimeout(resolve, 20));\n  ticks++;\n}\nticks');
    await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === ticking.reply.id);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await stopped(() => ask('pause'))).body.reason).toBe('pause');
    const [frame] = await frames();
    expect(frame.name).toMatch(/^In\[/);
    await ask('evaluate', { expression: 'ticks = -5', frameId: frame.id });
    await ask('continue');
    await ticking.idle;
    expect(kernel.collect(ticking.reply.id, {}).result).toMatch(/^-[45]$/);
  });

  test('copies a variable to the globals, where later cells know it', async () => {
    const code = 'function hidden() {\n  const secret = { a: 42 };\n  return secret.a;\n}\nhidden()';
    await breakpoints(code, 3);
    const running = kernel.begin(code);
    await stopped(() => {});
    await ask('copyToGlobals', { srcVariableName: 'secret', dstVariableName: 'secret', srcFrameId: (await frames())[0].id });
    expect(await send('copyToGlobals', { srcVariableName: 'a b', dstVariableName: 'x', srcFrameId: (await frames())[0].id })).toMatchObject({ success: false });
    await breakpoints(code);
    await ask('continue');
    await running.idle;
    expect((await run('secret.a')).result).toBe('42');
  });

  test('breakpoints in a local file', async () => {
    writeFileSync(join(folder, 'helper.ts'), 'export type T = number;\n\nexport function half(n: T): T {\n  const result: T = n / 2;\n  return result;\n}\n');
    await run('import { half } from "./helper";');
    expect((await ask('modules')).modules).toEqual([{ id: expect.any(Number), name: 'helper.ts', path: join(folder, 'helper.ts') }]);
    await ask('setBreakpoints', { source: { path: join(folder, 'helper.ts') }, breakpoints: [{ line: 4 }] });
    const running = kernel.begin('half(6)');
    await stopped(() => {});
    expect((await frames())[0]).toMatchObject({ name: 'half', line: 4, source: { path: join(folder, 'helper.ts') } });
    expect(values((await scope('Locals')).list)).toMatchObject({ n: '6' });
    await ask('setBreakpoints', { source: { path: join(folder, 'helper.ts') }, breakpoints: [] });
    await ask('continue');
    await running.idle;
    expect(kernel.collect(running.reply.id, {}).result).toBe('3');
  });

  test('the stop button while paused ends the cell and keeps the variables', async () => {
    const cells: [string, number][] = [
      ['let kept = [1];\nkept.push(2);\nkept.push(3);\nkept', 3],
      ['await null;\nlet kept = [1];\nkept.push(2);\nkept.push(3);', 4],
      ['let kept = [1, 2];\nconst late = new Promise<void>((resolve) => setTimeout(() => {\n  kept.push(3);\n  resolve();\n}, 5));\nawait late;', 3],
      ['let kept = [1, 2];\nconst grow = () => {\n  kept.push(3);\n};\ngrow();', 3],
    ];
    for (const [code, line] of cells) {
      await breakpoints(code, line);
      const running = kernel.begin(code);
      await stopped(() => {});
      const start = performance.now();
      await kernel.interrupt();
      expect((await running.reply).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
      expect(performance.now() - start).toBeLessThan(500);
      await running.idle;
      expect((await ask('debugInfo')).stoppedThreads).toEqual([]);
      await breakpoints(code);
      expect((await run('kept')).result, code).toBe('[ 1, 2 ]');
    }
  });

  test('after the process of the cells died, the debugger works in its successor', async () => {
    const code = 'let alive = 1;\nalive++;\nalive';
    await breakpoints(code, 2);
    const running = kernel.begin(code);
    await stopped(() => {});
    await ask('evaluate', { expression: 'process.kill(process.pid, "SIGKILL")', frameId: (await frames())[0].id }).catch(() => {});
    expect((await running.reply).content).toMatchObject({ ename: 'ProcessDied' });
    await running.idle;
    expect((await ask('debugInfo'))).toMatchObject({ isStarted: true, stoppedThreads: [] });
    const again = kernel.begin(code);
    await stopped(() => {});
    expect((await frames())[0].line).toBe(2);
    await ask('continue');
    await again.idle;
  });

  test('disconnect lets the code go on and forgets the breakpoints', async () => {
    const code = 'let free = 1;\nfree++;\nfree';
    await breakpoints(code, 2);
    const running = kernel.begin(code);
    await stopped(() => {});
    await ask('disconnect', { restart: false, terminateDebuggee: false });
    await running.idle;
    expect(kernel.collect(running.reply.id, {}).result).toBe('2');
    expect(await ask('debugInfo')).toMatchObject({ isStarted: false, breakpoints: [], stoppedThreads: [] });
    expect((await run(code)).result).toBe('2');
    await attach();
    expect((await run(code)).result).toBe('2');
  });

  test.each([[{}], [{ seq: 'x', command: 'debugInfo' }], [{ seq: 1, command: 5 }], [{ seq: 1, command: 'toString' }], [{ seq: 1, command: 'variables', arguments: { variablesReference: '1' } }], [{ seq: 1, command: 'setBreakpoints', arguments: { source: null, breakpoints: {} } }], [{ seq: 1, command: 'dumpCell', arguments: [] }], [{ seq: 1, command: 'scopes', arguments: { frameId: 1e9 } }]])('refuses the malformed request %j', async (content) => {
    expect((await kernel.request('control', 'debug_request', content)).content).toMatchObject({ type: 'response', success: false, message: expect.any(String) });
    expect((await run('1 + 1')).result).toBe('2');
  });

  test('a kernel that is paused can be shut down', async () => {
    const other = await Client.start();
    const asked = (command: string, args = {}) => other.request('control', 'debug_request', { type: 'request', seq: ++seq, command, arguments: args });
    await asked('initialize');
    await asked('attach');
    other.begin('debugger; 1');
    await other.until(({ type, content }) => type === 'debug_event' && content.event === 'stopped');
    const { code, milliseconds } = await other.shutdown();
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(2000);
  });

  test('murmur2 is that of ipykernel', (context) => {
    if (!python) return context.skip('no Python with ipykernel: npm run setup');
    const texts = ['', 'a', 'ab', 'abc', 'abcd', 'let x = 1;\n', 'é€😀', cell, ...Array.from({ length: 50 }, (_, n) => 'zyx😀'.repeat(n))];
    const program = 'import json, sys\nfrom ipykernel.compiler import murmur2_x86\nprint(json.dumps([murmur2_x86(t, s) for t in json.load(sys.stdin) for s in (0, 1, 0x5b1ce1ab)]))';
    const { stdout, stderr } = spawnSync(python, ['-c', program], { input: JSON.stringify(texts), encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(texts.flatMap((text) => [0, 1, 0x5b1ce1ab].map((seed) => murmur2(text, seed)))).toEqual(JSON.parse(stdout));
  });
});
