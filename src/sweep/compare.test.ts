/** Runs that settings alone do not tell apart: none is merged into another, and one run counts once. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasets } from '../data/index.js';
import type { TrainTest } from '../data/index.js';
import { terminatePool } from '../engine/pool.js';
import type { Experiment } from '../experiment/experiment.js';
import { trainInFolder } from '../replicate/run-folder.js';
import { classifier } from '../train/build.js';
import type { FitOptions } from '../train/options.js';
import type { RunRecord } from '../train/record.js';
import { compare } from './compare.js';
import type { Comparison } from './comparison.js';
import { sweep } from './sweep.js';

let scratch: string;
let data: TrainTest;
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-compare-'));
  data = await datasets.load('strokes', { size: 60, quiet: true });
});
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

const silent = { silent: true };
async function recordOf(options: FitOptions, more: object = {}, train = data.train): Promise<RunRecord> {
  const net = classifier({ hidden: [10], steps: 30, threads: 1, ...more });
  await net.fit(train, { validation: data.test, ...options, ...silent });
  return net.runRecord;
}
const labels = ({ rows }: Comparison): string[] => rows.map(({ label }) => label).sort();

describe('records of one notebook', () => {
  it('that learned with other rates have a row each, by their rates', async () => {
    const rates = [1e-4, 1e-3, 1e-2, 1];
    const records: RunRecord[] = [];
    for (const learningRate of rates) records.push(await recordOf({ learningRate }));
    const result = await compare(records);
    expect(result.settings).toEqual(['rule.optimizer.rate']);
    expect(labels(result)).toEqual(['rate 0.0001', 'rate 0.001', 'rate 0.01', 'rate 1']);
    const changing = await recordOf({ epochs: 2, learningRate: (k) => [0.001, 0.5][k] });
    const both = await compare([await recordOf({ epochs: 2 }), changing]);
    expect(labels(both)).toEqual(['rates 0.001, from epoch 2 on 0.5', 'rates –']);
    expect(both.rows.find(({ label }) => !label.endsWith('–'))?.settings).toEqual({
      'rule.optimizer.rates': [0.001, 0.5],
    });
  });

  it('that learned other data have a row each: folds, and features on other scales', async () => {
    const folds: RunRecord[] = [];
    for (const { train, test: validation } of data.train.kFold(5))
      folds.push(await recordOf({ validation }, {}, train));
    const result = await compare(folds);
    expect(result.settings).toContain('data');
    expect(result.rows.flatMap(({ runs }) => runs.map((run) => run.weightsSha256)).sort()).toEqual(
      folds.map(({ weightsSha256 }) => weightsSha256).sort(),
    );
    expect(new Set(labels(result)).size).toBe(5);
    const scaled: RunRecord[] = [];
    for (const scale of ['minmax', 'standard', [-5, 5]] as const) {
      const features = Array.from({ length: 40 }, (_, n) => [n % 4, (n * 7) % 11]);
      const own = datasets.fromArrays({ features, labels: features.map(([a]) => a), scale, quiet: true }) as TrainTest;
      scaled.push(await recordOf({ validation: own.test }, { shape: own.train.shape, classes: 4 }, own.train));
    }
    expect((await compare(scaled)).rows).toHaveLength(3);
    // Tested on others.
    const half = await recordOf({ validation: data.test.slice(0, 6) });
    const whole = await recordOf({});
    expect((await compare([half, whole])).settings).toEqual(['test data']);
  });

  it('that are one run count with the test that one of them has, in any order', async () => {
    const untested = classifier({ hidden: [10], steps: 30, threads: 1 });
    await untested.fit(data.train, { epochs: 2, ...silent });
    const tested = await recordOf({ epochs: 2 });
    const both = [untested.runRecord, tested];
    for (const records of [both, [...both].reverse()]) {
      const { rows } = await compare(records);
      expect(rows.map(({ testAccuracies }) => testAccuracies)).toEqual([[tested.testAccuracy]]);
    }
  });

  it('of seeds that have a split each are averaged; data of another name, and folds of a seed, are not', async () => {
    const own: RunRecord[] = [];
    for (const seed of [1, 2, 3]) {
      const [train, validation] = data.train.split(0.8, seed);
      own.push(await recordOf({ validation }, { seed }, train));
    }
    expect(new Set(own.map(({ dataSha256 }) => dataSha256)).size).toBe(3);
    const { rows, settings } = await compare(own);
    expect(settings).toEqual([]);
    expect(rows.map(({ seeds }) => seeds)).toEqual([[1, 2, 3]]);
    expect(rows[0].testAccuracy.std).toBeDefined();
    // Another name, also of another seed.
    const named = { ...own[2], dataset: 'drawings/train', seed: 4 };
    const both = await compare([...own, named]);
    expect(both.rows.map(({ seeds }) => seeds)).toEqual(expect.arrayContaining([[1, 2, 3], [4]]));
    // One seed with two splits.
    const [train, validation] = data.train.split(0.8, 9);
    const again = await compare([...own, await recordOf({ validation }, { seed: 1 }, train)]);
    expect(again.settings).toContain('data');
    expect(again.rows).toHaveLength(4);
  });

  it('that ended with other weights say so, with the accuracy of those', async () => {
    const options = { epochs: 4, learningRate: 0.2 };
    const records = [{}, { restoreBest: true }, { average: 2 }].map((end) => recordOf({ ...options, ...end }));
    const [, best, mean] = await Promise.all(records);
    const result = await compare(await Promise.all(records));
    expect(result.settings).toEqual(['restoreBest', 'average']);
    expect(labels(result)).toEqual([
      'restoreBest true, average –',
      'restoreBest –, average 2',
      'restoreBest –, average –',
    ]);
    const accuracyOf = (label: string): number[] | undefined =>
      result.rows.find((row) => row.label === label)?.testAccuracies as number[] | undefined;
    const [restored] = best.ends ?? [];
    const row = result.rows.find(({ settings }) => settings.restoreBest);
    expect(row?.cost.mean).toBe(best.history[(restored.restored ?? 0) - 1].cost);
    expect(accuracyOf('restoreBest true, average –')).toEqual([best.testAccuracy]);
    expect(accuracyOf('restoreBest –, average 2')).toEqual([mean.testAccuracy]);
  });

  it('that began with other weights, which nothing in them says, are kept both', async () => {
    const first = await recordOf({});
    const net = classifier({ hidden: [10], steps: 30, threads: 1 });
    await net.setWeights((await classifier({ hidden: [10], steps: 30, seed: 9 }).weights()).map((layer) => layer));
    await net.fit(data.train, { validation: data.test, ...silent });
    const result = await compare([first, net.runRecord, first]);
    expect(labels(result)).toEqual(['run 1', 'run 2']);
    expect(result.settings).toEqual(['run']);
    expect(String(result)).toContain('run');
  });
});

describe('runs in folders', () => {
  const experiment: Experiment = {
    name: 'small',
    data: { name: 'strokes', size: 60 },
    network: { hidden: [10], steps: 30 },
    epochs: 2,
  };

  it('count once where one is a copy, also one that is shorter; the order of the folders changes nothing', async () => {
    const folder = (name: string): string => path.join(scratch, 'copies', name);
    const train = (name: string, one: Experiment): Promise<unknown> =>
      trainInFolder({ experiment: one, data, out: folder(name), threads: 1, silent: true });
    await train('a', experiment);
    await cp(folder('a'), folder('again'), { recursive: true });
    const same = await compare([folder('a'), folder('again')]);
    expect(same.rows.map(({ seeds, label }) => [seeds, label])).toEqual([[[1], 'small']]);
    // Of other data under the same name: as a file that was changed between two runs.
    const other = await datasets.strokes({ train: 60, test: 12, seed: 5 });
    await trainInFolder({ experiment, data: other, out: folder('other'), threads: 1, silent: true });
    const ways = [
      ['a', 'other'],
      ['other', 'a'],
    ].map((names) => compare(names.map(folder)));
    const [there, back] = await Promise.all(ways);
    expect(labels(there)).toEqual(labels(back));
    expect(there.rows).toHaveLength(2);
    expect(new Set(labels(there)).size).toBe(2);
  });

  it('of a sweep have its paths as columns, also those of single layers', async () => {
    const grid = { 'network.hidden.0.threshold': [2], 'network.hidden.1.threshold': [2, 4, 8], seed: [0, 1] };
    const two = { ...experiment, epochs: 1, network: { hidden: [100, 100], steps: 20 } };
    const out = path.join(scratch, 'layers');
    const result = await sweep(two, grid, { out, threads: 1, silent: true });
    expect(result.settings).toEqual(['network.hidden.1.threshold']);
    expect(result.rows.map(({ settings }) => settings['network.hidden.0.threshold'])).toEqual([2, 2, 2]);
    expect(labels(result)).toEqual([2, 4, 8].map((threshold) => `threshold ${threshold}`));
    expect(result.rows.map(({ seeds }) => seeds)).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    const read = await compare(out);
    expect(read.settings).toEqual(result.settings);
    expect(labels(read)).toEqual(labels(result));
  });
});
