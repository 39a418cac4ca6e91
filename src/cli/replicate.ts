/** `spikelab replicate <preset>`: every seed of an experiment, and a report beside what the paper says. */
import path from 'node:path';
import type { Command } from 'commander';
import { presetByName, presetNames } from '../presets/index.js';
import { compareWithPaper } from '../replicate/compare.js';
import { replicate } from '../replicate/replicate.js';
import { type Variant, variant } from '../replicate/variant.js';
import { Interrupted } from '../train/interrupt.js';
import { epochLine } from '../train/progress.js';
import { integer, seedList } from './options.js';
import { sharedFolder } from './shared-folder.js';
import { stopOnSignals } from './signals.js';
import { withVariants } from './variant.js';

interface Options extends Variant {
  seeds: number[];
  epochs?: number;
  threads?: number;
  out: string;
  samples?: number;
  dataDir?: string;
  download: boolean;
  json?: boolean;
}

export function registerReplicateCommand(program: Command): void {
  withVariants(program.command('replicate'))
    .description(
      'train a preset with several seeds and report it beside the paper: DIR/report.html, .md, .json; the same command again goes on after any end',
    )
    .argument('<preset>', presetNames.join(', '))
    .requiredOption('--out <dir>', 'folder of the replication')
    .option('--seeds <list>', '0..4, 0,1,2 or a single number', seedList, seedList('0..4'))
    .option('--epochs <n>', "epochs of each run (default: the paper's)", integer('--epochs', 1, 100_000))
    .option(
      '--threads <n>',
      'worker threads; changes the speed, never a result (default: all cores)',
      integer('--threads', 1, 256),
    )
    .option(
      '--samples <n>',
      'only the first n training samples (and n/5 test samples; n/10 of recorded spikes)',
      integer('--samples', 1, 1_000_000),
    )
    .option('--data-dir <dir>', 'folder that holds the data set')
    .option('--no-download', 'fail instead of downloading a data set that is not on this machine')
    .option('--json', "print the report's rows as one line of JSON at the end, and nothing else")
    .action(run);
}

async function run(name: string, options: Options): Promise<void> {
  const { out, json, ...rest } = options;
  const preset = variant(presetByName(name), rest);
  const say = (line: string): void => void (json || console.log(line));
  const { signal, release } = stopOnSignals();
  try {
    const rows = await replicate(preset, {
      ...rest,
      out,
      signal,
      silent: json ?? false,
      lock: sharedFolder(out, say),
      onRun: (net) => {
        say(`${preset.name}, seed ${net.seed}, ${net.threads} threads`);
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
