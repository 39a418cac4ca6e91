/**
 * The paper's notebooks through the real kernel, on very few samples: every cell runs, the pictures are there, and what
 * the tables say agrees with the authors' log, with sums written out here, and with the same network trained without a
 * notebook. Also: what is committed is a whole run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, describe, expect, test } from 'vitest';
import { datasets } from '../../src/data/datasets.js';
import { MissingDataError } from '../../src/data/registry/locate.js';
import { presets } from '../../src/presets/index.js';
import { sequential } from '../../src/train/build.js';

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
}
interface Cell {
  readonly cell_type: string;
  readonly id: string;
  readonly source: readonly string[];
  readonly execution_count?: number | null;
  readonly outputs?: readonly Output[];
}

const root = new URL('../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'spikelab-paper-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A notebook of `notebooks/paper`, or with its folder: `research/grid`. */
const committed = (name: string): string => join(root, 'notebooks', name.includes('/') ? '' : 'paper', `${name}.ipynb`);
const cellsOf = (file: string): Cell[] => JSON.parse(readFileSync(file, 'utf8')).cells;
const joined = (text: unknown): string => (Array.isArray(text) ? text.join('') : String(text ?? ''));

/** A notebook that ran. */
class Ran {
  constructor(private readonly cells: readonly Cell[]) {}

  private outputs(id: string): readonly Output[] {
    return this.cells.find((cell) => cell.id === id)?.outputs ?? [];
  }
  get all(): Output[] {
    return this.cells.flatMap((cell) => cell.outputs ?? []);
  }
  printed(id: string): string {
    return this.outputs(id)
      .map(({ text }) => joined(text))
      .join('');
  }
  /** The first table of a cell: rows by column, Markdown escapes removed. */
  table(id: string): Record<string, string>[] {
    const markdown = this.outputs(id)
      .map(({ data }) => data?.['text/markdown'])
      .find((one) => one !== undefined);
    const [head, , ...rows] = joined(markdown)
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .replaceAll(/\\(.)/g, '$1')
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    return rows.map((row) => Object.fromEntries(row.map((cell, k) => [head[k], cell])));
  }
  /** The series of the first chart of a cell, in order. */
  series(id: string): { x: number; y: number }[][] {
    const figure = this.outputs(id)
      .map(({ data }) => data?.['application/vnd.spikelab.figure.v1+json'])
      .find((one) => one !== undefined);
    const { marks } = (figure as { content: { marks: { x: number[]; y: number[] }[] } }).content;
    return marks.map(({ x, y }) => x.map((at, k) => ({ x: at, y: y[k] })));
  }
  record(id: string): {
    testAccuracy: number;
    weightsSha256: string;
    samples: number;
    epochs: number;
    dataset: string;
  } {
    return this.outputs(id)[0].data?.['application/json'] as never;
  }
}

function execute(name: string, samples: number, more: readonly string[] = []): Ran {
  const out = join(folder, `${name.replaceAll('/', '-')}.ipynb`);
  const parameter = /^let (samples|size)\b/m.exec(
    joined(cellsOf(committed(name)).find(({ id }) => id === 'parameters')?.source),
  )?.[1];
  const values = [...(parameter ? ['-p', parameter, String(samples)] : []), ...more];
  const run = spawnSync(process.execPath, ['dist/src/cli/main.js', 'run-notebook', committed(name), out, ...values], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(run, run.stdout).toMatchObject({ status: 0, stderr: '' });
  const cells = cellsOf(out);
  for (const cell of cells.filter((one) => one.cell_type === 'code')) {
    expect(cell.execution_count, cell.id).toBeGreaterThan(0);
    expect(
      cell.outputs?.filter((output) => output.output_type === 'error' || output.name === 'stderr'),
      cell.id,
    ).toEqual([]);
  }
  return new Ran(cells);
}

/** How many pictures of each kind a run holds; each must have a PNG that is not blank. */
function pictures(outputs: readonly Output[]): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const { data } of outputs) {
    if (!data) continue;
    expect(JSON.stringify(data).length).toBeLessThanOrEqual(150_000);
    const kind =
      'text/markdown' in data
        ? 'table'
        : (/^(raster|curves|counts|membrane|chart|images|bars|confusion): /.exec(joined(data['text/plain']))?.[1] ??
          'value');
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (kind === 'table' || kind === 'value') continue;
    const image = decode(Buffer.from(joined(data['image/png']), 'base64'));
    expect(Math.min(image.width, image.height)).toBeGreaterThan(60);
    expect(new Set(image.data).size).toBeGreaterThan(2);
  }
  return kinds;
}

