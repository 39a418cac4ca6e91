/** What linters of TypeScript do not look at: the length of other sources, and that README names every room. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const products = ['src', 'kernel', 'extension/src', 'extension/style', 'python', 'scripts', 'bench'];
/** Style sheets, Python and shell scripts of the products. */
const others = products.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(css|py|sh)$/.test(file))
    .map((file) => join(folder, file)),
);

it('no style sheet and no script is longer than 250 lines', () => {
  const lengths = others.map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length - 1] as const);
  expect(lengths.length).toBeGreaterThan(20);
  expect(lengths.filter(([, lines]) => lines > 250)).toEqual([]);
});

it('README names every room of the library', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const named = [...readme.matchAll(/^\| `src\/(\w+)\/` \|/gm)].map(([, room]) => room);
  const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(named.sort()).toEqual(rooms.map(({ name }) => name).sort());
});
