/** Code blocks of the documentation, checked as the notebook checks cells: each page is a notebook, each `ts` block a cell of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { notebookGlobals } from '../../dist/src/index.js';
import { TypeScriptCompiler } from '../../dist/kernel/compiler/typescript-compiler.js';
import { root } from '../setup/files.mjs';

/** Names that a page takes for granted are declared in a comment, which no reader sees. */
const block = /^<!-- given:\n([^]*?)^-->$|^```(?:ts|typescript)\n([^]*?)^```$/gm;

/** @returns {{ checked: number, problems: string[] }} */
export function checkBlocks(pages) {
  const library = { file: join(root, 'dist/src/index.js'), globals: notebookGlobals };
  const problems = [];
  let checked = 0;
  for (const page of pages) {
    const compiler = new TypeScriptCompiler(root, library);
    const text = readFileSync(join(root, page), 'utf8');
    for (const found of text.matchAll(block)) {
      const code = found[1] ?? found[2];
      const line = text.slice(0, found.index).split('\n').length + 1;
      const result = compiler.compile({ code, label: `${++checked}`, generation: 0, expressions: {} });
      if ('error' in result)
        problems.push(`${page}:${line}: ${result.error.evalue}\n${result.error.traceback.join('\n')}`);
      compiler.commit(code);
    }
  }
  return { checked, problems };
}
