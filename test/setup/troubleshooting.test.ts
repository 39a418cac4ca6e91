/** docs/troubleshooting.md quotes what the program prints: each text is looked for in the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/setup/files.mjs';

const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
const sources = ['scripts', 'src', 'kernel', 'python']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|mjs|py)$/.test(entry.name) && !entry.name.includes('.test.'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  )
  .join('\n')
  .replace(/\s+/g, ' ');

/** The first column of the tables, without what stands behind the quotation. */
const quoted = [...page.matchAll(/^\| `([^`]+)`/gm)].map(([, text]) => text);
/** What the sources have in a row between two placeholders; a text cut into several strings is a sentence in each. */
const parts = (text: string) =>
  text
    .split('…')
    .flatMap((part) => part.trim().split(/(?<=[.;,]) /))
    .filter((part) => /\w{3}/.test(part));

test('the page has an entry for each kind of trouble', () => expect(quoted.length).toBeGreaterThan(15));

test.each(quoted)('%s', (text) => {
  expect(parts(text).filter((part) => !sources.includes(part.trim()))).toEqual([]);
});
