/** The prebuilt JupyterLab extension: Jupyter finds it below a data folder, in `labextensions`, and builds nothing. */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const name = '@spikelab/jupyterlab';

/** Where this package has it. */
export const builtExtension = fileURLToPath(new URL('../../../extension/labextension', import.meta.url));

/** Where it goes inside a Jupyter data folder. */
export const extensionFolder = (dataFolder: string): string => join(dataFolder, 'labextensions', name);

/**
 * Copies the extension, replacing an older one; a JupyterLab starting meanwhile sees the old, none, or the new one,
 * never half of it.
 * @returns the folder installed to
 * @throws Error when it has not been built
 */
export function installExtension(dataFolder: string, from = builtExtension): string {
  if (!existsSync(join(from, 'package.json')))
    throw new Error(`The JupyterLab extension is not built: ${from} is missing. Build it with: npm run setup`);
  const target = extensionFolder(dataFolder);
  // Beside `labextensions`, not in it: JupyterLab would take the copy for another extension.
  const temporary = join(dataFolder, `.spikelab-extension-${process.pid}`);
  mkdirSync(dirname(target), { recursive: true });
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

/** Version of the extension in a Jupyter data folder; `undefined` when there is none. */
export function extensionVersion(dataFolder: string): string | undefined {
  try {
    const text = readFileSync(join(extensionFolder(dataFolder), 'package.json'), 'utf8');
    return String((JSON.parse(text) as { version?: unknown }).version);
  } catch {
    return undefined;
  }
}
