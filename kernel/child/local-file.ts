import { existsSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aliased, type Project } from '../common/project.js';

export const typeScriptFile = /\.(?:[cm]?ts|[jt]sx)$/;

/** Specifiers of paths: Node and TypeScript read backslashes in them as slashes, on every system. */
export const localSpecifier = /^(?:\.{0,2}[\\/]|[a-z]:[\\/])/i;
const relative = /^\.\.?(?:[\\/]|$)/;

/**
 * The file that a relative or absolute specifier means, with the extension that was left out or that TypeScript writes
 * as `.js`.
 */
export function localFile(specifier: string, folder: string): string | undefined {
  let path: string;
  if (specifier.startsWith('file:')) path = fileURLToPath(specifier);
  else if (relative.test(specifier)) path = join(folder, specifier);
  else if (localSpecifier.test(specifier)) path = specifier;
  else return undefined;
  const file = existing(path) ?? (path.includes('\\') ? existing(path.replaceAll('\\', '/')) : undefined);
  // One module for a file, whatever links lead to it, as Node does; also when a drive is once `c:` and once `C:`.
  return file === undefined ? undefined : realpathSync(file).replace(/^[a-z]:/, (drive) => drive.toUpperCase());
}

function existing(path: string): string | undefined {
  const candidates = [
    path,
    ...['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'].map((end) => path + end),
    path.replace(/\.([cm]?)js$/, '.$1ts'),
    path.replace(/\.jsx?$/, '.tsx'),
    ...['ts', 'tsx', 'js', 'jsx'].map((end) => join(path, `index.${end}`)),
  ];
  return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
}

let project: Project = {};

/** Says what the project means by names that are neither paths nor packages. */
export function setProject(now: Project): void {
  project = now;
}

/** The local file that a name means by the project's `paths` or `baseUrl`. */
export function aliasedFile(specifier: string): string | undefined {
  const { base } = project;
  if (base === undefined) return undefined;
  for (const target of aliased(specifier, project)) {
    const file = localFile(isAbsolute(target) ? target : `./${target}`, base);
    if (file !== undefined) return file;
  }
  return undefined;
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
