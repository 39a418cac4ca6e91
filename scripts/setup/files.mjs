/** Content stamps: a step of the set-up is repeated when what it was made from has changed, whatever the clocks say. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, absolute. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** Folders that hold products, not sources. */
const products = new Set(['node_modules', 'dist', 'lib', 'labextension', '.venv', '.git']);
/** Tests go into no product. */
const isSource = (name) => !/\.test\.[mc]?ts$/.test(name);

function* filesUnder(path) {
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return;
    if (error.code !== 'ENOTDIR') throw error;
    yield path;
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory() ? !products.has(entry.name) : entry.isFile() && isSource(entry.name))
      yield* filesUnder(join(path, entry.name));
  }
}

/** sha256 over names and contents of `paths` (files or folders below the project's folder) and over `facts`. */
export function hashOf(paths, ...facts) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesUnder(join(root, path)))
      hash
        .update(`${file.slice(root.length)}\0`)
        .update(readFileSync(file))
        .update('\0');
  }
  return hash.update(facts.join('\0')).digest('hex');
}

/** The text of a file, or undefined when there is none. */
export function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Writes whole files only: a cut set-up leaves the old file or the new one. */
export function writeAtomically(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
