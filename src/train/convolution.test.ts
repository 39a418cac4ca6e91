/**
 * A convolutional net as people use it: it learns, its bits do not depend on the threads, and it goes on from a file.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Dataset } from '../data/sets/dataset.js';
import { datasets } from '../data/datasets.js';
import { terminatePool } from '../engine/pool.js';
import { convolution, dense, input, pooling } from '../network/network.js';
import { adam, exponential, firingCount } from '../network/rule.js';
import { sequential } from './build.js';
import { SpikingNetwork } from './model.js';

let train: Dataset;
let test: Dataset;
let folder: string;

beforeAll(async () => {
  ({ train, test } = await datasets.strokes({ train: 400, test: 100, seed: 3 }));
  folder = await mkdtemp(path.join(os.tmpdir(), 'spikelab-convolution-'));
});
afterAll(async () => {
  terminatePool();
  await rm(folder, { recursive: true, force: true });
});

const small = (threads: number): SpikingNetwork =>
  sequential(
    [
      input(28, 28),
      convolution(6, 5, { threshold: 2 }),
      pooling(2, { threshold: 1 }),
      convolution(8, 5, { threshold: 2 }),
      pooling(2, { threshold: 1 }),
      dense(10, { threshold: 4, lateralInhibition: 1 }),
    ],
    {
      steps: 60,
      seed: 2,
      threads,
      loss: firingCount({ desired: 8, undesired: 1, margin: 1 }),
      optimizer: adam({ lr: 0.003 }),
      boosting: true,
    },
  );

it('learns, with the same bits for 1 and 3 threads and from a checkpoint', async () => {
  const whole = small(1);
  const history = await whole.fit(train, { epochs: 4, validation: test, silent: true });
  expect(history.epochs[3].testAccuracy).toBeGreaterThan(0.7); // ten classes: 0.1 by chance
  const file = path.join(folder, 'half.safetensors');
  const half = small(3);
  await half.fit(train, { epochs: 2, validation: test, silent: true });
  await half.save(file);
  const resumed = await SpikingNetwork.load(file, { threads: 2 });
  await resumed.fit(train, { epochs: 2, validation: test, silent: true });
  expect(resumed.history.progress).toEqual(history.progress);
  expect(resumed.runRecord.weightsSha256).toBe(whole.runRecord.weightsSha256);
});

it('runs and examines a sample as evaluate sees it', async () => {
  const net = small(2);
  await net.fit(train.slice(0, 100), { silent: true });
  const { firingCounts, predictions } = await net.evaluate(test);
  const run = await net.run(test.at(7), { record: ['membrane'] });
  expect([...run.counts]).toEqual([...firingCounts.subarray(70, 80)]);
  expect(run.prediction).toBe(predictions[7]);
  expect(run.spikes.map(({ name }) => name)).toEqual(['input', 'conv1', 'pool1', 'conv2', 'pool2', 'output']);
  expect(run.membranes?.map(({ length }) => length / 60)).toEqual(net.network.layers.map(({ units }) => units));
  expect((await net.health(test, 2)).map(({ layer }) => layer)).toEqual(['conv1', 'pool1', 'conv2', 'pool2', 'output']);
});

it('refuses weights that are no longer finite, naming the filter layer', async () => {
  const net = sequential([input(28, 28), convolution(3, 5, { threshold: 2 }), dense(10, { threshold: 2 })], {
    steps: 40,
    optimizer: adam({ lr: 1000 }),
    regularizer: exponential({ lambda: 1e6, beta: 1e3, limit: 1e-3 }),
  });
  await expect(net.fit(train, { silent: true })).rejects.toThrow(
    /layer (conv1|output): weights are no longer finite at sample \d+/,
  );
});

it('refuses a dense layer on more inputs than the engine numbers', async () => {
  const net = sequential([input(1, 260, 260), pooling(1), dense(2)], { steps: 10, threads: 1 });
  await expect(net.weights()).rejects.toThrow(
    "layer output has 67600 inputs; the engine's limit is 65536: use a smaller layer before it",
  );
});
