/** The figures of a replication: one row a seed, and what they are together. */
import { type Spread, spread } from '../network/spread.js';
import type { ReportedAccuracy } from '../presets/index.js';
import type { EpochRecord } from '../network/history.js';
import type { FinalRecord } from './final.js';
import type { RecordedRun } from './recorded-run.js';
import type { RunReport } from './run-report.js';

/** One seed's run. */
export interface ReplicationRow {
  readonly preset: string;
  readonly seed: number;
  readonly status: RunReport['status'];
  /** For instance `mnist/train`. */
  readonly dataset: string;
  /** Training samples. */
  readonly samples: number;
  /** Whether the whole training set was used, as for the reported figures. */
  readonly complete: boolean;
  readonly epochs: readonly EpochRecord[];
  readonly last: EpochRecord;
  /** Chosen on the test set, as the authors did. */
  readonly best: EpochRecord;
  /** The test after the last epoch, where there is one. */
  readonly final?: FinalRecord;
  readonly trainSeconds: number;
  readonly threads: number;
  readonly weightsSha256: string;
  readonly dataSha256: string;
  readonly testSha256: string;
  /** Of the last call; `parts` has them all. */
  readonly machine: RunReport['machine'];
  readonly parts: RunReport['parts'];
  readonly versions: RunReport['versions'];
  readonly paper?: ReportedAccuracy;
  readonly authorsLog?: string;
}

/** The row of a run; undefined before its first epoch ends. */
export function rowOf(report: RecordedRun & Pick<RunReport, 'paper' | 'authorsLog'>): ReplicationRow | undefined {
  const {
    preset,
    seed,
    status,
    dataset,
    samples,
    epochs,
    trainSeconds,
    threads,
    weightsSha256,
    dataSha256,
    machine,
    parts,
    versions,
    paper,
    authorsLog,
  } = report;
  const last = epochs.at(-1);
  if (!last) return undefined;
  return {
    preset,
    seed,
    status,
    dataset,
    samples,
    complete: report.data.size === 'full' && report.experiment?.data.heldOut === undefined,
    epochs,
    last,
    best: bestOf(epochs),
    ...(report.final && { final: report.final }),
    trainSeconds,
    threads,
    weightsSha256,
    dataSha256,
    testSha256: report.lastTest?.dataSha256 ?? '',
    machine,
    parts,
    versions,
    ...(paper && { paper }),
    ...(authorsLog !== undefined && { authorsLog }),
  };
}

/** The epoch of the highest test accuracy, the first of equals. */
export function bestOf<Epoch extends { readonly testAccuracy?: number }>(epochs: readonly Epoch[]): Epoch {
  return epochs.reduce((best, epoch) => ((epoch.testAccuracy ?? -1) > (best.testAccuracy ?? -1) ? epoch : best));
}

/** An epoch over the seeds. */
export interface MeanEpoch {
  readonly epoch: number;
  readonly trainAccuracy: Spread;
  readonly testAccuracy: Spread;
  readonly cost: Spread;
  readonly seconds: Spread;
}

/** The epochs that every seed has reached. */
export function meanEpochs(rows: readonly ReplicationRow[]): MeanEpoch[] {
  const reached = Math.min(...rows.map((row) => row.epochs.length));
  return Array.from({ length: reached }, (_, k) => {
    const over = (figure: (epoch: EpochRecord) => number): Spread => spread(rows.map((row) => figure(row.epochs[k])));
    return {
      epoch: k + 1,
      trainAccuracy: over((e) => e.trainAccuracy),
      testAccuracy: over((e) => e.testAccuracy ?? NaN),
      cost: over((e) => e.cost),
      seconds: over((e) => e.seconds),
    };
  });
}

/** The final test over the seeds; undefined where a seed has none, or one of another kind or after other epochs. */
export function finalOf(
  rows: readonly ReplicationRow[],
): (Spread & Pick<FinalRecord, 'average' | 'asked' | 'draws'>) | undefined {
  const finals = rows.flatMap(({ final, epochs }) => (final ? [{ ...final, epochs: epochs.length }] : []));
  const kinds = new Set(finals.map(({ average, draws, epochs }) => `${average} ${draws} ${epochs}`));
  if (finals.length < rows.length || kinds.size > 1) return undefined;
  const [{ average, asked, draws }] = finals;
  return {
    ...spread(finals.map(({ testAccuracy }) => testAccuracy)),
    average,
    ...(asked !== undefined && { asked }),
    draws,
  };
}

/** Test accuracy after the last epoch that every seed has reached, and of each seed's best epoch up to there. */
export function accuracies(rows: readonly ReplicationRow[]): {
  epoch: number;
  last: Spread;
  best: Spread;
  highest: number;
} {
  const epoch = Math.min(...rows.map((row) => row.epochs.length));
  const bests = rows.map((row) => bestOf(row.epochs.slice(0, epoch)).testAccuracy ?? NaN);
  return {
    epoch,
    last: spread(rows.map((row) => row.epochs[epoch - 1].testAccuracy ?? NaN)),
    best: spread(bests),
    highest: Math.max(...bests),
  };
}