/** Skips a test whose data is not on this machine. */
async function needs(
  context: { skip(reason: string): void },
  load: (options: { download: false }) => Promise<unknown>,
): Promise<void> {
  await load({ download: false }).catch((error: unknown) => {
    if (!(error instanceof MissingDataError)) throw error;
    context.skip(error.message.split('\n')[0]);
  });
}

/** The authors' log as the file has it: test accuracy in %, by run and epoch. */
const log = readFileSync(join(root, 'docs/results/authors-logs.csv'), 'utf8')
  .split('\n')
  .map((line) => line.split(','));
const logged = (run: string, epoch: number): string =>
  `${Number(log.find(([name, number]) => name === run && Number(number) === epoch)![3]).toFixed(2)} %`;
const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;

/** The rows of a notebook's table beside the paper, with the run's own row last. */
function besidePaper(
  ran: Ran,
  preset: { readonly paper?: { readonly mean?: number; readonly best: number } },
  authors?: string,
): void {
  const table = ran.table('paper');
  const accuracy = (what: RegExp): string | undefined => table.find(({ run }) => what.test(run))?.['test accuracy'];
  const record = ran.record('record');
  if (preset.paper?.mean !== undefined) expect(accuracy(/^paper, mean/)).toBe(`${preset.paper.mean.toFixed(2)} %`);
  if (preset.paper) expect(accuracy(/^(paper|reported), best/)).toBe(`${preset.paper.best.toFixed(2)} %`);
  if (authors !== undefined) {
    expect(accuracy(/same epoch/)).toBe(logged(authors, record.epochs));
    expect(accuracy(/last epoch/)).toBe(logged(authors, 200));
  }
  expect(table.at(-1)).toEqual({
    run: 'this run, seed 1',
    data: record.dataset,
    'training samples': String(record.samples),
    epochs: String(record.epochs),
    'test accuracy': percent(record.testAccuracy),
  });
}

describe('explaining notebooks', () => {
  test('spsp: closed form, pair sum, and the sum written out here are one number', () => {
    const ran = execute('spsp', 200);
    expect(pictures(ran.all)).toMatchObject({ raster: 1, chart: 7, curves: 1, table: 1 });
    const rows = ran.table('closed-table');
    for (const row of rows) expect(row['closed form']).toBe(row['pair by pair']);
    // S-PSP as the paper defines it, on the trains of the notebook's first cell.
    const [input, output] = [
      [12, 20, 31, 60, 66, 90, 131, 140, 152, 170],
      [36, 74, 101, 160, 184],
    ];
    let e = 0;
    output.forEach((fire, k) => {
      const s = fire - (k === 0 ? 1 : output[k - 1] + 2);
      for (const t of input.map((time) => fire - time - 2).filter((age) => age >= 0)) {
        e +=
          (Math.exp(-Math.max(t - s, 0) / 8) / (1 - 8 / 64)) *
          (Math.exp(-Math.min(s, t) / 64) - Math.exp(-Math.min(s, t) / 8));
      }
    });
    expect(Number(rows.at(-1)!['closed form'])).toBeCloseTo(e, 10);
    expect(Number(/largest difference: (\S+) of e/.exec(ran.printed('many'))![1])).toBeLessThan(1e-12);
    const [points, line] = ran.series('trained');
    expect(points.length).toBeGreaterThan(1000);
    expect(line).toEqual([
      { x: 0, y: 0 },
      { x: line[1].x, y: line[1].x },
    ]);
  });

  test('hm2bp-from-scratch: under 150 lines, gradients and the whole training as in the library', () => {
    const ran = execute('hm2bp-from-scratch', 1);
    expect(pictures(ran.all)).toMatchObject({ raster: 3, chart: 1, table: 1 });
    for (const row of ran.table('compare')) {
      expect(Number(row['largest gradient'])).toBeGreaterThan(1);
      expect(Number(row['largest difference to the reference'])).toBeLessThan(1e-10);
      expect(Number(row['to the engine']) / Number(row['largest gradient'])).toBeLessThan(1e-5);
    }
    const silent = Number(/^(\d) of 6/.exec(ran.printed('compare'))![1]);
    expect([0, 6]).not.toContain(silent); // both the ordinary rule and that of a silent class were compared
    const [ours, library] = ran.series('train');
    expect(ours).toEqual(library);
    expect(ours.at(-1)!.y).toBeLessThan(0.1 * ours[0].y);
    // The cell of parameters is not of the algorithm: it is there to be replaced from outside.
    const code = cellsOf(committed('hm2bp-from-scratch')).filter(
      ({ cell_type, id }) => cell_type === 'code' && id !== 'parameters',
    );
    expect(code.flatMap((cell) => cell.source).filter((line) => line.trim() !== '').length).toBeLessThan(150);
  });

  test('ablations: every variant with its seeds, and differences that are those of the seeds', () => {
    const ran = execute('ablations', 60);
    expect(pictures(ran.all)).toMatchObject({ chart: 2, table: 1 });
    const rows = ran.table('table');
    expect(rows.map((row) => row.variant)).toEqual([
      'full',
      'side effect off',
      'side effect implicit',
      'side effect saturating',
      'no effect ratio',
      'no inhibition',
      'no boosting',
      'no regulariser',
    ]);
    const seeds = rows.map((row) => row['of single seeds'].split(', ').map(Number));
    rows.slice(1).forEach((row, k) => {
      const mean = seeds[k + 1].reduce((sum, value, s) => sum + (value - seeds[0][s]) / seeds[0].length, 0);
      expect(Number(row['difference to full'].split(' ')[0].replace('−', '-'))).toBeCloseTo(mean, 0);
    });
    expect(ran.series('curves')).toHaveLength(8);
  });
});

