import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const typeScriptFile = /\.[cm]?ts$/;

/** The file that a relative or absolute specifier means, with the extension that was left out or that TypeScript writes as `.js`. */
export function localFile(specifier: string, folder: string): string | undefined {
  let path: string;
  if (specifier.startsWith('file:')) path = fileURLToPath(specifier);
  else if (/^\.\.?(\/|$)/.test(specifier)) path = join(folder, specifier);
  else if (specifier.startsWith('/')) path = specifier;
  else return undefined;
  const candidates = [
    path,
    ...['.ts', '.mts', '.js', '.mjs', '.cjs', '.json'].map((end) => path + end),
    path.replace(/\.([cm]?)js$/, '.$1ts'),
    join(path, 'index.ts'),
    join(path, 'index.js'),
  ];
  const file = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
  // One module for a file, whatever links lead to it; as Node does.
  return file === undefined ? undefined : realpathSync(file);
}

/** Packages are loaded once; only the notebook's own files are looked after. */
export function isInPackage(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path);
}

/** Tells one state of a file on disk from another; empty when the file is gone. */
export function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs} ${stats.size}` : '';
}
