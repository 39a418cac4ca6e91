/** Runs that were resumed with another learning rate: their records train the same bits again, and say what changed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasets } from '../data/index.js';
import type { AnyTrainTest } from '../data/index.js';
import { terminatePool } from '../engine/pool.js';
import type { Experiment } from '../experiment/experiment.js';
import { readExperiment } from '../experiment/read.js';
import { withSettings } from '../experiment/settings.js';
import { Interrupted } from '../train/interrupt.js';
import type { SpikingNetwork } from '../train/model.js';
import { bundleRun } from '../bundle/bundle.js';
import { replicate } from './replicate.js';
import { reportOf, trainInFolder } from './run-folder.js';
import type { RunReport } from './run-report.js';
import { verifyRun } from '../verify/verify-run.js';

let scratch: string;
let data: AnyTrainTest;
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-rates-'));
  data = await datasets.load('strokes', { size: 400, quiet: true });
});
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

const experiment: Experiment = {
  name: 'rates',
  data: { name: 'strokes', size: 400 },
  network: { hidden: [30], steps: 60 },
  rule: { optimizer: { rate: 0.002 } },
};
const optimizer = (changed: object): Experiment => ({
  ...experiment,
  rule: { optimizer: { rate: 0.002, ...changed } },
});
const folder = (name: string): string => path.join(scratch, name);
const train = (out: string, one: Experiment, more: object = {}): Promise<RunReport> =>
  trainInFolder({ experiment: one, data, out: folder(out), threads: 1, silent: true, changeRate: true, ...more });
const verified = async (out: string): Promise<boolean[]> =>
  (await verifyRun(folder(out), { threads: 1, quiet: true })).map(({ same }) => same);

/** Stops inside an epoch, once so many points of the curve are there. */
async function stopped(out: string, one: Experiment, points: number): Promise<void> {
  const controller = new AbortController();
  let watch: NodeJS.Timeout | undefined;
  const onStart = (net: SpikingNetwork): void => {
    watch = setInterval(() => void (net.history.progress.length >= points && controller.abort()), 1);
  };
  await expect(train(out, one, { onStart, signal: controller.signal })).rejects.toThrow(Interrupted);
  clearInterval(watch);
}

