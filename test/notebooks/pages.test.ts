/**
 * The documentation, run as a reader would: each page is a notebook in a folder of its own, each of its code blocks a
 * cell of it. Blocks of the shell run from the same cells, in the same folder, with the package installed there.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blocksOf, pages } from '../../scripts/docs/blocks.mjs';
import { notebookGlobals } from '../../src/index.js';
import { Jupyter, missing, python } from '../kernel/python-client.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'spikelab-pages-'));
const all = pages().map((page) => ({ page, blocks: blocksOf(page) }));
const run = all
  .map(({ page, blocks }) => ({ page, blocks: blocks.filter(({ skip }) => skip === undefined) }))
  .filter(({ blocks }) => blocks.length > 0);
const skipped = all.flatMap(({ page, blocks }) =>
  blocks.flatMap(({ line, skip }) => (skip ? [`${page}:${line}: ${skip}`] : [])),
);

interface Output {
  output_type: string;
  name?: string;
  text?: string;
  ename?: string;
  evalue?: string;
  traceback?: string[];
  data?: Record<string, string>;
}

type Block = ReturnType<typeof blocksOf>[number];

/** A cell that runs a block. */
function cellOf({ language, code }: Block): string {
  if (language === 'typescript') return code;
  const [program, ...args] = language === 'shell' ? ['bash', '-euo', 'pipefail', '-c'] : [python!, '-c'];
  return `(() => {
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
  const ran = spawnSync(${JSON.stringify(program)}, ${JSON.stringify([...args, code])}, { encoding: 'utf8', input: '', maxBuffer: 2 ** 28 });
  process.stdout.write(ran.stdout + ran.stderr);
  if (ran.status !== 0) throw new Error(\`exit code \${ran.status}: \${ran.stderr}\`);
})();`;
}

/** Names that a cell declares at its top level, imports included. */
function declaredBy(code: string): string[] {
  const namesOf = (name: ts.BindingName): string[] =>
    ts.isIdentifier(name)
      ? [name.text]
      : name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesOf(element.name) : []));
  return ts.createSourceFile('cell.ts', code, ts.ScriptTarget.Latest).statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) => namesOf(name));
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return [statement.name!.text];
    const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined;
    return bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
  });
}

/** The first cell of a page: a folder of its own, and none of the names that the page before it had in this kernel. */
function beginning(page: string, before: readonly Block[]): string {
  const own = join(folder, page.replaceAll(/\W/g, '-'));
  mkdirSync(own);
  const names = new Set(
    before.filter(({ language }) => language === 'typescript').flatMap(({ code }) => declaredBy(code)),
  );
  // Of this type nothing can be done with it; the library's own names mean again what they mean.
  const forget = (name: string) =>
    notebookGlobals.includes(name) ? `let ${name} = snn.${name};` : `let ${name}: unknown;`;
  const forgotten = [...names].map(forget).join('\n');
  return `${forgotten}\nprocess.chdir(${JSON.stringify(own)});`;
}

/** The package is there as npm would have put it, for every folder below. */
function putPackage(): void {
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/spikelab'), 'dir');
  const command = `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'dist/src/cli/main.js')}" "$@"\n`;
  writeFileSync(join(folder, 'node_modules/.bin/spikelab'), command, { mode: 0o755 });
}

/** Pages share a kernel, because each new one would load what draws pictures anew. */
const kernels = [0, 1].map((one) => run.filter((_, n) => n % 2 === one));
const cellsOf = (pagesOfKernel: typeof run): string[] =>
  pagesOfKernel.flatMap(({ page, blocks }, n) => [
    beginning(page, pagesOfKernel[n - 1]?.blocks ?? []),
    ...blocks.map(cellOf),
  ]);

const plain = (text: string): string => text.trim().replaceAll(/[ \t]+$/gm, '');
const asPattern = (text: string): RegExp =>
  new RegExp(
    `^${plain(text)
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^]*?')}$`,
  );

describe.skipIf(missing)('the documentation, run block by block', () => {
  const jupyter = new Jupyter();
  const outputs = new Map<string, Output[][]>();
  beforeAll(() => {
    jupyter.install();
    putPackage();
    const path = [join(folder, 'node_modules/.bin'), dirname(python!), process.env['PATH']].join(delimiter);
    const requests = kernels.map((pagesOfKernel, n) => ({
      name: `kernel ${n}`,
      folder,
      environment: { PATH: path, SPIKELAB_QUIET: '1', SPIKELAB_REHEARSE: 'off', npm_config_update_notifier: 'false' },
      cells: cellsOf(pagesOfKernel),
    }));
    const ran = jupyter.json<{ cells: Output[][] }[]>('notebooks.py', [], JSON.stringify(requests), 1_800_000);
    for (const [k, pagesOfKernel] of kernels.entries()) {
      let next = 0;
      for (const { page, blocks } of pagesOfKernel) {
        outputs.set(page, ran[k].cells.slice(next, next + blocks.length + 1));
        next += blocks.length + 1;
      }
    }
    const count = run.reduce((sum, { blocks }) => sum + blocks.length, 0);
    console.log(`${count} blocks of ${run.length} pages ran; ${skipped.length} did not:\n  ${skipped.join('\n  ')}`);
  }, 1_800_000);
  afterAll(() => {
    jupyter.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(run.map(({ page, blocks }) => [page, blocks] as const))('%s', (page, blocks) => {
    const [first, ...cells] = outputs.get(page)!;
    expect(first, page).toEqual([]);
    for (const [n, { line, fails, prints }] of blocks.entries()) {
      const where = `${page}:${line}`;
      const error = cells[n].find(({ output_type: type }) => type === 'error');
      const said = error && `${error.ename}: ${error.evalue}\n${error.traceback?.join('\n')}`;
      if (fails === undefined) expect(said, where).toBeUndefined();
      else expect(said, where).toContain(fails);
      expect(
        cells[n].filter(({ name }) => name === 'stderr').map(({ text }) => text),
        where,
      ).toEqual([]);
      const text = cells[n].map(
        (output) => output.text ?? (output.output_type === 'execute_result' ? output.data!['text/plain'] : ''),
      );
      if (prints !== undefined) expect(plain(text.join('')), where).toMatch(asPattern(prints));
    }
  });
});

test('a block that is not run says why', () => {
  expect(skipped.filter((line) => line.split(': ').slice(1).join('').length < 12)).toEqual([]);
});
