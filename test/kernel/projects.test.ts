/**
 * Types as `tsc` has them, imports as bundlers have them, input through the front end: cells in a folder with a project
 * and packages.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';

const folder = mkdtempSync(join(tmpdir(), 'spikelab-projects-'));
const files: Record<string, string> = {
  'tsconfig.json':
    '{ // a comment\n "extends": "./base.json", "compilerOptions": { "paths": { "@/*": ["./lib/*"] }, "target": "ES5", }, }',
  'base.json':
    '{ "compilerOptions": { "strictNullChecks": false, "experimentalDecorators": true, "noUnusedLocals": true, "outFile": "x.js" } }',
  'lib/hi.ts': 'import { w } from "@/deep"; export const hi = (n: number): string => "hi" + n + w;',
  'lib/bundled.ts':
    'import whole, { member } from "common"; import * as all from "common"; import part from "common/part"; import manifest from "common/package.json"; import { aliased } from "./again"; export const bundled = [typeof whole, member, all.member, "missing" in all ? 1 : all.other, part, manifest.name, aliased]; export { member as same } from "common";',
  'lib/again.ts': 'export { member as aliased } from "common";',
  'lib/lacking.ts': 'import { lacking } from "common"; export const value = lacking;',
  'node_modules/common/package.json': '{ "name": "common", "main": "index.js" }',
  'lib/deep.tsx': 'const React = { createElement: (t: string) => t }; export const w: string = <b/> as any;',
  'w.ts':
    'import { parentPort, workerData } from "node:worker_threads"; import { hi } from "@/hi"; enum E { A = 5 } parentPort!.postMessage(hi(workerData) + E.A);',
  'node_modules/common/index.js': 'module.exports = Object.assign(function f() {}, { ["me" + "mber"]: 1 });',
  'node_modules/common/part.js': 'exports["de" + "fault"] = 2; exports.__esModule = true;',
  'node_modules/spikelab/index.js': 'exports.wrong = 1;',
};
let kernel: Client;
const run = (code: string, options?: Record<string, unknown>) => kernel.execute(code, options);
const expectCells = async (cells: readonly [code: string, result: string | undefined][]): Promise<void> => {
  for (const [code, result] of cells) {
    const shown = await run(code);
    expect([code, shown.result, shown.error?.evalue]).toEqual([code, result, undefined]);
  }
};

describe.skipIf(missingBuild)('cells of a project', () => {
  beforeAll(async () => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    kernel = await Client.start({ cwd: folder });
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  test('tsconfig.json counts, and what cannot count is said once', async () => {
    const first = await run('const text: string = null; text');
    expect([first.result, first.error]).toEqual(['null', undefined]);
    expect(first.stdout).toBe('tsconfig.json: no effect in a notebook: outFile, target (cells are ES2022)\n');
    expect((await run('1')).stderr).toBe('');
    await expectCells([
      ['import { hi } from "@/hi"; hi(1)', "'hi1b'"],
      ['function tag(t: any) { t.tagged = 1 } @tag class A {} (A as any).tagged', '1'],
    ]);
  });

  test('types: evolving, of variables of earlier cells, global and ambient declarations, lib references, JSX', async () => {
    await expectCells([
      [
        'const rows = []; rows.push(1); let best = null; for (const x of [3, 1]) if (best === null || x > best) best = x; [rows, best]',
        '[ [ 1 ], 3 ]',
      ],
      ['let count = 1; let either: string | number = 5;', undefined],
      ['count += 2; either = "t"; either.toUpperCase()', "'T'"],
      ['declare global { interface Array<T> { last(): T | undefined } }', undefined],
      ['Array.prototype.last = function () { return this[this.length - 1] }; [1, 2].last()', '2'],
      ['declare module "no-types" { export function go(n: number): string }', undefined],
      ['import type { go } from "no-types"; type Go = Parameters<typeof go>[0]; const g: Go = 1; g', '1'],
      ['/// <reference lib="dom" />\nlet element: HTMLElement; typeof element', "'undefined'"],
      ['const React = { createElement: (...all: any[]) => all }; <b id="x">{1 + 1}</b>', "[ 'b', { id: 'x' }, 2 ]"],
      ['const asserted = <number>(5 as any); asserted', '5'],
    ]);
    for (const code of ['console.log("ran"); count = "a"', '[count] = ["a"]', 'for (count of ["a"]) ;']) {
      const { error, stdout } = await run(code);
      expect([code, error?.evalue, stdout]).toEqual([
        code,
        "Type 'string' is not assignable to type 'number'. (TS2322)",
        '',
      ]);
    }
  });

  test('imports: whole namespaces, no extension, workers, the own library', async () => {
    await expectCells([
      [
        '// @ts-nocheck\nimport * as all from "common"; const again = await import("common"); [all.member, typeof all.default, again === all]',
        "[ 1, 'function', true ]",
      ],
      ['// @ts-nocheck\nimport part from "common/part"; part', '2'],
      [
        'import { classifier } from "spikelab"; [classifier === snn.classifier, require("spikelab") === snn]',
        '[ true, true ]',
      ],
      [
        'import { Worker } from "node:worker_threads"; const w = new Worker("./w.ts", { workerData: 4 }); await new Promise((done, fail) => { w.on("message", done); w.on("error", fail) })',
        "'hi4b5'",
      ],
    ]);
  });

  test('local TypeScript has all members of CommonJS packages, JSON of packages, and is required without its extension', async () => {
    await expectCells([
      ["import { bundled, same } from './lib/bundled'; bundled", "[ 'function', 1, 1, undefined, 2, 'common', 1 ]"],
      ["[same, require('./lib/bundled').same]", '[ 1, 1 ]'],
      ['// @ts-nocheck\nimport manifest from "common/package.json"; manifest.name', "'common'"],
      [
        'import { Worker as Thread } from "node:worker_threads"; const data = new Thread(new URL("data:text/javascript,import { parentPort } from \'node:worker_threads\'; parentPort.postMessage(5)")); await new Promise((done, fail) => { data.on("message", done); data.on("error", fail) })',
        '5',
      ],
    ]);
    const { error } = await run("// @ts-nocheck\nimport { value } from './lib/lacking'; value");
    expect(error).toMatchObject({
      ename: 'SyntaxError',
      evalue: "The requested module 'common/index.js' does not provide an export named 'lacking'",
    });
  });

  test('decorators get the types that were written, also those of other cells and of Node', async () => {
    const types = `Reflect.metadata = (key: string, value: unknown) => (target: object, name?: string) => {
  const list = value instanceof Array ? value : [value];
  noted.push([name ?? 'class', key.slice(7), ...list.map((type) => type?.name)].join(' '));
};`;
    await expectCells([
      [
        `declare global { namespace Reflect { let metadata: (key: string, value: unknown) => unknown } }\nlet _a = 'mine'; const noted: string[] = []; ${types} const seen: any = () => {}; class Given {}`,
        undefined,
      ],
      [
        '@seen class Service { constructor(a: Given, b: string, c: Map<string, number>) {} @seen at!: Date; @seen go(x: number[]): Promise<void> { return Promise.resolve() } } noted.sort()',
        `[
  'at type Date',
  'class paramtypes Given String Map',
  'go paramtypes Array',
  'go returntype Promise',
  'go type Function'
]`,
      ],
      ['_a', "'mine'"],
    ]);
  });

  test('stdin and readline ask the front end; where nobody answers they fail at once', async () => {
    const prompts: string[] = [];
    kernel.onInput = ({ header, content }) => {
      prompts.push(content.prompt as string);
      void kernel.send(
        'stdin',
        `answer ${prompts.length}`,
        'input_reply',
        { value: 'Bob', status: 'ok' },
        { parent: header },
      );
    };
    const asked = [
      'import { createInterface } from "node:readline/promises"; const lines = createInterface({ input: process.stdin, output: process.stdout }); await lines.question("name? ")',
      'import readline from "node:readline"; const old = readline.createInterface({ input: process.stdin, output: process.stdout }); await new Promise((done) => old.question("age? ", done))',
      'await new Promise((done) => process.stdin.once("data", (data) => done(String(data).trim())))',
    ];
    for (const code of asked) expect((await run(code, { allow_stdin: true })).result).toBe("'Bob'");
    expect(prompts).toEqual(['name? ', 'age? ', '']);
    for (const code of asked)
      expect((await run(code)).error).toMatchObject({
        ename: 'InputError',
        evalue: expect.stringContaining('allow_stdin'),
      });
    // What was refused takes no later answer: of the same interface, of another, of the stream itself after one was
    // closed.
    expect((await run('await lines.question("again? ")', { allow_stdin: true })).result).toBe("'Bob'");
    expect((await run('lines.close(); old.close(); 1')).result).toBe('1');
    for (const code of asked.slice(1)) expect((await run(code, { allow_stdin: true })).result).toBe("'Bob'");
  });
});
