/** The test after the last epoch: against the same mean and draws asked of the library, whole and cut anywhere. */
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainTest } from '../data/datasets.js';
import { classCounts, type Dataset } from '../data/sets/dataset.js';
import { terminatePool } from '../engine/pool.js';
import type { Experiment } from '../experiment/experiment.js';
import { loadData } from '../experiment/load-data.js';
import { resolve } from '../experiment/resolve.js';
import { compare } from '../sweep/index.js';
import { sequential } from '../train/build.js';
import { Interrupted } from '../train/interrupt.js';
import { sha256Of } from '../train/digest.js';
import { SpikingNetwork } from '../train/model.js';
import { replicate } from './replicate.js';
import { trainInFolder } from './run-folder.js';
import type { RunReport } from './run-report.js';
import { verifyRun } from './verify-run.js';

let scratch: string;
beforeAll(async () => void (scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-final-'))));
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

const experiment: Experiment = {
  data: { name: 'strokes', size: 200 },
  network: { hidden: [30], steps: 50 },
  epochs: 4,
  seed: 3,
  final: { average: 2, draws: 3 },
};
const run = async (name: string, changed: Partial<Experiment> = {}, signal?: AbortSignal): Promise<RunReport> =>
  trainInFolder({
    experiment: { ...experiment, ...changed },
    data: await loadData(experiment.data, { quiet: true }),
    out: path.join(scratch, name),
    silent: true,
    threads: 2,
    ...(signal && { signal }),
  });

describe('the final test', () => {
  it("is that of the library's mean weights over the same draws", async () => {
    const { final, weightsSha256 } = await run('whole');
    const data = await loadData(experiment.data, { quiet: true });
    const preset = resolve(experiment, data);
    const net = sequential(preset.layers, { ...preset.options, ...preset.rule, seed: 3, threads: 1 });
    await net.fit(data.train, { epochs: 4, validation: data.test, average: 2, silent: true });
    const { accuracy, predictions } = await net.evaluate(data.test, { draws: 3 });
    expect(final).toEqual({
      average: 2,
      draws: 3,
      testAccuracy: accuracy,
      weightsSha256: net.runRecord.weightsSha256,
      testSha256: data.test.sha256,
      hashed: data.test.length,
      predictionsSha256: sha256Of([predictions]),
    });
    expect(weightsSha256).not.toBe(net.runRecord.weightsSha256); // the run itself keeps its own: it can go on
    const averaged = await SpikingNetwork.load(path.join(scratch, 'whole/averaged.safetensors'));
    expect((await averaged.evaluate(data.test, { draws: 3 })).accuracy).toBe(accuracy);
  });

  it('is the same after any stop, and moves with a run that goes on', async () => {
    const { final } = await run('whole');
    for (const stopAt of [1.4, 2.5, 3.2]) {
      const stop = new AbortController();
      const watch = setInterval(() => void (reached >= stopAt && stop.abort()), 1);
      let reached = 0;
      await trainInFolder({
        experiment,
        data: await loadData(experiment.data, { quiet: true }),
        out: path.join(scratch, 'cut'),
        silent: true,
        signal: stop.signal,
        onStart: (net) => {
          const look = setInterval(() => void (reached = net.trainedEpochs), 1);
          stop.signal.addEventListener('abort', () => clearInterval(look));
        },
      }).catch((error: unknown) => {
        if (!(error instanceof Interrupted)) throw error;
      });
      clearInterval(watch);
      stop.abort();
    }
    expect((await run('cut')).final).toEqual(final);
    const longer = await run('cut', { epochs: 5 });
    expect(longer.final).toEqual((await run('five', { epochs: 5 })).final);
    expect((await readdir(path.join(scratch, 'cut'))).filter((name) => name.startsWith('weights-'))).toEqual([
      'weights-epoch-4.safetensors',
      'weights-epoch-5.safetensors',
    ]);
  });

  it('makes again what a killed process had not kept, and refuses what cannot be made', async () => {
    await run('late', { final: {} });
    await expect(run('late', { epochs: 4 })).rejects.toThrow(
      'final.average is 2: the run in ' +
        `${path.join(scratch, 'late')} has gone past epoch 3 without keeping its weights; give 5 or more epochs, or another average`,
    );
    const { final } = await run('late', { epochs: 5 });
    expect(final).toEqual((await run('five', { epochs: 5 })).final);
    expect(existsSync(path.join(scratch, 'late/weights-epoch-3.safetensors'))).toBe(false);
  });

  it('is of weights of this run alone', async () => {
    const { final } = await run('whole');
    const begun = async (changed: Partial<Experiment>): Promise<void> => {
      await rm(path.join(scratch, 'reused'), { recursive: true, force: true });
      await run('reused', changed);
    };
    await begun({ seed: 4 });
    await rm(path.join(scratch, 'reused/checkpoint.safetensors')); // begins anew beside the other's weights
    expect((await run('reused')).final).toEqual(final);
    const kept = path.join(scratch, 'reused/weights-epoch-3.safetensors');
    for (const [make, why] of [
      [async () => truncate(kept, 1000), 'is not a whole safetensors file'],
      [async () => copyFile(path.join(scratch, 'reused/checkpoint.safetensors'), kept), 'is no file of weights'],
      [async () => copyFile(path.join(scratch, 'other/weights-epoch-3.safetensors'), kept), 'is of another network'],
    ] as const) {
      await run('other', { network: { hidden: [40], steps: 50 } });
      await make();
      const error: unknown = await run('reused').catch((reason: unknown) => reason);
      expect(String(error)).toContain('has gone past epoch 3 with weights that are lost');
      expect(String(error)).toContain(why);
      expect(String(error)).toContain('give 5 or more epochs, or another average');
    }
  });

  it('is repeated by verify-run, which sees other weights and other predictions', async () => {
    await run('whole');
    const out = path.join(scratch, 'whole');
    const failed = async (): Promise<string[]> => {
      const [{ checks }] = await verifyRun(out, { quiet: true, threads: 2, seconds: 5 });
      expect(checks.filter(({ what }) => what.includes('final test'))).toHaveLength(2);
      return checks.filter(({ same }) => !same).map(({ what }) => what);
    };
    expect(await failed()).toEqual([]);
    const report = JSON.parse(await readFile(path.join(out, 'report.json'), 'utf8')) as RunReport;
    const write = (draws: number): Promise<void> =>
      writeFile(path.join(out, 'report.json'), JSON.stringify({ ...report, final: { ...report.final, draws } }));
    await write(1);
    expect(await failed()).toEqual(['predictions of the final test for the first 40 test samples, 1 draw each']);
    await write(3);
    await copyFile(path.join(out, 'weights-epoch-4.safetensors'), path.join(out, 'averaged.safetensors'));
    expect((await failed())[0]).toBe('weights of the final test');
    await rm(path.join(out, 'averaged.safetensors'));
    const [{ notes }] = await verifyRun(out, { quiet: true, threads: 2, seconds: 5 });
    expect(notes.join()).toContain('averaged.safetensors, the weights that it tested, is missing');
    expect((await run('whole')).final).toEqual(report.final);
    expect(await failed()).toEqual([]);
  });

  it('is made once: a run that is done is not tested again for the same question', async () => {
    const { final } = await run('whole');
    const file = path.join(scratch, 'whole/report.json');
    const marked = JSON.stringify({ ...(await run('whole')), final: { ...final, testAccuracy: 0.125 } });
    await writeFile(file, marked);
    expect((await run('whole')).final!.testAccuracy).toBe(0.125);
    await writeFile(file, marked);
    expect((await run('whole', { final: { average: 2, draws: 2 } })).final!.draws).toBe(2);
    await writeFile(file, '{');
    expect((await run('whole')).final).toEqual(final);
  });

  it('stands in the report of a replication and in a comparison', async () => {
    const out = path.join(scratch, 'seeds');
    const rows = await replicate(experiment, { seeds: [0, 3], out, silent: true });
    expect(rows[1].final).toEqual((await run('whole')).final);
    const markdown = await readFile(path.join(out, 'report.md'), 'utf8');
    expect(markdown).toContain('| final test |');
    for (const { final } of rows)
      expect(markdown).toContain(`| ${(100 * final!.testAccuracy).toFixed(2)} % (mean weights of 2 epochs, 3 draws) |`);
    const compared = await compare([out]);
    expect(compared.rows[0].finalAccuracy).toMatchObject({ n: 2 });
    expect(String(compared)).toContain('final test, %');
  });
});

describe('held-out training samples', () => {
  it('take the place of the test set, by class, the same each time', async () => {
    const load = async (heldOut?: number): Promise<TrainTest> => {
      const data = { name: 'strokes', size: 200, ...(heldOut !== undefined && { heldOut }) };
      return (await loadData(data, { quiet: true })) as TrainTest;
    };
    const whole = await load();
    const { train, test } = await load(50);
    expect([train.length, test.length]).toEqual([150, 50]);
    const samples = ({ length, inputs, pixels, labels }: Dataset): string[] =>
      Array.from({ length }, (_, n) => `${labels[n]} ${pixels.subarray(n * inputs, (n + 1) * inputs).join()}`);
    expect([...samples(train), ...samples(test)].sort()).toEqual(samples(whole.train).sort());
    const share = (set: Dataset): number[] => Array.from(classCounts(set), (count) => count / set.length);
    share(test).forEach((one, c) => expect(Math.abs(one - share(whole.train)[c])).toBeLessThan(1 / 50));
    expect((await load(50)).test.sha256).toBe(test.sha256);
    await expect(load(200)).rejects.toThrow(
      'data.heldOut is 200: strokes has 200 training samples; it must be 1 .. 199',
    );
  });
});
