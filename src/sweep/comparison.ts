/** Runs side by side: a row for each combination of settings, with its figures over the seeds. */
import { isObject, joined } from '../experiment/check.js';
import type { Experiment } from '../experiment/experiment.js';
import { shortLabels } from '../experiment/plan.js';
import { type Spread, spread } from '../network/spread.js';
import { displaySymbol, type DisplayBundle, type Picture, table, type Table, type TableRow } from '../plot/index.js';
import { tableHtml } from '../replicate/document.js';
import { notebookSignal } from '../train/interrupt.js';
import type { EpochRecord } from '../network/history.js';
import type { ComparedRun } from './compared-run.js';

/**
 * Runs of one combination of settings. Accuracies are fractions; figures are of the last epoch that every seed has
 * reached.
 */
export interface ComparedRow {
  /** What differs between the rows, by path. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The same in words, for a chart: `rate 0.002, tauM 32`. */
  readonly label: string;
  /** Of those that have finished an epoch. */
  readonly seeds: readonly number[];
  readonly epochs: number;
  /** Of each seed, in their order. */
  readonly testAccuracies: readonly number[];
  readonly testAccuracy: Spread;
  /** Of each seed's best epoch, chosen on the test set. */
  readonly bestAccuracy: Spread;
  /** Of the test after the last epoch; NaN where a run has none. */
  readonly finalAccuracy: Spread;
  readonly trainAccuracy: Spread;
  readonly cost: Spread;
  /** Training time of a run. */
  readonly seconds: Spread;
  readonly runs: readonly ComparedRun[];
}

const figures = ['seeds', 'epochs'];
/** Most rows that are shown; `rows` has all. */
const mostShown = 100;

/** Best test accuracy first; shows as a table. */
export class Comparison implements Picture {
  constructor(
    readonly rows: readonly ComparedRow[],
    /** Paths that differ between the rows. */
    readonly settings: readonly string[],
  ) {}

  /** Where it stands below a cell already, as the live table of its sweep; in other cells it shows itself. */
  private shownIn: AbortSignal | undefined;

  /** Tells that its table stands below the present cell of a notebook. */
  isShown(): this {
    this.shownIn = notebookSignal();
    return this;
  }

  /** A column for each setting that differs, mean ± standard deviation over the seeds; the 100 best of more rows. */
  toTable(): Table {
    return table(this.records());
  }

  private records(): TableRow[] {
    const tested = this.rows.some(({ finalAccuracy }) => Number.isFinite(finalAccuracy.mean));
    const labels = shortLabels(this.settings);
    // The figures have names of their own, which a setting's short name may be.
    const nameOf = (path: string): string => (figures.includes(labels[path]) ? path : labels[path]);
    return this.rows.slice(0, mostShown).map((row) => ({
      ...Object.fromEntries(this.settings.map((path) => [nameOf(path), valueText(row.settings[path])])),
      seeds: row.seeds.length,
      epochs: row.epochs,
      'test accuracy, %': percent(row.testAccuracy),
      'best epoch, %': percent(row.bestAccuracy),
      ...(tested && { 'final test, %': percent(row.finalAccuracy) }),
      'training accuracy, %': percent(row.trainAccuracy),
      'time, s': Number.isFinite(row.seconds.mean) ? row.seconds.mean.toFixed(1) : '–',
    }));
  }

  /** The table as a page has it: figures to the right. */
  private toHtml(): string {
    const records = this.records();
    const head = Object.keys(records[0]);
    const cut = this.rows.length > mostShown ? `<p>The ${mostShown} best of ${this.rows.length}.</p>` : '';
    return (
      tableHtml(
        head,
        records.map((record) => head.map((column) => String(record[column]))),
      ) + cut
    );
  }

  [displaySymbol](): DisplayBundle['data'] {
    if (this.shownIn && this.shownIn === notebookSignal())
      return { 'text/plain': `${this.rows.length} rows, best first: the table above` };
    return this.bundle();
  }

  /** All forms of the table. */
  bundle(): DisplayBundle['data'] {
    return { 'text/html': this.toHtml(), ...this.toTable()[displaySymbol]() };
  }

