/** A sweep as data: an experiment, and for some of its settings the values that are tried in every combination. */
import { requireObject, requireText } from '../network/require.js';
import path from 'node:path';
import { sha256 } from '#data-platform';
import { isObject, shown } from './check.js';
import type { Experiment } from './experiment.js';
import { requireJson } from './json-value.js';
import { from, jsonOf, readExperiment, relativeTo } from './read.js';
import { checkExperiment, type Setting, withSettings } from './settings.js';

/** For each path the values to try; `seed` is one of them. */
export type Grid = Readonly<Record<string, readonly unknown[]>>;

export interface Plan {
  /** A preset's name, the path of an experiment's file (from the folder of the plan), or the experiment itself. */
  readonly experiment: string | Experiment;
  /** Changed in every run. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly grid: Grid;
}

export interface PlannedRun {
  /** Values that the grid gives it but for the seed, by path. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /**
   * Folder below that of the sweep, with `/`: `rate=0.002,tauM=32/seed-0`; without settings `seed-0`, as `replicate`
   * has it.
   */
  readonly folder: string;
  /** The whole of the run. */
  readonly experiment: Experiment;
}

export interface OpenedPlan {
  readonly plan: Plan;
  /** What `spikelab train` is given first: a preset's name or a file. */
  readonly source: string;
  readonly runs: readonly PlannedRun[];
}

const mostRuns = 10_000;

/** Reads a plan's file. @throws RangeError naming what does not fit, before anything is trained */
export async function readPlan(file: string): Promise<OpenedPlan> {
  requireText('readPlan()', file, "the path of a plan's file");
  const folder = path.dirname(file);
  const json = await jsonOf(file);
  try {
    const plan = checkPlan(json);
    const { experiment, set = {}, grid } = plan;
    const inFolder = typeof experiment === 'string' && /\.json$|[\\/]/i.test(experiment);
    const source = typeof experiment !== 'string' ? file : inFolder ? path.join(folder, experiment) : experiment;
    // Paths count from the plan's folder wherever in it they stand: as data, set, or values of the grid.
    const base = typeof experiment === 'string' ? relativeTo(await readExperiment(source), folder) : experiment;
    const runs = expandGrid(withSettings(base, settingsOf(set)), grid);
    return { plan, source, runs: runs.map((run) => ({ ...run, experiment: from(run.experiment, folder) })) };
  } catch (cause) {
    throw new RangeError(`${file}: ${(cause as Error).message}`, { cause });
  }
}

/** @throws RangeError for what is no plan */
export function checkPlan(json: unknown): Plan {
  const example = '{ "experiment": "mnist-dense", "grid": { "rule.optimizer.rate": [0.001, 0.002], "seed": [0, 1] } }';
  if (!isObject(json)) throw new RangeError(`${shown(json)} is no plan: write ${example}`);
  const { experiment, set = {}, grid, ...others } = json;
  const [other] = Object.keys(others).filter((key) => key !== '$schema');
  if (other !== undefined) throw new RangeError(`a plan has experiment, set and grid, not ${JSON.stringify(other)}`);
  if (typeof experiment !== 'string' && !isObject(experiment))
    throw new RangeError(
      `experiment is ${shown(experiment)}: give a preset, a file or an experiment, as in ${example}`,
    );
  if (!isObject(set)) throw new RangeError(`set is ${shown(set)}: write { "epochs": 5 }`);
  checkGrid(grid);
  return { experiment: typeof experiment === 'string' ? experiment : checkExperiment(experiment), set, grid };
}

function checkGrid(grid: unknown): asserts grid is Grid {
  if (!isObject(grid)) throw new RangeError(`grid is ${shown(grid)}: write { "rule.optimizer.rate": [0.001, 0.002] }`);
  for (const [setting, values] of Object.entries(grid)) {
    if (!Array.isArray(values) || values.length === 0)
      throw new RangeError(`grid: ${setting} is ${shown(values)}: give a list of the values to try`);
    requireJson(`grid: ${setting}`, values);
    const texts = values.map((value) => JSON.stringify(value));
    const twice = texts.find((text, n) => texts.indexOf(text) !== n);
    if (twice !== undefined) throw new RangeError(`grid: ${setting} has ${twice} twice: give each value once`);
    const above = Object.keys(grid).find((other) => setting.startsWith(`${other}.`));
    if (above !== undefined)
      throw new RangeError(`grid: ${above} would overwrite ${setting}, a part of it: vary one of the two`);
    if (setting === 'seed' && values.some((seed) => !Number.isSafeInteger(seed) || (seed as number) < 0))
      throw new RangeError(`grid: seed is ${shown(values)}: give integers of at least 0`);
    if (setting === 'seeds') throw new RangeError('grid: seeds is of replicate: write "seed": [0, 1, 2]');
  }
}

