/**
 * Tests hold on a busy machine: what fails hangs, and the bound of vitest.config.ts says when. A test with a shorter
 * bound of its own fails where other processes have the cores.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const self = fileURLToPath(import.meta.url);
const files = ['src', 'extension/src', 'kernel', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .filter((file) => join(root, file) !== self),
);
/** Milliseconds as an argument of a test or hook: after its function, or among its options. */
const bound = /^\s*\},?\s+([\d_]+),?\s*\);|\{ timeout: ([\d_]+) \},/gm;

/** Bounds of a text, milliseconds. */
const boundsIn = (text: string): number[] =>
  [...text.matchAll(bound)].map(([, last, option]) => Number((last ?? option).replaceAll('_', '')));

test('no test waits shorter than all others', () => {
  const [patience] = /(?<=testTimeout: )[\d_]+/.exec(readFileSync(join(root, 'vitest.config.ts'), 'utf8')) ?? ['?'];
  const least = Number(patience.replaceAll('_', ''));
  expect(least).toBeGreaterThanOrEqual(600_000);
  expect(files.length).toBeGreaterThan(100);
  const hasty = files.flatMap((file) =>
    boundsIn(readFileSync(join(root, file), 'utf8'))
      .filter((own) => own < least && own >= 1000)
      .map((own) => `${file}: ${own} ms`),
  );
  expect(hasty).toEqual([]);
});

test('such bounds are found', () => {
  const hook = 'afterAll(() => {\n  stop();\n}, 300_000);\n';
  const option = "it('HDF5', { timeout: 120_000 }, async () => {});\n";
  const apart = 'test.each(seeds)(\n  "seed %i",\n  async () => {\n  },\n  60_000,\n);\n';
  expect(boundsIn(hook + option)).toEqual([300_000, 120_000]);
  expect(boundsIn(apart)).toEqual([60_000]);
});
