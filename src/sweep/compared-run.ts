/** Runs as they are compared: read from folders of any command, from records, or as a notebook has them. */
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isObject, shown } from '../experiment/check.js';
import type { Experiment } from '../experiment/experiment.js';
import { experimentOf } from '../experiment/of-preset.js';
import type { EpochRecord } from '../network/history.js';
import type { Network } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
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
  const whole = wholeOf(preset, data.name, network, rule, epochs);
  return {
    experiment,
    whole,
    seed,
    status,
    epochs,
    trainSeconds,
    weightsSha256,
    ...(final && { finalAccuracy: final.testAccuracy }),
    ...(folder !== undefined && { folder }),
  };
}

/** What a network in a notebook knows of its training. */
function runOfRecord({ dataset, network, rule, seed, history, trainSeconds, weightsSha256 }: RunRecord): ComparedRun {
  const name = dataset.replace(/\/train$/, '');
  const whole = wholeOf(name, name, network, rule, history);
  return {
    experiment: whole,
    whole,
    seed,
    status: 'done',
    epochs: history,
    trainSeconds,
    weightsSha256,
  };
}

function wholeOf(
  name: string,
  dataset: string,
  network: Network,
  rule: LearningRule,
  epochs: readonly EpochRecord[],
): Experiment {
  const [layers, options] = partsOf(network);
  return experimentOf({ name, dataset, layers, options, rule, epochs: Math.max(1, epochs.length) });
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
