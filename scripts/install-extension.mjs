/**
 * Installs the built JupyterLab extension below a prefix (a Python environment, or a folder of `JUPYTER_PATH` made the same way):
 * `<prefix>/share/jupyter/labextensions/@spikelab/jupyterlab`. JupyterLab finds it there by itself.
 *
 *     node scripts/install-extension.mjs [prefix]        default: .venv
 */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup/files.mjs';

const name = '@spikelab/jupyterlab';

/** Where JupyterLab looks for the extension below a prefix. */
export const extensionFolder = (prefix) => join(prefix, 'share/jupyter/labextensions', name);

/**
 * Copies the extension, replacing an older one; a JupyterLab starting meanwhile sees the old, none, or the new one, never half of it.
 * @param from the built extension
 * @returns the folder installed to
 * @throws Error when it has not been built
 */
export function installExtension(prefix, from = join(root, 'extension/labextension')) {
  if (!existsSync(join(from, 'package.json')))
    throw new Error(`no built extension in ${from}: run node scripts/build-extension.mjs first`);
  const target = extensionFolder(prefix);
  mkdirSync(dirname(target), { recursive: true });
  // Beside `labextensions`, not in it: JupyterLab would take the copy for another extension.
  const temporary = join(prefix, 'share/jupyter', `.spikelab-extension-${process.pid}`);
  try {
    rmSync(temporary, { recursive: true, force: true });
    cpSync(from, temporary, { recursive: true });
    rmSync(target, { recursive: true, force: true });
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return target;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(
      `JupyterLab extension installed in ${installExtension(resolve(process.argv[2] ?? join(root, '.venv')))}`,
    );
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}
