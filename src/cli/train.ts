/** `spikelab train <preset>`: one training run in a folder, resumable after any end. */
import type { Command } from 'commander';
import { datasets } from '../data/datasets.js';
import { presetByName } from '../presets/index.js';
import { inFolder } from '../replicate/lock.js';
import { checkpointOf, holdsRun, reportOf, type RunReport, trainInFolder } from '../replicate/run-folder.js';
import { type Variant, variant } from '../replicate/variant.js';
import { Interrupted } from '../train/interrupt.js';
import { epochLine } from '../train/progress.js';
import { integer } from './options.js';
import { sharedFolder } from './shared-folder.js';
import { stopOnSignals } from './signals.js';
import { withVariants } from './variant.js';

interface Options extends Variant {
  epochs?: number;
  seed: number;
  threads?: number;
  out: string;
  samples?: number;
  dataDir?: string;
  download: boolean;
  checkpointSeconds?: number;
  resume?: boolean;
  json?: boolean;
}

export function registerTrainCommand(program: Command): void {
  withVariants(program.command('train'))
    .description(
      "train a preset with the paper's settings; writes DIR/report.json after each epoch and DIR/checkpoint.safetensors meanwhile",
    )
    .argument('<preset>', 'for instance mnist-dense')
    .requiredOption('--out <dir>', 'folder of the run')
    .option(
      '--epochs <n>',
      'epochs in all, those of a resumed run included (default: 1; with --resume those the run was begun with)',
      integer('--epochs', 1, 100_000),
    )
    .option('--seed <n>', 'seed of weights, order and spikes', integer('--seed', 0, Number.MAX_SAFE_INTEGER), 1)
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
    .option(
      '--checkpoint-seconds <n>',
      'seconds between checkpoints: at most so much is lost when the machine fails (default: 30)',
      integer('--checkpoint-seconds', 1, 86_400),
    )
    .option('--resume', 'go on with the run in DIR; with another --lr or --schedule it learns with that from there on')
    .option('--json', 'print the report as one line of JSON at the end, and nothing else')
    .action(train);
}

async function train(name: string, options: Options): Promise<void> {
  const { out, epochs, seed, threads, samples, dataDir, download, checkpointSeconds, json } = options;
  const preset = variant(presetByName(name), options);
  const resumed = holdsRun(out);
  if (resumed && !options.resume)
    throw new RangeError(`${out} holds a run already: add --resume to go on with it, or choose another --out`);
  if (!resumed && options.resume)
    throw new RangeError(`${out} holds no run to resume: leave --resume out, or choose the --out of the run`);
  const say = (line: string): void => void (json || console.log(line));

  const { signal, release } = stopOnSignals();
  try {
    const data = await datasets.load(preset.dataset, {
      ...(samples !== undefined && { size: samples }),
      ...(dataDir !== undefined && { dataDir }),
      download,
      signal,
      quiet: json ?? false,
    });
    const work = (): Promise<RunReport> =>
      trainInFolder({
        preset,
        data,
        size: samples ?? 'full',
        seed,
        ...(epochs !== undefined && { epochs }),
        out,
        signal,
        changeRate: resumed,
        silent: json ?? false,
        ...(threads !== undefined && { threads }),
        ...(checkpointSeconds !== undefined && { checkpointSeconds }),
        onStart: (net) => {
          say(
            `${preset.name}: ${data.train.length} + ${data.test.length} samples of ${data.name}, seed ${net.seed}, ${net.threads} threads${resumed ? ', resumed' : ''}`,
          );
          for (const epoch of net.history.epochs) say(epochLine(epoch));
        },
      });
    const report = await inFolder(out, work, sharedFolder(out, say));
    console.log(json ? JSON.stringify(report) : `weights sha256 ${report.weightsSha256}\n${reportOf(out)}`);
  } catch (error) {
    if (error instanceof Interrupted)
      say(`saved in ${checkpointOf(out)}; the same command with --resume goes on from there`);
    throw error;
  } finally {
    release();
  }
}
