/** What `verify-run` makes of a replication's report: rows against the seeds' records, all else against the rows. */
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { readWholeFile } from '#train-platform';
import { isObject } from '../experiment/check.js';
import type { Experiment } from '../experiment/experiment.js';
import { plannedRates, sameRates } from '../experiment/rates.js';
import { experimentFrom } from '../experiment/read.js';
import { parseJson } from '../network/json.js';
import { commandOf, outOf } from './command.js';
import { differing, named, plain, whole } from './differing.js';
import type { RecordedRun } from './recorded-run.js';
import { type ReplicationReport, summaryOf } from './replication-report.js';
import type { ReplicationRow } from './rows.js';
import { reportOf } from './run-folder.js';
import { type Compare, comparisons, type VerifiedRun } from './verified.js';
import { checkRows } from './verify-rows.js';
import type { PackedRun } from './workflow.js';

type Said = Readonly<Record<string, unknown>>;

/** Undefined for a folder without such a report. @param packed the records of its seeds */
export async function verifyReplication(
  folder: string,
  packed: readonly PackedRun[],
): Promise<VerifiedRun | undefined> {
  const file = reportOf(folder);
  if (!existsSync(file)) return undefined;
  const notes = ['report.md, report.html and pictures say again what report.json has: they were not compared'];
  const { checks, compare } = comparisons();
  try {
    const report = parseJson(new TextDecoder().decode(await readWholeFile(file)));
    const rows = isObject(report) ? report['rows'] : undefined;
    if (!isObject(report) || !Array.isArray(rows)) throw new TypeError('it has no rows');
    const broken = rows.findIndex(
      (row) => !isObject(row) || !Array.isArray(row['epochs']) || row['epochs'].length === 0,
    );
    if (broken >= 0) throw new TypeError(`rows[${broken}] is ${JSON.stringify(rows[broken])}, no row of a seed`);
    checkReport(report, rows as ReplicationRow[], packed, file, compare, notes);
  } catch (error) {
    compare('report of the replication', 'rows and their means', (error as Error).message);
  }
  return { folder: file, same: checks.every(({ same }) => same), checks, notes };
}

function checkReport(
  report: Said,
  rows: readonly ReplicationRow[],
  packed: readonly PackedRun[],
  file: string,
  compare: Compare,
  notes: string[],
): void {
  const { status } = report;
  if (!['running', 'done', 'interrupted'].includes(status as string))
    compare('status of the replication', whole(status), 'running, done or interrupted');
  const left = (Array.isArray(report['others']) ? report['others'] : []).filter(isObject);
  const others = left.map(({ folder }) => String(folder));
  if (others.length > 0)
    notes.push(`nothing confirms why ${named(others)} ${others.length > 1 ? 'are' : 'is'} left out`);
  const runs = checkRows({ rows, status, others }, packed, compare, notes);
  checkHead(report, rows, runs, compare);
  const unknown = checkExperiment(report, runs, file, compare);
  checkMeans(report, rows, compare, unknown);
  if (unknown.length > 0) notes.push(`nothing confirms ${named(unknown)}`);
}

/** Which seeds, and how many epochs. */
function checkHead(
  report: Said,
  rows: readonly ReplicationRow[],
  runs: readonly RecordedRun[],
  compare: Compare,
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
    if (!isDeepStrictEqual(recorded, expected)) compare(`${name} of the replication`, whole(recorded), whole(expected));
}

/** The experiment against those of the seeds, and the command against it. @returns what nothing confirms */
function checkExperiment(report: Said, runs: readonly RecordedRun[], file: string, compare: Compare): string[] {
  const run = runs.find((one) => one.experiment);
  const said = report['experiment'];
  if (!run?.experiment || said === undefined) return said === undefined ? ['command'] : ['experiment', 'command'];
  const experiment = experimentFrom(said, file);
  const { seeds, plannedEpochs } = report;
  const expected = { ...settingsOf(run.experiment), seeds, epochs: plannedEpochs };
  const found = { ...settingsOf(experiment), seeds: experiment.seeds, epochs: experiment.epochs };
  for (const { path, ...other } of differing(plain(found), plain(expected)))
    compare(`${path} of the experiment`, whole(other.found), whole(other.expected));
  const rates = [experiment, run.experiment].map((one) => plannedRates(one, run.rule.optimizer));
  const other = run.epochs.findIndex((_, k) => !sameRates(rates[0](k), rates[1](k)));
  if (other >= 0)
    compare(`learning rate of epoch ${other + 1} of the experiment`, whole(rates[0](other)), whole(rates[1](other)));
  // It writes to a folder of which no record tells.
  const out = outOf(String(report['command']));
  const command = commandOf({ experiment, seeds: experiment.seeds ?? [], out, record: `${out}/report.json` });
  return report['command'] === command ? [] : ['command'];
}

/** What the seeds of a replication have in common. */
function settingsOf({ seed: _, seeds: __, epochs: ___, rule, ...rest }: Experiment): object {
  const { rates: ____, ...optimizer } = rule?.optimizer ?? {};
  return { ...rest, rule: { ...rule, optimizer } };
}

/** Means, deviations and the authors' figures beside them, as they follow from the rows. */
function checkMeans(report: Said, rows: readonly ReplicationRow[], compare: Compare, unknown: string[]): void {
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
  for (const [what, { path, found, expected }] of parts)
    compare(what, `${path} ${whole(found)}`, `${path} ${whole(expected)}`);
  const all = 'as the rows have them';
  if (parts.size === 0) compare('means and deviations', all, all);
}
