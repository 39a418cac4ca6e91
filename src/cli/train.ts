/** `spikelab train <preset>`: one training run in a folder, resumable after any end. */
import path from 'node:path';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { datasets } from '../data/datasets.js';
import { hm2bp } from '../network/rule.js';
import { presetByName } from '../network/presets.js';
import { requireChoice, requireInteger } from '../network/require.js';
import { sequential } from '../train/build.js';
import { Interrupted } from '../train/interrupt.js';
import { SpikingNetwork } from '../train/model.js';
import { epochLine } from '../train/progress.js';
import { type RunSettings, writeReport } from './report.js';
import { stopOnSignals } from './signals.js';

interface Options {
  epochs: number;
  seed: number;
  threads?: number;
  out: string;
  samples?: number;
  dataDir?: string;
  download: boolean;
  resume?: boolean;
  errorScale?: 'threshold' | 'none';
  idle?: 'skip' | 'step';
  json?: boolean;
}

const integer = (name: string, low: number, high: number) => (text: string): number => requireInteger(name, text.trim() === '' ? text : Number(text), low, high);

export function registerTrainCommand(program: Command): void {
  program
    .command('train')
    .description("train a preset with the paper's settings; writes DIR/report.json after each epoch and DIR/checkpoint.safetensors meanwhile")
    .argument('<preset>', 'for instance mnist-dense')
    .requiredOption('--out <dir>', 'folder of the run')
    .option('--epochs <n>', 'epochs in all, those of a resumed run included', integer('--epochs', 1, 100_000), 1)
    .option('--seed <n>', 'seed of weights, order and spikes', integer('--seed', 0, Number.MAX_SAFE_INTEGER), 1)
    .option('--threads <n>', 'worker threads; changes the speed, never a result (default: all cores)', integer('--threads', 1, 256))
    .option('--samples <n>', 'only the first n training samples (and n/5 test samples)', integer('--samples', 1, 1_000_000))
    .option('--data-dir <dir>', 'folder that holds the data set')
    .option('--no-download', 'fail instead of downloading a data set that is not on this machine')
    .option('--error-scale <kind>', "threshold or none instead of the preset's: see docs/replication.md", (text) => requireChoice('--error-scale', text, ['threshold', 'none']))
    .option('--idle <kind>', "skip or step after a sample without error, instead of the preset's", (text) => requireChoice('--idle', text, ['skip', 'step']))
    .option('--resume', 'go on with the run in DIR')
    .option('--json', 'print the report as one line of JSON at the end, and nothing else')
    .action(train);
}

async function train(name: string, options: Options): Promise<void> {
  const preset = presetByName(name);
  const checkpoint = path.join(options.out, 'checkpoint.safetensors');
  const resumed = existsSync(checkpoint);
  if (resumed && !options.resume) throw new RangeError(`${options.out} holds a run already: add --resume to go on with it, or choose another --out`);
  if (!resumed && options.resume) throw new RangeError(`${options.out} holds no run to resume: leave --resume out, or choose the --out of the run`);

  const data = await datasets.load(preset.dataset, { ...(options.samples && { size: options.samples }), ...(options.dataDir !== undefined && { dataDir: options.dataDir }), download: options.download });
  const threads = options.threads === undefined ? {} : { threads: options.threads };
  const net = resumed
    ? await SpikingNetwork.load(checkpoint, threads)
    : sequential(preset.layers, { ...preset.options, ...preset.rule, ...(options.errorScale && { rule: hm2bp({ ...preset.rule.rule, errorScale: options.errorScale }) }), ...(options.idle && { idle: options.idle }), seed: options.seed, ...threads });
  if (net.seed !== options.seed) throw new RangeError(`${options.out} holds a run with seed ${net.seed}, not ${options.seed}: give --seed ${net.seed}`);

  const settings: RunSettings = { preset, net, epochs: options.epochs, out: options.out };
  const say = (line: string): void => void (options.json || console.log(line));
  const remaining = options.epochs - net.history.epochs.length;
  say(`${preset.name}: ${data.train.length} + ${data.test.length} samples of ${data.name}, seed ${net.seed}, ${net.threads} threads${resumed ? ', resumed' : ''}`);
  for (const epoch of net.history.epochs) say(epochLine(epoch));

  const { signal, release } = stopOnSignals();
  try {
    if (remaining > 0) {
      await net.fit(data.train, { epochs: remaining, validation: data.test, signal, checkpoint, silent: options.json ?? false, onEpoch: async () => void (await writeReport(settings, 'running')) });
    }
    const report = await writeReport(settings, 'done');
    console.log(options.json ? JSON.stringify(report) : `weights sha256 ${report.weightsSha256}\n${path.join(options.out, 'report.json')}`);
  } catch (error) {
    if (error instanceof Interrupted) {
      await writeReport(settings, 'interrupted');
      say(`saved in ${checkpoint}; the same command with --resume goes on from there`);
    }
    throw error;
  } finally {
    release();
  }
}
