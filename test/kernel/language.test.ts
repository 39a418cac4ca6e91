/**
 * Completion, inspection and is_complete as a front end asks for them: with types of cells, packages and the library,
 * and with values that only run time knows.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';

let kernel: Client;
const folder = mkdtempSync(join(tmpdir(), 'spikelab-language-'));
const run = (code: string) => kernel.execute(code);
const complete = async (code: string, cursor_pos = [...code].length) =>
  (await kernel.request('shell', 'complete_request', { code, cursor_pos })).content;
const inspect = async (code: string, cursor_pos = [...code].length, detail_level = 0) =>
  (await kernel.request('shell', 'inspect_request', { code, cursor_pos, detail_level })).content;

describe.skipIf(missingBuild)('language help', () => {
  beforeAll(async () => {
    mkdirSync(join(folder, 'node_modules/neurons'), { recursive: true });
    writeFileSync(
      join(folder, 'node_modules/neurons/package.json'),
      JSON.stringify({ name: 'neurons', exports: { '.': { types: './index.d.ts', require: './index.cjs' } } }),
    );
    writeFileSync(
      join(folder, 'node_modules/neurons/index.cjs'),
      'exports.fire = (n) => n; exports.izhikevich = { a: 0.02 };',
    );
    writeFileSync(
      join(folder, 'node_modules/neurons/index.d.ts'),
      '/** Fires.\n * @param n how often */\nexport declare function fire(n: number): number;\nexport declare const izhikevich: {\n  /** Recovery, 1/ms. */\n  a: number;\n};',
    );
    kernel = await Client.start({ cwd: folder });
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  test('knows snn, its documentation and signatures', async () => {
    expect((await complete('snn.classi')).matches).toContain('classifier');
    const { data } = await inspect('snn.classifier');
    expect(data['text/plain']).toMatch(/function classifier\(|classifier\(/);
    expect(data['text/markdown']).toContain('```typescript');
    expect((await inspect('snn')).data['text/plain']).toMatch(
      /^import snn\n\nSpikelab: spiking neural networks[^]*NeurIPS 2018/,
    );
    expect((await inspect('snn.dense(')).data['text/plain']).toContain('dense(units: number');
    expect((await complete('snn.classifier({ hidd')).matches).toContain('hidden');
  });

  test('proposes what can stand where it is put', async () => {
    await run(
      "const odd = { 'odd key': 1, plain: 2, [Symbol.iterator]: 3 }; let way: 'north-west' | 'south' = 'south';",
    );
    expect((await complete('odd.')).matches).toEqual(['plain']);
    expect(await complete("odd['odd k")).toMatchObject({ matches: ['odd key'], cursor_start: 5 });
    expect(await complete("'🎉'; import 'node:fs/pro")).toMatchObject({ matches: ['promises'], cursor_start: 21 });
    expect(await complete("'🎉'; import 'node:f")).toMatchObject({
      matches: ['node:fs', 'node:fs/promises'],
      cursor_start: 13,
    });
    expect((await complete("await import('neur")).matches).toEqual(['neurons']);
    writeFileSync(join(folder, 'my-file.ts'), 'export const one = 1;');
    expect(await complete("import './my-f")).toMatchObject({ matches: ['my-file'], cursor_start: 10 });
    expect(await complete("way === 'north-w")).toMatchObject({ matches: ['north-west'], cursor_start: 9 });
  });

  test('knows imported packages, and types of earlier cells', async () => {
    await run('import { fire, izhikevich } from "neurons";');
    expect((await complete('izhikevich.')).matches).toEqual(['a']);
    expect((await inspect('fire(', 5)).data['text/plain']).toMatch(
      /fire\(n: number\): number[\s\S]*Fires\.[\s\S]*@param n/,
    );
    expect((await inspect('izhikevich.a')).data['text/plain']).toContain('Recovery, 1/ms.');
    await run(
      '/** A layer. */ class Layer<T> { constructor(readonly units: T[]) {}\n/** Resets all. */\nreset(): void {} }\nconst layer = new Layer([1, 2]);',
    );
    expect((await complete('layer.')).matches).toEqual(expect.arrayContaining(['units', 'reset']));
    expect((await complete('layer.units[0].toFi')).matches).toEqual(['toFixed']);
    expect((await inspect('layer.reset')).data['text/plain']).toContain('Resets all.');
  });

  test('knows values that only run time knows', async () => {
    await run(
      'const parsed: any = JSON.parse(\'{"threshold": 20, "nested": {"tau": 64, "it": [1]}, "with-dash": 1}\'); const list: any = [{ deep: true }]; const weights: any = new Float32Array(500_000); class Cell { volts = 1; fire() {} get late() { throw new Error("called") } } const cell: any = new Cell();',
    );
    expect((await complete('parsed.')).matches).toEqual(['threshold', 'nested']);
    expect(await complete('const x = parsed.nested.ta')).toMatchObject({
      matches: ['tau'],
      cursor_start: 24,
      cursor_end: 26,
    });
    expect((await complete('parsed?.["nested"].')).matches).toEqual([]); // not a simple path before the bracket
    expect((await complete("parsed['nested'].")).matches).toEqual(['tau', 'it']);
    expect((await complete('list[0].d')).matches).toEqual(['deep']);
    const { matches, metadata } = await complete('cell.');
    expect(matches).toEqual(['volts', 'fire', 'late']);
    expect(metadata._jupyter_types_experimental[1]).toMatchObject({ text: 'fire', type: 'function' });
    const typed = await complete('weights.');
    expect(typed.matches).toEqual(expect.arrayContaining(['subarray', 'fill']));
    expect(typed.matches).not.toContain('0');
    expect((await inspect('parsed.nested', 9)).data['text/plain']).toContain(
      'parsed.nested: Object = { tau: 64, it: Array(1) }',
    );
    expect((await inspect('parsed.threshold', 3)).data['text/plain']).toContain('parsed: Object = { threshold: 20');
    // Looking must change nothing: getters, proxies and functions are not called.
    await run(
      'let touched = 0; const trap: any = new Proxy({}, { get() { touched++; return 1 }, ownKeys() { touched++; return ["x"] } }); const call: any = () => { touched++ }; const getter: any = { get value() { touched++; return 1 } };',
    );
    for (const code of ['trap.', 'trap.x.', 'getter.value.', 'call().', 'trap', 'getter.value']) {
      await complete(code);
      await inspect(code);
    }
    expect((await run('touched')).result).toBe('0');
  });

  test('offers nothing of values in comments and literals', async () => {
    await run('const rb: any = { spikes: 1 };');
    for (const code of ['// rb.', '/* rb.', 'rb. // rb.', '"rb.', "f('rb.", '`rb.', '`${1} rb.', '`${"rb.', '/rb.'])
      expect([code, (await complete(code)).matches]).toEqual([code, []]);
    expect((await complete('`rb.${1}`', 4)).matches).toEqual([]);
    for (const code of [
      'rb.',
      '`${rb.',
      '`a ${rb.spikes} ${rb.',
      '// x\nrb.',
      '/* a */ rb.',
      '"a" + rb.',
      '`${rb}`; rb.',
    ])
      expect([code, (await complete(code)).matches]).toEqual([code, ['spikes']]);
    expect((await complete('`${rb.}`', 6)).matches).toEqual(['spikes']);
  });

  test('answers while a cell computes, also about run-time values, and about what the cell changes', async () => {
    await run('const live: any = { count: 0 };');
    const cell = kernel.begin('for (;;) { live.count++; live.grown = 1 }');
    await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === cell.reply.id);
    await expect.poll(async () => (await complete('live.')).matches).toEqual(['count', 'grown']);
    expect((await complete('layer.')).matches).toContain('reset');
    const count = async () => Number(/count: (\d+)/.exec((await inspect('live')).data['text/plain'])![1]);
    const before = await count();
    await expect.poll(count).toBeGreaterThan(before);
    await kernel.interrupt();
    await cell.idle;
  });

  test('native code that lets nothing through does not hold the answer up', async () => {
    const cell = kernel.begin('require("node:child_process").execSync("sleep 60")');
    await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === cell.reply.id);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await complete('parsed.')).matches).toEqual([]);
    expect(kernel.replyCounts.get(cell.reply.id)).toBeUndefined(); // it computes on
    await kernel.interrupt();
    await cell.idle;
    expect((await run('parsed.threshold')).result).toBe('20');
  });

  test('knows what fifty cells declared', async () => {
    for (let n = 0; n < 50; n++)
      await run(
        `interface T${n} { a${n}: number }\nconst value${n}: T${n} = { a${n}: ${n} };\nfunction f${n}(x: T${n}) { return x.a${n} ${n > 0 ? `+ f${n - 1}(value${n - 1})` : ''} }`,
      );
    expect((await complete('value49.')).matches).toEqual(['a49']);
    expect((await inspect('f49', 1)).data['text/plain']).toContain('f49(x: T49): number');
  });

  test.each([
    ['`a ${b} c`', 'complete'],
    ['`a ${', 'incomplete'],
    ['`a ${b} c', 'incomplete'],
    ['`a ${`b', 'incomplete'],
    ['/* a', 'incomplete'],
    ['/* a */', 'complete'],
    ['// a', 'complete'],
    ['// a {\n', 'complete'],
    ['if (x) {', 'incomplete'],
    ['if (x) {\n} else {', 'incomplete'],
    ['function f(', 'incomplete'],
    ['[1, 2,', 'incomplete'],
    ['const o = { a: [1, { b:', 'incomplete'],
    ['1 + 1', 'complete'],
    ['await fetch("")', 'complete'],
    ['// {', 'complete'],
    ['', 'complete'],
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
    ['x.', 'incomplete'],
    ['a ?', 'incomplete'],
    ['async () =>', 'incomplete'],
    ['class A<T', 'incomplete'],
    ['type A =', 'incomplete'],
    ['import { a', 'incomplete'],
    ['/[a-z/]+$/.test(x)', 'complete'],
    ['const x: Map<string, number[]> = new Map()', 'complete'],
    ['label: for (;;) break label', 'complete'],
    ['await x', 'complete'],
    ['import', 'incomplete'],
    ['export ', 'incomplete'],
    ['1;\nexport async', 'incomplete'],
    ['export default', 'incomplete'],
    ['import 5', 'invalid'],
    ['export }', 'invalid'],
    ['import;', 'invalid'],
    ['1 import', 'invalid'],
    ['} {\nimport', 'invalid'],
    ['let 5 = 1;', 'invalid'],
    ['1 = 2 )', 'invalid'],
    ['if )', 'invalid'],
    ["'abc", 'invalid'],
    ['const 1a', 'invalid'],
  ])('is_complete %j: %s', async (code, status) => {
    expect((await kernel.request('shell', 'is_complete_request', { code })).content.status).toBe(status);
  });

  test('is_complete proposes an indentation', async () => {
    const indent = async (code: string) =>
      (await kernel.request('shell', 'is_complete_request', { code })).content.indent;
    expect(await indent('function f() {')).toBe('  ');
    expect(await indent('function f() {\n  if (x) {')).toBe('    ');
    expect(await indent('f(\n  a,')).toBe('  ');
  });

  test('completes with types', async () => {
    await run(
      'interface Neuron { threshold: number; fire(): void }\nlet neuron: Neuron = { threshold: 20, fire() {} }',
    );
    expect(await complete('neuron.')).toMatchObject({
      status: 'ok',
      matches: ['fire', 'threshold'],
      cursor_start: 7,
      cursor_end: 7,
    });
    expect(await complete('neuron.thr')).toMatchObject({ matches: ['threshold'], cursor_start: 7, cursor_end: 10 });
    expect((await complete('snn.dat')).matches).toContain('datasets');
    expect((await complete('const emoji = "😀"; neu')).matches).toContain('neuron');
    expect((await complete('const emoji = "😀"; neu')).cursor_start).toBe([...'const emoji = "😀"; '].length);
    expect((await complete('import fs from "node:fs"; fs.readFileS')).matches).toEqual(['readFileSync']);
    const { metadata } = await complete('neuron.f');
    expect(metadata._jupyter_types_experimental).toEqual([{ text: 'fire', type: 'function', start: 7, end: 8 }]);
  });

  test('inspects with signature and documentation', async () => {
    await run(
      '/** Doubles a number.\n * @param n what to double */\nfunction twice(n: number): number { return 2 * n }',
    );
    const { found, data } = await inspect('twice(1)', 3);
    expect(found).toBe(true);
    expect(data['text/plain']).toContain('twice(n: number): number');
    expect(data['text/plain']).toContain('Doubles a number.');
    expect((await inspect('twice(', 6)).data['text/plain']).toContain('twice(n: number): number');
    expect((await inspect('   ', 1)).found).toBe(false);
  });

  test('inspects types by their name alone, and finds nothing where there is nothing', async () => {
    await run(
      'interface Opts { rate: number; /** In ms. */ tau?: number }\n/** What a neuron is known by. */\ntype Id = string | number; const größe = 1; function fire2(opts: Opts): Id { return opts.rate }; const anything: any = { a: 1 };',
    );
    writeFileSync(join(folder, 'alone.ts'), '/** About one thing. */\nexport const thing = 1;');
    await run('import * as alone from "./alone";');
    const text = async (code: string, at?: number) => (await inspect(code, at)).data['text/plain'];
    expect(await text('Opts')).toBe('interface Opts { rate: number; /** In ms. */ tau?: number }');
    expect(await text('const o: Opts = 1', 11)).toBe('interface Opts { rate: number; /** In ms. */ tau?: number }');
    expect(await text('Id')).toBe('type Id = string | number\n\nWhat a neuron is known by.');
    expect(await text('größe')).toBe('const größe: 1');
    expect(await text('snn.classifier')).toMatch(/^function classifier\(.*\n\nA dense/);
    expect(await text('alone')).toBe('import alone');
    expect(await text('anything.a')).toBe('anything.a: number = 1');
    for (const code of ['nonexist', 'const x = nonexist', '// Opts', '"Opts', 'opts.nonexist', 'any'])
      expect([code, (await inspect(code)).found]).toEqual([code, false]);
    expect(await text('fire2(nonexist')).toBe('fire2(opts: Opts): Id');
  });

  test('completes and answers the heartbeat while a cell computes', async () => {
    const cell = kernel.begin('let spins = 0; while (true) spins++;');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(
      (await kernel.request('shell', 'complete_request', { code: 'neuron.', cursor_pos: 7 })).content.matches,
    ).toContain('fire');
    expect(await kernel.heartbeat()).toBeGreaterThan(0);
    expect(kernel.replyCounts.get(cell.reply.id)).toBeUndefined(); // it computes on
    await kernel.interrupt();
    await cell.idle;
  });
});
