/** Answers to what a front end asks of the trainings that go on here: how they go, and to stop one. */
import type { CurvesPayload } from './curvesPayload.js';
import { displayHost } from './display.js';
import { trainingTarget, type TrainingReply } from './trainingReply.js';

/** A training that goes on. */
export interface AskedTraining {
  /** As it is now. */
  curves(): CurvesPayload;
  /** Ends it at the next batch, with everything kept. */
  stop(): void;
}

const trainings = new Map<string, AskedTraining>();

/** Lets a front end ask for a training, by the id that is returned, until `endTraining`. */
export function beginTraining(training: AskedTraining): string {
  displayHost()?.answer?.(trainingTarget, answer);
  const id = crypto.randomUUID();
  trainings.set(id, training);
  return id;
}

export function endTraining(id: string | undefined): void {
  if (id !== undefined) trainings.delete(id);
}

async function answer({ stop }: Readonly<Record<string, unknown>>): Promise<TrainingReply> {
  trainings.get(String(stop))?.stop();
  return { trainings: Array.from(trainings.values(), (one) => one.curves()) };
}
