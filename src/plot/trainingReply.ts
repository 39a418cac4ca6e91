/** What the kernel answers when a front end asks for its trainings. The front end believes nothing of it. */
import { list, record } from './check.js';
import { parseCurvesPayload, type CurvesPayload } from './curvesPayload.js';

/**
 * The comm's target: opened with `{}`, or with `{ stop: id }` of a training (`state.id` of its curves), it is answered
 * by one `TrainingReply` and closed.
 */
export const trainingTarget = 'spikelab.training.v1';

/** The curves of all trainings that go on. */
export interface TrainingReply {
  readonly trainings: readonly CurvesPayload[];
}

const most = 64;

/** @throws PayloadError */
export function parseTrainingReply(value: unknown): TrainingReply {
  return { trainings: list('trainings', record('reply', value).trainings, most).map(parseCurvesPayload) };
}
