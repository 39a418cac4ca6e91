/**
 * What the kernels say themselves of their trainings: after a reload of the page no output hears of one that goes on,
 * and none may hold it.
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import { PayloadError } from '../../../src/plot/check.js';
import type { CurvesPayload } from '../../../src/plot/curvesPayload.js';
import { parseTrainingReply, trainingTarget } from '../../../src/plot/trainingReply.js';
import { ask, computes, endedAt, stateOf } from './kernels.js';

/** A kernel is asked again after so long, milliseconds. */
const interval = 5000;

export interface Told {
  /** When, milliseconds since 1970. */
  readonly at: number;
  /** Nothing where the kernel has not answered, or has trained nothing yet. */
  readonly trainings?: readonly CurvesPayload[];
}

/** A kernel that computes nothing trains nothing. */
const isOver = (panel: NotebookPanel): boolean => /gone|idle/.test(String(stateOf(panel)));

const answers = new WeakMap<NotebookPanel, Told>();

/** What a kernel said last, if it is still the same and computes. */
export function told(panel: NotebookPanel): Told | undefined {
  const answer = answers.get(panel);
  return answer && answer.at > endedAt(panel) && !isOver(panel) ? answer : undefined;
}

/**
 * Asks a kernel of ours: once when it seems idle (after a reload nobody knows), else again and again. @param stop a
 * training to be ended
 */
export async function askTrainings(panel: NotebookPanel, now: number, stop?: string): Promise<void> {
  if (!panel.sessionContext.session?.kernel?.name.includes('spikelab')) return;
  const last = answers.get(panel);
  const known = last && last.at > endedAt(panel) && (now - last.at < interval || isOver(panel));
  if (stop === undefined && known) return;
  answers.set(panel, { ...told(panel), at: now }); // no second question meanwhile
  try {
    const reply = await ask(panel, trainingTarget, stop === undefined ? {} : { stop });
    const answer: Told = reply === undefined ? { at: now } : { at: now, ...parseTrainingReply(reply) };
    answers.set(panel, answer);
    computes(panel, Boolean(answer.trainings?.length));
  } catch (error) {
    if (error instanceof PayloadError) answers.set(panel, { at: now });
    else answers.delete(panel); // no kernel is there
  }
}
