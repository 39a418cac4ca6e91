/** verify-run on reports with single fields changed: each is seen, or said to be confirmed by nothing. */
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasets } from '../data/index.js';
import { terminatePool } from '../engine/pool.js';
import type { Experiment } from '../experiment/experiment.js';
import { readCheckpoint, writeCheckpoint } from '../train/checkpoint.js';
import { checkpointOf, reportOf, trainInFolder } from '../replicate/run-folder.js';
import type { RunReport } from '../replicate/run-report.js';
import { type Verdict, verdictOf } from '../../test/verify/verdict.js';

const experiment: Experiment = {
  name: 'tiny',
  data: { name: 'strokes', size: 60 },
  network: { hidden: [6], steps: 20 },
  epochs: 2,
  final: { draws: 2 },
};
const zeros = '0'.repeat(64);
let scratch: string;
let report: RunReport;
/** Of a run that was stopped inside its first epoch. */
let stopped: RunReport;
const at = (...names: string[]): string => path.join(scratch, ...names);
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-verify-forged-'));
  const data = await datasets.load('strokes', { size: 60, quiet: true });
  const train = (out: string, signal?: AbortSignal): Promise<RunReport> =>
    trainInFolder({ experiment, data, out: at(out), threads: 1, silent: true, ...(signal && { signal }) });
  report = await train('run');
  await expect(train('stopped', AbortSignal.abort())).rejects.toThrow('stopped');
  stopped = JSON.parse(await readFile(reportOf(at('stopped')), 'utf8')) as RunReport;
});
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

/** Verifies a changed report, beside its checkpoint or alone. */
async function verify(changed: object, from?: string, seconds = 0): Promise<Verdict> {
  await rm(at('forged'), { recursive: true, force: true });
  if (from !== undefined) await cp(at(from), at('forged'), { recursive: true });
  const file = from === undefined ? at('alone.json') : reportOf(at('forged'));
  await writeFile(file, JSON.stringify(changed));
  const target = from === undefined ? file : at('forged');
  return verdictOf(target, seconds);
}
const [one, two] = [() => report.epochs[0], () => report.epochs[1]];
const part = (changed: object): object => ({ parts: [{ ...report.parts[0], ...changed }] });
const settings = (changed: object): object => ({ experiment: { ...report.experiment, ...changed } });

