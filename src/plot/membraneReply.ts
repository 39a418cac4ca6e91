/** What the kernel answers when a front end asks for a membrane. The front end believes nothing of it. */
import { finite, list, PayloadError, record, text } from './check.js';

/**
 * The comm's target: opened with `{ source, sample, layer, neuron }`, it is answered by one `MembraneReply` and closed.
 */
export const membraneTarget = 'spikelab.membrane.v1';

/** The potential after each step, or a sentence that says why there is none. */
export type MembraneReply = { readonly potential: readonly number[] } | { readonly problem: string };

/** @throws PayloadError */
export function parseMembraneReply(value: unknown, steps: number): MembraneReply {
  const raw = record('reply', value);
  if (raw.problem !== undefined) return { problem: text('problem', raw.problem) };
  const potential = list('potential', raw.potential, steps);
  if (potential.length !== steps)
    throw new PayloadError(`potential has ${potential.length} values for ${steps} steps: give one for each`);
  return { potential: potential.map((one, t) => finite(`potential[${t}]`, one, -1e9, 1e9)) };
}
