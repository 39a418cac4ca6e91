/**
 * Runs a notebook through its kernel without a browser: nbclient does it, in a Python that has it (`run_notebook.py`).
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findJupyterPython } from './jupyter-python.js';
import { writePage } from './notebook-page.js';
import { parametersCell, unknownParameters } from './parameters.js';
import type { Notebook } from './release-notebook.js';

export interface RunNotebookOptions {
  /** Where the executed notebook goes. Default `runs/NAME/NAME.ipynb`. */
  out?: string;
  /** Also write a page beside it, same name with `.html`. */
  html?: boolean;
  /** Kernel to use instead of the one the notebook names. */
  kernel?: string;
  /** Values for the notebook's parameters, declared in a cell of their own behind the one tagged `parameters`. */
  parameters?: Readonly<Record<string, unknown>>;
  /** Added to the kernel's environment. */
  env?: Readonly<Record<string, string>>;
  /** No progress on standard output. */
  quiet?: boolean;
}

export interface NotebookRun {
  /** Absolute path of the executed notebook. */
  readonly notebook: string;
  /** Absolute path of the page, when asked for. */
  readonly html?: string;
  /** 0 all cells ran, 1 a cell or the kernel failed, 130 interrupted. The notebook is written in each case. */
  readonly exitCode: number;
  readonly seconds: number;
  /** Code cells that ran, and how many there are. */
  readonly executed: number;
  readonly cells: number;
}

interface Output {
  readonly output_type: string;
  readonly data?: Readonly<Record<string, unknown>>;
}
interface Cell {
  readonly cell_type: string;
  readonly metadata?: { readonly tags?: readonly string[] };
  readonly source: string | readonly string[];
  readonly execution_count?: number | null;
  readonly outputs?: readonly Output[];
}

/** The code cells of a notebook file, in order. */
export function codeCells(file: string): readonly Cell[] {
  const { cells } = JSON.parse(readFileSync(file, 'utf8')) as { cells: readonly Cell[] };
  return cells.filter((cell) => cell.cell_type === 'code');
}

/** Refuses what is not a notebook before any program is started. */
function requireNotebook(file: string): void {
  if (!existsSync(file)) throw new Error(`there is no notebook ${file}: check the path`);
  try {
    const { cells } = JSON.parse(readFileSync(file, 'utf8')) as { cells?: unknown };
    if (!Array.isArray(cells)) throw new Error('it has no cells');
    if (!cells.every((cell) => typeof cell === 'object' && cell !== null))
      throw new Error('it has a cell that is none');
  } catch (error) {
    throw new Error(
      `${file} is not a Jupyter notebook (${(error as Error).message}): give a file that JupyterLab saved`,
    );
  }
}

/** Refuses, before an hour of training and not after it, a place where the results cannot be written. */
function requirePlace(notebook: string, html: string | undefined): void {
  if (html === notebook) throw new RangeError(`${notebook} would be notebook and page at once: end it with .ipynb`);
  if (existsSync(notebook) && statSync(notebook).isDirectory())
    throw new RangeError(`${notebook} is a folder: give the name of a file in it`);
  try {
    mkdirSync(dirname(notebook), { recursive: true });
    accessSync(dirname(notebook), constants.W_OK);
  } catch (error) {
    throw new Error(
      `the executed notebook cannot be written to ${dirname(notebook)} (${(error as Error).message}): give another place with --out`,
    );
  }
}

/**
 * Runs `file` in its own folder and keeps the executed notebook, also when a cell fails. Ctrl-C interrupts the running
 * cell; a second one ends the kernel.
 * @throws Error when the notebook, a Python with nbclient or the kernel is missing; the message names the fix
 */
export async function runNotebook(file: string, options: RunNotebookOptions = {}): Promise<NotebookRun> {
  const source = resolve(file);
  requireNotebook(source);
  const name = basename(source, extname(source));
  const notebook = resolve(options.out ?? join('runs', name, `${name}.ipynb`));
  const html = options.html ? join(dirname(notebook), `${basename(notebook, extname(notebook))}.html`) : undefined;
  requirePlace(notebook, html);
  const { parameters } = options;
  if (!options.quiet)
    for (const unknown of unknownParameters(codeCells(source), Object.keys(parameters ?? {})))
      console.log(`The notebook's cell of parameters does not declare ${unknown}`);
  const [python, ...pythonArgs] = findJupyterPython();
  const request = JSON.stringify({
    notebook: source,
    out: notebook,
    cwd: dirname(source),
    kernel: options.kernel ?? null,
    parameters: parameters ? parametersCell(parameters) : null,
  });
  const script = fileURLToPath(new URL('./run_notebook.py', import.meta.url));

  const started = performance.now();
  const child = spawn(python, [...pythonArgs, script, request], {
    stdio: ['ignore', options.quiet ? 'ignore' : 'inherit', 'inherit'],
    // Nobody types the next cell: the kernel need not prepare for it.
    env: { SPIKELAB_REHEARSE: 'off', ...process.env, ...options.env, PYTHONUNBUFFERED: '1', PYTHONIOENCODING: 'utf-8' },
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  const exitCode = await new Promise<number>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done(code ?? 1));
  }).finally(() => process.off('SIGINT', forward).off('SIGTERM', forward));

  if (exitCode === 2)
    throw new Error(
      options.kernel === undefined
        ? `the kernel that ${source} names is not installed: run \`npm run setup\` in a clone, else \`spikelab install\``
        : `there is no kernel --kernel ${options.kernel}: \`jupyter kernelspec list\` shows those that are installed`,
    );
  if (![0, 1, 130].includes(exitCode))
    throw new Error(`running ${source} ended with code ${exitCode} and without a result: the reason stands above`);
  if (html !== undefined)
    writePage(JSON.parse(readFileSync(notebook, 'utf8')) as Notebook, basename(notebook, extname(notebook)), html);
  const cells = codeCells(notebook);
  return {
    notebook,
    html,
    exitCode,
    seconds: (performance.now() - started) / 1000,
    executed: cells.filter((cell) => cell.execution_count != null).length,
    cells: cells.length,
  };
}
