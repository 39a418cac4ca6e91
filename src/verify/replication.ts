/** What `verify-run` makes of a replication's report: rows against the seeds' records, all else against the rows. */
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { readWholeFile } from '#train-platform';
import { isObject } from '../experiment/check.js';
import type { Experiment } from '../experiment/experiment.js';
import { plannedRates, sameRates } from '../experiment/rates.js';
import { experimentFrom } from '../experiment/read.js';
import { parseJson } from '../network/json.js';
import { commandOf, outOf } from '../replicate/command.js';
import { differing, named, plain } from './differing.js';
import type { OtherRun } from '../replicate/earlier-runs.js';
import type { RecordedRun } from '../replicate/recorded-run.js';
import { type ReplicationReport, summaryOf } from '../replicate/replication-report.js';
import type { ReplicationRow } from '../replicate/rows.js';
import { reportOf } from '../replicate/run-folder.js';
import { comparisons, type Findings, type VerifiedRun } from './verified.js';
import { checkRows } from './rows.js';
import type { PackedRun } from '../bundle/workflow.js';

type Said = Readonly<Record<string, unknown>>;

/** Undefined for a folder without such a report. @param packed the records of its seeds */
export async function verifyReplication(
  folder: string,
  packed: readonly PackedRun[],
): Promise<VerifiedRun | undefined> {
  const file = reportOf(folder);
  if (!existsSync(file)) return undefined;
  const findings = comparisons();
  const { checks, notes, differ } = findings;
  try {
    const report = parseJson(new TextDecoder().decode(await readWholeFile(file)));
    const rows = isObject(report) ? report['rows'] : undefined;
    if (!isObject(report) || !Array.isArray(rows)) throw new TypeError('it has no rows');
    const broken = rows.findIndex(
      (row) => !isObject(row) || !Array.isArray(row['epochs']) || row['epochs'].length === 0,
    );
    if (broken >= 0) throw new TypeError(`rows[${broken}] is ${JSON.stringify(rows[broken])}, no row of a seed`);
    checkReport(report, rows as ReplicationRow[], packed, file, findings);
  } catch (error) {
    differ('report of the replication', 'rows and their means', (error as Error).message);
  }
  return { folder: file, same: checks.every(({ same }) => same), checks, notes };
}

function checkReport(
  report: Said,
  rows: readonly ReplicationRow[],
  packed: readonly PackedRun[],
  file: string,
  findings: Findings,
): void {
  const { differ, notes } = findings;
  const { status } = report;
  if (!['running', 'done', 'interrupted'].includes(status as string))
    differ('status of the replication', status, 'running, done or interrupted');
  const others = leftOut(report['others'], findings);
  const runs = checkRows({ rows, status, others }, packed, findings);
  checkHead(report, rows, runs, findings);
  const unknown = Object.keys(report).filter((name) => !fields.includes(name));
  unknown.push(...checkExperiment(report, runs, file, findings));
  checkMeans(report, rows, findings, unknown);
  if (unknown.length > 0) notes.push(`nothing confirms ${named(unknown)}`);
}

/** Of a report; what else it has is no version's. */
const fields: readonly string[] = [
  ...['preset', 'status', 'experiment', 'command', 'seeds', 'plannedEpochs', 'others'],
  ...['rows', 'summary', 'epochs'],
];

/** The folders of seeds that the report leaves out. */
function leftOut(others: unknown, { differ, notes }: Findings): string[] {
  if (others === undefined) notes.push('nothing confirms that no seed was left out: the report has no others');
  if (others === undefined) return [];
  const list: unknown[] = Array.isArray(others) ? others : [];
  const left = list.filter((one): one is OtherRun => isObject(one) && [one['folder'], one['why']].every(isText));
  if (!Array.isArray(others) || left.length < list.length)
    differ('others of the replication', others, 'a list of { folder, why }');
  const folders = left.map(({ folder }) => folder);
  if (folders.length > 0)
    notes.push(`nothing confirms why ${named(folders)} ${folders.length > 1 ? 'are' : 'is'} left out`);
  return folders;
}

