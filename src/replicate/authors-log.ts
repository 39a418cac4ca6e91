/** The authors' training logs (their runs on a Titan Xp), shipped as `docs/results/authors-logs.csv`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '#data-platform';
import type { ReferenceCurve } from '../plot/curves.js';

/** One epoch of a log. Accuracies are fractions, 0..1. */
export interface AuthorsEpoch {
  /** 1-based. */
  readonly epoch: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  /** Mean of 1/2 sum (o - y)^2 as here: half of the sum that the log prints. */
  readonly cost: number;
  /** On a Titan Xp. */
  readonly seconds: number;
}

/** Training samples of each epoch in all three logs. */
export const authorsSamples = 60_000;

const columns = 'run,epoch,train_accuracy,test_accuracy,cost,seconds,learning_rate';

/** The epochs of a run, for instance `mnist-dense`. @throws Error when there is none of that name */
export function authorsLog(run: string): AuthorsEpoch[] {
  const file = path.join(packageFolder(), 'docs', 'results', 'authors-logs.csv');
  const [head, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  if (head !== columns)
    throw new Error(`${file} begins with ${JSON.stringify(head)}, not ${columns}: take the file of this version`);
  const rows = lines.map((line) => line.split(','));
  const found = rows
    .filter(([name]) => name === run)
    .map(([, epoch, train, test, cost, seconds]) => ({
      epoch: Number(epoch),
      trainAccuracy: Number(train) / 100,
      testAccuracy: Number(test) / 100,
      cost: Number(cost) / 2,
      seconds: Number(seconds),
    }));
  if (found.length === 0)
    throw new Error(
      `the authors' logs have no run ${JSON.stringify(run)}: they have ${[...new Set(rows.map(([name]) => name))].join(', ')}`,
    );
  return found;
}

/** A log as a dashed curve: `curves(history, { reference: authorsCurve('mnist-dense') })`. */
export function authorsCurve(run: string): ReferenceCurve {
  return { label: 'authors', points: authorsLog(run) };
}
