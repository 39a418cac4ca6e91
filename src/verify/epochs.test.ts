/** verify-run on records with changed epochs: seen by the checkpoint, or said to be confirmed by nothing. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasets } from '../data/index.js';
import { terminatePool } from '../engine/pool.js';
import type { Experiment } from '../experiment/experiment.js';
import type { EpochRecord } from '../network/history.js';
import { readCheckpoint, writeCheckpoint } from '../train/checkpoint.js';
import { bestOf } from '../replicate/rows.js';
import { checkpointOf, reportOf, trainInFolder } from '../replicate/run-folder.js';
import type { RunReport } from '../replicate/run-report.js';
import { type Verdict, verdictOf } from '../../test/verify/verdict.js';
import { verifyRun } from './verify-run.js';

const experiment: Experiment = {
  name: 'epochs',
  data: { name: 'strokes', size: 400 },
  network: { hidden: [20], steps: 40 },
  rule: { optimizer: { rate: 0.002 } },
  epochs: 4,
};
let scratch: string;
let report: RunReport;
/** Of a run that was resumed with another rate. */
let resumed: RunReport;
const folder = (name: string): string => path.join(scratch, name);
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-verify-epochs-'));
  const data = await datasets.load('strokes', { size: 400, quiet: true });
  const train = (out: string, one: Experiment): Promise<RunReport> =>
    trainInFolder({ experiment: one, data, out: folder(out), threads: 1, silent: true, changeRate: true });
  report = await train('plain', experiment);
  await train('resumed', { ...experiment, epochs: 3 });
  resumed = await train('resumed', { ...experiment, rule: { optimizer: { rate: 0.3 } } });
});
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

let count = 0;
/** Verifies a changed record, with the checkpoint of `from` beside it or without. */
async function verify(changed: object, from?: string, seconds = 0): Promise<Verdict> {
  const out = folder(`changed-${count++}`);
  await mkdir(out);
  if (from !== undefined) await copyFile(checkpointOf(folder(from)), checkpointOf(out));
  await writeFile(reportOf(out), JSON.stringify(changed));
  return verdictOf(out, seconds);
}
/** With another last epoch, and the figures that follow from it. */
function withLast(run: RunReport, last: Partial<EpochRecord>): RunReport {
  const epochs = run.epochs.map((epoch, k) => (k === 3 ? { ...epoch, ...last } : epoch));
  const { testAccuracy } = epochs[3];
  return { ...run, epochs, finalEpoch: epochs[3], bestEpoch: bestOf(epochs), testAccuracy };
}
const withoutRates = (run: RunReport): RunReport => ({
  ...run,
  experiment: { ...run.experiment, rule: { optimizer: { rate: 0.002 } } },
});
const withoutExperiment = ({ experiment: _, ...run }: RunReport): object => run;
const unconfirmed = (rate: string): RegExp =>
  new RegExp(`nothing confirms .*the learning rate of epoch 4, ${rate} where the rule has 0.00115`);

