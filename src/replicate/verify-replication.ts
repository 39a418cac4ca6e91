/** What `verify-run` makes of a replication's report: rows against the seeds' records, means against the rows. */
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { readWholeFile } from '#train-platform';
import { isObject } from '../experiment/check.js';
import { authorsLog } from './authors-log.js';
import type { RecordedRun } from './recorded-run.js';
import { reportOf } from './run-folder.js';
import { accuracies, bestOf, finalOf, meanEpochs, type ReplicationRow, rowOf } from './rows.js';
import type { Check, Compare, VerifiedRun } from './verified.js';

/** Undefined for a folder without such a report. @param runs those of its seeds */
export async function verifyReplication(
  folder: string,
  runs: readonly RecordedRun[],
): Promise<VerifiedRun | undefined> {
  const file = reportOf(folder);
  if (!existsSync(file)) return undefined;
  const checks: Check[] = [];
  const notes = ['report.md, report.html and pictures say again what report.json has: they were not compared'];
  const compare: Compare = (what, recorded, found) => {
    checks.push({ what, recorded, found, same: recorded === found });
    return recorded === found;
  };
  try {
    const report: unknown = JSON.parse(new TextDecoder().decode(await readWholeFile(file)));
    if (!isObject(report) || !Array.isArray(report['rows'])) throw new TypeError('it has no rows');
    const rows = report['rows'] as ReplicationRow[];
    for (const row of rows)
      checkRow(
        row,
        runs.find(({ seed }) => seed === row.seed),
        report['status'],
        compare,
        notes,
      );
    if (rows.length > 0) checkMeans(report, rows, compare);
  } catch (error) {
    compare('report of the replication', 'rows and their means', (error as Error).message);
  }
  return { folder: file, same: checks.every(({ same }) => same), checks, notes };
}

/** What does not change while a run goes on. */
const settled = ['preset', 'seed', 'dataset', 'samples', 'complete', 'epochs', 'last', 'best', 'dataSha256'] as const;
const atEnd = [
  'final',
  'trainSeconds',
  'threads',
  'weightsSha256',
  'testSha256',
  'machine',
  'parts',
  'versions',
] as const;

function checkRow(
  row: ReplicationRow,
  run: RecordedRun | undefined,
  status: unknown,
  compare: Compare,
  notes: string[],
): void {
  const what = `row of seed ${row.seed}`;
  if (!run) {
    notes.push(`nothing confirms the ${what}: its record is not here`);
    return;
  }
  const { length } = row.epochs;
  const later = run.epochs.length > length;
  if (later) notes.push(`the ${what} is of ${length} epochs, its record of ${run.epochs.length}: the run went on`);
  const expected = plain(rowOf({ ...run, epochs: run.epochs.slice(0, length) }) ?? {});
  // A replication that was killed may have written its last report before that of the seed.
  const names: readonly string[] = later || status !== 'done' ? settled : [...settled, ...atEnd];
  // A record of an earlier version may not tell its test data, which the row has.
  const told = (name: string): boolean => name in row && expected[name] !== '';
  const others = names.filter((name) => told(name) && !isDeepStrictEqual(plain(row)[name], expected[name]));
  const lost = names.includes('final') && run.final && !row.final ? ['final'] : [];
  const texts = [plain(row), expected].map((one) =>
    [...others, ...lost].map((name) => `${name} ${JSON.stringify(one[name]) ?? 'none'}`).join(', '),
  );
  const all = 'as its record has it';
  compare(what, texts[0] || all, texts[1] || all);
}

/** Means, deviations and the authors' figures beside them, as they follow from the rows. */
function checkMeans(
  report: Readonly<Record<string, unknown>>,
  rows: readonly ReplicationRow[],
  compare: Compare,
): void {
  const { epoch, last, best, highest } = accuracies(rows);
  const [{ authorsLog: log, paper }] = rows;
  const theirs = log === undefined ? [] : authorsLog(log).filter((entry) => entry.epoch <= epoch);
  const expected = plain({
    epoch,
    lastEpoch: last,
    bestEpoch: { ...best, highest },
    finalTest: finalOf(rows),
    authors: theirs.length > 0 ? { sameEpoch: theirs.at(-1), best: bestOf(theirs) } : undefined,
    paper,
  });
  const summary = Object.entries(report['summary'] as object).map(([name, value]): [string, unknown] => {
    const { label: _, ...figures } = isObject(value) ? value : {};
    return [name, isObject(value) ? figures : value];
  });
  for (const [name, found] of summary) {
    const same = isDeepStrictEqual(found, expected[name]);
    const text = JSON.stringify(found);
    compare(`${name} of the summary`, text, same ? text : (JSON.stringify(expected[name]) ?? 'none in the rows'));
  }
  const means = plain({ epochs: meanEpochs(rows) })['epochs'];
  const all = 'as the rows have them';
  compare('means of each epoch', all, isDeepStrictEqual(report['epochs'], means) ? all : 'other means');
}

/** As a file has it. */
const plain = (value: object): Record<string, unknown> => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
