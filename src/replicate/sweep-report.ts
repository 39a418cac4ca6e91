/** Runs of several settings side by side: a page with a table of settings, pictures of their accuracies and curves, and each run's evidence. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { bars } from '../plot/bars.js';
import { curves } from '../plot/curves.js';
import { shortLabels } from '../experiment/plan.js';
import { presetByName, presetNames } from '../presets/index.js';
import { readWholeFile } from '#train-platform';
import { accuracyText } from './compare.js';
import type { Block } from './document.js';
import { parseRunReport, type RecordedRun } from './recorded-run.js';
import { pictureBlock, writePage } from './report.js';
import { evidence, seedTable } from './report-tables.js';
import { accuracies, type ReplicationRow, rowOf } from './rows.js';
import { reportOf } from './run-folder.js';
import { groupBySettings } from './settings.js';

/** Most settings that one picture shows. */
const drawn = 12;

interface Line {
  /** The changed settings, for instance `rule.optimizer.learningRate 0.002`. */
  readonly label: string;
  readonly values: readonly string[];
  readonly rows: readonly ReplicationRow[];
}

/**
 * Writes `report.html`, `report.md`, `report.json`, `comparison.png` and `curves.png` into `out`. Returns the page's table as text lines.
 * @param runs folders of runs, or the reports in them, or what `train --json` printed
 * @throws Error for a file that is no report; RangeError for runs without an epoch
 */
export async function writeSweepReport(runs: readonly string[], out: string): Promise<readonly string[]> {
  const { changed, lines } = await linesOf(runs);
  const table = settingsTable(changed, lines);
  const title = `${lines.reduce((sum, { rows }) => sum + rows.length, 0)} runs of ${lines.length} setting${lines.length === 1 ? '' : 's'}`;
  const shown = lines.slice(0, drawn);
  const named = shown.flatMap(({ label, rows }) => rows.map((row) => ({ label, row })));
  const comparison = bars(
    shown.map(({ label, rows }) => ({
      name: label,
      value: rows.map((row) => 100 * (row.epochs[accuracies(rows).epoch - 1].testAccuracy ?? NaN)),
    })),
    { y: 'test accuracy, %', mark: 'points', title: 'Test accuracy after the last epoch' },
  );
  const learning = curves(
    named.map(({ row }) => ({ epochs: row.epochs, plannedEpochs: row.epochs.length })),
    { title, names: named.map(({ label }) => label) },
  );
  const cut = lines.length > drawn ? ` The pictures show the ${drawn} best settings.` : '';
  const blocks: Block[] = [
    { kind: 'heading', level: 1, text: title },
    table,
    {
      kind: 'paragraph',
      text: `Sorted by the test accuracy after the last epoch that every seed of a setting has reached. "Best" is chosen on the test set. ± is one standard deviation over the seeds (n - 1).${cut}`,
    },
    await pictureBlock('comparison.png', 'Test accuracies of the settings', comparison),
    await pictureBlock('curves.png', 'Accuracy and cost of the settings', learning),
    { kind: 'heading', level: 2, text: 'Evidence' },
    ...lines.flatMap(({ label, rows }): Block[] => [
      { kind: 'paragraph', text: label },
      seedTable(rows),
      ...evidence(rows),
    ]),
  ];
  const summary = lines.map(({ values, rows }) => ({
    settings: Object.fromEntries(changed.map((name, k) => [name, values[k]])),
    ...accuracies(rows),
    rows,
  }));
  await writePage(out, title, blocks, { changed, settings: summary });
  return [table.head, ...table.rows].map((cells) => cells.join('  '));
}

async function linesOf(files: readonly string[]): Promise<{ changed: readonly string[]; lines: Line[] }> {
  const runs = await Promise.all(files.map(readRun));
  const { changed: paths, groups } = groupBySettings(runs);
  const short = shortLabels(paths);
  const changed = paths.map((one) => short[one]);
  const lines = groups.map(({ values, runs: same }) => {
    const label =
      changed.length === 0
        ? same[0].preset
        : changed.map((name, k) => (name === 'preset' ? values[k] : `${name} ${values[k]}`)).join(', ');
    const rows = same.flatMap((run) => rowOf({ ...run, ...publishedOf(run.preset) }) ?? []);
    return { label, values, rows: [...rows].sort((a, b) => a.seed - b.seed) };
  });
  const empty = lines.find(({ rows }) => rows.length === 0);
  if (empty) throw new RangeError(`${empty.label}: no run has ended its first epoch yet`);
  return { changed, lines: lines.sort((a, b) => accuracies(b.rows).last.mean - accuracies(a.rows).last.mean) };
}

async function readRun(file: string): Promise<RecordedRun> {
  const isFolder = await stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const report = isFolder ? reportOf(file) : path.resolve(file);
  return parseRunReport(await readWholeFile(report), report);
}

/** What was published for a preset of ours. */
function publishedOf(name: string): Pick<ReplicationRow, 'paper' | 'authorsLog'> {
  if (!presetNames.includes(name)) return {};
  const { paper, authorsLog } = presetByName(name);
  return { ...(paper && { paper }), ...(authorsLog !== undefined && { authorsLog }) };
}

function settingsTable(changed: readonly string[], lines: readonly Line[]): Block & { kind: 'table' } {
  const columns = changed.length === 0 ? ['preset'] : changed;
  return {
    kind: 'table',
    head: [...columns, 'seeds', 'epoch', 'test, last epoch', 'best epoch, mean', 'reported, best', 'time of a run'],
    rows: lines.map(({ values, rows }) => {
      const { epoch, last, best } = accuracies(rows);
      const minutes = rows.reduce((sum, row) => sum + row.trainSeconds, 0) / rows.length / 60;
      const { paper } = rows[0];
      return [
        ...(changed.length === 0 ? [rows[0].preset] : values),
        String(rows.length),
        String(epoch),
        accuracyText(last),
        accuracyText(best),
        paper ? `${paper.best.toFixed(2)} %` : '',
        `${minutes.toFixed(1)} min`,
      ];
    }),
  };
}
