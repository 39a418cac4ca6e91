/** Plans of sweeps: every combination once, names that file systems take, and refusals before anything is trained. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { experimentOf } from './of-preset.js';
import { presets } from '../presets/index.js';
import { openExperiment, readExperiment } from './read.js';
import { checkPlan, expandGrid, readPlan, runArguments, shortLabels } from './plan.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'spikelab-plan-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));
const strokes = experimentOf(presets.followups.strokesDense, 100);

it('makes every combination once, the seed fastest', () => {
  const runs = expandGrid(strokes, { 'rule.optimizer.rate': [0.001, 0.002], 'network.tauM': [32, 64], seed: [0, 7] });
  expect(runs.map((run) => run.folder)).toEqual(
    ['0.001', '0.002'].flatMap((rate) =>
      ['32', '64'].flatMap((tauM) => ['0', '7'].map((seed) => `rate=${rate},tauM=${tauM}/seed-${seed}`)),
    ),
  );
  expect(runs[7].experiment).toMatchObject({
    seed: 7,
    network: { tauM: 64 },
    rule: { optimizer: { rate: 0.002 } },
    data: { name: 'strokes', size: 100 },
  });
  expect(expandGrid({ ...strokes, seeds: [3, 4] }, {}).map((run) => run.folder)).toEqual(['seed-3', 'seed-4']);
});

it('names folders alike nowhere, with letters that every system takes', () => {
  const grid = {
    'network.hidden': [[400], [400, 400], [{ units: 400, threshold: 5 }]],
    'rule.augmentation': [null, { per: 'image' }],
    'network.threshold': [1e-3, 10],
    'network.output.threshold': [8, 9],
  };
  const names = expandGrid(strokes, grid).map((run) => run.folder);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(24);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9._=,+-]{1,110}\/seed-1$/);
  expect(names[0]).toBe('hidden=400,augmentation=none,network.threshold=0.001,output.threshold=8/seed-1');
  expect(shortLabels(['network.hidden.0.threshold', 'network.hidden.1.threshold'])).toEqual({
    'network.hidden.0.threshold': 'hidden.0.threshold',
    'network.hidden.1.threshold': 'hidden.1.threshold',
  });
});

it('is read from a file; its runs are commands', async () => {
  const file = path.join(folder, 'plan.json');
  const plan = {
    experiment: { data: { from: 'csv', file: 'own.csv', label: 'kind' }, epochs: 4 },
    set: { 'network.steps': 50 },
    grid: { 'rule.idle': ['skip', 'step'] },
  };
  await writeFile(file, JSON.stringify(plan));
  const opened = await readPlan(file);
  expect(opened.runs[1].experiment.data).toMatchObject({ file: path.join(folder, 'own.csv') });
  expect(runArguments(opened, opened.runs[1])).toEqual([
    file,
    '--set',
    'network.steps=50',
    '--set',
    'rule.idle="step"',
    '--set',
    'epochs=4',
    '--seed',
    '1',
  ]);
  // Paths count from the plan's folder wherever they stand.
  const data = { from: 'csv', file: 'a.csv', test: 'b.csv', label: 'kind' };
  await writeFile(file, JSON.stringify({ experiment: 'strokes-dense', set: { data }, grid: { seed: [1] } }));
  const own = (await readPlan(file)).runs[0].experiment.data;
  expect(own).toMatchObject({ file: path.join(folder, 'a.csv'), test: path.join(folder, 'b.csv') });
  const files = ['a.csv', path.resolve('/elsewhere/c.csv')];
  await writeFile(file, JSON.stringify({ experiment: plan.experiment, set: { data }, grid: { 'data.file': files } }));
  expect((await readPlan(file)).runs.map(({ experiment }) => (experiment.data as { file: string }).file)).toEqual([
    path.join(folder, 'a.csv'),
    files[1],
  ]);
  await writeFile(file, JSON.stringify({ experiment: 'strokes-dense', grid: { epochs: [1, 2] } }));
  expect(runArguments(await readPlan(file), (await readPlan(file)).runs[1])).toEqual([
    'strokes-dense',
    '--set',
    'epochs=2',
    '--seed',
    '1',
  ]);
  await writeFile(file, '{ "experiment": "strokes-dense", ');
  await expect(readPlan(file)).rejects.toThrow(/plan\.json.* cannot be read as JSON/);
});

it.each([
  [[], '[] is no plan: write { "experiment"'],
  [{ experiment: 'mnist-dense', grids: {} }, 'a plan has experiment, set and grid, not "grids"'],
  [{ experiment: 3, grid: {} }, 'experiment is 3: give a preset, a file or an experiment'],
  [{ experiment: 'mnist-dense', grid: { 'rule.idle': 'skip' } }, 'grid: rule.idle is "skip": give a list'],
  [{ experiment: 'mnist-dense', grid: { seed: [1, 1] } }, 'grid: seed has 1 twice'],
  [{ experiment: 'mnist-dense', grid: { seed: [null, 1] } }, 'grid: seed is [null,1]: give integers of at least 0'],
  [
    { experiment: 'mnist-dense', grid: { 'network.hidden.0.threshold': [5], 'network.hidden': [[6]] } },
    'grid: network.hidden would overwrite network.hidden.0.threshold',
  ],
  [{ experiment: 'mnist-dense', grid: { seeds: [[1]] } }, 'write "seed": [0, 1, 2]'],
])('%j is refused', (plan, message) => {
  expect(() => checkPlan(plan)).toThrow(message);
});

it('refuses settings and values that do not exist, and more runs than anybody means', () => {
  expect(() => expandGrid(strokes, { 'rule.optimizer.lr': [1] })).toThrow('there is no setting "rule.optimizer.lr"');
  expect(() => expandGrid(strokes, { 'network.tauM': [32, -1] })).toThrow('network.tauM is -1: it must be a number');
  const many = Array.from({ length: 101 }, (_, k) => k);
  expect(() => expandGrid(strokes, { 'network.refractory': many, seed: many })).toThrow('the grid has 10201 runs');
});

it('refuses a grid that is no plain object of JSON values', () => {
  const expand = (grid: unknown) => (): unknown => expandGrid(strokes, grid as never);
  expect(expand(new Map([['seed', [1]]]))).toThrow('grid is a Map: write { "rule.optimizer.rate": [0.001, 0.002] }');
  expect(expand([])).toThrow('grid is []: write');
  expect(expand({ 'rule.optimizer.rate': [undefined, 0.1] })).toThrow('grid: rule.optimizer.rate.0 is undefined: give');
  expect(expand({ 'rule.optimizer.rate': [() => 1] })).toThrow('grid: rule.optimizer.rate.0 is a function: give');
  expect(expand({ 'rule.optimizer.rate': () => [1] })).toThrow('grid: rule.optimizer.rate is a function: give a list');
  expect(expand({ 'rule.optimizer': [{ rate: undefined }] })).toThrow('grid: rule.optimizer.0.rate is undefined');
  expect(expand({ 'network.hidden': [new Set([1])] })).toThrow('grid: network.hidden.0 is a Set: give');
  expect(expand({ seed: [1n] })).toThrow('grid: seed.0 is 1n: give');
  expect(expand({ 'rule.optimizer.rate': [NaN] })).toThrow('rule.optimizer.rate is NaN: it must be a number');
});

it('says of files that are no experiment what to do with them', async () => {
  const file = (name: string): string => path.join(folder, name);
  for (const name of ['d0.dat', 'own.txt', 'x.npy', 'wrong.json']) await writeFile(file(name), 'a,b\n1,2\n');
  await expect(openExperiment(file('d0.dat'))).rejects.toThrow(
    /d0\.dat is one recording: give a folder with one for each class, or list .*"from": "dat"/,
  );
  await expect(openExperiment(file('own.txt'))).rejects.toThrow(
    /own\.txt is no JSON, and no file of data by its ending \(\.csv, .*\): name a table of text \.csv/,
  );
  await expect(openExperiment(file('wrong.json'))).rejects.toThrow(/wrong\.json cannot be read as JSON/);
  expect(await openExperiment(file('x.npy'))).toEqual({
    kind: 'data',
    experiment: { data: { from: 'npy', file: file('x.npy') } },
  });
  await expect(readExperiment(file('x.npy'))).rejects.toThrow('data.labels is missing: Class of each sample: a path');
});
