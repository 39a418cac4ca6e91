/**
 * A notebook as a page to read anywhere, without a kernel and without a connection: nbconvert makes it
 * (`notebook_page.py`), formulas are MathML.
 */
import { spawnSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { putFormulas, takeFormulas } from './formulas.js';
import { findJupyterPython } from './jupyter-python.js';
import type { Notebook } from './release-notebook.js';

/**
 * Writes a notebook, with the outputs it holds, as an HTML page; a reader of the file sees the old page or the whole
 * new one.
 * @throws Error with what nbconvert says
 */
export function writePage(notebook: Notebook, title: string, page: string): void {
  const [python, ...pythonArgs] = findJupyterPython();
  const { notebook: input, formulas } = takeFormulas(notebook);
  const script = fileURLToPath(new URL('./notebook_page.py', import.meta.url));
  const { status, stdout, stderr, error } = spawnSync(python, [...pythonArgs, script, title], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${title} could not be made into a page: ${error?.message ?? stderr.trim()}`);
  const temporary = `${page}.${process.pid}.tmp`;
  writeFileSync(temporary, putFormulas(stdout, formulas));
  renameSync(temporary, page);
}
