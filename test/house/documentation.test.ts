/**
 * docs/reference/ is what the program is, and links of the documentation lead somewhere. A page that is not says which
 * command or line mends it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { anchorOf, anchorsOf, linksOf } from '../../scripts/docs/anchors.mjs';
import { pages } from '../../scripts/docs/blocks.mjs';
import { made, withPart } from '../../scripts/docs/reference.mjs';
import { richNames } from '../../kernel/child/rich-globals.js';
import { notebookGlobals } from '../../src/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
/** Texts of all files below some folders, tests left out. */
const sources = (...folders: string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && /\.(ts|mjs|py|sh)$/.test(file.name) && !file.name.endsWith('.test.ts'))
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')),
  );
const found = (texts: readonly string[], pattern: RegExp): string[] =>
  [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name)))].sort();
/** What stands as code in the first column of a page's tables. */
const firstColumn = (page: string): string[] =>
  read(page)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...line.split(' | ')[0].matchAll(/`([^`]+)`/g)].map(([, name]) => name));

describe('docs/reference', () => {
  test('has the commands, options and image sets that there are', async () => {
    for (const part of await made()) {
      const { before, after } = withPart(part);
      expect(before, `${part.page}: run npm run build && node scripts/docs/reference.mjs`).toBe(after);
    }
  });

  test('has the commands that the real --help lists', () => {
    const help = execFileSync(process.execPath, [join(root, 'dist/src/cli/main.js'), '--help'], { encoding: 'utf8' });
    const listed = [...help.split('Commands:')[1].matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name);
    const headings = found([read('docs/reference/command-line.md')], /^## ([a-z-]+)/gm);
    expect(headings).toEqual(listed.filter((name) => name !== 'help').sort());
  });

  test('has the exit codes that the command promises', () => {
    const [, promised] = /Exit codes: ([^.]*)\./.exec(read('src/cli/main.ts'))!;
    const codes = [...promised.matchAll(/\b\d+\b/g)].map(([code]) => code);
    expect([...read('docs/reference/command-line.md').matchAll(/^\| (\d+) \|/gm)].map(([, code]) => code)).toEqual(
      codes,
    );
  });

  test('has every environment variable of the sources, and no other', () => {
    const own = /\b(SPIKELAB_[A-Z_]*[A-Z])\b/g;
    const used = found(sources('src', 'kernel', 'extension/src', 'python', 'scripts'), own);
    expect(found([read('docs/reference/environment.md')], own), 'docs/reference/environment.md').toEqual(used);
    const system = /process\.env\['([A-Z_]+)'\]|\benv\['([A-Z_]+)'\]/g;
    const others = found(
      sources('src', 'kernel').map((text) => text.replaceAll(system, '<$1$2>')),
      /<((?!SPIKELAB)[A-Z_]{4,})>/g,
    );
    const page = read('docs/reference/environment.md');
    const inside = ['JPY_PARENT_PID'];
    expect(others.filter((name) => !page.includes(`\`${name}\``) && !inside.includes(name))).toEqual([]);
  });

  test('has every global of a notebook, and no other', () => {
    const api = read('kernel/child/notebook-api.ts');
    const listed = [...api.matchAll(/export (?:async )?function (\w+)|export const (\w+)|export \{([^}]*)\}/g)];
    const names = listed.flatMap(([, one, other, list]) =>
      (one ?? other ?? list).split(',').map((name) => name.trim()),
    );
    const globals = [...notebookGlobals, ...richNames, ...names.filter((name) => /^[a-z]\w*$/.test(name)), '_', 'Out'];
    expect(firstColumn('docs/reference/globals.md').sort()).toEqual(globals.sort());
  });

  test('has every MIME type and every error of our own', () => {
    const mime = read('docs/reference/mime-formats.md');
    for (const type of found(sources('src', 'kernel'), /'(application\/vnd\.(?:spikelab|vegalite)[^']+)'/g))
      expect(mime).toContain(`| \`${type}\` |`);
    const internal = ['MalformedMessage', 'DamagedChannel'];
    const errors = found(sources('src', 'kernel'), /class (\w+) extends \w*Error\b/g);
    const page = firstColumn('docs/reference/errors.md');
    expect(
      errors.filter((name) => !page.includes(name) && !internal.includes(name)),
      'docs/reference/errors.md',
    ).toEqual([]);
  });
});

describe('links of the documentation', () => {
  const all = [...pages(), 'CONTRIBUTING.md', 'CHANGELOG.md', 'notebooks/classroom/README.md'];

  test.each(all)('%s', (page) => {
    const broken = linksOf(read(page)).filter((target) => {
      if (/^(https?:|mailto:)/.test(target)) return false;
      const [path, anchor] = target.split('#');
      const file = path === '' ? join(root, page) : resolve(root, dirname(page), decodeURIComponent(path));
      if (relative(root, file).startsWith('..') || !existsSync(file)) return true;
      return anchor !== undefined && file.endsWith('.md') && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('anchors are those of GitHub', () => {
    expect(anchorOf('What 5.5 means: `tauM`, and *more*')).toBe('what-55-means-taum-and-more');
    expect(anchorsOf('# One\n\n```sh\n# no heading\n```\n\n## One')).toEqual(['one', 'one-1']);
    expect(linksOf('[a](b.md#c) `[d](e)` ![f](g.png "h")')).toEqual(['b.md#c', 'g.png']);
  });
});
