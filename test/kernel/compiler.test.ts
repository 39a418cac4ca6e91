/** The cell compiler by itself: its standard library is TypeScript's, and what it does when idle leaves no trace. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { standardLibrary } from '../../kernel/language/standard-library.js';
import { TypeScriptCompiler } from '../../kernel/language/typescript-compiler.js';

describe('the compiler of cells', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spikelab-compiler-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('the standard library in one file declares what TypeScript declares, member by member', () => {
    const one = '/standard.d.ts';
    const standard = standardLibrary((path) => ts.sys.readFile(path)!);
    const declared = (options: ts.CompilerOptions, roots: string[]): string[] => {
      const host = ts.createCompilerHost(options);
      const { getSourceFile, fileExists } = host;
      host.fileExists = (path) => path === one || path === '/empty.ts' || fileExists(path);
      host.getSourceFile = (path, ...rest) => (path === one ? ts.createSourceFile(path, standard, ts.ScriptTarget.ES2022) : path === '/empty.ts' ? ts.createSourceFile(path, '', ts.ScriptTarget.ES2022) : getSourceFile(path, ...rest));
      const program = ts.createProgram(roots, { ...options, target: ts.ScriptTarget.ES2022, types: [], strict: true }, host);
      expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
      const checker = program.getTypeChecker();
      const members = (symbol: ts.Symbol): string[] => [...(symbol.members?.values() ?? []), ...(symbol.exports?.values() ?? [])].map((member) => `${symbol.name}.${member.name} ${member.declarations?.length}`);
      return checker.getSymbolsInScope(program.getSourceFile('/empty.ts')!, ~0 as ts.SymbolFlags).flatMap((symbol) => [symbol.name, ...members(symbol)]).sort();
    };
    const expected = declared({ lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.es2024.sharedmemory.d.ts', 'lib.esnext.collection.d.ts'] }, ['/empty.ts']);
    expect(expected.length).toBeGreaterThan(1000);
    expect(declared({ noLib: true }, [one, '/empty.ts'])).toEqual(expected);
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
    expect(compile('kept.length')).toHaveProperty('error.evalue', "Property 'length' does not exist on type 'number'. (TS2339)");
    expect(compile('rehearsed1')).toHaveProperty('error.evalue', "Cannot find name 'rehearsed1'. (TS2304)");
  }, 60_000);
});
