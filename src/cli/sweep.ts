/** `spikelab sweep PLAN.json --out DIR`: writes what Snakemake needs to make the plan's runs, and stops. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { measuredNeeds, type Needs } from '../cluster/measure.js';
import { argumentsOf } from '../cluster/planned.js';
import { snakemakeFiles, type SweepRun } from '../cluster/snakemake.js';
import { sha256 } from '#data-platform';
import { shellWord } from '../experiment/shell-word.js';
import type { AnyTrainTest } from '../data/index.js';
import type { Experiment } from '../experiment/experiment.js';
import { type PlannedRun, readPlan } from '../experiment/plan.js';
import { openData } from '../experiment/read.js';
import { inFolder } from '../replicate/lock.js';
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
  const needs = await needsOf(opened.runs, { ...options, threads });
  const files = new Map<string, string>();
  const runs: SweepRun[] = opened.runs.map((run, k) => {
    const { train, files: more } = argumentsOf(opened, run, out);
    for (const [name, text] of more) files.set(name, text);
    const [text] = more.values();
    return {
      name: run.folder,
      train,
      ...(text !== undefined && { sha256: sha256(new TextEncoder().encode(text)) }),
      ...needs[k],
    };
  });
  const spikelab = [process.execPath, fileURLToPath(new URL('main.js', import.meta.url))];
  for (const [name, text] of snakemakeFiles({ runs, threads, spikelab })) files.set(name, text);
  await inFolder(out, async () => {
    for (const [name, text] of files) await writeFileAtomic(path.join(out, name), text);
  });
  console.log(
    `${runs.length} runs, each with ${threads} thread${threads === 1 ? '' : 's'}, ${range(needs.map((one) => one.memoryMb))} MB and ${range(needs.map((one) => one.minutes))} minutes\n` +
      `cd ${shellWord(out)}, then snakemake --cores all, or snakemake --profile profiles/slurm`,
  );
}

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
