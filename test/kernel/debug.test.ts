/** The debugger as JupyterLab drives it: what it announces, breakpoints, frames, steps. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { murmur2 } from '../../kernel/debugger/cell-path.js';
import { Client, missingBuild } from './client.js';
import { debugging, values } from './debug-client.js';
import { python } from './python-client.js';

let kernel: Client;
const folder = mkdtempSync(join(tmpdir(), 'spikelab-debug-'));
const run = (code: string) => kernel.execute(code);
const { send, ask, attach, events, lastStop, stopped, paused, goOn, breakpoints, frames, scope } = debugging(
  () => kernel,
);

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
    expect(await ask('debugInfo')).toMatchObject({
      isStarted: false,
      hashMethod: 'Murmur2',
      hashSeed: expect.any(Number),
      tmpFilePrefix: expect.any(String),
      tmpFileSuffix: '.ts',
      breakpoints: [],
      stoppedThreads: [],
      richRendering: true,
      copyToGlobals: true,
    });
    expect(await send('setBreakpoints', { source: { path: 'x' }, breakpoints: [] })).toMatchObject({
      success: false,
      message: expect.stringContaining('not started'),
    });
    expect(await send('nonsense')).toMatchObject({ success: false, message: expect.stringContaining('nonsense') });
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
    expect(set.map(({ verified, line }) => [verified, line])).toEqual([
      [true, 4],
      [true, 6],
      [true, 13],
      [true, 14],
      [false, 99],
    ]);
    expect((await ask('debugInfo')).breakpoints).toEqual([
      { source: path, breakpoints: [1, 5, 13, 14, 99].map((line) => ({ line })) },
    ]);
    expect(await ask('source', { source: { path }, sourceReference: 0 })).toMatchObject({ content: cell });
  });

  test('stops at a breakpoint in the text the user wrote, shows frames and variables, steps, goes on', async () => {
    await run('let count = 3;');
    const { path } = await breakpoints(cell, 6);
    const running = await paused(cell);
    expect(lastStop()).toMatchObject({ reason: 'breakpoint', threadId: 1, allThreadsStopped: true });
    expect((await ask('debugInfo')).stoppedThreads).toEqual([1]);
    expect((await ask('threads')).threads).toEqual([{ id: 1, name: expect.any(String) }]);
    const stack = await frames();
    expect(stack.map(({ name, line, source }) => [name, line, source.path])).toEqual([
      ['integrate', 6, path],
      [expect.stringMatching(/^In\[\d+\]$/), 13, path],
    ]);
    const locals = await scope('Locals');
    expect(values(locals.list)).toMatchObject({ neuron: '{ v: 2 }', current: '3', leak: 'undefined' });
    expect(values((await scope('Globals', stack[1].id)).list)).toMatchObject({ cellOne: '{ v: 2 }', count: '3' });
    expect(
      await ask('evaluate', { expression: 'neuron.v + current', frameId: stack[0].id, context: 'repl' }),
    ).toMatchObject({ result: '5', type: 'number' });
    expect(await send('evaluate', { expression: 'nowhere', frameId: stack[0].id })).toMatchObject({
      success: false,
      message: 'ReferenceError: nowhere is not defined',
    });
    const typed: [string, string][] = [
      ['(current as number) satisfies number', '3'],
      ['neuron!.v', '2'],
      ['<number>current + 1', '4'],
      ['{ sum: current as number }', '{ sum: 3 }'],
      ['const twice = (x: number): number => 2 * x; twice(current)', '6'],
    ];
    for (const [expression, result] of typed)
      expect((await ask('evaluate', { expression, frameId: stack[0].id })).result, expression).toBe(result);
    expect(await send('evaluate', { expression: '1 +', frameId: stack[0].id })).toMatchObject({
      success: false,
      message: expect.stringContaining('SyntaxError'),
    });
    expect((await ask('richInspectVariables', { variableName: 'neuron', frameId: stack[0].id })).data).toEqual({
      'text/plain': '{ v: 2 }',
    });

    // The loop's interrupt guard is nobody's line.
    const lines: number[] = [];
    for (let n = 0; n < 4; n++) {
      expect((await stopped(() => ask('next', { threadId: 1 }))).reason).toBe('step');
      lines.push((await frames())[0].line);
    }
    expect(lines).toEqual([7, 8, 7, 8]);
    expect(values((await scope('Locals')).list)['leak']).toBe('1');
    const block = await scope('Block');
    expect(await ask('setVariable', { variablesReference: block.reference, name: 'step', value: '5' })).toMatchObject({
      value: '5',
    });
    await stopped(() => ask('stepOut', { threadId: 1 }));
    expect((await frames()).map(({ line }) => line)).toEqual([14]);
    await goOn(running);
    expect(kernel.collect(running.reply.id, {}).result).toBe('6');
    expect(events('continued').length).toBeGreaterThan(0);
    expect(await send('stackTrace', { threadId: 1 })).toMatchObject({ success: true, body: { stackFrames: [] } });
  });

  test('while paused, the kernel answers everything else', async () => {
    const running = await paused(cell);
    expect((await kernel.request('shell', 'kernel_info_request', {})).content.status).toBe('ok');
    expect(
      (await kernel.request('shell', 'complete_request', { code: 'Math.flo', cursor_pos: 8 })).content.matches,
    ).toEqual(['floor']);
    expect(await kernel.heartbeat()).toBeGreaterThan(0);
    await goOn(running);
  });

  test('a breakpoint in a cell that runs twice, and in a function of an earlier cell', async () => {
    for (let n = 0; n < 2; n++) {
      const again = await paused(cell);
      expect((await frames())[0].line).toBe(6);
      await goOn(again);
      expect((await again.reply).content.status).toBe('ok');
    }
    await breakpoints(cell);
    const library = 'function twice(n: number) {\n  const m: number = 2 * n;\n  return m;\n}';
    await run(library);
    await breakpoints(library, 2);
    const caller = await paused('const before = 1;\nconst four = twice(2);\nfour');
    expect((await frames()).map(({ name, line }) => [name, line])).toEqual([
      ['twice', 2],
      [expect.stringContaining('In['), 2],
    ]);
    await breakpoints(library);
    await goOn(caller);
    expect(kernel.collect(caller.reply.id, {}).result).toBe('4');
  });

  test('steps into functions, over awaits, out to the caller; not into the kernel', async () => {
    const code =
      'async function pause(ms: number) {\n  await new Promise((resolve) => setTimeout(resolve, ms));\n  return ms;\n}\nconst first = await pause(5);\nconst second = first + 1;\nconsole.log(second);\nsecond';
    await breakpoints(code, 5);
    const running = await paused(code);
    expect((await frames())[0].line).toBe(5);
    await stopped(() => ask('next'));
    expect((await frames())[0].line).toBe(6);
    await stopped(() => ask('next'));
    await stopped(() => ask('stepIn')); // console.log is not the user's
    expect((await frames())[0].line).toBe(8);
    await goOn(running);
    expect(kernel.collect(running.reply.id, {})).toMatchObject({ stdout: '6\n', result: '6' });
    const stepping = await paused(code);
    await stopped(() => ask('stepIn'));
    expect((await frames()).map(({ name }) => name)[0]).toBe('pause');
    await breakpoints(code);
    await goOn(stepping);
  });

  test('breakpoints in a local file', async () => {
    writeFileSync(
      join(folder, 'helper.ts'),
      'export type T = number;\n\nexport function half(n: T): T {\n  const result: T = n / 2;\n  return result;\n}\n',
    );
    await run('import { half } from "./helper";');
    expect((await ask('modules')).modules).toEqual([
      { id: expect.any(Number), name: 'helper.ts', path: join(folder, 'helper.ts') },
    ]);
    await ask('setBreakpoints', { source: { path: join(folder, 'helper.ts') }, breakpoints: [{ line: 4 }] });
    const running = await paused('half(6)');
    expect((await frames())[0]).toMatchObject({ name: 'half', line: 4, source: { path: join(folder, 'helper.ts') } });
    expect(values((await scope('Locals')).list)).toMatchObject({ n: '6' });
    await ask('setBreakpoints', { source: { path: join(folder, 'helper.ts') }, breakpoints: [] });
    await goOn(running);
    expect(kernel.collect(running.reply.id, {}).result).toBe('3');
  });

  test.each([
    [{}],
    [{ seq: 'x', command: 'debugInfo' }],
    [{ seq: 1, command: 5 }],
    [{ seq: 1, command: 'toString' }],
    [{ seq: 1, command: 'variables', arguments: { variablesReference: '1' } }],
    [{ seq: 1, command: 'setBreakpoints', arguments: { source: null, breakpoints: {} } }],
    [{ seq: 1, command: 'dumpCell', arguments: [] }],
    [{ seq: 1, command: 'scopes', arguments: { frameId: 1e9 } }],
  ])('refuses the malformed request %j', async (content) => {
    expect((await kernel.request('control', 'debug_request', content)).content).toMatchObject({
      type: 'response',
      success: false,
      message: expect.any(String),
    });
    expect((await run('1 + 1')).result).toBe('2');
  });

  test('murmur2 is that of ipykernel', (context) => {
    if (!python) return context.skip('no Python with ipykernel: npm run setup');
    const texts = [
      '',
      'a',
      'ab',
      'abc',
      'abcd',
      'let x = 1;\n',
      'é€😀',
      cell,
      ...Array.from({ length: 50 }, (_, n) => 'zyx😀'.repeat(n)),
    ];
    const program =
      'import json, sys\nfrom ipykernel.compiler import murmur2_x86\nprint(json.dumps([murmur2_x86(t, s) for t in json.load(sys.stdin) for s in (0, 1, 0x5b1ce1ab)]))';
    const { stdout, stderr } = spawnSync(python, ['-c', program], { input: JSON.stringify(texts), encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(texts.flatMap((text) => [0, 1, 0x5b1ce1ab].map((seed) => murmur2(text, seed)))).toEqual(JSON.parse(stdout));
  });
});