/**
 * Every combination, the first setting slowest and the seed fastest. Without `seed`: the experiment's seeds, or its
 * seed. @throws RangeError
 */
export function expandGrid(experiment: Experiment, grid: Grid): PlannedRun[] {
  checkGrid(grid);
  requireObject('expandGrid()', experiment, 'an experiment and a grid');
  const { epochs = 1 } = experiment;
  const { seed: seeds = experiment.seeds ?? [experiment.seed ?? 1], ...others } = grid;
  const axes = Object.entries(others);
  const count = axes.reduce((product, [, values]) => product * values.length, seeds.length);
  if (count > mostRuns) throw new RangeError(`the grid has ${count} runs: at most ${mostRuns} are made in one sweep`);
  const combinations = axes.reduce<Record<string, unknown>[]>(
    (before, [setting, values]) => before.flatMap((one) => values.map((value) => ({ ...one, [setting]: value }))),
    [{}],
  );
  const names = namesOf(combinations);
  return combinations.flatMap((values, n) =>
    seeds.map((seed) => {
      const whole = withSettings(experiment, settingsOf({ epochs, ...values, seed, seeds: null }));
      const name = `seed-${String(whole.seed)}`;
      return {
        values,
        seed: whole.seed ?? 1,
        folder: names[n] === '' ? name : `${names[n]}/${name}`,
        experiment: whole,
      };
    }),
  );
}

export const settingsOf = (values: Readonly<Record<string, unknown>>): Setting[] =>
  Object.entries(values).map(([setting, value]) => ({ path: setting, value }));

/** Arguments of `spikelab train` that make this run of the plan, but for `--out`. */
export function runArguments(opened: OpenedPlan, run: PlannedRun): string[] {
  const { plan, source } = requireObject('runArguments()', opened, 'what readPlan() returned, and one of its runs');
  requireObject('runArguments(): plan', plan, 'what readPlan() returned');
  const { values, seed, experiment } = requireObject(
    'runArguments()',
    run,
    'one of the runs of the plan as its second value',
  );
  const sets = settingsOf({ ...plan.set, ...values, epochs: experiment.epochs ?? 1 });
  const texts = sets.map(({ path: setting, value }) => `${setting}=${JSON.stringify(value)}`);
  return [source, ...texts.flatMap((text) => ['--set', text]), '--seed', String(seed)];
}

/** Names of the combinations that any file system takes: short, and no two alike. */
function namesOf(combinations: readonly Record<string, unknown>[]): string[] {
  const labels = shortLabels(Object.keys(combinations[0]));
  const names = combinations.map((values) =>
    Object.entries(values)
      .map(([setting, value]) => `${plain(labels[setting])}=${plain(value === null ? 'none' : JSON.stringify(value))}`)
      .join(','),
  );
  const alike = new Map<string, number>();
  for (const name of names) alike.set(name.toLowerCase(), (alike.get(name.toLowerCase()) ?? 0) + 1);
  return names.map((name, n) =>
    name.length <= 100 && alike.get(name.toLowerCase()) === 1
      ? name
      : `${name.slice(0, 90)},${sha256(new TextEncoder().encode(JSON.stringify(combinations[n]))).slice(0, 8)}`,
  );
}

const plain = (text: string): string => text.replace(/[^A-Za-z0-9.+-]+/g, '_').replace(/^_|_$/g, '');

/** Each path's shortest end that no other of them has: `rate` of `rule.optimizer.rate`. */
export function shortLabels(paths: readonly string[]): Record<string, string> {
  const ends = (setting: string): string[] => {
    const keys = setting.split('.');
    return keys.map((_, k) => keys.slice(keys.length - 1 - k).join('.'));
  };
  return Object.fromEntries(
    paths.map((setting) => {
      const free = (end: string): boolean =>
        /^[a-z$]/i.test(end) && paths.every((other) => other === setting || !ends(other).includes(end));
      return [setting, ends(setting).find(free) ?? setting];
    }),
  );
}
