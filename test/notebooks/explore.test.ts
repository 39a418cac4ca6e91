/**
 * The notebook with sliders, through the real kernel and nbclient, without a front end: every cell runs, and the
 * controls are there as text.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { afterAll, describe, expect, test } from 'vitest';

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}
interface Cell {
  readonly id: string;
  readonly source: readonly string[];
  readonly outputs?: readonly Output[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const committed = join(root, 'notebooks/explore.ipynb');
const folder = mkdtempSync(join(tmpdir(), 'spikelab-explore-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cellsOf = (file: string): Cell[] => (JSON.parse(readFileSync(file, 'utf8')) as { cells: Cell[] }).cells;
const joined = (text: unknown): string => (Array.isArray(text) ? text.join('') : String(text ?? ''));

/** What the cells with controls must show, whoever ran them. */
function check(cells: readonly Cell[]): void {
  const all = cells.flatMap(({ outputs }) => outputs ?? []);
  expect(all.filter(({ output_type, name }) => output_type === 'error' || name === 'stderr')).toEqual([]);
  const [controls, raster, words, ...others] = cells.find(({ id }) => id === 'explore')?.outputs ?? [];
  expect(others).toEqual([]);
  expect(controls.data).toHaveProperty(['application/vnd.jupyter.widget-view+json']);
  const shown = /^threshold: ([\d.]+)\ntauM \(ms\): 64\nbrightness: 1\ndigit: 0$/.exec(
    joined(controls.data?.['text/plain']),
  );
  expect(shown).not.toBeNull();
  expect(raster.data).toHaveProperty(['application/vnd.spikelab.raster.v1+json']);
  const { width, height } = decode(Buffer.from(joined(raster.data?.['image/png']), 'base64'));
  expect(width * height).toBeGreaterThan(100_000);
  // The next cell set the threshold: what `interact` shows is that of the higher one, with fewer spikes.
  expect(joined(words.data?.['text/markdown'])).toMatch(
    /^Shown a \*\*\d\*\*, the network says \*\*\d\*\*\. Spikes: input: \d+, hidden1: \d+, output: \d+\.$/,
  );
  const values = cells.find(({ id }) => id === 'values')?.outputs?.[0].data?.['text/plain'];
  const threshold = Number(shown?.[1]) + 4;
  expect(joined(values).replaceAll(/\x1b\[\d+m/g, '')).toBe(
    `{ threshold: ${threshold}, tauM: 64, brightness: 1, digit: 0 }`,
  );
}

describe('explore notebook', () => {
  test('runs to its end on few samples, with its controls as text', () => {
    const out = join(folder, 'explore.ipynb');
    const args = ['dist/src/cli/main.js', 'run-notebook', committed, '--out', out, '-p', 'samples', '400'];
    const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    check(cellsOf(out));
  });

  test('what is committed is a whole run', () => {
    expect(existsSync(committed)).toBe(true);
    check(cellsOf(committed));
  });
});
