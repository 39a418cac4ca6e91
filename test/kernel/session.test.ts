/**
 * Cells as a client sees them, through real processes and sockets: values, names, errors, imports, the queue, history.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';

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
    expect(content).toMatchObject({
      status: 'ok',
      protocol_version: '5.4',
      implementation: 'spikelab',
      language_info: { name: 'typescript', file_extension: '.ts' },
    });
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
    const kinds = [
      'let name = 1',
      'const name = 2',
      'class name { static v = 3 }',
      'function name() { return 4 }',
      'var name = 5',
      'enum name { A = 6 }',
    ];
    for (const first of kinds)
      for (const second of kinds) {
        expect((await run(first.replace('name', 'again'))).reply.status).toBe('ok');
        expect(
          (await run(second.replace('name', 'again')), await run('typeof again')).reply.status,
          `${first}, then ${second}`,
        ).toBe('ok');
      }
    expect((await run('again.A')).result).toBe('6');
  });

  test('types pass from cell to cell', async () => {
    await run(
      'interface Point { x: number; y?: string }\ntype Pair<T> = [T, T];\nclass Box<T> { constructor(readonly value: T) {} }',
    );
    await run('namespace Shapes { export const side = 2; export type Name = "square" }');
    expect(
      (await run('const p: Point = { x: 1 }; const q: Pair<Point> = [p, p]; new Box(q).value[0].x + Shapes.side'))
        .result,
    ).toBe('3');
    const wrong = await run('const shape: Shapes.Name = "circle";');
    expect(wrong.error?.evalue).toContain(`Type '"circle"' is not assignable to type '"square"'`);
  });

  test('reports a type error before running, with place and code frame', async () => {
    const { reply, error, stdout } = await run('console.log("ran");\nconst n: number = "s";');
    expect(stdout).toBe('');
    expect(reply).toMatchObject({
      status: 'error',
      ename: 'TypeError',
      evalue: "Type 'string' is not assignable to type 'number'. (TS2322)",
    });
    const traceback = error!.traceback.join('\n').replace(/\x1b\[\d+m/g, '');
    expect(traceback).toMatch(/In\[\d+\]\.ts:2:7 - TS2322/);
    expect(traceback).toContain('> 2 | const n: number = "s";\n    |       ^');
    expect((await run('mistyped')).error?.evalue).toContain("Cannot find name 'mistyped'");
    expect((await run('// @ts-nocheck\nconst m: number = "s"; m')).result).toBe("'s'");
    await run('const fixed = 1');
    expect((await run('fixed = 2')).error?.evalue).toContain("Cannot assign to 'fixed'");
  });

  test('maps tracebacks to what the user wrote, across cells and awaits, without internal frames', async () => {
    await run(
      '// a comment\ntype T = { a: number };\nasync function inner(n: T): Promise<never> {\n  await null;\n  throw new RangeError(`bad ${n.a}`);\n}',
    );
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
    writeFileSync(
      join(folder, 'node_modules/esm-only/package.json'),
      JSON.stringify({
        name: 'esm-only',
        type: 'module',
        exports: { './sub': { types: './lib/x.d.ts', import: './lib/x.js' } },
      }),
    );
    writeFileSync(
      join(folder, 'node_modules/esm-only/lib/x.js'),
      'export const answer = 42; export default class Thing {}',
    );
    writeFileSync(
      join(folder, 'node_modules/esm-only/lib/x.d.ts'),
      'export declare const answer: number; export default class Thing {}',
    );
    writeFileSync(join(folder, 'old.cjs'), 'module.exports = { ["na" + "me"]: "cjs" }');
    writeFileSync(
      join(folder, 'util.ts'),
      'import { seven } from "./seven";\nexport type N = number; export const double = (n: N): N => 2 * n * seven / 7;',
    );
    writeFileSync(join(folder, 'seven.ts'), 'export const seven: number = 7;');
    writeFileSync(join(folder, 'data.json'), '{ "size": 3 }');
    expect(
      (await run('import { answer } from "esm-only/sub"; import { join } from "node:path"; [answer, join("a", "b")]'))
        .result,
    ).toBe("[ 42, 'a/b' ]");
    expect((await run('import { double, type N } from "./util"; const eight: N = double(4); eight')).result).toBe('8');
    expect((await run('import data from "./data.json"; data.size')).result).toBe('3');
    expect((await run('import data2 from "./data.json" with { type: "json" }; data2.size')).result).toBe('3');
    expect((await run('const { name } = require("./old.cjs"); name')).result).toBe("'cjs'");
    expect((await run('answer.toUpperCase()')).error?.evalue).toContain(
      "Property 'toUpperCase' does not exist on type 'number'",
    );
    expect((await run('import { nothing } from "no-such-package"')).error?.evalue).toContain(
      "Cannot find package 'no-such-package'",
    );
    writeFileSync(join(folder, 'data.json'), '{ "size": 4 }');
    expect((await run('import data from "./data.json"; data.size')).result).toBe('4');
  });

  test('import.meta.resolve finds files and packages from the notebook', async () => {
    mkdirSync(join(folder, 'node_modules/found'), { recursive: true });
    writeFileSync(
      join(folder, 'node_modules/found/package.json'),
      '{ "name": "found", "type": "module", "exports": { "import": "./es.js", "require": "./common.cjs" } }',
    );
    writeFileSync(join(folder, 'node_modules/found/es.js'), 'export {}');
    const url = (file: string): string => `${pathToFileURL(folder).href}/${file}`;
    const found = (
      await run(
        "['./a.ts', 'found', 'node:fs', './my%20file.ts'].map((specifier) => import.meta.resolve(specifier)).join(' ')",
      )
    ).result;
    expect(found).toBe(`'${[url('a.ts'), url('node_modules/found/es.js'), 'node:fs', url('my%20file.ts')].join(' ')}'`);
  });

  test('a local file is imported as it is on disk, with what it imports; what did not change stays', async () => {
    const files: Record<string, string> = {
      'apart.ts': 'export const apart = { evaluated: 0 };',
      'deep.ts': 'export const deep: string = "old";',
      'between.ts': 'export { deep } from "./deep";',
      'inner.cjs': 'module.exports = "old";',
      'common.cjs': 'exports.common = require("./inner.cjs");',
      'plain.js': 'export const plain = "old";',
      'facts.json': '{ "fact": "old" }',
      'top.ts':
        'import { apart } from "./apart"; import { deep } from "./between"; import { common } from "./common.cjs"; import { plain } from "./plain.js"; import facts from "./facts.json";\napart.evaluated++; export const all = () => [deep, common, plain, facts.fact, apart.evaluated].join(" ");',
    };
    const write = (name: string, from: string, to: string): void =>
      writeFileSync(join(folder, name), files[name].replace(from, to));
    for (const name of Object.keys(files)) write(name, '', '');
    const cell = '// @ts-nocheck\nimport { all } from "./top"; all()';
    expect((await run(cell)).result).toBe("'old old old old 1'");
    expect((await run(cell)).result).toBe("'old old old old 1'");
    write('deep.ts', 'old', 'new');
    expect((await run(cell)).result).toBe("'new old old old 2'");
    write('inner.cjs', 'old', 'newer');
    expect((await run(cell)).result).toBe("'new newer old old 3'");
    write('plain.js', 'old', 'newest');
    write('facts.json', 'old', 'later');
    expect((await run(cell)).result).toBe("'new newer newest later 4'");
    expect((await run(cell)).result).toBe("'new newer newest later 4'");
    expect((await run('import { apart } from "./apart"; apart.evaluated')).result).toBe('4');
    // CommonJS in a cell.
    expect((await run('require("./common.cjs")')).result).toBe("{ common: 'newer' }");
    write('inner.cjs', 'old', 'required');
    expect(
      (
        await run(
          '[require("./common.cjs").common, require("./common.cjs") === require("./common.cjs"), typeof require.resolve]',
        )
      ).result,
    ).toBe("[ 'required', true, 'function' ]");
    expect((await run(cell)).result).toBe("'new required newest later 5'");
  });

  test('a failed import is tried anew when what it lacked is there', async () => {
    writeFileSync(join(folder, 'lacks.ts'), 'import { lacked } from "./lacked"; export const got: number = lacked;');
    const cell = '// @ts-nocheck\nimport { got } from "./lacks"; got';
    expect((await run(cell)).error?.evalue).toContain('Cannot find module');
    writeFileSync(
      join(folder, 'lacked.ts'),
      'if (!globalThis.ready) throw new Error("not ready"); export const lacked = 9;',
    );
    expect((await run(cell)).error?.evalue).toBe('not ready');
    await run('// @ts-nocheck\nglobalThis.ready = true');
    expect((await run(cell)).result).toBe('9');
  });

  test('the library is there, with types', async () => {
    expect((await run('typeof snn.dense + typeof show + typeof raster')).result).toBe("'functionfunctionfunction'");
    expect((await run('snn.dense("x")')).error?.evalue).toContain(
      "Argument of type 'string' is not assignable to parameter of type 'number'",
    );
    const shown = await run(
      'import { setTimeout as sleep } from "node:timers/promises";\nshow({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "a picture", "text/html": "<b>" }) })',
    );
    expect(shown.outputs.map(({ type, content }) => [type, content.data])).toEqual([
      ['display_data', { 'text/plain': 'a picture', 'text/html': '<b>' }],
    ]);
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

  test('aborts what is queued behind an error, only with stop_on_error', async () => {
    await run('let go: () => void = () => {}; comms.register("go", (comm) => { comm.onMessage = () => go() });');
    await kernel.send('shell', 'go open', 'comm_open', { comm_id: 'go', target_name: 'go', data: {} });
    const first = kernel.begin(
      'await new Promise<void>((resolve) => { go = resolve; console.log("waits") }); throw new Error("stop")',
    );
    const second = kernel.begin('1');
    // Answered after what was sent before it: the second cell has arrived.
    await Promise.all([
      kernel.request('shell', 'is_complete_request', { code: '1' }),
      kernel.until(({ type, parent }) => type === 'stream' && parent.msg_id === first.reply.id),
    ]);
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
    await run(
      'let behind = 0; let release: () => void = () => {}; comms.register("release", (comm) => { comm.onMessage = () => release() });',
    );
    await kernel.send('shell', `release ${code}`, 'comm_open', { comm_id: code, target_name: 'release', data: {} });
    for (let n = 0; n < 50; n++) {
      const cells = [
        'await new Promise<void>((resolve) => { release = resolve; console.log("waits") })',
        code,
        'behind++',
      ].map((text) => kernel.begin(text));
      cells.push(kernel.begin('behind++', { stop_on_error: false }), kernel.begin('behind++', { silent: true }));
      // Answered at once, and after what was sent before it on the same socket: all have arrived.
      await Promise.all([
        kernel.request('shell', 'is_complete_request', { code: '1' }),
        kernel.until(({ type, parent }) => type === 'stream' && parent.msg_id === cells[0].reply.id),
      ]);
      void kernel.request('shell', 'comm_msg', { comm_id: code, data: {} });
      const [first, failing, ...later] = await Promise.all(cells.map(({ reply }) => reply));
      await Promise.all(cells.map(({ idle }) => idle));
      expect([first, failing].map(({ content }) => content.status)).toEqual(['ok', 'error']);
      expect(failing.content.ename).toBe(ename);
      expect(later.map(({ content }) => content.status)).toEqual(['aborted', 'aborted', 'aborted']);
    }
    expect((await run('behind')).result).toBe('0');
  });

  test('history', async () => {
    await run('"history one"');
    await run('"history two"');
    const ask = async (content: Record<string, unknown>) =>
      (await kernel.request('shell', 'history_request', { output: false, raw: true, ...content })).content.history;
    const tail = await ask({ hist_access_type: 'tail', n: 2 });
    expect(tail.map((row: unknown[]) => row[2])).toEqual(['"history one"', '"history two"']);
    expect((await ask({ hist_access_type: 'search', pattern: '*story t*' })).map((row: unknown[]) => row[2])).toEqual([
      '"history two"',
    ]);
    const line = tail[0][1];
    expect(await ask({ hist_access_type: 'range', session: 0, start: line, stop: line + 1, output: true })).toEqual([
      [0, line, ['"history one"', "'history one'"]],
    ]);
  });

  test('a comm for an unknown target is closed', async () => {
    void kernel.request('shell', 'comm_open', { comm_id: 'c1', target_name: 'nobody', data: {} });
    expect((await kernel.until(({ type }) => type === 'comm_close')).content).toMatchObject({ comm_id: 'c1' });
  });
});
