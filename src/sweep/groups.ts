/** Runs by what differs between them: settings, data that they do not name, and whatever else tells runs apart. */
import { type Gathered, gathered } from './same-runs.js';
import type { ComparedRun } from './compared-run.js';
import { leavesOfRuns } from './leaves.js';

export interface Group extends Gathered {
  readonly settings: Readonly<Record<string, unknown>>;
}

const distinct = (values: readonly unknown[]): number => new Set(values.map((value) => JSON.stringify(value))).size;

/** The rows of a comparison, and the paths that differ between them. */
export function groupsOf(runs: readonly ComparedRun[]): { groups: Group[]; changed: string[] } {
  const { said, usual } = leavesOfRuns(runs);
  const paths = [...new Set(said.flatMap((one) => [...one.keys()]))];
  const saidApart = paths.filter((path) => distinct(said.map((one) => one.get(path))) > 1);
  // What one run says, another may have left to its default, which can be the same.
  const settingsOf = runs.map(({ values }, n): Record<string, unknown> => ({
    ...values,
    ...Object.fromEntries(saidApart.map((path) => [path, said[n].get(path) ?? usual[n].get(path)])),
  }));
  const changed = saidApart.filter((path) => distinct(settingsOf.map((settings) => settings[path])) > 1);
  for (const [name, named] of Object.entries(facts)) {
    if ([...grouped(settingsOf, changed).values()].every((group) => sameFact(group.map((n) => named(runs[n])))))
      continue;
    const all = runs.map(named);
    for (const [n, fact] of all.entries()) settingsOf[n][name] = fact && factText(fact, all);
    changed.push(name);
  }
  const kept = (n: number): Record<string, unknown> =>
    Object.fromEntries(
      [...Object.keys(runs[n].values ?? {}), ...changed].map((path) => [path, settingsOf[n][path]] as const),
    );
  const groups = [...grouped(settingsOf, changed).values()].flatMap((group) =>
    gathered(group.map((n) => runs[n])).map((one): Group => ({
      ...one,
      settings: { ...kept(group[0]), ...(one.run !== undefined && { run: one.run }) },
    })),
  );
  return { groups, changed: groups.some(({ run }) => run !== undefined) ? [...changed, 'run'] : changed };
}

/** Numbers of the runs with equal settings. */
function grouped(settingsOf: readonly Record<string, unknown>[], changed: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [n, settings] of settingsOf.entries()) {
    const key = JSON.stringify(changed.map((path) => settings[path] ?? null));
    groups.set(key, [...(groups.get(key) ?? []), n]);
  }
  return groups;
}

interface Fact {
  readonly name: string;
  readonly sha256: string;
}

/** What settings need not tell: arrays of a notebook, a file that was changed. */
const facts: Readonly<Record<string, (run: ComparedRun) => Fact | undefined>> = {
  data: ({ data }) => (data.sha256 === '' ? undefined : data),
  'test data': ({ tested }) => tested,
};

const sameFact = (all: readonly (Fact | undefined)[]): boolean =>
  new Set(all.flatMap((fact) => (fact ? [fact.sha256] : []))).size <= 1;

/** Its name, and the beginning of its hash where others have the same name. */
function factText({ name, sha256 }: Fact, all: readonly (Fact | undefined)[]): string {
  const alone = sameFact(all.filter((fact) => fact?.name === name));
  return alone ? name : `${name} ${sha256.slice(0, 8)}`;
}