  toString(): string {
    return String(this.toTable());
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

export function comparisonOf(runs: readonly ComparedRun[]): Comparison {
  const said = runs.map(({ experiment }) => leavesOf(experiment));
  const paths = [...new Set(said.flatMap((one) => [...one.keys()]))];
  const distinct = (values: readonly unknown[]): number => new Set(values.map((value) => JSON.stringify(value))).size;
  const saidApart = paths.filter((path) => distinct(said.map((one) => one.get(path))) > 1);
  // What one run says, another may have left to its default, which can be the same.
  const settingsOf = runs.map(({ whole }, n): Readonly<Record<string, unknown>> => {
    const usual = leavesOf(whole);
    return Object.fromEntries(saidApart.map((path) => [path, said[n].get(path) ?? usual.get(path)]));
  });
  const changed = saidApart.filter((path) => distinct(settingsOf.map((settings) => settings[path])) > 1);
  const labels = shortLabels(changed);
  const groups = new Map<string, { runs: ComparedRun[]; settings: Record<string, unknown> }>();
  for (const [n, run] of runs.entries()) {
    const settings = Object.fromEntries(changed.map((path) => [path, settingsOf[n][path]]));
    const key = JSON.stringify(settings);
    if (!groups.has(key)) groups.set(key, { runs: [], settings });
    groups.get(key)?.runs.push(run);
  }
  const rows = [...groups.values()].map(({ runs: group, settings }) => {
    const words = changed.map((path) => `${labels[path]} ${valueText(settings[path])}`);
    return rowOf(group, settings, words.join(', ') || (group[0].experiment.name ?? 'all'));
  });
  const order = ({ testAccuracy, trainAccuracy }: ComparedRow): number => {
    if (Number.isFinite(testAccuracy.mean)) return 2 + testAccuracy.mean;
    return Number.isFinite(trainAccuracy.mean) ? trainAccuracy.mean : -1;
  };
  return new Comparison(
    rows.sort((a, b) => order(b) - order(a)),
    changed,
  );
}

function rowOf(group: readonly ComparedRun[], settings: ComparedRow['settings'], label: string): ComparedRow {
  // A seed counts once, however many folders have its run: the one that went furthest.
  const furthest = new Map<number, ComparedRun>();
  for (const run of group)
    if (run.epochs.length >= (furthest.get(run.seed)?.epochs.length ?? 0)) furthest.set(run.seed, run);
  const runs = [...furthest.values()].sort((a, b) => a.seed - b.seed);
  const begun = runs.filter(({ epochs }) => epochs.length > 0);
  const epochs = begun.length > 0 ? Math.min(...begun.map((run) => run.epochs.length)) : 0;
  const last = begun.map((run) => run.epochs[epochs - 1]);
  const over = (figure: (epoch: EpochRecord) => number): Spread => spread(last.map(figure));
  const best = begun.map((run) => Math.max(...run.epochs.slice(0, epochs).map((epoch) => epoch.testAccuracy ?? NaN)));
  return {
    settings,
    label,
    seeds: begun.map(({ seed }) => seed),
    epochs,
    testAccuracies: last.map(({ testAccuracy = NaN }) => testAccuracy),
    testAccuracy: over(({ testAccuracy = NaN }) => testAccuracy),
    bestAccuracy: spread(best),
    finalAccuracy: spread(begun.map(({ finalAccuracy = NaN }) => finalAccuracy)),
    trainAccuracy: over(({ trainAccuracy }) => trainAccuracy),
    cost: over(({ cost }) => cost),
    seconds: spread(begun.map((run) => run.epochs.slice(0, epochs).reduce((sum, { seconds }) => sum + seconds, 0))),
    runs,
  };
}

/** Every setting by its path; lists are one value. */
function leavesOf(experiment: Experiment): Map<string, unknown> {
  const { $schema: _, ...settings } = experiment;
  const below = (value: unknown, path: string): [string, unknown][] =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, inside]) => below(inside, joined(path, key)))
      : [[path, value]];
  return new Map(below(settings, ''));
}

const percent = ({ mean, std }: Spread): string =>
  !Number.isFinite(mean) ? '–' : `${(100 * mean).toFixed(2)}${std === undefined ? '' : ` ± ${(100 * std).toFixed(2)}`}`;

export function valueText(value: unknown): string {
  if (value === undefined || value === null) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
