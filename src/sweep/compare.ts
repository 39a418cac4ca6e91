import { type RunSource, readRuns } from './compared-run.js';
import { type Comparison, comparisonOf } from './comparison.js';

/**
 * Runs beside each other, the best first: a row for each combination of settings with mean ± standard deviation over
 * its seeds, and what differs as columns. Shows as a table; `rows` has the figures.
 * @param runs folders of `train`, `replicate` or `sweep` (their runs are found at any depth), or the `runRecord` of
 * networks
 * @throws RangeError when there is no run; Error for a damaged report
 * @example await compare('runs/rates')
 * @example await compare([netA.runRecord, netB.runRecord])
 */
export async function compare(runs: RunSource | readonly RunSource[]): Promise<Comparison> {
  const sources = (Array.isArray(runs) ? runs : [runs]) as readonly RunSource[];
  return comparisonOf(await readRuns(sources));
}
