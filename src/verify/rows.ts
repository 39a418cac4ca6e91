/** What `verify-run` makes of a replication's rows: each seed's record makes its own again. */
import { pick } from '../network/known.js';
import { presetByName, presetNames } from '../presets/index.js';
import { differing, plain } from './differing.js';
import { otherSetting } from '../bundle/one-experiment.js';
import type { RecordedRun } from '../replicate/recorded-run.js';
import { type ReplicationRow, rowOf } from '../replicate/rows.js';
import type { Findings } from './verified.js';
import type { PackedRun } from '../bundle/workflow.js';

/** What a report has, each part of it to be checked. */
export interface SaidRows {
  readonly rows: readonly ReplicationRow[];
  readonly status: unknown;
  /** Folders that the report leaves out. */
  readonly others: readonly string[];
}

/** @returns the records of the rows */
export function checkRows(
  { rows, status, others }: SaidRows,
  packed: readonly PackedRun[],
  findings: Findings,
): RecordedRun[] {
  const { compare, differ, notes } = findings;
  const seeds = rows.map(({ seed }) => seed);
  const once = [...new Set(seeds)].sort((a, b) => a - b);
  compare('seeds of the rows', seeds.join(', '), once.join(', '));
  const folderOf = ({ name }: PackedRun): string => name.replace(/\/report\.json$/, '');
  const own = packed.filter((one) => !others.includes(folderOf(one))).map(({ run }) => run);
  const confirmed: RecordedRun[] = [];
  const lost: number[] = [];
  for (const row of rows) {
    const run = own.find(({ seed }) => seed === row.seed);
    if (run) checkRow(row, run, status, findings);
    if (run) confirmed.push(run);
    else lost.push(row.seed);
  }
  if (lost.length > 0) {
    const many = lost.length > 1;
    notes.push(
      `nothing confirms the row${many ? 's' : ''} of seed${many ? 's' : ''} ${lost.join(', ')}, which ${many ? 'are' : 'is'} in the means: ${many ? 'their records are' : 'its record is'} not here`,
    );
  }
  for (const run of confirmed.slice(1)) {
    const other = otherSetting(confirmed[0], run);
    if (other)
      differ(`${other.what} of seed ${run.seed}`, other.values[1], `${other.values[0]} of seed ${confirmed[0].seed}`);
  }
  for (const { seed, epochs } of own)
    if (epochs.length > 0 && !seeds.includes(seed)) differ(`row of seed ${seed}`, 'none', 'as its record has it');
  for (const one of packed) {
    if (!others.includes(folderOf(one)) || folderOf(one) !== `seed-${one.run.seed}` || !confirmed[0]) continue;
    if (!otherSetting(confirmed[0], one.run))
      differ(`${folderOf(one)} among the others`, 'a run of other settings', 'a run of the settings of the rows');
  }
  return confirmed;
}

/** What changes while a run goes on. */
const atEnd = ['trainSeconds', 'threads', 'weightsSha256', 'machine', 'parts', 'versions', 'testSha256'];

function checkRow(row: ReplicationRow, run: RecordedRun, status: unknown, { compare, differ, notes }: Findings): void {
  const what = `row of seed ${row.seed}`;
  const { length } = row.epochs;
  const goesOn = status === 'running' || status === 'interrupted';
  const later = goesOn && run.epochs.length > length;
  if (later) notes.push(`the ${what} is of ${length} epochs, its record of ${run.epochs.length}: the run went on`);
  const { final, ...rest } = run;
  // One that was killed may have written its last report before that of the seed.
  const untested = later || (goesOn && row.status !== 'done' && !row.final);
  const made = rowOf({
    ...rest,
    ...paperOf(row, run),
    ...(later && { epochs: run.epochs.slice(0, length) }),
    ...(final && !untested && { final }),
  });
  const open = later || (goesOn && run.status !== 'done');
  const top = (path: string): string => path.split('.')[0];
  const others = differing(plain(row), plain(made ?? {})).filter(
    // A record of an earlier version may not tell its test data, which the row has.
    ({ path, expected }) =>
      !(path === 'testSha256' && expected === '') && !(path === 'status' && fits(row, run, goesOn)),
  );
  const unknown = others.filter(({ path }) => open && atEnd.includes(top(path)));
  if (unknown.length > 0)
    notes.push(
      `nothing confirms ${[...new Set(unknown.map(({ path }) => top(path)))].join(', ')} of the ${what}: its record goes further`,
    );
  const failed = others.filter((one) => !unknown.includes(one));
  const all = 'as its record has it';
  if (failed.length === 0) compare(what, all, all);
  const side = (name: 'found' | 'expected'): object =>
    Object.fromEntries(failed.map((one) => [one.path, one[name] ?? null]));
  if (failed.length > 0) differ(what, side('found'), side('expected'));
}

/** A run that says it is running was killed, when the replication is gone on with. */
const fits = (row: ReplicationRow, run: RecordedRun, goesOn: boolean): boolean =>
  goesOn || (row.status === 'interrupted' && run.status === 'running');

/** Reported figures of the row: a record of an earlier version has none that were checked, but its preset has. */
function paperOf(row: ReplicationRow, { experiment, preset }: RecordedRun): Partial<ReplicationRow> {
  const names = ['paper', 'authorsLog'] as const;
  if (experiment) return pick(experiment, names);
  return presetNames.includes(preset) ? pick(presetByName(preset), names) : pick(row, names);
}