describe('a run that was resumed with another learning rate', () => {
  it('records the rates of its epochs, and is trained again by its record to the same bits', async () => {
    await train('q', { ...experiment, epochs: 1 });
    const run = await train('q', { ...optimizer({ rate: 0.5 }), epochs: 2 });
    expect(run.experiment.rule?.optimizer).toMatchObject({ rate: 0.002, rates: [0.002, 0.5] });
    expect(await verified('q')).toEqual([true]);
    const again = await train('q2', await readExperiment(reportOf(folder('q'))), { changeRate: false });
    expect(again.weightsSha256).toBe(run.weightsSha256);
    expect(again.experiment).toEqual(run.experiment);
    // Without a change there is nothing to say.
    const plain = await train('plain', { ...experiment, epochs: 2 });
    expect(JSON.stringify(plain)).not.toMatch(/"(rates|openRates|ends)":/);
    expect(plain.experiment).toEqual({ ...experiment, epochs: 2, seed: 1 });
    expect(plain.weightsSha256).not.toBe(run.weightsSha256);
  });

  it('and a cosine that was made longer, which is another rate in each later epoch', async () => {
    const cosine = optimizer({ schedule: 'cosine' });
    await train('cosine', { ...cosine, epochs: 2 });
    const run = await train('cosine', { ...cosine, epochs: 4 });
    expect(run.experiment.rule?.optimizer).toMatchObject({ epochs: 2, rates: run.epochs.map((e) => e.learningRate) });
    const again = await train('cosine2', await readExperiment(reportOf(folder('cosine'))));
    expect(again.weightsSha256).toBe(run.weightsSha256);
  });

  it('inside an epoch: the place is in the record, which is verified and trained again', async () => {
    const two = { ...experiment, epochs: 2 };
    await stopped('mid', two, 5);
    const run = await train('mid', { ...optimizer({ rate: 0.05 }), epochs: 2 });
    const [{ rates = [], learningRate }] = run.epochs;
    expect(rates.map((part) => part.learningRate)).toEqual([0.002, 0.05]);
    expect([rates[0].from, learningRate]).toEqual([0, 0.05]);
    expect(rates[1].from).toBeGreaterThan(0);
    expect(rates[1].from).toBeLessThan(400);
    expect(await verified('mid')).toEqual([true]);
    const again = await train('mid2', await readExperiment(reportOf(folder('mid'))));
    expect(again.weightsSha256).toBe(run.weightsSha256);
    // A forged place, and a forged experiment, are found out.
    const file = reportOf(folder('mid'));
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(`"from": ${rates[1].from}`, '"from": 2'));
    expect(await verified('mid')).toEqual([false]);
    const json = JSON.parse(text) as { experiment: { rule: { optimizer: { rates?: unknown } } } };
    json.experiment.rule.optimizer.rates = [0.002, 0.05];
    await writeFile(file, JSON.stringify(json));
    expect(await verified('mid')).toEqual([false]);
  });

  it('inside its last epoch, may be asked for once more with that rate, not with another', async () => {
    await stopped('last', { ...experiment, epochs: 1 }, 5);
    const asked = { ...optimizer({ rate: 0.05 }), epochs: 1 };
    const run = await train('last', asked);
    expect(run.epochs[0].rates).toHaveLength(2);
    expect((await train('last', asked)).weightsSha256).toBe(run.weightsSha256);
    await expect(train('last', { ...optimizer({ rate: 0.04 }), epochs: 1 })).rejects.toThrow('would change nothing');
  });

  it('stopped once more inside the epoch, says what is to come', async () => {
    const two = { ...experiment, epochs: 2 };
    await stopped('open', two, 3);
    await stopped('open', { ...optimizer({ rate: 0.05 }), epochs: 2 }, 15);
    const { epochs, experiment: recorded } = JSON.parse(await readFile(reportOf(folder('open')), 'utf8')) as RunReport;
    expect(epochs).toEqual([]);
    const [first, second] = recorded.rule?.optimizer?.rates ?? [];
    expect(first).toMatchObject([{ from: 0, rate: 0.002 }, { rate: 0.05 }]);
    expect(second).toBe(0.05);
    expect(await verified('open')).toEqual([true]);
  });

  it('is not gone on with, nor counted, where another rate is asked for', async () => {
    const two = { ...experiment, epochs: 2 };
    await expect(train('q', two, { changeRate: false })).rejects.toThrow(
      /holds a run with epoch 2 trained with learning rate 0.5, not 0.002; choose another --out/,
    );
    const out = folder('seeds');
    await train('seeds/seed-0', { ...two, epochs: 1, seed: 0 });
    await train('seeds/seed-0', { ...optimizer({ rate: 0.5 }), epochs: 2, seed: 0 });
    const rows = await replicate(two, { seeds: [1], out, threads: 1, silent: true });
    expect(rows.map(({ seed }) => seed)).toEqual([1]);
    expect(await readFile(path.join(out, 'report.md'), 'utf8')).toContain(
      'seed-0 (its epoch 2 was trained with learning rate 0.5)',
    );
    await train('mixed/seed-0', { ...optimizer({ rate: 0.5 }), seed: 0 });
    await train('mixed/seed-1', { ...experiment, seed: 1 });
    await train('mixed/seed-1', { ...optimizer({ rate: 0.5 }), epochs: 2, seed: 1 });
    await expect(bundleRun(folder('mixed'), { out: folder('mixed.zip'), license: 'CC-BY-4.0' })).rejects.toThrow(
      'seed-0 was trained with rule.optimizer.rate 0.5, seed-1 with 0.002, so that no one command makes both again',
    );
    const recorded = await readExperiment(reportOf(folder('q')));
    const other = [{ path: 'rule.optimizer.rate', value: 0.1 }];
    expect(() => withSettings(recorded, other)).toThrow(
      /rule.optimizer.rate would change nothing: .* has the rates of all 2 epochs; set rule.optimizer.rates=null too/,
    );
    const without = withSettings(recorded, [{ path: 'rule.optimizer.rates', value: null }, ...other]);
    expect(without.rule?.optimizer).not.toHaveProperty('rates');
  });

  it('may go on from its record with a third rate, which its later epochs learn with', async () => {
    await train('third', { ...experiment, epochs: 1 });
    await train('third', { ...optimizer({ rate: 0.5 }), epochs: 2 });
    const recorded = await readExperiment(reportOf(folder('third')));
    const later = [
      { path: 'epochs', value: 4 },
      { path: 'rule.optimizer.rate', value: 0.1 },
      { path: 'rule.optimizer.schedule', value: 'constant' },
    ];
    const run = await train('third', withSettings(recorded, later));
    expect(run.epochs.map((one) => one.learningRate)).toEqual([0.002, 0.5, 0.1, 0.1]);
    expect(run.experiment.rule?.optimizer?.rates).toEqual([0.002, 0.5, 0.1, 0.1]);
    expect(await verified('third')).toEqual([true]);
  });

  it('of an earlier version: its epochs say what its experiment does not', async () => {
    const file = reportOf(folder('q'));
    const json = JSON.parse(await readFile(file, 'utf8')) as RunReport;
    const { rates, ...rest } = json.experiment.rule?.optimizer ?? {};
    const old = { ...json, experiment: { ...json.experiment, rule: { optimizer: rest } } };
    await writeFile(folder('old.json'), JSON.stringify(old));
    expect((await readExperiment(folder('old.json'))).rule?.optimizer?.rates).toEqual(rates);
    expect((await verifyRun(folder('old.json'), { threads: 1, quiet: true })).map(({ same }) => same)).toEqual([true]);
  });
});
