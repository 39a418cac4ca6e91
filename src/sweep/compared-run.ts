/** Runs as they are compared: read from folders of any command, from records, or as a notebook has them. */
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isObject, shown } from '../experiment/check.js';
import type { Experiment } from '../experiment/experiment.js';
import { experimentOf } from '../experiment/of-preset.js';
import { otherwiseTrained, withTrainedRates } from '../experiment/rates.js';
import type { CallEnd, EpochRecord, RatePart } from '../network/history.js';
import type { Network } from '../network/network.js';
import { type LearningRule, learningRateAt } from '../network/rule.js';
import { partsOf } from '../network/validate.js';
import { recordedExperiment } from '../replicate/command.js';
import { parseRunReport, type RecordedRun } from '../replicate/recorded-run.js';
import { reportOf } from '../replicate/run-folder.js';
import type { RunRecord } from '../train/record.js';
import { readWholeFile } from '#train-platform';

export interface ComparedRun {
  /** Without its seeds. */
  readonly experiment: Experiment;
  /** What was trained: with everything that the experiment leaves out. */
  readonly whole: Experiment;
  readonly seed: number;
  readonly status: RecordedRun['status'];
  readonly epochs: readonly EpochRecord[];
  readonly trainSeconds: number;
  readonly weightsSha256: string;
  /** Accuracy of the test after the last epoch, where there is one. */
  readonly finalAccuracy?: number;
  /** What it was trained on; the hash is empty before its first sample. */
  readonly data: { readonly name: string; readonly sha256: string };
  /** What it was tested on; absent without a test. */
  readonly tested?: { readonly name: string; readonly sha256: string };
  /** Calls that ended with other weights than their last epoch's. */
  readonly ends?: readonly CallEnd[];
  /** What the grid of its sweep gave it, by path; absent of other runs. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Where it was read; absent of a record. */
  readonly folder?: string;
}

/** A folder of runs, at any depth; or a network's `runRecord`. */
export type RunSource = string | RunRecord;

/** @throws RangeError for a folder without runs, Error for a damaged report */
export async function readRuns(sources: readonly RunSource[]): Promise<ComparedRun[]> {
  const runs: ComparedRun[] = [];
  for (const source of sources) {
    if (typeof source !== 'string') {
      if (!isObject(source) || !('history' in source) || !('network' in source))
        throw new TypeError(`${shown(source)} is no run to compare: give folders, or the runRecord of networks`);
      runs.push(runOfRecord(source));
      continue;
    }
    for (const { run, folder } of await recordedRuns([source])) runs.push(runOf(run, folder));
  }
  if (runs.length === 0) throw new RangeError('no runs to compare: give folders, or the runRecord of networks');
  return runs;
}

/**
 * Recorded runs of folders at any depth, and of files: a run's report, or what `train --json` printed.
 * @throws RangeError for a folder without runs, Error for a file that is no report
 */
export async function recordedRuns(sources: readonly string[]): Promise<{ run: RecordedRun; folder: string }[]> {
  const runs: { run: RecordedRun; folder: string }[] = [];
  for (const source of sources) {
    if (statSync(source, { throwIfNoEntry: false })?.isFile()) {
      runs.push({ run: parseRunReport(await readWholeFile(source), source), folder: path.dirname(source) });
      continue;
    }
    const folders = await runFolders(source, 0);
    if (folders.length === 0)
      throw new RangeError(`${source} holds no run: give a folder of train, replicate or sweep, or net.runRecord`);
    for (const folder of folders) runs.push({ run: await reportIn(folder), folder });
  }
  return runs;
}

export async function reportIn(folder: string): Promise<RecordedRun> {
  const file = reportOf(folder);
  return parseRunReport(await readWholeFile(file), file);
}

export function runOf(run: RecordedRun, folder?: string): ComparedRun {
  const { seed: _, seeds: __, ...experiment } = recordedExperiment(run);
  const { preset, data, network, rule, seed, status, epochs, trainSeconds, weightsSha256, final } = run;
  return {
    experiment: withEffectiveAverage(experiment, run),
    whole: wholeOf(preset, data.name, network, rule, epochs),
    ...dataOf(run),
    seed,
    status,
    epochs,
    trainSeconds,
    weightsSha256,
    ...(final && { finalAccuracy: final.testAccuracy }),
    ...(folder !== undefined && { folder }),
  };
}

/** A run of fewer epochs than its average asks for was tested with the mean of those. */
function withEffectiveAverage(experiment: Experiment, { final }: RecordedRun): Experiment {
  if (!final || experiment.final?.average === undefined) return experiment;
  return { ...experiment, final: { ...experiment.final, average: final.average } };
}

/** What a network in a notebook knows of its training. */
function runOfRecord(record: RunRecord): ComparedRun {
  const { dataset, network, rule, seed, history, trainSeconds, weightsSha256, ends } = record;
  const name = nameOf(dataset);
  const whole = wholeOf(name, name, network, givenRate(rule, history), history);
  return {
    experiment: whole,
    whole,
    ...dataOf(record),
    seed,
    status: 'done',
    epochs: history,
    trainSeconds,
    weightsSha256,
    ...(ends && { ends }),
  };
}

const nameOf = (dataset: string): string => dataset.replace(/\/(train|test)$/, '');

function dataOf({
  dataset,
  dataSha256,
  lastTest,
}: Pick<RunRecord, 'dataset' | 'dataSha256' | 'lastTest'>): Pick<ComparedRun, 'data' | 'tested'> {
  return {
    data: { name: nameOf(dataset), sha256: dataSha256 },
    ...(lastTest && { tested: { name: nameOf(lastTest.dataset), sha256: lastTest.dataSha256 } }),
  };
}

/** The rule with the rate that `fit` was given in its place, where that explains the rates of all epochs. */
function givenRate(rule: LearningRule, epochs: readonly EpochRecord[]): LearningRule {
  const [first] = epochs;
  if (!first || first.learningRate < (rule.optimizer.floor ?? 0)) return rule;
  const given = { ...rule, optimizer: { ...rule.optimizer, learningRate: first.learningRate } };
  const rates = (k: number): RatePart[] => [{ from: 0, learningRate: learningRateAt(given.optimizer, k) }];
  return otherwiseTrained(epochs, rates, Infinity) ? rule : given;
}

function wholeOf(
  name: string,
  dataset: string,
  network: Network,
  rule: LearningRule,
  epochs: readonly EpochRecord[],
): Experiment {
  const [layers, options] = partsOf(network);
  const whole = experimentOf({ name, dataset, layers, options, rule, epochs: Math.max(1, epochs.length) });
  return withTrainedRates(whole, rule, epochs);
}

const deepest = 4;

/** Of a link: whether it leads to a folder. */
const isFolder = (link: string): boolean => statSync(link, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Folders with the report of a run, in order of names. A replication's own report is none: its runs lie below it. */
async function runFolders(folder: string, depth: number): Promise<string[]> {
  if (!existsSync(folder)) throw new RangeError(`there is no folder ${folder}: give one of train, replicate or sweep`);
  const entries = await readdir(folder, { withFileTypes: true });
  const inside = entries.filter(
    (entry) => entry.isDirectory() || (entry.isSymbolicLink() && isFolder(path.join(folder, entry.name))),
  );
  const below: string[] = [];
  const names = inside.map(({ name }) => name).filter((name) => !name.startsWith('.'));
  if (depth < deepest)
    for (const name of names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })))
      below.push(...(await runFolders(path.join(folder, name), depth + 1)));
  if (below.length > 0) return below;
  return existsSync(reportOf(folder)) ? [folder] : [];
}