describe('experiments', () => {
  test('mnist-dense: the preset trained without a notebook gives the same weights', async (context) => {
    await needs(context, datasets.mnist);
    const ran = execute('mnist-dense', 200);
    expect(pictures(ran.all)).toMatchObject({ raster: 2, counts: 2, curves: 2, images: 2, table: 2 });
    const preset = presets.jin2018.mnistDense;
    besidePaper(ran, preset, 'mnist-dense');
    const { train, test: unseen } = await datasets.mnist({ size: 200 });
    const net = sequential(preset.layers, { ...preset.options, ...preset.rule, seed: 1 });
    await net.fit(train, { epochs: 2, validation: unseen, silent: true });
    expect(ran.record('record')).toMatchObject({
      samples: 200,
      epochs: 2,
      weightsSha256: net.runRecord.weightsSha256,
      testAccuracy: net.runRecord.testAccuracy,
    });
  });

  test('mnist-cnn: six layers, filters, and training images as the first epoch distorts them', async (context) => {
    await needs(context, datasets.mnist);
    const ran = execute('mnist-cnn', 60);
    expect(pictures(ran.all)).toMatchObject({ raster: 1, counts: 1, curves: 2, images: 2, table: 2 });
    besidePaper(ran, presets.jin2018.mnistCnn, 'mnist-cnn');
    // 15 filters of 5 x 5 on 28 x 28 see 24 x 24 places, and so on: neurons and weights of the paper's
    // 15C5-P2-40C5-P2-300-10.
    expect(ran.table('network').map(({ neurons, weights }) => [Number(neurons), Number(weights)])).toEqual([
      [15 * 24 * 24, 15 * 25],
      [15 * 12 * 12, 0],
      [40 * 8 * 8, 40 * 15 * 25],
      [40 * 4 * 4, 0],
      [300, 300 * 640],
      [10, 10 * 300],
    ]);
  });

  test('fashion-mnist', async (context) => {
    await needs(context, datasets.fashionMnist);
    const ran = execute('fashion-mnist', 200);
    expect(pictures(ran.all)).toMatchObject({ raster: 2, counts: 1, curves: 1, images: 1, table: 3 });
    besidePaper(ran, presets.followups.fashionDense);
    for (const { times, of } of ran.table('confusion')) expect(Number(times)).toBeLessThanOrEqual(Number(of));
  });

  test("emnist: says plainly when its data is not the paper's", async () => {
    const ran = execute('emnist', 200);
    expect(pictures(ran.all)).toMatchObject({ raster: 2, counts: 1, curves: 1, table: 2 });
    besidePaper(ran, presets.jin2018.emnistDense800);
    const isPapers = ran.record('record').dataset.startsWith('emnist-balanced');
    const here = await datasets.emnist('balanced', { download: false }).then(
      () => true,
      () => false,
    );
    expect(isPapers).toBe(here);
    expect(ran.printed('data').includes('NOT the data of the paper')).toBe(!here);
    expect(ran.printed('paper').includes("another task than the paper's")).toBe(!here);
  });

  test('nmnist', async (context) => {
    await needs(context, () => datasets.nmnist({ size: 'small' }));
    const ran = execute('nmnist', 100);
    expect(pictures(ran.all)).toMatchObject({ raster: 2, counts: 1, curves: 2, images: 1, membrane: 1, table: 2 });
    besidePaper(ran, presets.jin2018.nmnistDense, 'nmnist-dense');
  });

  test('speech: letters of TI46 when they are here, else spoken digits', async (context) => {
    const ti46 = await datasets.ti46().then(
      () => true,
      () => false,
    );
    if (!ti46) await needs(context, () => datasets.spokenDigits());
    const ran = execute('speech', 100);
    expect(pictures(ran.all)).toMatchObject({ raster: 2, counts: 1, curves: 1, chart: 1 });
    besidePaper(ran, ti46 ? presets.jin2018.ti46Dense800 : presets.followups.spokenDigits);
    expect(ran.printed('size').includes('TI46 is not on this machine')).toBe(!ti46);
  });
});

