/**
 * Cells as people write them: the source of functions, values of cells, what other kernels' habits get for an answer.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';

const folder = mkdtempSync(join(tmpdir(), 'spikelab-everyday-'));
let kernel: Client;
const run = (code: string, options?: Record<string, unknown>) => kernel.execute(code, options);

/** What `tsc` makes of a function, printed by Node: the source that a function of a cell is to have. */
function compiled(code: string, expression: string): unknown {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.None },
  });
  const script = `${outputText};process.stdout.write(JSON.stringify([${expression}].map(String)))`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
}

describe.skipIf(missingBuild)('everyday cells', () => {
  beforeAll(async () => {
    kernel = await Client.start({ cwd: folder });
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });

  describe("a function's source", () => {
    const sources: [code: string, expression: string][] = [
      [
        'function named(a: number) { /* kept */ for (let i = 0; i < 2; i++) { a++ } return a } async function later<T>(x: T) { while (await x) break } function* many() { do yield 1; while (0) } async function* both() { for await (const x of []) ; }',
        'named, later, many, both',
      ],
      [
        'const plain = (x: number) => x + 1, block = (x) => { return x }, object = (x: number) => ({ a: x } as any), comma = (x) => (x++, 5), choice = (x) => x ? 1 : 2, nested = (a) => (b) => [a, b, (() => a)()], awaiting = async (x) => await x, pattern = ({ a, b = () => 1 }, ...rest) => rest',
        'plain, block, object, comma, choice, nested, nested(1), awaiting, pattern',
      ],
      [
        'class Cell { static count = 1; static { for (const x of [1]) Cell.count += x } #p = 1; fire = () => { for (;;) return this.#p }; constructor(readonly v = 1) { if (v) for (;;) break; else v++ } get p() { return this.#p } set p(v) { while (v--) ; } async run(then = function () { return 1 }) { await then() } static *all() { yield 1 } ["comp" + 1]() { return () => 1 } }',
        'Cell, Cell.prototype.run, Cell.all, Cell.prototype["comp1"], new Cell().fire, Object.getOwnPropertyDescriptor(Cell.prototype, "p")?.set',
      ],
      [
        'const holder = { m() { return 1 }, get x() { for (const a in {}) if (a) continue; else break; return 2 }, async *[Symbol.iterator]() { yield 1 }, f: function () { "use strict"; return this }, named: function inner() { return inner } }',
        'holder.m, Object.getOwnPropertyDescriptor(holder, "x")?.get, holder[Symbol.iterator], holder.f, holder.named',
      ],
      [
        'function withDefaults(a = () => 1, b = function () { return [a] }, { c = class { m() { return 1 } } } = {}) { label: for (;;) { for (;;) break label } return a() } const bound = withDefaults.bind(null)',
        'withDefaults, bound',
      ],
    ];
    test.each(sources)('is what tsc makes of it: %s', async (code, expression) => {
      const { result, stdout, error } = await run(`${code}\nconsole.log(JSON.stringify([${expression}].map(String)))`);
      expect([error, result]).toEqual([undefined, undefined]);
      expect(JSON.parse(stdout)).toEqual(compiled(code, expression));
    });

    test("keeps name and names, also those of Node's; another realm and another process run it", async () => {
      await run(
        'function fact(n: number): number { return n < 2 ? 1 : n * fact(n - 1) } class Map { x = new Map() } function fetch() { return [Map, fetch] } const load = () => import("node:fs");',
      );
      expect((await run('[fact.name, String(fact), String(fetch), String(load)]')).result).toBe(
        `[
  'fact',
  'function fact(n) { return n < 2 ? 1 : n * fact(n - 1); }',
  'function fetch() { return [Map, fetch]; }',
  '() => import("node:fs")'
]`,
      );
      expect((await run('String(Map)')).result).toBe("'class Map {\\n    x = new Map();\\n}'");
      const elsewhere = await run(
        'import vm from "node:vm"; import { execFileSync } from "node:child_process"; const realm = vm.createContext({});\n' +
          'const text = "f => Function.prototype.toString.call(f)"; const other = Object.setPrototypeOf((x: number) => x, vm.runInContext("Function.prototype", realm));\n' +
          '[String(other), vm.runInContext(text, realm)(fact), vm.runInNewContext(text)(fact), new vm.Script(text).runInNewContext({})(fact)].map((s) => s.slice(0, 16)).concat(execFileSync(process.execPath, ["-p", `(${fact})(5)`], { encoding: "utf8" }))',
      );
      const head = "'function fact(n)'";
      expect(elsewhere.result?.replace(/\s+/g, ' ')).toBe(`[ '(x) => x', ${head}, ${head}, ${head}, '120\\n' ]`);
      const worker = await run(
        'import { Worker } from "node:worker_threads"; const w = new Worker(`require("worker_threads").parentPort.postMessage((${fact})(6))`, { eval: true }); await new Promise((done, fail) => { w.on("message", done); w.on("error", fail) })',
      );
      expect(worker.result).toBe('720');
      expect(
        (await run('[String(Function.prototype.toString), String(Math.max), Function.prototype.toString.name]')).result,
      ).toBe("[ 'function toString() { [native code] }', 'function max() { [native code] }', 'toString' ]");
    });

    test('a function that has lost its variable to another still calls what the name means now', async () => {
      await run(
        'let counted = 0; function twice(n: number): number { return n === 0 ? counted : twice(n - 1) } const first = twice;',
      );
      await run('function twice(n: number): number { return -n }');
      expect((await run('first(3)')).result).toBe('-2');
    });
  });

  test('the value of a cell: assignments have none, objects need no parentheses, promises say so', async () => {
    await run('let v = 1, w: { a?: number } = {}, list = [1, 2]; const target: Record<string, unknown> = {};');
    for (const code of [
      'v = 5',
      'v++',
      '--v',
      'v ||= 2',
      '[v, list[0]] = [3, 4]',
      '({ a: w.a } = { a: 1 })',
      'target.x = 1',
      'v = 1, v += 2',
      'target.y = target.z = 1;',
    ])
      expect([code, (await run(code)).outputs]).toEqual([code, []]);
    const shown: [string, string][] = [
      ['(v = 7)', '7'],
      ['v = 1; v', '1'],
      ['{ a: 1, b: 2 }', '{ a: 1, b: 2 }'],
      ['{ a: 1 }', '{ a: 1 }'],
      ['{}', '{}'],
      [
        'const before = 1\n{ before, "b": [2], ...{ c: 3 }, f() { return 1 } } // all',
        '{ before: 1, b: [ 2 ], c: 3, f: [Function: f] }',
      ],
      ['await 1; { a: await Promise.resolve(2), b: 3 }', '{ a: 2, b: 3 }'],
      ['-v', '-1'],
      ['!v', 'false'],
      ['void 0, null', 'null'],
    ];
    for (const [code, result] of shown) expect([code, (await run(code)).result]).toEqual([code, result]);
    for (const code of [
      '{ let inner = 1; console.log(inner) }',
      '{ v; }',
      'if (v) { v }',
      '{ a: 1 };',
      'label: { break label }',
    ])
      expect([code, (await run(code)).error]).toEqual([code, undefined]);
    expect((await run('fetch')).result).toContain('[Function');
    expect((await run('Promise.resolve(1)')).result).toMatch(/^Promise \{ 1 \}\n.*await/);
    expect((await run('new Promise(() => {})')).result).toMatch(/^Promise \{ <pending> \}\n.*await/);
    const wrong = await run('const ok = 1\n{ a: ok, b: mistaken }');
    expect(wrong.error!.traceback.join('\n').replace(/\x1b\[\d+m/g, '')).toContain('2:13 - TS');
  });

  test("values of earlier cells: Out[n] and _, which is the user's when there is one", async () => {
    const { reply } = await run('({ kept: 1 })');
    const line = String(reply.execution_count);
    expect((await run('_.kept + 1')).result).toBe('2');
    expect((await run(`[_, Out[${line}].kept, Out[0]]`)).result).toBe('[ 2, 1, undefined ]');
    await run('let shownNothing = 1');
    expect((await run('_.length')).result).toBe('3');
    expect((await run('[1, 2].map((_) => _ * 2).map((_, i) => i)')).result).toBe('[ 0, 1 ]');
    await run('const _ = { chunk: () => "mine" }');
    expect((await run('_.chunk()')).result).toBe("'mine'");
    expect((await run('5; _.chunk()')).result).toBe("'mine'");
    expect((await run('_.length')).error?.evalue).toContain("'length' does not exist");
  });

  test("commands of IPython's get an answer that shows the TypeScript way", async () => {
    const answers: [string, string][] = [
      ['!ls', "execSync('ls'"],
      ['!ls -la', "execSync('ls -la'"],
      ['let a1 = 1\n!npm install lodash', "execSync('npm install lodash'"],
      ['npm install lodash', "execSync('npm install lodash'"],
      ['files = !ls *.ts', "execSync('ls *.ts', { encoding"],
      ['%time 1 + 1', "console.time('time'); 1 + 1"],
      ['%cd data', "process.chdir('data')"],
      ['%env HOME', 'process.env.HOME'],
      ['%pip install x', "execSync('npm install x'"],
      ['%lsmagic', 'Object.keys(globalThis)'],
      ['%%bash\nls\npwd', 'execSync(`\nls\npwd\n`'],
      ['%%time\nfor (;;) break', "console.time('cell')\nfor (;;) break"],
      ['%%writefile a.txt\nhi', "writeFileSync('a.txt', 'hi')"],
      ['?Math.max', 'Math.max'],
      ['Math.max?', 'Math.max'],
      ['Math.max??', 'Math.max'],
    ];
    for (const [code, text] of answers) {
      const { error, stdout } = await run(code);
      expect([code, error?.ename, stdout]).toEqual([code, 'SyntaxError', '']);
      expect(error!.evalue).toContain(text);
    }
    // What only looks like one is TypeScript.
    await run('const done = false; const ls = 1');
    expect((await run('!ls')).result).toBe('false');
    expect((await run('!mistyped && done')).error?.evalue).toContain("Cannot find name 'mistyped'");
    expect((await run('7\n%ls')).error?.evalue ?? '').not.toContain('IPython');
  });

  test('an expression that TypeScript cannot follow is told in words, and the session goes on', async () => {
    const nested = (times: number): string => '('.repeat(times) + '1' + ')'.repeat(times);
    for (const code of [Array<string>(20_000).fill('1').join(' + '), nested(20_000)]) {
      const { error } = await run(code);
      expect(error).toMatchObject({ ename: 'SyntaxError', evalue: expect.stringContaining('about 2000 in one') });
      expect(error!.traceback.join('\n')).not.toContain('node_modules');
    }
    expect((await run(Array<string>(1000).fill('1').join(' + '))).result).toBe('1000');
  });

  test('a line for the shell, the names of CommonJS, and console.clear', async () => {
    expect((await run('#!/usr/bin/env node\n"use strict"; 1')).result).toBe('1');
    expect(
      (
        await run(
          'exports.a = 1; [require.main === module, module.exports.a, module.filename === __filename, module.children]',
        )
      ).result,
    ).toBe('[ true, 1, true, [] ]');
    const cleared = await run('console.log("gone"); console.clear(); "left"');
    expect(cleared.outputs.map(({ type }) => type)).toEqual(['stream', 'clear_output', 'execute_result']);
  });
});
