/** Finds a Python that can run and convert notebooks. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { notFromHere } from '../../kernel/install/kernelspec.js';

/** Folder of this package: the nearest above this file that holds spikelab's package.json. */
export function packageRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'spikelab')
      return folder;
    if (folder === dirname(folder)) throw new Error('spikelab is not inside its package: install it again');
  }
}

/**
 * The Python whose wheel this package is part of, when its `spikelab` command runs this; `undefined` for npm's package
 * and a checkout.
 */
export function wheelPython(): string | undefined {
  return existsSync(join(packageRoot(), '..', 'kernel.py')) ? process.env['SPIKELAB_PYTHON'] : undefined;
}

/** A command with its leading arguments. */
export type PythonCommand = readonly [command: string, ...args: string[]];

/** Looks for packages without running them: to import these two takes Python a second or two. */
const hasPackages = `${notFromHere}from importlib.util import find_spec; sys.exit(not all(map(find_spec, ["nbclient", "nbconvert"])))`;

/**
 * The Python of the wheel, the project's `.venv` (made by the set-up), else the first Python on the path that has
 * nbclient and nbconvert.
 * @throws Error that says how to get one
 */
export function findJupyterPython(root: string = packageRoot()): PythonCommand {
  const own = join(root, '.venv', ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  const wheel = wheelPython();
  const candidates: PythonCommand[] = [
    ...(wheel ? [[wheel] as const] : []),
    [own],
    ['python3'],
    ['python'],
    ['py', '-3'],
  ];
  for (const [command, ...args] of candidates) {
    if (spawnSync(command, [...args, '-c', hasPackages], { stdio: 'ignore' }).status === 0) return [command, ...args];
  }
  throw new Error(
    'no Python with nbclient and nbconvert was found: run `npm run setup` in a clone, or `pip install jupyterlab` (it brings both)',
  );
}
