/** What kinds of package an installed one is, by its own package.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Each kind's name and whether a package is of it, by its manifest and what is installed for its cell. One package may
 * be of several.
 */
const kinds = {
  'ESM only': ({ manifest }) => manifest.type === 'module' && !serves(manifest.exports, 'require'),
  'CommonJS only': ({ manifest }) =>
    manifest.type !== 'module' && !manifest.module && !serves(manifest.exports, 'import'),
  'exports map': ({ manifest }) => typeof manifest.exports === 'object',
  'types apart': ({ names }) => names.some((name) => name.startsWith('@types/')),
  'native or a program': ({ manifest }) =>
    Object.keys(manifest.optionalDependencies ?? {}).some((name) => /linux/.test(name)),
};

/** Whether an exports map has a condition, at any depth. */
const serves = (map, condition) =>
  typeof map === 'object' &&
  map !== null &&
  Object.entries(map).some(([key, value]) => key === condition || serves(value, condition));

/**
 * @param folder with node_modules
 * @param cells names of packages to what is installed for their cells
 * @returns each kind with the names of its packages; first all of them
 */
export function byKind(folder, cells) {
  const facts = Object.entries(cells).map(([name, { names }]) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'));
    return { name, names, manifest };
  });
  const groups = Object.entries(kinds).map(([kind, isOne]) => [kind, facts.filter(isOne).map(({ name }) => name)]);
  return { all: Object.keys(cells), ...Object.fromEntries(groups) };
}
