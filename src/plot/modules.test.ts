import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));

/** Modules that importing a file loads at once; types and `import()` do not count. */
function loads(file: string, found = new Set<string>()): Set<string> {
  const source = readFileSync(file, 'utf8');
  for (const [, what, name] of source.matchAll(/^(?:import|export) (?!type )(?:(.*) from )?'([^']+)';$/gm)) {
    if (/^\{( type [^,]+,?)+ \}$/.test(what ?? '')) continue;
    if (!name.startsWith('.')) {
      found.add(name);
      continue;
    }
    const next = join(dirname(file), name.replace(/\.js$/, '.ts'));
    if (!found.has(next)) loads(next, found.add(next));
  }
  return found;
}
const packages = (file: string): string[] =>
  [...loads(join(here, file))].filter((name) => !name.startsWith(here) && !name.endsWith('.ts')).sort();

test('importing the plots loads neither Vega nor a renderer, and of Node what the platform file needs', () => {
  expect(packages('index.ts')).toEqual(['#plot-platform', 'fflate']);
});

test('what the JupyterLab extension shares runs in a browser', () => {
  expect(packages('payload.ts')).toEqual([]);
  expect(packages('codec.ts')).toEqual(['fflate']);
});

test('only the platform file imports Node modules', () => {
  expect(packages('platform.node.ts')).toEqual(['node:fs/promises', 'node:module', 'node:v8', 'node:zlib']);
  expect(packages('platform.browser.ts')).toEqual(['fflate']);
});
