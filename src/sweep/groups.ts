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
    const texts = factTexts([...grouped(settingsOf, changed).values()], runs, named);
    for (const [n, text] of texts) settingsOf[n][name] = text;
    if (texts.size > 0) changed.push(name);
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

/**
 * What tells the runs of each group apart, by run; empty where nothing does. Names do; data of one name only where one
 * seed has several, as folds are: seeds that each have a split of their own are repetitions of one thing.
 */
function factTexts(
  groups: readonly (readonly number[])[],
  runs: readonly ComparedRun[],
  named: (run: ComparedRun) => Fact | undefined,
): Map<number, string | undefined> {
  const facts = groups.map((group) => group.map((n) => named(runs[n])));
  const hashed = groups.map((group, g) => severalOfSeed(group.map((n, k) => [runs[n].seed, facts[g][k]])));
  const texts = new Map<number, string | undefined>();
  let apart = false;
  for (const [g, group] of groups.entries()) {
    const one = distinct(facts[g].flatMap((fact) => fact?.sha256 ?? [])) === 1;
    const same = one ? facts[g].find((fact) => fact) : undefined;
    // In one group folds, in another a single one of them: that is named as it is there.
    const hasHash = (name: string): boolean => hashed[g].has(name) || (one && hashed.some((names) => names.has(name)));
    const own = facts[g].map((fact) => {
      const { name, sha256 } = same ?? fact ?? {};
      return name !== undefined && hasHash(name) ? `${name} ${sha256?.slice(0, 8)}` : name;
    });
    const found = new Set(own.filter((text) => text !== undefined));
    apart ||= found.size > 1;
    group.forEach((n, k) => texts.set(n, own[k] ?? (found.size === 1 ? [...found][0] : undefined)));
  }
  return apart ? texts : new Map<number, string | undefined>();
}

/** Names under which a seed has several data. */
function severalOfSeed(facts: readonly (readonly [seed: number, Fact | undefined])[]): Set<string> {
  const first = new Map<string, string>();
  const several = new Set<string>();
  for (const [seed, fact] of facts) {
    if (!fact) continue;
    const key = `${seed} ${fact.name}`;
    const { name, sha256 } = fact;
    if ((first.get(key) ?? sha256) !== sha256) several.add(name);
    first.set(key, sha256);
  }
  return several;
}
