/** `report.json` of a replication: its rows, and what they are together. */
import type { Experiment } from '../experiment/experiment.js';
import { authorsLog } from './authors-log.js';
import type { OtherRun } from './earlier-runs.js';
import { accuracies, bestOf, finalOf, meanEpochs, type ReplicationRow } from './rows.js';

export interface ReplicationReport {
  readonly preset: string;
  readonly status: 'running' | 'done' | 'interrupted';
  /** The whole of it; paths of its data count from the folder of the report. */
  readonly experiment: Experiment;
  /** The command that makes the same again, and goes on with it. */
  readonly command: string;
  readonly seeds: readonly number[];
  readonly plannedEpochs: number;
  readonly rows: readonly ReplicationRow[];
  /** Runs in the folder that are not of these settings. */
  readonly others: readonly OtherRun[];
}

/** What `report.json` holds: the report, and its figures over the seeds. Accuracies are fractions. */
export function summaryOf(report: ReplicationReport): object {
  const { rows, ...head } = report;
  if (rows.length === 0) return { ...head, rows };
  const { epoch, last, best, highest } = accuracies(rows);
  const log = rows[0].authorsLog;
  const theirs = (log === undefined ? [] : authorsLog(log)).filter((entry) => entry.epoch <= epoch);
  const final = finalOf(rows);
  return {
    ...head,
    summary: {
      epoch,
      lastEpoch: { label: `test accuracy after epoch ${epoch}`, ...last },
      bestEpoch: {
        label: 'test accuracy of the best epoch, chosen on the test set as the authors did',
        ...best,
        highest,
      },
      ...(final && { finalTest: final }),
      ...(theirs.length > 0 && { authors: { sameEpoch: theirs.at(-1), best: bestOf(theirs) } }),
      ...(rows[0].paper && { paper: rows[0].paper }),
    },
    epochs: meanEpochs(rows),
    rows,
  };
}