describe('verify-run of a report with other fields', () => {
  it('finds it as it was written the same', async () => {
    expect(await verify(report, 'run')).toMatchObject({ failed: [] });
    expect((await verify(report, 'run')).notes).toBe(
      'nothing confirms times, machines and threads; figures of epochs 1 to 2; weights at marks 2 to 4; the last weights; moments, place and curve of the checkpoint (more --seconds repeat more)',
    );
    for (const from of [undefined, 'run'])
      expect(await verify(report, from, 100)).toEqual({
        failed: [],
        notes: 'nothing confirms times, machines and threads',
      });
    expect(await verify(stopped, 'stopped')).toMatchObject({ failed: [] });
  });

  it.each<[string, () => object, string[]]>([
    ['testAccuracy', () => ({ testAccuracy: 0.99 }), ['testAccuracy of the report']],
    [
      'ends',
      () => ({ testAccuracy: 0.99, ends: [{ epoch: 2, restored: 1, testAccuracy: 0.99 }] }),
      ['ends of the report', 'weights of epoch 1 at the end', 'weights of the final test'],
    ],
    [
      'the preset of a record without an experiment',
      () => ({ experiment: undefined, preset: 'mnist-dense', data: report.data }),
      ['data of the preset', 'network.layers.0.units of the preset', 'settings of the final test'],
    ],
    [
      'lastTest.epoch',
      () => ({ lastTest: { ...report.lastTest, epoch: 1 } }),
      ['epoch of the last test', 'predictions hashed in the last test'],
    ],
    ['experiment.seed', () => settings({ seed: 77 }), ['seed of the report']],
    ['experiment.epochs', () => settings({ epochs: 1 }), ['epochs of the experiment']],
    [
      'more epochs planned',
      () => ({ ...settings({ epochs: 10 }), plannedEpochs: 10 }),
      ['plannedEpochs of the report', 'epochs of the experiment'],
    ],
    [
      'surplus rates',
      () => settings({ rule: { ...report.experiment.rule, optimizer: { rates: [0.001, 0.0009, 0.001] } } }),
      ['rates of the experiment', 'learning rate of epoch 2'],
    ],
    ['dataset', () => ({ dataset: 'mnist/train' }), ['name of the training data']],
    ['lastTest.dataset', () => ({ lastTest: { ...report.lastTest, dataset: 'x' } }), ['name of the test data']],
    [
      'lastTest.samples',
      () => ({ lastTest: { ...report.lastTest, samples: 20 } }),
      ['samples of the last test', 'predictions hashed in the last test'],
    ],
    [
      'network.inputs',
      () => ({
        network: { ...report.network, layers: report.network.layers.map((layer) => ({ ...layer, inputs: 7 })) },
      }),
      ['network.layers.0.inputs of the report', 'network.layers.1.inputs of the report'],
    ],
    ['the place of a mark', () => ({ marks: [{ ...report.marks[0], epoch: 2 }] }), ['place of mark 1']],
    [
      'the numeric version and the final test',
      () => ({ versions: { ...report.versions, numeric: 0 }, final: { ...report.final, testAccuracy: 0.99 } }),
      ['accuracy of the final test'],
    ],
    [
      'the numeric version and the network',
      () => ({ versions: { ...report.versions, numeric: 0 }, ...settings({ network: { hidden: [800], steps: 20 } }) }),
      ['network'],
    ],
    ['final.asked', () => ({ final: { ...report.final, asked: 5 } }), ['average that was asked for']],
    ['a final test of an interrupted run', () => ({ status: 'interrupted' }), ['status of a run with a final test']],
  ])('sees %s, alone and repeated', async (_, changed, what) => {
    const { failed } = await verify({ ...report, ...changed() }, undefined, 100);
    expect(failed).toEqual(expect.arrayContaining(what.slice(0, 1)));
    expect(failed.filter((name) => !what.includes(name))).toEqual([]);
  });

  it.each<[string, () => object, string]>([
    [
      'weightsSha256 of a run without parts',
      () => ({ weightsSha256: zeros, parts: [] }),
      'weights of the last checkpoint',
    ],
    [
      'the numeric version',
      () => ({ versions: { ...report.versions, numeric: 0 } }),
      'numeric version of the last checkpoint',
    ],
    ['parts', () => part({ threads: 9 }), 'parts.0.threads in the last checkpoint'],
    ['spikelab of a part', () => part({ spikelab: '9' }), 'parts.0.spikelab in the last checkpoint'],
    [
      'the last marks',
      () => ({ marks: [...report.marks.slice(0, 3), { epoch: 1, weightsSha256: zeros }] }),
      'marks.3.weightsSha256 in',
    ],
    ['seconds', () => ({ epochs: [one(), { ...two(), seconds: 1e-5 }] }), 'epoch 2 in the last checkpoint'],
    [
      'ends that fit to an epoch',
      () => ({ ends: [{ epoch: 2, restored: 1, testAccuracy: one().testAccuracy }] }),
      'ends in the last checkpoint',
    ],
  ])('sees %s by the checkpoint', async (_, changed, what) => {
    const { failed } = await verify({ ...report, status: 'done', ...changed() }, 'run');
    expect(failed).toEqual(expect.arrayContaining([expect.stringContaining(what)]));
  });

  it('compares the weights of a run that was stopped at the place of its checkpoint', async () => {
    const { failed } = await verify({ ...stopped, weightsSha256: zeros }, 'stopped');
    expect(failed).toEqual(['weights after all 0 epochs', 'weights of the last checkpoint']);
    const { final: _, ...rest } = { ...report, status: 'interrupted', weightsSha256: zeros, parts: [] };
    expect((await verify(rest, undefined, 100)).notes).toContain('; the last weights');
  });

  it('sees an accuracy of ends that stands in the checkpoint, too', async () => {
    const ends = [{ epoch: 2, restored: 1, testAccuracy: 0.99 }];
    const epochs = [{ ...one(), testAccuracy: 0.99 }, two()];
    await cp(at('run'), at('ended'), { recursive: true });
    const { state, ...rest } = await readCheckpoint(checkpointOf(at('run')));
    const position = { ...state.position, epochs, ends };
    await writeCheckpoint(checkpointOf(at('ended')), { ...rest, state: { ...state, position } });
    const forged = { ...report, epochs, ends, bestEpoch: epochs[0], testAccuracy: 0.99 };
    expect((await verify(forged, 'ended')).failed).toContain('test accuracy of the weights of epoch 1');
  });

  it('names what nothing confirms', async () => {
    const machine = { ...report.machine, cpu: 'abacus' };
    expect((await verify({ ...report, machine }, 'run')).notes).toMatch(
      /that the report has another machine or threads than its last part/,
    );
    expect((await verify({ ...report, openRates: [1] }, 'run')).notes).toMatch(
      /; openRates, which no version of a report has/,
    );
    const own = { paper: { best: 31.2, source: 'Jin, Zhang, Li 2018' }, authorsLog: 'mnist-dense' };
    expect((await verify({ ...report, ...own, ...settings(own) }, 'run')).notes).toContain(
      '; paper and authorsLog (tiny is no preset)',
    );
    const lacking = { ...report, lastTest: undefined, parts: undefined };
    expect((await verify(lacking)).notes).toContain('; parts, lastTest, which the report lacks');
    const bare = { ...report, experiment: undefined, preset: 'world-record' };
    expect((await verify(bare, 'run')).notes).toContain('; the name world-record');
    const paper = { best: 99, source: 'a paper' };
    const said = { ...report, ...settings({ paper, name: 'mnist-dense' }), preset: 'mnist-dense', paper };
    expect((await verify(said, 'run')).notes).toMatch(/; paper \(the preset mnist-dense has others\)/);
  });

  it('sees a damaged checkpoint, and goes on', async () => {
    await cp(at('run'), at('damaged'), { recursive: true });
    await truncate(checkpointOf(at('damaged')), 100);
    expect((await verify(report, 'damaged')).failed).toEqual(['last checkpoint']);
  });

  it.each<[string, () => object, string]>([
    [
      'marks beyond its place',
      () => ({ marks: [{ ...report.marks[0], epoch: 100_000 }] }),
      'marks[0] is of epoch 100000',
    ],
    ['parts beyond its epochs', () => part({ to: 100_000 }), 'parts end at epoch 100000, it must be 2 .. 3'],
    ['parts before its epochs', () => part({ to: 1 }), 'parts end at epoch 1'],
    ['no layers', () => ({ network: {} }), 'network lacks parts'],
    ['no loss', () => ({ rule: { ...report.rule, loss: undefined } }), 'rule'],
    ['no optimizer', () => ({ rule: { ...report.rule, optimizer: undefined } }), 'rule'],
  ])('refuses %s', async (_, changed, why) => {
    const refused = verify({ ...report, ...changed() });
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.not.toThrow('Cannot read');
  });
});
