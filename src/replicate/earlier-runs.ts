/**
 * Runs that earlier calls left in a replication's folder: those of the same settings belong into its report, the others
 * are named there.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { AnyTrainTest } from '../data/datasets.js';
import { otherwiseTrained } from '../experiment/rates.js';
import type { RatePart } from '../network/history.js';
import { describeNetwork } from '../network/network.js';
import type { Preset } from '../presets/index.js';
import { checkRule } from '../network/validate.js';
import { readWholeFile } from '#train-platform';
import { numericVersion } from '../train/version.js';
import { parseRunReport, type RecordedRun } from './recorded-run.js';
import { reportOf } from './run-folder.js';
import { sameSettings } from './same-settings.js';

/** A run that the report cannot cover. */
export interface OtherRun {
  /** For instance `seed-3`. */
  readonly folder: string;
  readonly why: string;
}

/** Folders `seed-<n>` that hold a report, by ascending seed. */
export async function seedFolders(out: string): Promise<string[]> {
  const names = existsSync(out) ? await readdir(out) : [];
  const seeds = names.filter((name) => /^seed-\d+$/.test(name) && existsSync(reportOf(path.join(out, name))));
  return seeds.sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
}

/** Reads every run of the folder. Nobody else works in it: one that says it is running was killed. */
export async function earlierRuns(
  out: string,
  preset: Preset,
  data: AnyTrainTest,
  rates: (epoch: number) => readonly RatePart[],
): Promise<{ same: RecordedRun[]; others: OtherRun[] }> {
  const same: RecordedRun[] = [];
  const others: OtherRun[] = [];
  for (const folder of await seedFolders(out)) {
    const file = reportOf(path.join(out, folder));
    try {
      const run = parseRunReport(await readWholeFile(file), file);
      const why =
        run.seed === Number(folder.slice(5))
          ? difference(run, preset, data, rates)
          : `its report is of seed ${run.seed}`;
      if (why === undefined) same.push({ ...run, status: run.status === 'running' ? 'interrupted' : run.status });
      else others.push({ folder, why });
    } catch (error) {
      others.push({ folder, why: (error as Error).message });
    }
  }
  return { same, others };
}

/** What of a run is not as this replication has it. */
function difference(
  run: RecordedRun,
  preset: Preset,
  data: AnyTrainTest,
  rates: (epoch: number) => readonly RatePart[],
): string | undefined {
  if (run.preset !== preset.name) return `it is a run of ${run.preset}`;
  if (run.versions.numeric !== numericVersion)
    return `it was made by numeric version ${run.versions.numeric}, this is ${numericVersion}`;
  if (!sameSettings(run.network, describeNetwork(preset.layers, preset.options))) return 'it has another network';
  if (!sameSettings(run.rule, checkRule(preset.rule))) return 'it has another learning rule';
  if (run.dataSha256 !== data.train.sha256)
    return `it was trained on other data: ${run.dataset}, ${run.samples} samples`;
  const other = otherwiseTrained(run.epochs, rates, run.samples);
  if (other) return `its epoch ${other.epoch} was trained with learning rate ${other.learningRate}`;
  if (run.lastTest && run.lastTest.dataSha256 !== data.test.sha256)
    return `it was tested on other data: ${run.lastTest.dataset}`;
  return undefined;
}
