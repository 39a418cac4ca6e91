/** Names of cells: those of Node's that a cell takes, `var`, and statements without a value. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';

let kernel: Client;
const folder = mkdtempSync(join(tmpdir(), 'spikelab-names-'));
const run = (code: string, options?: Record<string, unknown>) => kernel.execute(code, options);

describe.skipIf(missingBuild)('names of cells', () => {
  beforeAll(async () => {
    kernel = await Client.start({ cwd: folder });
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a variable may have a name of Node's, which only cells see", async () => {
    mkdirSync(join(folder, 'node_modules/uses-globals'), { recursive: true });
    writeFileSync(
      join(folder, 'node_modules/uses-globals/index.js'),
      'exports.use = (then) => { new Map([[1, new URL("http://x")]]); Object.keys(JSON); setTimeout(then, 1); return typeof window };',
    );
    const cells: [string, string][] = [
      ['const Promise = 4; Promise', '4'],
      [
        'class Map<K, V> { items: [K, V][] = []; static of() { return new Map() } }\nconst mm = new Map<string, number>(); mm',
        'Map { items: [] }',
      ],
      [
        'const Object = 1, JSON = 2, Buffer = 3, performance = 0.95, window = 10; [Object, JSON, Buffer, performance, window]',
        '[ 1, 2, 3, 0.95, 10 ]',
      ],
      [
        'import { setTimeout } from "node:timers/promises"; const URL = "http://x"; await setTimeout(1, URL)',
        "'http://x'",
      ],
      [
        'function String(x: unknown) { return "S" + x }\nenum Symbol { A }\nString(Symbol.A) + String.name',
        "'S0String'",
      ],
      [
        'const { Array, Date: Math = 7 } = { Array: 5 } as { Array: number; Date?: number }; ({ Array, Math })',
        '{ Array: 5, Math: 7 }',
      ],
      ['const fetch = async (Map: number) => ({ Map }); [fetch.name, await fetch(2)]', "[ 'fetch', { Map: 2 } ]"],
      [
        'import { use } from "uses-globals"; await new globalThis.Promise((done) => console.log(use(done))); mm instanceof Map',
        'true',
      ],
      ['for await (const x of [1]) console.log(x); let process = 5; process++; process', '6'],
    ];
    for (const [code, result] of cells) expect((await run(code)).result, code).toBe(result);
    expect((await run('throw new TypeError("t")')).error).toMatchObject({ ename: 'TypeError', evalue: 't' });
    expect((await run('// @ts-nocheck\nnew performance()')).error).toMatchObject({
      evalue: 'performance is not a constructor',
    });
    const { reply } = await run('process', { user_expressions: { sum: 'Array + Math' } });
    expect(reply.user_expressions.sum.data['text/plain']).toBe('12');
    expect(
      await run(
        'const train = await datasets.strokes({ train: 20, test: 2, seed: 1 }); await snn.classifier({ hidden: [5], steps: 10, seed: 7 }).fit(train.train, { epochs: 1 }); 1',
      ),
    ).toMatchObject({ error: undefined, result: '1' });
  });

  test("a class with a name of Node's knows itself, before it is there and after another has taken the name", async () => {
    expect(
      (
        await run(
          'class Headers { static readonly empty = new Headers(); static seen = 0; static { Headers.seen++ } static of() { return new Headers() } kind = "old" }\n[Headers.empty.kind, Headers.seen]',
        )
      ).result,
    ).toBe("[ 'old', 1 ]");
    expect((await run('const old = Headers; class Request extends Headers {} new Request()')).result).toBe(
      "Request { kind: 'old' }",
    );
    expect(
      (await run('class Headers { kind = "new" } [old.of().kind, new Headers().kind, new Request().kind]')).result,
    ).toBe("[ 'old', 'new', 'old' ]");
  });

  test("what is only declared is Node's own; user_expressions know what the cell has made", async () => {
    expect(
      (
        await run(
          'declare function structuredClone(x: any): any; declare const Event: { new (t: string): { type: string } }; [structuredClone({ a: 1 }).a, new Event("b").type]',
        )
      ).result,
    ).toBe("[ 1, 'b' ]");
    expect((await run('structuredClone([2])')).result).toBe('[ 2 ]');
    const { reply } = await run('let Blob = 5', { user_expressions: { blob: 'Blob + 1' } });
    expect(reply.user_expressions.blob.data['text/plain']).toBe('6');
  });

  test('`var` may be declared again, and in blocks', async () => {
    expect((await run('var twice = 1; var twice = 2; twice')).result).toBe('2');
    expect((await run('var inner = 0; if (inner === 0) { var inner = 5 } inner')).result).toBe('5');
    expect(
      (
        await run(
          'for (var i = 0, j = 3; i < j; i++) {} { var { a, b: [c = 1] = [], ...rest } = { a: 1, d: 4 } as Record<string, any> } [i, a, c, rest]',
        )
      ).result,
    ).toBe('[ 3, 1, 1, { d: 4 } ]');
    expect((await run('var yes = 1; if (yes) var maybe; [yes, maybe]')).result).toBe('[ 1, undefined ]');
    expect((await run('let i = "anew", a = 2; i + a')).result).toBe("'anew2'");
  });

  test('statements that have no value show none; empty ones do not count', async () => {
    writeFileSync(join(folder, 'effect.ts'), 'export const a = 1;');
    for (const code of ['import "./effect"', 'export * from "./effect"', 'export { a } from "./effect"'])
      expect((await run(code)).result, code).toBeUndefined();
    expect((await run('3 + 3;;;')).result).toBe('6');
  });
});
