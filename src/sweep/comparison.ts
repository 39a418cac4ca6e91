/** Runs side by side: a row for each combination of settings, with its figures over the seeds. */
import { shortLabels } from '../experiment/plan.js';
import { type Spread, spread } from '../network/spread.js';
import { displaySymbol, type DisplayBundle, type Picture, table, type Table, type TableRow } from '../plot/index.js';
import { tableHtml } from '../replicate/document.js';
import { presentEnd } from '../train/call-end.js';
import { notebookSignal } from '../train/interrupt.js';
import type { EpochRecord } from '../network/history.js';
import type { ComparedRun } from './compared-run.js';
import { groupsOf } from './groups.js';
import { valueText } from './leaves.js';

/**
 * Runs of one combination of settings. Accuracies are fractions; figures are of the last epoch that every seed has
 * reached.
 */
export interface ComparedRow {
  /**
   * What differs between the rows, by path, and all that a sweep's grid gave; `data`, `test data`, `restoreBest`,
   * `average` and `run` where runs differ in those.
   */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The same in words, for a chart, and no two alike: `rate 0.002, tauM 32`. */
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
      ...Object.fromEntries(
        this.settings.map((path) => [nameOf(path), valueText(row.settings[path], path, row.runs[0])]),
      ),
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
  const { groups, changed } = groupsOf(runs);
  const labels = shortLabels(changed);
  const named = new Set<string>();
  const rows = groups.map(({ runs: group, settings }) => {
    const words = changed
      .filter((path) => path !== 'run' || settings.run !== undefined)
      .map((path) => `${labels[path]} ${valueText(settings[path], path, group[0])}`);
    const label = words.join(', ') || (group[0].experiment.name ?? 'all');
    // Values of another kind may read the same; charts tell rows by their labels.
    let own = label;
    for (let n = 2; named.has(own); n++) own = `${label} (${n})`;
    named.add(own);
    return rowOf(group, settings, own);
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

function rowOf(runs: readonly ComparedRun[], settings: ComparedRow['settings'], label: string): ComparedRow {
  const begun = runs.filter(({ epochs }) => epochs.length > 0);
  const epochs = begun.length > 0 ? Math.min(...begun.map((run) => run.epochs.length)) : 0;
  const last = begun.map((run) => lastOf(run, epochs));
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

/** An epoch of a run. One that ended with other weights than its last epoch's has the figures of those. */
function lastOf({ epochs: all, ends }: ComparedRun, epochs: number): EpochRecord {
  const end = epochs === all.length ? presentEnd(ends, epochs) : undefined;
  if (!end) return all[epochs - 1];
  const { testAccuracy: _, ...figures } = all[(end.restored ?? epochs) - 1];
  return { ...figures, ...(end.testAccuracy !== undefined && { testAccuracy: end.testAccuracy }) };
}

const percent = ({ mean, std }: Spread): string =>
  !Number.isFinite(mean) ? '–' : `${(100 * mean).toFixed(2)}${std === undefined ? '' : ` ± ${(100 * std).toFixed(2)}`}`;
