import { fileURLToPath } from 'node:url';

/** Modules that a cell, and the notebook's own files, get from the kernel, whatever is installed. */
const ownModules: Readonly<Record<string, URL>> = {
  spikelab: new URL('../../src/index.js', import.meta.url),
  tslab: new URL('../child/tslab.js', import.meta.url),
};

/** URL of a module of the kernel's own. */
export function ownModule(specifier: string): string | undefined {
  return Object.hasOwn(ownModules, specifier) ? ownModules[specifier].href : undefined;
}

/** Its file, as TypeScript writes paths. */
export function ownModuleFile(specifier: string): string | undefined {
  const url = ownModule(specifier);
  return url === undefined ? undefined : fileURLToPath(url).replaceAll('\\', '/');
}

/** By what name cells import a file, with or without its extension, of the kernel's own. */
export function ownModuleName(file: string): string | undefined {
  const stem = withoutExtension(file);
  return Object.keys(ownModules).find((name) => withoutExtension(ownModuleFile(name)!) === stem);
}

function withoutExtension(file: string): string {
  return file.replace(/(\.d)?\.[cm]?[jt]s$/, '');
}
