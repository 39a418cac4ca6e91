/** What sets apart runs of several settings: their seeds aside. */
import type { RecordedRun } from './recorded-run.js';

/** A leaf of a run's settings: `rule.optimizer.learningRate` → `0.001`. */
type Leaves = ReadonlyMap<string, string>;

function* leavesOf(name: string, value: unknown): Generator<[string, string]> {
  if (typeof value !== 'object' || value === null) yield [name, typeof value === 'string' ? value : String(value)];
  else for (const [key, inner] of Object.entries(value)) yield* leavesOf(`${name}.${key}`, inner);
}

/** As the experiment has them, which is what a plan changes; of a record without one, the network and the rule as they came out. */
function settingsOf({ experiment, preset, data, samples, network, rule }: RecordedRun): Leaves {
  if (!experiment) {
    const named = { preset, data: data.name, samples };
    return new Map(Object.entries({ ...named, network, rule }).flatMap(([name, value]) => [...leavesOf(name, value)]));
  }
  const { $schema: _, name, seed: __, seeds: ___, paper: ____, authorsLog: _____, ...settings } = experiment;
  const all = { preset: name ?? preset, ...settings };
  return new Map(Object.entries(all).flatMap(([key, value]) => [...leavesOf(key, value)]));
}

export interface Group<Run> {
  /** The changed settings' values, in the order of `changed`; '' where the run has no such setting. */
  readonly values: readonly string[];
  readonly runs: readonly Run[];
}

/** Runs of equal settings together, in order of appearance; `changed` names the settings in which they differ. */
export function groupBySettings<Run extends RecordedRun>(
  runs: readonly Run[],
): { readonly changed: readonly string[]; readonly groups: readonly Group<Run>[] } {
  const all = runs.map(settingsOf);
  const names = [...new Set(all.flatMap((leaves) => [...leaves.keys()]))];
  const changed = names.filter((name) => new Set(all.map((leaves) => leaves.get(name))).size > 1);
  const groups = new Map<string, { values: string[]; runs: Run[] }>();
  runs.forEach((run, k) => {
    const values = changed.map((name) => all[k].get(name) ?? '');
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? { values, runs: [] };
    group.runs.push(run);
    groups.set(key, group);
  });
  return { changed, groups: [...groups.values()] };
}