describe('verify-run of epochs', () => {
  it('finds records as they were written the same', async () => {
    expect(resumed.experiment.rule?.optimizer?.rates).toHaveLength(4);
    expect(await verify(report, 'plain')).toMatchObject({ failed: [] });
    expect(await verify(resumed, 'resumed')).toMatchObject({ failed: [] });
    for (const one of [report, resumed]) expect((await verify(one)).notes).not.toContain('the learning rate');
  });

  const parts = [
    { from: 0, learningRate: 0.001 },
    { from: 200, learningRate: 0.3 },
  ];
  it.each<Partial<EpochRecord>>([
    { learningRate: 0.3 },
    { learningRate: 0.3, rates: parts },
    { testAccuracy: 0.999 },
    { trainAccuracy: 0.999 },
    { cost: 0 },
  ])('sees an epoch with %j in place of its own, by the checkpoint', async (last) => {
    const forged = withLast(report, last);
    const asked = last.testAccuracy === undefined ? [] : ['test accuracy of epoch 4'];
    const failed = [...asked, 'epoch 4 in the last checkpoint'];
    expect((await verify(forged, 'plain')).failed).toEqual(failed);
    expect((await verify(withoutExperiment(forged), 'plain')).failed).toEqual(failed);
  });

  it('asks the checkpoint for an accuracy that stands in both of them', async () => {
    for (const testAccuracy of [0, 0.99])
      for (const lastTest of [report.lastTest, undefined, { ...report.lastTest!, hashed: 1 }]) {
        const forged = { ...withLast(report, { testAccuracy }), lastTest };
        const net = await readCheckpoint(checkpointOf(folder('plain')));
        const position = { ...net.state.position, epochs: forged.epochs };
        const out = folder(`both-${count++}`);
        await mkdir(out);
        await writeCheckpoint(checkpointOf(out), { ...net, state: { ...net.state, position } });
        await writeFile(reportOf(out), JSON.stringify(forged));
        const [{ checks }] = await verifyRun(out, { quiet: true, threads: 1, seconds: 0 });
        expect(checks.find(({ what }) => what === 'test accuracy of epoch 4')?.same).toBe(false);
      }
    expect((await verify({ ...report, lastTest: { ...report.lastTest!, epoch: 2 } }, 'plain')).failed).toEqual([
      'epoch of the last test',
      'lastTest.epoch in the last checkpoint',
    ]);
  });

  it.each<[Partial<EpochRecord>, string]>([
    [{ testAccuracy: 0.999 }, 'accuracies and cost of epoch 4'],
    [{ cost: 0 }, 'accuracies and cost of epoch 4'],
    [{ layers: [{ name: 'dense1', silent: 0, rate: 99, weightNorm: 1 }] }, 'layers of epoch 4'],
  ])('repeats all epochs that there is time for, and sees a last one with %j', async (last, what) => {
    expect(await verify(withLast(report, last), undefined, 100)).toMatchObject({ failed: [what] });
  });

  it('goes to the end where there is time, and else says which epochs were not repeated', async () => {
    for (const one of [report, resumed]) {
      const { failed, notes } = await verify(one, undefined, 100);
      expect(failed).toEqual([]);
      expect(notes).toBe('nothing confirms times, machines and threads');
    }
    expect((await verify({ ...report, weightsSha256: '0'.repeat(64) }, undefined, 100)).failed).toEqual([
      'weights after all 4 epochs',
    ]);
    const forged = withLast(report, { testAccuracy: 0.999 });
    for (const from of [undefined, 'plain'])
      expect((await verify(forged, from)).notes).toMatch(/figures of epochs \d to 4.*\(more --seconds repeat more\)/);
  });

  it('says that nothing confirms a rate where there is no checkpoint', async () => {
    const forged = withLast(report, { learningRate: 0.3 });
    for (const one of [forged, withoutExperiment(forged)])
      expect((await verify(one)).notes).toMatch(unconfirmed('0.3'));
    const inside = withLast(report, { learningRate: 0.3, rates: parts });
    expect((await verify(inside)).notes).toMatch(unconfirmed('0.001, then 0.3'));
  });

  it('takes a resumed run of an earlier version, whose experiment has no rates, by its checkpoint', async () => {
    for (const old of [withoutRates(resumed), withoutExperiment(resumed)]) {
      const { failed, notes } = await verify(old, 'resumed');
      expect(failed).toEqual([]);
      expect(notes).not.toContain('the learning rate');
      expect(await verify(old)).toMatchObject({
        failed: [],
        notes: expect.stringMatching(unconfirmed('0.1732.*')) as string,
      });
    }
  });

  it('sees an experiment with other rates than the rule and the epochs', async () => {
    const optimizer = { rate: 0.002, rates: [...report.epochs.slice(0, 3).map((one) => one.learningRate), 0.3] };
    const rates = { ...report, experiment: { ...report.experiment, rule: { optimizer } } };
    expect((await verify(rates)).failed).toEqual(['learning rate of epoch 4']);
    const rate = { ...report, experiment: { ...report.experiment, rule: { optimizer: { rate: 0.3 } } } };
    expect((await verify(rate)).failed).toEqual(['learning rate of the rule']);
    const rule = { ...report.rule, optimizer: { ...report.rule.optimizer, learningRate: 0.3 } };
    const other = withoutExperiment({ ...report, rule });
    expect((await verify(other, 'plain')).failed).toContain(
      'optimizer.learningRate of the rule in the last checkpoint',
    );
  });
});
