/**
 * What the kernels say themselves of their trainings: after a reload of the page no output hears of one that goes on,
 * and none may hold it.
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import { PayloadError } from '../../../src/plot/check.js';
import type { CurvesPayload } from '../../../src/plot/curvesPayload.js';
import { parseTrainingReply, trainingTarget } from '../../../src/plot/trainingReply.js';
import { ask, endedAt, stateOf } from './kernels.js';

/** A kernel is asked again after so long, milliseconds. */
const interval = 5000;

export interface Told {
  /** When, milliseconds since 1970. */
  readonly at: number;
  /** Nothing where the kernel knows of no such question. */
  readonly trainings?: readonly CurvesPayload[];
}

/** A kernel that computes nothing trains nothing. */
export const isOver = (panel: NotebookPanel): boolean => /gone|idle/.test(String(stateOf(panel)));

const answers = new WeakMap<NotebookPanel, Told>();

/** What a kernel said last, if it is still the same and computes. */
export function told(panel: NotebookPanel): Told | undefined {
  const answer = answers.get(panel);
  return answer && answer.at > endedAt(panel) && !isOver(panel) ? answer : undefined;
}

/** Asks a kernel, unless it was asked just now or does not know the question. @param stop a training to be ended */
export async function askTrainings(panel: NotebookPanel, now: number, stop?: string): Promise<void> {
  const last = told(panel);
  if (stop === undefined && last && (!last.trainings || now - last.at < interval)) return;
  answers.set(panel, { at: now, trainings: last?.trainings ?? [] }); // no second question meanwhile
  try {
    const reply = await ask(panel, trainingTarget, stop === undefined ? {} : { stop });
    answers.set(panel, reply === undefined ? { at: now } : { at: now, ...parseTrainingReply(reply) });
  } catch (error) {
    if (error instanceof PayloadError) answers.set(panel, { at: now });
    else answers.delete(panel); // no kernel is there
  }
}
