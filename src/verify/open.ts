/** What `verify-run` leaves open: what files of one author say alike, and nothing that was repeated confirms. */
import { isDeepStrictEqual } from 'node:util';
import type { RecordedRun } from '../replicate/recorded-run.js';
import { repeatable } from './repetition.js';
import type { Findings } from './verified.js';
import type { Kept } from './checkpoint.js';
import { openRate } from './epochs.js';
import type { Repeated } from './training.js';

/** One note that names all of it, after what was found open before. */
export function noteOpen(run: RecordedRun, repeated: Repeated, kept: Kept, { open, notes }: Findings): void {
  const { epochs, marks, ends, lastTest, threads, machine } = run;
  const left = epochs.length - repeated.epochs;
  const own = ['times, machines and threads'];
  const last = run.parts.at(-1);
  // A record of an earlier version has those of who read it last.
  if (last && !isDeepStrictEqual([threads, machine], [last.threads, last.machine]))
    own.push('that the report has another machine or threads than its last part');
  if (left > 0) own.push(`figures of ${range('epoch', repeated.epochs + 1, epochs.length)}`);
  openRate(run, Math.max(repeated.epochs, kept.epochs.length), own);
  if (repeated.marks < marks.length) own.push(`weights at ${range('mark', repeated.marks + 1, marks.length)}`);
  if (!repeated.last) own.push(`the last weights${ends ? ' and ends, those with which calls ended' : ''}`);
  else if (ends && ends.length > 1) own.push('ends, the weights with which calls ended');
  if (lastTest && !repeated.lastTest && !kept.tested) own.push('predictions of the last test');
  const more = repeated.epochs < repeatable(run) ? ' (more --seconds repeat more)' : '';
  notes.push(`nothing confirms ${[...own, ...open].join('; ')}${more}`);
}

const range = (what: string, from: number, to: number): string =>
  from === to ? `${what} ${to}` : `${what}s ${from} to ${to}`;
