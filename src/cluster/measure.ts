/** What a run asks for, measured: a few seconds of it are trained on this machine, with all of its data loaded. */
import process from 'node:process';
import type { AnyTrainTest } from '../data/datasets.js';
import type { Experiment } from '../experiment/experiment.js';
import { resolve } from '../experiment/resolve.js';
import { sequential } from '../train/build.js';

export interface Needs {
  readonly memoryMb: number;
  readonly minutes: number;
}

/** The cluster's processor may be so many times slower, or shared. */
const slower = 3;
/** Memory grows over a run. */
const roomier = 1.5;
/** A job has Snakemake in it as well, twice: 165 MB each. */
const workflow = 400; // MB
const enough = 2_000; // ms of training

/**
 * Time grows with the samples of all epochs and the test after each; memory is the most that this process has had so
 * far, so that the needs of several settings, measured one after another, grow.
 */
export async function measuredNeeds(experiment: Experiment, data: AnyTrainTest, threads: number): Promise<Needs> {
  const { train, test } = data;
  const preset = resolve(experiment, data);
  const net = sequential(preset.layers, { ...preset.options, ...preset.rule, seed: 0, threads });
  let [count, ms] = [Math.min(16, train.length), 0];
  for (;;) {
    const begun = performance.now();
    await net.fit(train.slice(0, count), { epochs: 1, silent: true });
    ms = (performance.now() - begun) / count;
    if (ms * count >= enough || count === train.length) break;
    count = Math.min(train.length, 4 * count);
  }
  const tested = Math.min(test.length, count);
  const begun = performance.now();
  await net.evaluate(test.slice(0, tested));
  const testMs = (performance.now() - begun) / tested;
  const whole = (experiment.epochs ?? 1) * (train.length * ms + test.length * testMs);
  return {
    memoryMb: Math.ceil(((roomier * process.resourceUsage().maxRSS) / 1024 + workflow) / 256) * 256,
    minutes: Math.ceil((slower * whole) / 60_000) + 10,
  };
}
