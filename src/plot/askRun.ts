/**
 * Answers to what a front end asks of a run whose raster it shows: the membrane of a neuron that was not recorded.
 * Whoever makes runs says how; the last rasters can be asked, as long as the process lives.
 */
import { displayHost } from './display.js';
import { membraneTarget, type MembraneReply } from './membraneReply.js';

/** The membrane of a neuron over the whole run, `[steps]`. Rejects with a sentence for the user. */
export type AskMembrane = (layer: string, neuron: number) => Promise<Float32Array>;

/** So many rasters can be asked; of older ones the spikes are forgotten. */
const most = 32;
const membranesOf = new WeakMap<object, AskMembrane>();
const asked = new Map<string, readonly object[]>();

/** Says how to get the membranes of a run. */
export function answerFor(run: object, ask: AskMembrane): void {
  membranesOf.set(run, ask);
}

/** What a front end may call these runs by; none where nobody could ask, or nobody knows the answer. */
export function sourceOf(runs: readonly object[]): string | undefined {
  const host = displayHost();
  if (!host?.answer || !runs.some((run) => membranesOf.has(run))) return undefined;
  host.answer(membraneTarget, answer);
  const source = crypto.randomUUID();
  asked.set(source, runs);
  for (const old of [...asked.keys()].slice(0, -most)) asked.delete(old);
  return source;
}

async function answer(question: Readonly<Record<string, unknown>>): Promise<MembraneReply> {
  const { source, sample, layer, neuron } = question;
  const run = asked.get(String(source))?.[Number(sample)];
  const ask = run && membranesOf.get(run);
  if (!ask || typeof layer !== 'string' || typeof neuron !== 'number')
    return { problem: 'the kernel has forgotten this run: run its cell again' };
  try {
    return { potential: Array.from(await ask(layer, neuron), (value) => Number(value.toPrecision(5))) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
