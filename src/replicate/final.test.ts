/** The test after the last epoch: against the same mean and draws asked of the library, whole and cut anywhere. */
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasets, type TrainTest } from '../data/datasets.js';
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
import { parseRunReport } from './recorded-run.js';
import { seedTable } from './report-tables.js';
import { finalOf, type ReplicationRow, rowOf } from './rows.js';
import { trainInFolder } from './run-folder.js';
import type { RunReport } from './run-report.js';
import { verifyRun } from '../verify/verify-run.js';

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

  it('of fewer epochs than its average says how many it has, and goes on to all', async () => {
    const few = await run('few', { epochs: 2, final: { average: 3 } });
    expect(few.final).toMatchObject({ average: 2, asked: 3 });
    const { rows } = await compare([path.join(scratch, 'few'), path.join(scratch, 'whole')]);
    expect(rows.map(({ runs }) => runs[0].experiment.final?.average)).toEqual([2, 2]);
    const file = path.join(scratch, 'few/report.json');
    const row = rowOf(parseRunReport(await readFile(file), file))!;
    expect(JSON.stringify(seedTable([row]))).toContain('(mean weights of 2 epochs (3 were asked for))');
    expect((await verifyRun(path.join(scratch, 'few'), { quiet: true })).map(({ same }) => same)).toEqual([true]);
    const { final } = await run('few', { epochs: 4, final: { average: 3 } });
    expect(final).toMatchObject({ average: 3 });
    expect(final).not.toHaveProperty('asked');
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

  it('is made once: a run that is done is not tested again for the same question', async () => {
    const { final } = await run('whole');
    const file = path.join(scratch, 'whole/report.json');
    const marked = JSON.stringify({ ...(await run('whole')), final: { ...final, testAccuracy: 0.125 } });
    await writeFile(file, marked);
    expect((await run('whole')).final!.testAccuracy).toBe(0.125);
    await writeFile(file, marked);
    expect((await run('whole', { final: { average: 2, draws: 2 } })).final!.draws).toBe(2);
    const { hashed: _, predictionsSha256: __, ...earlier } = { ...final!, testAccuracy: 0.125 };
    const doubtful = [
      '{',
      JSON.stringify({ ...(await run('whole')), final: earlier }),
      marked.replace('"status":"done"', '"status":"interrupted"'),
      marked.replace(/"numeric":\d+/, '"numeric":9'),
    ];
    for (const text of doubtful) {
      await writeFile(file, text);
      expect((await run('whole')).final).toEqual(final);
    }
  });

  it('makes a mean anew that is damaged or of another run, and leaves none that was not asked for', async () => {
    const { final } = await run('whole');
    const averaged = path.join(scratch, 'whole/averaged.safetensors');
    const good = await readFile(averaged);
    await run('strange', { seed: 9 });
    for (const other of ['strange/averaged.safetensors', 'whole/weights-epoch-4.safetensors']) {
      await copyFile(path.join(scratch, other), averaged);
      expect((await run('whole')).final).toEqual(final);
      expect(await readFile(averaged)).toEqual(good);
    }
    await truncate(averaged, 1000);
    expect((await run('whole')).final).toEqual(final);
    expect(await readFile(averaged)).toEqual(good);
    await run('strange', { seed: 9, final: { draws: 2 } });
    expect(existsSync(path.join(scratch, 'strange/averaged.safetensors'))).toBe(false);
  });

  it('can be stopped, and refuses draws of recordings before the training', async () => {
    const stop = new AbortController();
    const many = { final: { average: 2, draws: 1000 } };
    setTimeout(() => stop.abort(), 300);
    await expect(run('whole', many, stop.signal)).rejects.toThrow(Interrupted);
    expect((await run('whole')).final!.draws).toBe(3);
    const data = datasets.fromArrays({
      events: [1, 2, 3, 4].map((unit) => ({ channels: [unit % 2], times: [unit] })),
      labels: [0, 1, 0, 1],
      shape: [2],
      unit: 'steps',
      cut: 10,
      quiet: true,
    });
    await expect(trainInFolder({ experiment, data, out: path.join(scratch, 'events') })).rejects.toThrow(
      /final.draws is 3, but .* holds recorded spikes/,
    );
    expect(existsSync(path.join(scratch, 'events'))).toBe(false);
  });

  it('stands in the report of a replication and in a comparison', async () => {
    const out = path.join(scratch, 'seeds');
    const rows = await replicate(experiment, { seeds: [0, 3], out, silent: true });
    expect(rows[1].final).toEqual((await run('whole')).final);
    const markdown = await readFile(path.join(out, 'report.md'), 'utf8');
    expect(markdown).toContain('| final test |');
    for (const { final } of rows)
      expect(markdown).toContain(`| ${(100 * final!.testAccuracy).toFixed(2)} % (mean weights of 2 epochs, 3 draws) |`);
    const [a, b] = rows.map(({ final }) => 100 * final!.testAccuracy);
    const together = `${((a + b) / 2).toFixed(2)} ± ${(Math.abs(a - b) / Math.SQRT2).toFixed(2)} %`; // n - 1
    expect(markdown).toMatch(/\|  \| epoch \| after the last epoch \| final test \| best epoch, mean \|/);
    expect(markdown).toContain(`| ${together} (mean weights of 2 epochs, 3 draws) |`);
    expect(JSON.parse(await readFile(path.join(out, 'report.json'), 'utf8'))).toMatchObject({
      summary: { finalTest: { mean: expect.closeTo((a + b) / 200, 12) as number, n: 2, average: 2, draws: 3 } },
    });
    const [one, two] = rows;
    const others = [
      { ...two, final: { ...two.final!, draws: 1 } },
      { ...two, epochs: two.epochs.slice(1) },
      { ...two, final: undefined },
    ] as unknown as ReplicationRow[];
    for (const other of others) expect(finalOf([one, other])).toBeUndefined(); // two questions have no mean
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