describe('notebooks of a researcher, written from the documentation alone', () => {
  test('grid: every threshold with every time constant, the table and the chart of one sweep', () => {
    const out = join(folder, 'grid');
    const ran = execute('research/grid', 60, ['-p', 'epochs', '1', '-p', 'out', out]);
    expect(pictures(ran.all)).toMatchObject({ bars: 1, table: 1 });
    const rows = ran.table('sweep');
    expect(rows.map((row) => `${row.threshold} ${row.tauM} ${row.seeds}`).sort()).toEqual(
      [1.25, 2.5, 5, 10, 20].flatMap((threshold) => [16, 64, 256].map((tauM) => `${threshold} ${tauM} 2`)).sort(),
    );
    const means = rows.map((row) => Number.parseFloat(row['test accuracy, %']));
    expect(means).toEqual([...means].sort((a, b) => b - a));
    const record = join(`${out}-60-1`, 'threshold=5,tauM=16', 'seed-1', 'report.json');
    const { experiment, testAccuracy } = JSON.parse(readFileSync(record, 'utf8'));
    expect(experiment).toMatchObject({ network: { threshold: 5, tauM: 16 }, seed: 1, epochs: 1 });
    expect(testAccuracy).toBeGreaterThan(0);
  });

  test('gaussians: a CSV file of three classes is learned to 95 % or more', () => {
    const ran = execute('research/gaussians', 300);
    expect(pictures(ran.all)).toMatchObject({ chart: 1, curves: 1, confusion: 1, raster: 3 });
    const [, accuracy, samples] = /test accuracy ([\d.]+) % of (\d+) samples/.exec(ran.printed('confusion'))!;
    expect(Number(samples)).toBe(60);
    expect(Number(accuracy)).toBeGreaterThanOrEqual(95);
  });

  test('ablation: three seeds of each variant, with error bars', () => {
    const ran = execute('research/ablation', 60, ['-p', 'epochs', '1', '-p', 'out', join(folder, 'ablation')]);
    expect(pictures(ran.all)).toMatchObject({ bars: 1, table: 2 });
    const variants = ['full', 'no boosting', 'no effect ratio', 'no inhibition', 'no side effect'];
    expect(
      ran
        .table('runs')
        .map((row) => `${row.name} ${row.seeds}`)
        .sort(),
    ).toEqual(variants.map((name) => `${name} 3`));
    for (const row of ran.table('runs')) expect(row['test accuracy, %']).toMatch(/^[\d.]+ ± [\d.]+$/);
  });
});

test('pretrained: without silent neurons the same predictions; where no trained network is at hand, one of its own', () => {
  const ran = execute('research/pretrained', 80);
  expect(pictures(ran.all)).toMatchObject({ chart: 1, raster: 1 });
  expect(ran.printed('prune')).toMatch(/^\d+ hidden neurons: .*the same predictions: true$/m);
  const [kept, hidden] = [
    /^(\d+) hidden/.exec(ran.printed('prune'))![1],
    /(\d+) of (\d+) neurons never/.exec(ran.printed('silent'))!,
  ];
  expect(Number(kept)).toBe(Number(hidden[2]) - Number(hidden[1]));
  expect(ran.printed('export')).toMatch(new RegExp(`^${kept}-10 2 things`));
});

describe('as committed', () => {
  const names = [
    'research/ablation',
    'research/gaussians',
    'research/grid',
    'research/pretrained',
    'ablations',
    'emnist',
    'fashion-mnist',
    'hm2bp-from-scratch',
    'mnist-cnn',
    'mnist-dense',
    'nmnist',
    'speech',
    'spsp',
  ];

  test.each(names)('%s is one whole run at its default size, small enough for a page', (name) => {
    const code = cellsOf(committed(name)).filter((cell) => cell.cell_type === 'code');
    expect(code.map((cell) => cell.execution_count)).toEqual(code.map((_, k) => k + 1));
    const ran = new Ran(code);
    expect(ran.all.filter((output) => output.output_type === 'error' || output.name === 'stderr')).toEqual([]);
    expect(Object.values(pictures(ran.all)).reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(2);
    const small = /small: \[([\d_]+), (\d+)\]/.exec(code[0].source.join(''));
    if (small)
      expect(ran.record('record')).toMatchObject({
        samples: Number(small[1].replace('_', '')),
        epochs: Number(small[2]),
      });
    expect(statSync(committed(name)).size).toBeLessThan(1_000_000);
    const text = readFileSync(committed(name), 'utf8');
    expect(text).not.toMatch(/["' (](\/(home|root|Users|tmp|work)\/|[A-Z]:\\)/); // no path of the machine that ran it
  });
});
