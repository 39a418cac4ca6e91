/**
 * Paths of Windows, on any system: the compiler of cells in `C:\…`, and what a cell's specifiers mean there. Elsewhere
 * a folder that is named `C:` stands for the drive: what is asked for with backslashes is not found in it.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { TypeScriptCompiler } from '../../kernel/compiler/typescript-compiler.js';
import { aliased } from '../../kernel/common/project.js';
import { localFile, setProject, aliasedFile, isInPackage } from '../../kernel/child/local-file.js';

/** Node's functions for paths and files as they are on Windows, where a slash and a backslash are the same. */
vi.mock('node:path', async (original) => {
  const path = await original<typeof import('node:path')>();
  return process.platform === 'win32' ? path : { ...path.win32, default: path.win32 };
});
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const on =
    <R>(does: (path: string, ...rest: never[]) => R) =>
    (path: string, ...rest: never[]): R =>
      does(path.replaceAll('\\', '/').replace(/^c:/, 'C:'), ...rest);
  const mocked = {
    ...fs,
    existsSync: on(fs.existsSync),
    statSync: on(fs.statSync as never),
    // The drive is a root: a real path does not lead out of it.
    realpathSync: (path: string) => path.replaceAll('/', '\\'),
  };
  return process.platform === 'win32' ? fs : { ...mocked, default: mocked };
});

const files: Record<string, string> = {
  'proj/tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./lib/*"] }, "noImplicitReturns": true } }',
  'proj/lib/rate.ts': 'export const rate = (n: number): string => "r" + n;',
  'proj/spikes.ts': 'export interface Spike { at: number } export const first: Spike = { at: 3 };',
  'proj/types.d.ts': 'declare const fromTypes: 7;',
  'proj/node_modules/neurons/package.json': '{ "name": "neurons", "exports": { ".": { "types": "./index.d.ts" } } }',
  'proj/node_modules/neurons/index.d.ts': 'export declare function fire(n: number): boolean;',
  'proj/node_modules/@types/plain/index.d.ts': 'export declare const plain: 5;',
  'other/cells.ts': 'export const cells: number = 4;',
  'shared/nested/index.ts': 'export const nested = 1;',
};

describe('in a folder of Windows', () => {
  // Joined with slashes: the functions for paths are those of Windows here, the folder is not.
  const place = mkdtempSync(posix.join(tmpdir(), 'spikelab-windows-')).replaceAll('\\', '/');
  const before = process.cwd();
  beforeAll(() => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(`${place}/C:/${dirname(name)}`.replaceAll('\\', '/'), { recursive: true });
      writeFileSync(`${place}/C:/${name}`, text);
    }
    process.chdir(place);
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(place, { recursive: true, force: true });
  });

  test.each(['C:\\proj', 'C:/proj', 'C:\\proj\\'])('cells compile in %s, with types from everywhere', (folder) => {
    const compiler = new TypeScriptCompiler(folder, { file: undefined, globals: [] });
    const run = (code: string): string | undefined => {
      const result = compiler.compile({ code, label: '1', generation: 0, expressions: {} });
      if ('error' in result) return result.error.evalue;
      compiler.commit(code);
      return undefined;
    };
    for (const code of [
      'let count = 1; class Cell { at = 1 }',
      'count = 2; new Cell().at.toFixed()',
      'declare global { var everywhere: string }',
      'everywhere.trim()',
      "import { rate } from '@/rate'; rate(1).trim()",
      "import { first, type Spike } from './spikes'; const one: Spike = first",
      "import { first as same } from '.\\\\spikes'; same.at.toFixed()",
      "import { cells } from 'C:\\\\other\\\\cells.ts'; cells.toFixed()",
      "import { cells as again } from 'C:/other/cells'; again.toFixed()",
      "import { cells as byUrl } from 'file:///C:/other/cells.ts'; byUrl.toFixed()",
      "import { fire } from 'neurons'; fire(1) === true",
      "import { plain } from 'plain'; plain.toFixed()",
      "import { readFileSync } from 'node:fs'; readFileSync('x', 'utf8').trim(); process.cwd(); fromTypes.toFixed()",
      'declare module "made" { export const up: number } ',
      "import { up } from 'made'; up.toFixed()",
    ])
      expect([code, run(code)]).toEqual([code, undefined]);
    for (const code of [
      "count = 'a'",
      "rate('a')",
      "fire('a')",
      'plain.missing',
      "one.at = 'a'",
      'cells.missing + again.missing + byUrl.missing',
      'function f(x: number) { if (x) return 1 }',
      'fromTypes.missing',
    ])
      expect([code, run(code)]).not.toEqual([code, undefined]);
    expect(compiler.complete('one.', 4).entries.map(({ text }) => text)).toEqual(['at']);
    const result = compiler.compile({ code: '1', label: '2', generation: 0, expressions: {} });
    expect('cell' in result && result.cell.project).toMatchObject({
      paths: { '@/*': ['./lib/*'] },
      base: expect.stringMatching(/^C:\/proj\/?$/) as unknown,
    });
  });

  test.each([
    ['./spikes', 'C:\\proj\\spikes.ts'],
    ['.\\spikes', 'C:\\proj\\spikes.ts'],
    ['./lib\\rate', 'C:\\proj\\lib\\rate.ts'],
    ['..\\other\\cells.js', 'C:\\other\\cells.ts'],
    ['C:\\other\\cells.ts', 'C:\\other\\cells.ts'],
    ['c:\\other\\cells', 'C:\\other\\cells.ts'],
    ['C:/shared/nested', 'C:\\shared\\nested\\index.ts'],
    ['@/rate', 'C:\\proj\\lib\\rate.ts'],
    ['neurons', undefined],
    ['C:\\other\\missing', undefined],
  ])('%s is %s', (specifier, file) => {
    setProject({ paths: { '@/*': ['./lib/*'] }, base: 'C:/proj' });
    expect(localFile(specifier, 'C:\\proj') ?? aliasedFile(specifier)).toBe(file);
  });

  test('paths are no names of packages', () => {
    const project = { paths: { '*': ['./lib/*'] }, base: 'C:/proj' };
    expect(
      ['C:\\x', 'c:/x', '.\\x', '..\\x', '\\\\server\\x', 'file:///C:/x'].flatMap((name) => aliased(name, project)),
    ).toEqual([]);
    expect(isInPackage('C:\\proj\\node_modules\\x\\index.js')).toBe(true);
  });
});
