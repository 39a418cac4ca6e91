/** What `verify-run` says of one record. */
import { expect } from 'vitest';
import { verifyRun } from '../../src/verify/verify-run.js';

export interface Verdict {
  /** Comparisons that differ. */
  readonly failed: string[];
  readonly notes: string;
}

/** @param target folder or report @param seconds of repetition; without time, to the first recorded place */
export async function verdictOf(target: string, seconds: number): Promise<Verdict> {
  const [{ checks, notes, same }] = await verifyRun(target, { quiet: true, threads: 1, seconds });
  const failed = checks.filter((check) => !check.same).map(({ what }) => what);
  expect(same).toBe(failed.length === 0);
  return { failed, notes: notes.join('\n') };
}