const isText = (value: unknown): boolean => typeof value === 'string';

/** Which seeds, and how many epochs. */
function checkHead(
  report: Said,
  rows: readonly ReplicationRow[],
  runs: readonly RecordedRun[],
  { differ }: Findings,
): void {
  const { preset, seeds, plannedEpochs, status } = report;
  const found = rows.map(({ seed }) => seed);
  const asked = status === 'done' || !Array.isArray(seeds) ? [] : (seeds as number[]);
  const planned = status !== 'done' && typeof plannedEpochs === 'number' ? plannedEpochs : 0;
  const facts: readonly (readonly [string, unknown, unknown])[] = [
    ['preset', preset, runs[0]?.preset ?? preset],
    ['seeds', seeds, [...new Set([...asked, ...found])].sort((a, b) => a - b)],
    ['planned epochs', plannedEpochs, Math.max(planned, ...rows.map(({ epochs }) => epochs.length))],
  ];
  for (const [name, recorded, expected] of facts)
    if (!isDeepStrictEqual(recorded, expected)) differ(`${name} of the replication`, recorded, expected);
}

/** The experiment against those of the seeds, and the command against it. @returns what nothing confirms */
function checkExperiment(report: Said, runs: readonly RecordedRun[], file: string, { differ }: Findings): string[] {
  const run = runs.find((one) => one.experiment);
  const said = report['experiment'];
  if (!run?.experiment || said === undefined) return said === undefined ? ['command'] : ['experiment', 'command'];
  const experiment = experimentFrom(said, file);
  const { seeds, plannedEpochs } = report;
  const expected = { ...sharedOf(run.experiment), seeds, epochs: plannedEpochs };
  const found = { ...sharedOf(experiment), seeds: experiment.seeds, epochs: experiment.epochs };
  for (const { path, ...other } of differing(plain(found), plain(expected)))
    differ(`${path} of the experiment`, other.found, other.expected);
  const rates = [experiment, run.experiment].map((one) => plannedRates(one, run.rule.optimizer));
  const other = run.epochs.findIndex((_, k) => !sameRates(rates[0](k), rates[1](k)));
  if (other >= 0) differ(`learning rate of epoch ${other + 1} of the experiment`, rates[0](other), rates[1](other));
  // It writes to a folder of which no record tells.
  const out = outOf(String(report['command']));
  const command = commandOf({ experiment, seeds: experiment.seeds ?? [], out, record: `${out}/report.json` });
  return report['command'] === command ? [] : ['command'];
}

/** What the seeds of a replication have in common. */
function sharedOf({ seed: _, seeds: __, epochs: ___, rule, ...rest }: Experiment): object {
  const { rates: ____, ...optimizer } = rule?.optimizer ?? {};
  return { ...rest, rule: { ...rule, optimizer } };
}

/** Means, deviations and the authors' figures beside them, as they follow from the rows. */
function checkMeans(report: Said, rows: readonly ReplicationRow[], findings: Findings, unknown: string[]): void {
  const made = plain(
    summaryOf({
      ...(report as unknown as ReplicationReport),
      summary: undefined,
      epochs: undefined,
      rows,
    } as ReplicationReport),
  );
  const others = differing(
    { summary: report['summary'], epochs: report['epochs'] },
    { summary: made['summary'], epochs: made['epochs'] },
  );
  // Words of another version.
  const labels = others.filter(({ path, found, expected }) => path.endsWith('.label') && found && expected);
  unknown.push(...labels.map(({ path }) => path));
  const part = (path: string): string =>
    path.startsWith('epochs') ? 'means of each epoch' : `${path.split('.')[1] ?? 'parts'} of the summary`;
  const parts = new Map(others.filter((one) => !labels.includes(one)).map((one) => [part(one.path), one]));
  for (const [what, { path, found, expected }] of parts) findings.differ(what, { [path]: found }, { [path]: expected });
  const all = 'as the rows have them';
  if (parts.size === 0) findings.compare('means and deviations', all, all);
}
