/** verify-run on runs with a final test: as they are, and with each part of the record or the weights changed. */
import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { terminatePool } from '../engine/pool.js';
import type { Experiment } from '../experiment/experiment.js';
import { loadData } from '../experiment/load-data.js';
import type { FinalTest } from '../presets/index.js';
import { trainInFolder } from '../replicate/run-folder.js';
import type { RunReport } from '../replicate/run-report.js';
import { verifyRun } from './verify-run.js';

const experiment: Experiment = {
  data: { name: 'strokes', size: 200 },
  network: { hidden: [30], steps: 50 },
  epochs: 3,
};
let scratch: string;
const file = (run: string, name = 'report.json'): string => path.join(scratch, run, name);
const run = async (name: string, final: FinalTest, seed = 3): Promise<RunReport> =>
  trainInFolder({
    experiment: { ...experiment, final, seed },
    data: await loadData(experiment.data, { quiet: true }),
    out: path.join(scratch, name),
    silent: true,
    threads: 2,
  });
const verify = async (name: string, seconds = 0): Promise<{ failed: string[]; final: number; notes: string }> => {
  const [{ checks, notes }] = await verifyRun(path.join(scratch, name), { quiet: true, threads: 2, seconds });
  return {
    failed: checks.filter(({ same }) => !same).map(({ what }) => what),
    final: checks.filter(({ what }) => what.includes('final test')).length,
    notes: notes.join('\n'),
  };
};

beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-verify-final-'));
  await run('other', { average: 2, draws: 3 }, 4);
});
let report: RunReport;
beforeEach(async () => {
  await rm(file('mean'), { force: true }); // else what the test before made of the record would stand
  report = await run('mean', { average: 2, draws: 3 });
});
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});
const write = (changed: object): Promise<void> =>
  writeFile(file('mean'), JSON.stringify({ ...report, final: { ...report.final, ...changed } }));

describe('verify-run of a final test', () => {
  it.each<FinalTest>([{ average: 2, draws: 3 }, { average: 2 }, { draws: 3 }, {}])(
    'repeats settings, data, weights, predictions and accuracy: %j',
    async (final) => {
      await run(`as ${JSON.stringify(final)}`, final);
      expect(await verify(`as ${JSON.stringify(final)}`)).toMatchObject({ failed: [], final: 4 });
    },
  );

  const forged = '0'.repeat(64);
  const predictions = (samples: number, draws: string): string =>
    `predictions of the final test for the first ${samples} test samples, ${draws} each`;
  it.each([
    [{ draws: 1 }, ['settings of the final test', predictions(40, '1 draw')]],
    [{ average: 90 }, ['settings of the final test']],
    [{ testSha256: forged }, ['test data of the final test']],
    [{ weightsSha256: forged }, ['mean of the weights of the last epochs', 'weights of the final test']],
    [{ predictionsSha256: forged }, [predictions(40, '3 draws')]],
    [{ testAccuracy: 1 }, ['accuracy of the final test']],
    [{ hashed: 41 }, ['samples of the final test']],
    [{ hashed: 20, testAccuracy: 1 }, [predictions(20, '3 draws'), 'accuracy of the final test']],
  ])('sees a record with %j', async (changed, what) => {
    await write(changed);
    expect((await verify('mean')).failed).toEqual(what);
  });

  it('sees a record without the test that its experiment asks for', async () => {
    const { final: _, ...rest } = report;
    await writeFile(file('mean'), JSON.stringify(rest));
    expect((await verify('mean')).failed).toEqual(['final test']);
  });

  it.each([
    [
      'another seed',
      () => copyFile(file('other', 'averaged.safetensors'), file('mean', 'averaged.safetensors')),
      'averaged.safetensors',
    ],
    [
      'one epoch',
      () => copyFile(file('mean', 'weights-epoch-3.safetensors'), file('mean', 'averaged.safetensors')),
      'weights of the final test',
    ],
    [
      'a checkpoint',
      () => copyFile(file('mean', 'checkpoint.safetensors'), file('mean', 'averaged.safetensors')),
      'averaged.safetensors',
    ],
    ['a damaged file', () => truncate(file('mean', 'averaged.safetensors'), 1000), 'averaged.safetensors'],
  ])('sees weights of %s', async (_, change, what) => {
    await change();
    expect((await verify('mean')).failed).toEqual([what]);
  });

  it("sees another seed's mean together with its record", async () => {
    const other = JSON.parse(await readFile(file('other'), 'utf8')) as RunReport;
    await copyFile(file('other', 'averaged.safetensors'), file('mean', 'averaged.safetensors'));
    await write(other.final!);
    expect((await verify('mean')).failed).toContain('averaged.safetensors');
  });

  it('repeats the training to its end where no weights are left', async () => {
    const alone = async (changed: object, seconds: number): ReturnType<typeof verify> => {
      await mkdir(path.join(scratch, 'alone'), { recursive: true });
      await writeFile(file('alone'), JSON.stringify({ ...report, final: { ...report.final, ...changed } }));
      return verify('alone', seconds);
    };
    expect(await alone({}, 100)).toMatchObject({ failed: [], final: 4 });
    expect((await alone({ testAccuracy: 1 }, 100)).failed).toEqual(['accuracy of the final test']);
    const mean = 'mean of the weights of the last 2 epochs';
    expect((await alone({ weightsSha256: forged }, 100)).failed).toEqual([mean]);
    expect((await alone({ testAccuracy: 1 }, 0)).notes).toContain('; the final test');
    expect((await run('last', { draws: 2 })).final).toBeDefined();
    await rm(file('last', 'checkpoint.safetensors'));
    expect(await verify('last', 100)).toMatchObject({ failed: [], final: 5 });
  });

  it('says what it could not repeat', async () => {
    await rm(file('mean', 'averaged.safetensors'));
    expect(await verify('mean')).toMatchObject({
      failed: [],
      notes: expect.stringContaining('; the final test') as string,
    });
    await run('mean', { average: 2, draws: 3 });
    await write({ hashed: undefined, predictionsSha256: undefined });
    expect((await verify('mean')).notes).toContain(
      '; the accuracy of the final test, whose predictions the report lacks',
    );
    await write({ hashed: undefined });
    await expect(verify('mean')).rejects.toThrow('final.hashed');
    await write({ hashed: 1001 });
    await expect(verify('mean')).rejects.toThrow('final.hashed is 1001');
  });
});
