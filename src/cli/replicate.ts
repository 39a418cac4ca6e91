/** `spikelab replicate <experiment>`: every seed of an experiment, and a report beside what the paper says. */
import path from 'node:path';
import type { Command } from 'commander';
import { compareWithPaper } from '../replicate/compare.js';
import { replicate } from '../replicate/replicate.js';
import { Interrupted } from '../train/interrupt.js';
import { epochLine } from '../train/progress.js';
import { experimentOfArguments, type ExperimentOptions, outOf, printed, withExperiment } from './experiment-options.js';
import { seedList } from './options.js';
import { sharedFolder } from './shared-folder.js';
import { stopOnSignals } from './signals.js';

interface Options extends ExperimentOptions {
  seeds?: number[];
}

export function registerReplicateCommand(program: Command): void {
  withExperiment(program.command('replicate'))
    .description(
      'train an experiment with several seeds and report it beside the paper: DIR/report.html, .md, .json; the same command again goes on after any end',
    )
    .option('--seeds <list>', "0..4, 0,1,2 or a single number (default: the experiment's, or 0..4)", seedList)
    .action(run);
}

async function run(source: string, options: Options): Promise<void> {
  const { seeds, threads, dataDir, download, json, print } = options;
  const seeded = seeds === undefined ? [] : [{ path: 'seeds', value: seeds }];
  const { experiment } = await experimentOfArguments(source, options, seeded);
  if (print) return console.log(printed(experiment));
  const out = outOf(options);
  const say = (line: string): void => void (json || console.log(line));
  const { signal, release } = stopOnSignals();
  try {
    const rows = await replicate(experiment, {
      ...(threads !== undefined && { threads }),
      ...(dataDir !== undefined && { dataDir }),
      download,
      out,
      signal,
      silent: json ?? false,
      lock: sharedFolder(out, say),
      onRun: (net) => {
        say(`${experiment.name ?? 'experiment'}, seed ${net.seed}, ${net.threads} threads`);
        for (const epoch of net.history.epochs) say(epochLine(epoch));
      },
    });
    console.log(json ? JSON.stringify(rows) : `${String(compareWithPaper(rows))}\n${path.join(out, 'report.html')}`);
  } catch (error) {
    if (error instanceof Interrupted) say(`saved in ${out}; the same command goes on from there`);
    throw error;
  } finally {
    release();
  }
}
