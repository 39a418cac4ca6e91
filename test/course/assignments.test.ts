/**
 * Each assignment of the kit through the real kernel, as a grader runs it: with its model answers, and as students get
 * it.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBetween } from '../../scripts/setup/pages.mjs';
import { Jupyter, missing } from '../kernel/python-client.js';
import { released } from './released.js';
import { readNotebook, sourceOf, type Cell, type Notebook } from './submissions.js';

const kit = fileURLToPath(new URL('../../notebooks/classroom/', import.meta.url));
const names = readdirSync(kit).filter((file) => file.endsWith('.ipynb'));
const notebook = (name: string): Notebook => readNotebook(join(kit, name));
const gradedCells = (name: string): Cell[] =>
  notebook(name).cells.filter(({ metadata }) => metadata.nbgrader?.points !== undefined);

interface Output {
  output_type: string;
  name?: string;
  evalue?: string;
  text?: string;
  data?: Record<string, string>;
}
interface Ran {
  name: string;
  cells: Output[][];
}

/** What nbgrader makes of a test cell's outputs (`determine_grade` in its utils.py). */
function mark(outputs: readonly Output[], points: number): number {
  for (const { output_type: type, name, data } of outputs) {
    if (type === 'error' || name === 'stderr') return 0;
    if (type === 'execute_result') return Number(data!['text/plain']);
  }
  return points;
}

const code = ({ cells }: Notebook): Cell[] => cells.filter(({ cell_type: type }) => type === 'code');
const request = (name: string, one: Notebook) => ({
  name,
  environment: { SPIKELAB_GRADING: '1' },
  cells: code(one).map(sourceOf),
});

describe.skipIf(missing)('the kit, run as by a grader', () => {
  const jupyter = new Jupyter();
  const folder = mkdtempSync(join(tmpdir(), 'spikelab-kit-'));
  let ran: Ran[];
  beforeAll(() => {
    jupyter.install();
    const requests = names.flatMap((name) => [
      request(`${name} solution`, notebook(name)),
      request(`${name} release`, released(notebook(name))),
    ]);
    ran = jupyter.json<Ran[]>('notebooks.py', [], JSON.stringify(requests), 900_000);
  }, 900_000);
  afterAll(() => {
    jupyter.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const cellsOf = (name: string, how: string) => {
    const { cells } = ran.find((one) => one.name === `${name} ${how}`)!;
    return code(notebook(name)).map(({ metadata: { nbgrader: { grade_id: id = '', points } = {} } }, n) => ({
      ...{ id, points, outputs: cells[n] },
    }));
  };

  test.each(names)('%s with its model answers: every cell runs, all points of the tests', (name) => {
    for (const { id, points, outputs } of cellsOf(name, 'solution')) {
      expect(
        outputs.filter(({ output_type: type }) => type === 'error'),
        id,
      ).toEqual([]);
      if (points !== undefined) expect(mark(outputs, points), `${id}: ${JSON.stringify(outputs)}`).toBe(points);
    }
  });

  test.each(names)('%s as released: no points, and each test says why in words', (name) => {
    for (const { id, points, outputs } of cellsOf(name, 'release')) {
      if (points === undefined) continue;
      expect(mark(outputs, points), `${id}: ${JSON.stringify(outputs)}`).toBe(0);
      expect(JSON.stringify(outputs)).toMatch(/Not answered yet|expected|Cannot find name|used before being assigned/);
    }
  });
});

/**
 * `npm run test:course`: how long the model answers take on one core, with the digits drawn by code; written into
 * docs/teaching.md.
 */
describe.runIf(process.env['SPIKELAB_COURSE'] === 'all' && process.platform === 'linux' && !missing)('seconds', () => {
  const jupyter = new Jupyter();
  beforeAll(() => jupyter.install());
  afterAll(() => jupyter.remove());

  test('the table of the documentation is made by this run', () => {
    const solved = names.map((name) => code(notebook(name)).map(sourceOf));
    const ways = [
      solved.map((cells) => ({ cells, environment: {} })),
      // Nothing is drawn where `show` is a function that does nothing.
      solved.map((cells) => ({
        cells: ['const show = (..._pictures: unknown[]): void => {};', ...cells],
        environment: { SPIKELAB_QUIET: '1' },
      })),
    ].map((requests) => {
      const named = requests.map((one, n) => ({ ...one, name: names[n] }));
      return jupyter.json<{ seconds: number; cpuSeconds: number; cells: Output[][] }[]>(
        ...(['notebooks.py', ['--one-core'], JSON.stringify(named), 1_800_000] as const),
      );
    });
    for (const { cells } of ways.flat())
      expect(cells.flat().filter(({ output_type: type }) => type === 'error')).toEqual([]);
    const rows = names.map((name, n) => {
      const figures = ways.flatMap((way) => [way[n].cpuSeconds.toFixed(1), way[n].seconds.toFixed(1)]);
      return `| ${basename(name, '.ipynb')} | ${figures.join(' | ')} |`;
    });
    const load = loadavg()[0].toFixed(0);
    writeBetween(
      'docs/teaching.md',
      'npm run test:course on one core',
      [
        '| model answers of | processor seconds | seconds | without pictures: processor seconds | seconds |',
        '|---|--:|--:|--:|--:|',
        ...rows,
        '',
        `From the start of the kernel to its end (wanted: 60 s, and 20 without pictures), at a load of ${load} on ${availableParallelism()} cores: above 1 for each core, seconds are those of a busy machine.`,
      ].join('\n'),
    );
  });
});

describe('the kit, as it is committed', () => {
  test('six assignments, each with objectives, tasks, tests with hidden parts, an open question with a rubric', () => {
    expect(names).toHaveLength(6);
    for (const name of names) {
      const { cells } = notebook(name);
      const text = cells.map(sourceOf).join('\n');
      expect(text, name).toMatch(/After this assignment you can/);
      expect(text, name).toContain('BEGIN HIDDEN TESTS');
      expect(text, name).toContain('**Rubric.**');
      expect(cells.filter(({ metadata }) => metadata.nbgrader?.solution).length, name).toBeGreaterThan(3);
      const ids = cells.flatMap(({ metadata }) => metadata.nbgrader?.grade_id ?? []);
      expect(new Set(ids).size, name).toBe(ids.length);
      const points = gradedCells(name).reduce((sum, { metadata }) => sum + metadata.nbgrader!.points!, 0);
      expect(text, `${name} says its points`).toContain(`${points} points.`);
      for (const cell of cells) expect(cell).not.toMatchObject({ outputs: [expect.anything()] });
    }
  });

  test('the student network of assignment 3 has fewer than 150 lines', () => {
    const code = notebook('3-learning-by-hand.ipynb').cells.filter(
      ({ metadata, cell_type: type }) => type === 'code' && metadata.nbgrader?.points === undefined,
    );
    expect(
      code
        .map(sourceOf)
        .join('\n')
        .split('\n')
        .filter((line) => line.trim() !== '').length,
    ).toBeLessThan(150);
  });
});
