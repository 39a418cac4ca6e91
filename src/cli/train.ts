/** `spikelab train <experiment>`: one training run in a folder, resumable after any end. */
import type { Command } from 'commander';
import { openData } from '../experiment/read.js';
import type { Experiment } from '../experiment/experiment.js';
import { averageText } from '../replicate/final.js';
import { inFolder } from '../replicate/lock.js';
import { checkpointOf, holdsRun, plannedEpochs, reportOf, trainInFolder } from '../replicate/run-folder.js';
import type { RunReport } from '../replicate/run-report.js';
import { Interrupted } from '../train/interrupt.js';
import { epochLine } from '../train/progress.js';
import { experimentOfArguments, type ExperimentOptions, outOf, printed, withExperiment } from './experiment-options.js';
import { integer } from './options.js';
import { sharedFolder } from './shared-folder.js';
import { stopOnSignals } from './signals.js';

interface Options extends ExperimentOptions {
  seed?: number;
  checkpointSeconds?: number;
  resume?: boolean;
}

export function registerTrainCommand(program: Command): void {
  withExperiment(program.command('train'))
    .description(
      'train an experiment; writes DIR/report.json after each epoch and DIR/checkpoint.safetensors meanwhile',
    )
    .option(
      '--seed <n>',
      "seed of weights, order and spikes (default: the experiment's, or 1)",
      integer('--seed', 0, Number.MAX_SAFE_INTEGER),
    )
    .option(
      '--checkpoint-seconds <n>',
      'seconds between checkpoints: at most so much is lost when the machine fails (default: 30)',
      integer('--checkpoint-seconds', 1, 86_400),
    )
    .option('--resume', 'go on with the run in DIR; with another --lr or --schedule it learns with that from there on')
    .action(train);
}

async function train(source: string, options: Options): Promise<void> {
  const { seed, threads, dataDir, download, checkpointSeconds, json, print } = options;
  const seeded = seed === undefined ? [] : [{ path: 'seed', value: seed }];
  const { experiment: given, kind, ownEpochs } = await experimentOfArguments(source, options, seeded);
  if (print) return console.log(printed(given));
  const out = outOf(options);
  const resumed = holdsRun(out);
  if (resumed && !options.resume)
    throw new RangeError(`${out} holds a run already: add --resume to go on with it, or choose another --out`);
  if (!resumed && options.resume)
    throw new RangeError(`${out} holds no run to resume: leave --resume out, or choose the --out of the run`);
  const say = (line: string): void => void (json || console.log(line));

  const { signal, release } = stopOnSignals();
  try {
    const data = await openData(given.data, {
      ...(dataDir !== undefined && { dataDir }),
      download,
      signal,
      quiet: json ?? false,
    });
    const work = async (): Promise<RunReport> => {
      // A preset's epochs are hours: so many are trained only when they are asked for.
      const usual = resumed ? await plannedEpochs(out) : kind === 'preset' ? 1 : (given.epochs ?? 1);
      const experiment: Experiment = ownEpochs ? given : { ...given, epochs: usual };
      return trainInFolder({
        experiment,
        data,
        out,
        signal,
        changeRate: resumed,
        silent: json ?? false,
        ...(threads !== undefined && { threads }),
        ...(checkpointSeconds !== undefined && { checkpointSeconds }),
        onStart: (net) => {
          say(
            `${experiment.name ?? data.name}: ${data.train.length} + ${data.test.length} samples of ${data.name}, seed ${net.seed}, ${net.threads} threads${resumed ? ', resumed' : ''}`,
          );
          for (const epoch of net.history.epochs) say(epochLine(epoch));
        },
      });
    };
    const report = await inFolder(out, work, sharedFolder(out, say));
    const { final } = report;
    if (final?.asked !== undefined) say(`final test: ${averageText(final)}`);
    console.log(json ? JSON.stringify(report) : `weights sha256 ${report.weightsSha256}\n${reportOf(out)}`);
  } catch (error) {
    if (error instanceof Interrupted)
      say(`saved in ${checkpointOf(out)}; the same command with --resume goes on from there`);
    throw error;
  } finally {
    release();
  }
}
