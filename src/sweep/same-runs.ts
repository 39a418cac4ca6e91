/** Which runs are one run in several folders, and which only look alike: those are never counted as one. */
import path from 'node:path';
import type { ComparedRun } from './compared-run.js';

export interface Gathered {
  /** Tells it from others of the same settings: a folder, or a number from 1; undefined where there are none. */
  readonly run?: string | number;
  /** One a seed, as far as it went and with its tests, by ascending seed. */
  readonly runs: readonly ComparedRun[];
}

/** Runs of equal settings: one entry, or several where a seed has runs that are not the same. */
export function gathered(group: readonly ComparedRun[]): Gathered[] {
  const seeds = new Map<number, ComparedRun[]>();
  const further = (a: ComparedRun, b: ComparedRun): number =>
    b.epochs.length - a.epochs.length ||
    testsOf(b) - testsOf(a) ||
    Number(b.status === 'done') - Number(a.status === 'done');
  for (const run of [...group].sort(further)) {
    const others = seeds.get(run.seed) ?? [];
    if (!others.some((other) => isSame(other, run))) seeds.set(run.seed, [...others, run]);
  }
  const bySeed = [...seeds.entries()].sort(([a], [b]) => a - b).map(([, runs]) => inOrder(runs, group));
  if (bySeed.every(({ length }) => length === 1)) return [{ runs: bySeed.flat() }];
  const names = namesOf(bySeed);
  const keys = [...new Set(names.flat())].sort((a, b) => String(a).localeCompare(String(b), 'en', { numeric: true }));
  return keys.map((run) => ({ run, runs: bySeed.flatMap((runs, s) => runs.filter((_, n) => names[s][n] === run)) }));
}

/** Tests that it has figures of: the same training may have been repeated without any. */
const testsOf = ({ epochs, finalAccuracy }: ComparedRun): number =>
  epochs.filter(({ testAccuracy }) => testAccuracy !== undefined).length + Number(finalAccuracy !== undefined);

/** As far as both went, with the same figures; runs that ended have the same weights. */
function isSame(longer: ComparedRun, run: ComparedRun): boolean {
  const figures = run.epochs.every(({ trainAccuracy, testAccuracy, cost, learningRate }, k) => {
    const other = longer.epochs[k];
    const tested = testAccuracy === undefined || other.testAccuracy === undefined;
    return (
      trainAccuracy === other.trainAccuracy &&
      cost === other.cost &&
      learningRate === other.learningRate &&
      (tested || testAccuracy === other.testAccuracy)
    );
  });
  if (!figures || longer.epochs.length > run.epochs.length) return figures;
  return longer.status !== 'done' || run.status !== 'done' || longer.weightsSha256 === run.weightsSha256;
}

const inOrder = (runs: readonly ComparedRun[], given: readonly ComparedRun[]): ComparedRun[] =>
  [...runs].sort((a, b) => given.indexOf(a) - given.indexOf(b));

/** Names of the runs of each seed: the folder above where that tells all apart, their own, or a number. */
function namesOf(bySeed: readonly (readonly ComparedRun[])[]): (string | number)[][] {
  if (bySeed.flat().some(({ folder }) => folder === undefined)) return bySeed.map((runs) => runs.map((_, n) => n + 1));
  const own = bySeed.map((runs) => runs.map(({ folder = '' }) => path.resolve(folder)));
  const above = own.map((folders) => folders.map((folder) => path.dirname(folder)));
  const apart = above.every((folders) => new Set(folders).size === folders.length);
  const names = apart ? above : own;
  const common = names.flat().reduce((before, name) => {
    let shared = before;
    while (shared !== path.dirname(shared) && !`${name}${path.sep}`.startsWith(`${shared}${path.sep}`))
      shared = path.dirname(shared);
    return shared;
  });
  return names.map((folders) =>
    folders.map((folder) => path.relative(common, folder).split(path.sep).join('/') || '.'),
  );
}
