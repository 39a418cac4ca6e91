/** `spikelab sweep PLAN.json --out DIR`: writes what Snakemake needs to make the plan's runs, and stops. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { measuredNeeds, type Needs } from '../cluster/measure.js';
import { argumentsOf } from '../cluster/planned.js';
import { earlierRuns, trainedWith } from '../cluster/earlier-plan.js';
import { writtenBySweep } from '../cluster/snakefile.js';
import { snakemakeFiles, type SweepRun } from '../cluster/snakemake.js';
import { sha256 } from '#data-platform';
import { shellWord } from '../experiment/shell-word.js';
import type { AnyTrainTest } from '../data/index.js';
import type { Experiment } from '../experiment/experiment.js';
import { type PlannedRun, readPlan } from '../experiment/plan.js';
import { openData } from '../experiment/read.js';
import { inFolder } from '../replicate/lock.js';
import { parseRunReport } from '../replicate/recorded-run.js';
import { holdsRun, reportOf } from '../replicate/run-folder.js';
import { writeFileAtomic } from '#train-platform';
import { integer } from './options.js';

interface Options {
  out: string;
  threads: number;
  memoryMb?: number;
  minutes?: number;
}

export function registerSweepCommand(program: Command): void {
  program
    .command('sweep')
    .description(
      'write a Snakemake workflow that makes the runs of a plan and compares them, here or on a cluster: see docs/cluster.md',
    )
    .argument('<plan.json>', 'an experiment, and a grid of its settings and seeds')
    .requiredOption('--out <dir>', 'folder of the workflow and, later, of its runs and their report')
    .option(
      '--threads <n>',
      'worker threads of each run; changes the speed, never a result (default: 1)',
      integer('--threads', 1, 256),
    )
    .option(
      '--memory-mb <n>',
      'memory that each run asks for, instead of the measured',
      integer('--memory-mb', 1, 10_000_000),
    )
    .option('--minutes <n>', 'time that each run asks for, instead of the measured', integer('--minutes', 1, 1_000_000))
    .action(sweep);
}

async function sweep(file: string, options: Options): Promise<void> {
  const { out, threads = 1 } = options;
  const opened = await readPlan(file);
  const files = new Map<string, string>();
  const planned = opened.runs.map((run): Omit<SweepRun, keyof Needs> & { epochs: number } => {
    const { train, files: more } = argumentsOf(opened, run, out);
    for (const [name, text] of more) files.set(name, text);
    const [text] = more.values();
    return {
      name: run.folder,
      epochs: run.experiment.epochs ?? 1,
      train,
      ...(text !== undefined && { sha256: sha256(new TextEncoder().encode(text)) }),
    };
  });
  await requireOwn(out, planned, files);
  const needs = await needsOf(opened.runs, { ...options, threads });
  const runs = planned.map(({ epochs: _, ...run }, k) => ({ ...run, ...needs[k] }));
  const spikelab = [process.execPath, fileURLToPath(new URL('main.js', import.meta.url))];
  for (const [name, text] of snakemakeFiles({ runs, threads, spikelab })) files.set(name, text);
  const kept: string[] = [];
  await inFolder(out, async () => {
    for (const [name, text] of files) {
      const before = name.startsWith('profiles/') ? await textOf(path.join(out, name)) : undefined;
      if (before === undefined) await writeFileAtomic(path.join(out, name), text);
      else if (before !== text) kept.push(name); // people's own: account, partition, image
    }
  });
  console.log(
    `${runs.length} run${runs.length === 1 ? '' : 's'}, each with ${threads} thread${threads === 1 ? '' : 's'}, ${range(needs.map((one) => one.memoryMb))} MB and ${range(needs.map((one) => one.minutes))} minutes\n` +
      kept.map((name) => `${name} is kept as it is there: remove it to have a new one\n`).join('') +
      `cd ${shellWord(out)}, then snakemake --cores all, or snakemake --profile profiles/slurm`,
  );
}

/**
 * @throws RangeError for a folder with another workflow, or with runs that were begun with other settings or have
 * trained more epochs
 */
async function requireOwn(
  out: string,
  runs: readonly (Pick<SweepRun, 'name' | 'train'> & { readonly epochs: number })[],
  files: ReadonlyMap<string, string>,
): Promise<void> {
  const workflow = await textOf(path.join(out, 'Snakefile'));
  if (workflow !== undefined && !workflow.startsWith(writtenBySweep))
    throw new RangeError(`${path.join(out, 'Snakefile')} was not written by spikelab sweep: choose another --out`);
  const earlier = earlierRuns(await textOf(path.join(out, 'sweep.json')));
  for (const { name, train, epochs } of runs) {
    const before = earlier.get(name);
    if (!before || !holdsRun(path.join(out, name))) continue;
    const trained = await trainedEpochs(path.join(out, name));
    if (trained > epochs)
      throw new RangeError(
        `${path.join(out, name)} has trained ${trained} epochs, and the plan has ${epochs}: plan at least ${trained}, or choose another --out`,
      );
    const experiment = before[0] === train[0] ? await textOf(path.join(out, train[0])) : undefined;
    if (trainedWith(before, experiment) !== trainedWith(train, files.get(train[0])))
      throw new RangeError(
        `${path.join(out, name)} holds a run that an earlier plan began with other settings: choose another --out, or remove that folder`,
      );
  }
}

/** Epochs of the run in a folder, as far as its report says; 0 before it has one. */
async function trainedEpochs(folder: string): Promise<number> {
  const file = reportOf(folder);
  const report = await readFile(file).catch(() => undefined);
  return report === undefined ? 0 : parseRunReport(report, file).epochs.length;
}

const textOf = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined);

const range = (values: readonly number[]): string =>
  [...new Set([Math.min(...values), Math.max(...values)])].join(' to ');

/** What each run asks for. Seeds, rates and the like cost nothing: each network on each data is measured once. */
async function needsOf(runs: readonly PlannedRun[], options: Options): Promise<Needs[]> {
  const { threads, memoryMb, minutes } = options;
  const given = { ...(memoryMb !== undefined && { memoryMb }), ...(minutes !== undefined && { minutes }) };
  const measured = new Map<string, Needs>();
  let loaded: { key: string; data: AnyTrainTest } | undefined;
  const all: Needs[] = [];
  for (const { experiment } of runs) {
    if (memoryMb !== undefined && minutes !== undefined) {
      all.push({ memoryMb, minutes });
      continue;
    }
    const key = costOf(experiment);
    let needs = measured.get(key);
    if (!needs) {
      const dataKey = JSON.stringify(experiment.data);
      if (loaded?.key !== dataKey) loaded = { key: dataKey, data: await openData(experiment.data, { quiet: true }) };
      needs = await measuredNeeds(experiment, loaded.data, threads);
      measured.set(key, needs);
    }
    all.push({ ...needs, ...given });
  }
  return all;
}

const costOf = ({ data, network, epochs }: Experiment): string => JSON.stringify([data, network, epochs]);
