/**
 * The cell compiler by itself: its standard library is TypeScript's as far as Node has it, its errors are in the words
 * of a notebook, and what it does when idle leaves no trace.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { transpile } from '../../kernel/child/typescript-loader.js';
import { documents } from '../../kernel/compiler/documents.js';
import { workWhenIdle } from '../../kernel/compiler/idle-work.js';
import { standardLibrary } from '../../kernel/compiler/standard-library.js';
import { TypeScriptCompiler } from '../../kernel/compiler/typescript-compiler.js';

describe('the compiler of cells', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spikelab-compiler-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("JSX is React's where it is installed, or calls what `@jsx` names, in cells and in files", async () => {
    const project = join(folder, 'with-react');
    mkdirSync(join(project, 'node_modules/react'), { recursive: true });
    for (const name of ['package.json', 'jsx-runtime.js'])
      writeFileSync(join(project, 'node_modules/react', name), '{}');
    const compiler = new TypeScriptCompiler(project, { file: undefined, globals: [] });
    const compile = (code: string): string => {
      const result = compiler.compile({ code, label: '1', generation: 0, expressions: {} });
      if ('error' in result) return result.error.evalue;
      compiler.commit(code);
      return result.cell.js;
    };
    compile('declare global { namespace JSX { interface IntrinsicElements { [name: string]: any } } }');
    compile('const h = (...all: unknown[]) => all; const Fragment = 1');
    expect(compile('// @ts-nocheck\n<p>1</p>')).toContain('_jsx("p", { children: "1" })');
    expect(compile('/** @jsx h */\n<p id="a">1</p>')).toContain('h("p", { id: "a" }, "1")');
    expect(compile('/**\n * Two lines.\n * @jsx h\n * @jsxFrag Fragment\n */\n<><p /></>')).toContain(
      'h(Fragment, null,',
    );
    writeFileSync(join(project, 'view.tsx'), '/** @jsx h */ const h = String; export const view = <p>1</p>;');
    const emit = { jsx: ts.JsxEmit.ReactJSX };
    const { source } = await transpile(join(project, 'view.tsx'), 'file:///view.tsx', { emit });
    expect(source).toContain('h("p", null, "1")');
  });

  test("types are parsed once, whatever a tsconfig.json asks for; the notebook's own files by its options", () => {
    const [plain, strict, react] = [{}, { noFallthroughCasesInSwitch: true, alwaysStrict: true }, { jsx: 4 }];
    const parsed = (file: string, options: ts.CompilerOptions): ts.SourceFile =>
      documents.acquireDocumentWithKey(
        join(folder, file),
        join(folder, file) as ts.Path,
        options,
        documents.getKeyForCompilationSettings(options),
        ts.ScriptSnapshot.fromString('export {};'),
        '1',
      );
    for (const file of ['types.d.ts', 'types.d.mts', 'types.d.cts'])
      for (const options of [strict, react]) expect(parsed(file, options) === parsed(file, plain), file).toBe(true);
    for (const options of [strict, react])
      expect(parsed('own.ts', options) === parsed('own.ts', plain), JSON.stringify(options)).toBe(false);
  });

  test('the standard library in one file declares what TypeScript declares, member by member, as far as this Node has it', () => {
    const one = '/standard.d.ts';
    const standard = standardLibrary((path) => ts.sys.readFile(path)!);
    const declared = (options: ts.CompilerOptions, roots: string[]): string[] => {
      const host = ts.createCompilerHost(options);
      const { getSourceFile, fileExists } = host;
      host.fileExists = (path) => path === one || path === '/empty.ts' || fileExists(path);
      host.getSourceFile = (path, ...rest) =>
        path === one
          ? ts.createSourceFile(path, standard, ts.ScriptTarget.ES2022)
          : path === '/empty.ts'
            ? ts.createSourceFile(path, '', ts.ScriptTarget.ES2022)
            : getSourceFile(path, ...rest);
      const program = ts.createProgram(
        roots,
        { ...options, target: ts.ScriptTarget.ES2022, types: [], strict: true },
        host,
      );
      expect(
        ts
          .getPreEmitDiagnostics(program)
          .map(({ messageText }) => messageText)
          .filter((text) => text !== "Cannot find name 'Response'."),
      ).toEqual([]); // it is among Node's types
      const checker = program.getTypeChecker();
      const members = (symbol: ts.Symbol): string[] =>
        [...(symbol.members?.values() ?? []), ...(symbol.exports?.values() ?? [])].map(
          (member) => `${symbol.name}.${member.name} ${member.declarations?.length}`,
        );
      return checker
        .getSymbolsInScope(program.getSourceFile('/empty.ts')!, ~0 as ts.SymbolFlags)
        .flatMap((symbol) => [symbol.name, ...members(symbol)])
        .sort();
    };
    const old = declared({ lib: ['lib.es2023.d.ts'] }, ['/empty.ts']);
    const all = declared(
      {
        lib: [
          'lib.es2024.d.ts',
          ...['disposable', 'collection', 'array', 'promise', 'error', 'float16', 'sharedmemory', 'iterator'].map(
            (part) => `lib.esnext.${part}.d.ts`,
          ),
        ],
      },
      ['/empty.ts'],
    );
    const own = declared({ noLib: true }, [one, '/empty.ts']);
    expect(old.length).toBeGreaterThan(1000);
    // Without the number of declarations: a newer part may add a signature that this Node does not have.
    const names = (list: string[]) => new Set(list.map((entry) => entry.replace(/ \d+$/, '')));
    const [oldNames, allNames, ownNames] = [names(old), names(all), names(own)];
    expect([...oldNames].filter((name) => !ownNames.has(name))).toEqual([]);
    expect(
      [...ownNames].filter(
        (name) =>
          !allNames.has(name) &&
          !/^(globalThis\.)?(WebAssembly\b|(Response|Request)(\.json)?$|"__spikelab_iterator")/.test(name),
      ),
    ).toEqual([]);
    for (const [name, there] of [
      ['Set.union', 'union' in Set.prototype],
      ['ReadonlySet.union', 'union' in Set.prototype],
      ['PromiseConstructor.withResolvers', 'withResolvers' in Promise],
      ['String.isWellFormed', 'isWellFormed' in String.prototype],
      ['RegExp.unicodeSets', 'unicodeSets' in RegExp.prototype],
      ['ArrayBuffer.resize', 'resize' in ArrayBuffer.prototype],
      ['ArrayBuffer.transfer', 'transfer' in ArrayBuffer.prototype],
      ['DisposableStack', 'DisposableStack' in globalThis],
      ['IteratorObject.map', 'Iterator' in globalThis],
      ['Float16Array', 'Float16Array' in globalThis],
      ['Atomics.waitAsync', 'waitAsync' in Atomics],
      ['Atomics.pause', 'pause' in Atomics],
      ['SymbolConstructor.dispose', 'dispose' in Symbol],
      ['WebAssembly', true],
    ] as const)
      expect([name, ownNames.has(name)]).toEqual([name, there]);
  });

  test('takes what this Node runs, and refuses what it does not have', () => {
    const compiler = new TypeScriptCompiler(folder, { file: undefined, globals: [] });
    const compile = (code: string) => {
      const result = compiler.compile({ code, label: '1', generation: 0, expressions: {} });
      if ('cell' in result) compiler.commit(code);
      return result;
    };
    for (const code of [
      '(await WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))).instance.exports',
      'const memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1 }); memory.buffer.byteLength',
      "/\\p{Emoji}/v.test('😀')",
      '"".isWellFormed()',
      "import fs = require('node:fs')",
      'fs.readFileSync("x", "utf8").length',
      'using resource = { [Symbol.dispose]() {} };',
    ])
      expect([code, compile(code)]).toEqual([code, { cell: expect.anything() }]);
    expect(compile('fs.readFileSync("x", "utf8").nothing')).toHaveProperty(
      'error.evalue',
      "Property 'nothing' does not exist on type 'string'. (TS2339)",
    );
    const version = Number.parseInt(process.versions.node);
    for (const [code, has, message] of [
      [
        'new Set([1]).union(new Set([2]))',
        'union' in Set.prototype,
        `Property 'union' does not exist on type 'Set<number>'. Node ${version} does not have it. (TS2550)`,
      ],
      ['new DisposableStack()', 'DisposableStack' in globalThis, "Cannot find name 'DisposableStack'. (TS2304)"],
    ] as const)
      expect(compile(code)).toHaveProperty(has ? 'cell' : 'error.evalue', has ? expect.anything() : message);
  });

  test('an error tells types of one name apart without the modules that cells are', () => {
    const compiler = new TypeScriptCompiler(folder, { file: undefined, globals: [] });
    writeFileSync(join(folder, 'local.ts'), 'export interface Foo { a: number }\nexport const foo: Foo = { a: 1 };');
    const run = (code: string): string | undefined => {
      const result = compiler.compile({ code, label: '1', generation: 0, expressions: {} });
      if ('error' in result) return result.error.evalue;
      compiler.commit(code);
      return undefined;
    };
    expect(
      run(
        'type A1 = { a: number }; const va: A1 = { a: 1 }; class Layer<T> { private x!: T }; const layer = new Layer<number>();',
      ),
    ).toBeUndefined();
    expect(run('type A1 = { b: string }; class Layer<T> { private y!: T }; va')).toBeUndefined();
    expect(run('const vb: A1 = va')).toBe(
      "Property 'b' is missing in type 'earlier A1' but required in type 'A1'. (TS2741)",
    );
    expect(run('const other: Layer<number> = layer')).toBe(
      "Property 'y' is missing in type 'earlier Layer<number>' but required in type 'Layer<number>'. (TS2741)",
    );
    expect(run('type A1 = { c: string }; const vc: A1 = va')).toBe(
      "Property 'c' is missing in type 'earlier A1' but required in type 'A1'. (TS2741)",
    );
    expect(run('import { foo } from "./local"; interface Foo { b: number }; const bar: Foo = foo')).toBe(
      `Property 'b' is missing in type 'import("./local").Foo' but required in type 'Foo'. (TS2741)`,
    );
  });

  test('what it remembers of a cell is little', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const compiler = new TypeScriptCompiler(folder, { file: undefined, globals: [] });
    const liveAfter = (from: number, to: number): number => {
      for (let n = from; n < to; n++) {
        const code = `interface Layer${n % 7} { units: number }\nconst layer${n % 10}: Layer${n % 7} = { units: ${n} };\nlayer${n % 10}.units + ${n}`;
        expect(compiler.compile({ code, label: String(n), generation: 0, expressions: {} })).toHaveProperty('cell');
        compiler.commit(code);
      }
      compiler.rehearse(); // the last program is what a short cell leaves
      collect();
      return process.memoryUsage().heapUsed;
    };
    const warm = liveAfter(0, 60);
    expect((liveAfter(60, 210) - warm) / 150 / 1000).toBeLessThan(25); // kB a cell
  });

  test('a rehearsal between check and start of a cell leaves that cell and the names as they are', () => {
    const compiler = new TypeScriptCompiler(folder, { file: undefined, globals: [] });
    const compile = (code: string) => compiler.compile({ code, label: '1', generation: 0, expressions: {} });
    expect(compile('const kept: number = 1;')).toHaveProperty('cell');
    compiler.rehearse();
    compiler.commit('const kept: number = 1;');
    compiler.rehearse();
    expect(compile('kept.toFixed()')).toHaveProperty('cell');
    expect(compile('kept.length')).toHaveProperty(
      'error.evalue',
      "Property 'length' does not exist on type 'number'. (TS2339)",
    );
    expect(compile('rehearsed1')).toHaveProperty('error.evalue', "Cannot find name 'rehearsed1'. (TS2304)");
  });

  test.each([
    [{}, 30],
    [{ SPIKELAB_REHEARSE: 'off' }, 0],
    [{ SPIKELAB_GRADING: '1' }, 0],
  ])('rehearses while nobody asks, but not where nobody types: %j', (environment, times) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    vi.useFakeTimers();
    try {
      let count = 0;
      const answered = workWhenIdle(() => count++);
      vi.advanceTimersByTime(10_000);
      expect(count).toBe(0); // nothing was asked yet: the first cell may come at once
      answered();
      vi.advanceTimersByTime(10_000);
      expect(count).toBe(times);
    } finally {
      vi.useRealTimers();
      vi.unstubAllEnvs();
    }
  });
});
