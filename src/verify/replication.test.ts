/** verify-run on a replication's report with parts changed and its means made again: each is seen, or named. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { terminatePool } from '../engine/pool.js';
import { parseRunReport } from '../replicate/recorded-run.js';
import { recordsIn } from '../bundle/records.js';
import { replicate } from '../replicate/replicate.js';
import { type ReplicationReport, summaryOf } from '../replicate/replication-report.js';
import type { ReplicationRow } from '../replicate/rows.js';
import { reportOf } from '../replicate/run-folder.js';
import { verifyReplication } from './replication.js';
import type { PackedRun } from '../bundle/workflow.js';

type Report = { -readonly [K in keyof ReplicationReport]: ReplicationReport[K] } & { summary: object };
let scratch: string;
let report: Report;
let packed: PackedRun[];
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-verify-replication-'));
  const tiny = { data: { name: 'strokes', size: 60 }, network: { hidden: [6], steps: 20 }, epochs: 2 };
  const out = path.join(scratch, 'rep');
  await replicate({ ...tiny, name: 'tiny', final: { draws: 2 } }, { seeds: [0, 1], out, silent: true, threads: 1 });
  report = JSON.parse(await readFile(reportOf(out), 'utf8')) as Report;
  packed = await Promise.all(
    (await recordsIn(out)).map(async (name) => {
      const file = path.join(out, name);
      return { name, run: parseRunReport(await readFile(file), file) };
    }),
  );
});
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

/** Beside the records of the seeds, or others. */
async function verify(changed: object, records = packed): Promise<{ failed: string[]; notes: string }> {
  await writeFile(reportOf(scratch), JSON.stringify(changed));
  const { checks, notes, same } = (await verifyReplication(scratch, records))!;
  const failed = checks.filter((check) => !check.same).map(({ what }) => what);
  expect(same).toBe(failed.length === 0);
  return { failed, notes: notes.join('\n') };
}
/** With means that fit to the rows. */
const remade = (changed: Partial<ReplicationReport>): object =>
  summaryOf({ ...report, ...{ summary: undefined, epochs: undefined }, ...changed });
const rows = (change: (row: ReplicationRow) => object): ReplicationRow[] =>
  report.rows.map((row) => ({ ...row, ...change(row) }));
const zeros = '0'.repeat(64);
/** As it was after the first epoch. */
const early = (row: ReplicationRow): object => {
  const epochs = row.epochs.slice(0, 1);
  return { epochs, last: epochs[0], best: epochs[0] };
};

describe('verify-run of the report of a replication', () => {
  it('finds it as it was written the same, with nothing to say', async () => {
    expect(await verify(report)).toEqual({ failed: [], notes: '' });
  });

  const both = ['row of seed 0', 'row of seed 1'];
  it.each<[string, () => object, string[]]>([
    ['no rows', () => ({ ...report, rows: [] }), both],
    ['a row dropped', () => remade({ rows: report.rows.slice(0, 1) }), ['row of seed 1']],
    ['a row twice', () => remade({ rows: [report.rows[0], report.rows[0]] }), ['seeds of the rows']],
    ['no row', () => ({ ...report, rows: [null] }), ['report of the replication']],
    ['a paper', () => remade({ rows: rows(() => ({ paper: { best: 1, source: 'x' } })) }), both],
    ['all rows cut', () => remade({ rows: rows(early) }), both],
    [
      'another final test of one that goes on',
      () => remade({ status: 'running', rows: rows((row) => ({ final: { ...row.final, testAccuracy: 0.999 } })) }),
      both,
    ],
    [
      'other weights of one that goes on',
      () => remade({ status: 'running', rows: rows(() => ({ weightsSha256: zeros })) }),
      both,
    ],
    ['no status', () => ({ ...report, status: undefined }), ['status of the replication']],
    ['no summary', () => ({ ...report, summary: undefined }), ['parts of the summary']],
    ['an empty summary', () => ({ ...report, summary: {} }), ['epoch of the summary', 'lastEpoch of the summary']],
    ['a part more', () => ({ ...report, summary: { ...report.summary, mine: 1 } }), ['mine of the summary']],
    ['other seeds', () => ({ ...report, seeds: [0, 1, 2] }), ['seeds of the replication']],
    [
      'texts in the place of numbers',
      () => JSON.parse(JSON.stringify(report).replace(/"mean":([\d.]+)/g, '"mean":"$1"')) as object,
      ['lastEpoch of the summary', 'means of each epoch'],
    ],
    ['others that are no list', () => ({ ...report, others: 'none' }), ['others of the replication']],
    ['others of another kind', () => ({ ...report, others: [{ folder: 7 }] }), ['others of the replication']],
    ['more epochs planned', () => ({ ...report, plannedEpochs: 9 }), ['planned epochs of the replication']],
    ['another preset', () => ({ ...report, preset: 'mnist-dense' }), ['preset of the replication']],
    [
      'another experiment',
      () => ({ ...report, experiment: { ...report.experiment, network: { hidden: [800], steps: 20 } } }),
      ['network.hidden.0 of the experiment'],
    ],
    [
      'a seed of these settings left out',
      () => remade({ rows: report.rows.slice(0, 1), others: [{ folder: 'seed-1', why: 'x' }] }),
      ['seed-1 among the others'],
    ],
  ])('sees %s', async (_, changed, what) => {
    expect((await verify(changed())).failed).toEqual(expect.arrayContaining(what));
  });

  it('sees seeds of two experiments', async () => {
    const [{ run }, { name, run: other }] = packed;
    const { optimizer } = run.rule;
    const rule = { ...run.rule, optimizer: { ...optimizer, learningRate: 0.003 } };
    const mixed = {
      name,
      run: { ...other, rule, experiment: { ...other.experiment!, rule: { optimizer: { rate: 0.003 } } } },
    };
    expect((await verify(report, [packed[0], mixed])).failed).toEqual(['rule.optimizer.rate of seed 1']);
  });

  it('names what nothing confirms', async () => {
    const lastEpoch = { ...(report.summary as { lastEpoch: object }).lastEpoch, label: 'validation accuracy' };
    const labelled = await verify({ ...report, summary: { ...report.summary, lastEpoch } });
    expect(labelled).toEqual({ failed: [], notes: 'nothing confirms summary.lastEpoch.label' });
    expect(await verify({ ...report, command: 'rm -r .' })).toEqual({ failed: [], notes: 'nothing confirms command' });
    expect((await verify(report, packed.slice(0, 1))).notes).toContain(
      'nothing confirms the row of seed 1, which is in the means: its record is not here',
    );
    const conclusion = await verify({ ...report, testAccuracy: 0.9999, conclusion: 'beats the paper' });
    expect(conclusion).toEqual({ failed: [], notes: 'nothing confirms testAccuracy, conclusion' });
    expect((await verify({ ...report, others: undefined })).notes).toContain('that no seed was left out');
    const begun = remade({ status: 'interrupted', rows: rows((row) => ({ ...early(row), final: undefined })) });
    const { failed, notes } = await verify(begun);
    expect(failed).toEqual([]);
    expect(notes).toContain('the row of seed 0 is of 1 epochs, its record of 2: the run went on');
  });
});
