/** What a cell waits for before it counts as done. */
import { asKernel, kernelFunction } from './own-language.js';
import { Set } from '../common/intrinsics.js';
type Settle = () => Promise<void>;

const displays = new Set<Settle>();
const runs = new Set<Promise<void>>();

/** Adds somebody who shows things when they are ready. */
export function settleWith(source: Settle): void {
  displays.add(source);
}

/** Adds a run that was begun in a cell, and whose failure is the cell's. */
export function waitFor(run: Promise<void>): void {
  run.catch(() => {}); // thrown where it is waited for
  runs.add(run);
}

/** Resolves when everything that was given to `show` and `display` so far is displayed. */
export async function displaysSettled(): Promise<void> {
  const sources = asKernel(() => [...displays]);
  for (let n = 0; n < sources.length; n++) await asKernel(sources[n]);
}

const nextRun = kernelFunction(() => {
  const run = runs.values().next().value;
  if (run) runs.delete(run);
  return run;
});

/** The same, and every run that was begun has ended. @throws what a run threw */
export async function cellSettled(): Promise<void> {
  await displaysSettled();
  // Until there are no more: a run may begin others.
  for (let run = nextRun(); run; run = nextRun()) await run;
}
