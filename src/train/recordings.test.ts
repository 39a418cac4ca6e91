/** Training on recorded spikes: everything that works on images works on them. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { datasets } from '../data/datasets.js';
import { createEventDataset } from '../data/formats/event-packer.js';
import type { EventDataset } from '../data/sets/events.js';
import { encoderKey, poissonSpikes } from '../data/encode/poisson.js';
import { terminatePool } from '../engine/pool.js';
import { dense, input, reservoir, weightShape } from '../network/network.js';
import { adam, firingCount, softmaxCount } from '../network/rule.js';
import { firingCounts, packSpikeTrains } from '../network/spikes.js';
import { bundleOf } from '../plot/display.js';
import { sequential } from './build.js';
import { Interrupted } from './interrupt.js';
import { SpikingNetwork } from './model.js';

const steps = 60;
let train: EventDataset;
let test: EventDataset;
let folder: string;

/** Stroke digits as an event camera's recordings: what the Poisson encoder makes of each image. */
beforeAll(async () => {
  const images = await datasets.strokes({ train: 500, test: 120, seed: 3 });
  const record = (part: 'train' | 'test'): EventDataset =>
    createEventDataset({
      name: `recorded/${part}`,
      shape: [28, 28],
      steps,
      classNames: images[part].classNames,
      samples: [...images[part]].map(({ pixels, label, index }) => ({
        label,
        spikes: poissonSpikes(pixels, steps, encoderKey(1, 'once', 0, index, part)),
      })),
    });
  train = record('train');
  test = record('test');
  folder = await mkdtemp(path.join(os.tmpdir(), 'spikelab-recordings-'));
});
afterAll(async () => {
  terminatePool();
  await rm(folder, { recursive: true, force: true });
});

const small = (options: { threads?: number; batchSize?: number } = {}): SpikingNetwork =>
  sequential([input(28, 28), dense(40, { threshold: 5 }), dense(10, { threshold: 8, lateralInhibition: 1 })], {
    steps,
    seed: 1,
    threads: 2,
    loss: firingCount({ desired: 8, undesired: 1, margin: 1 }),
    optimizer: adam({ lr: 0.002 }),
    boosting: true,
    ...options,
  });

it('gives the bits of the images that were recorded: weights, history, evaluation', async () => {
  const images = await datasets.strokes({ train: 500, test: 120, seed: 3 });
  const [onImages, onRecordings] = [small(), small({ threads: 3 })];
  const seen = await onImages.fit(images.train, { epochs: 3, validation: images.test, silent: true });
  const recorded = await onRecordings.fit(train, { epochs: 3, validation: test, silent: true });
  expect(recorded.progress).toEqual(seen.progress);
  expect(onRecordings.runRecord.weightsSha256).toBe(onImages.runRecord.weightsSha256);
  expect(recorded.epochs[2].testAccuracy).toBeGreaterThan(0.8);
  const { confusion, firingCounts: counts } = await onImages.evaluate(images.test);
  expect(await onRecordings.evaluate(test)).toMatchObject({ confusion, firingCounts: counts });
});

it('runs, predicts, draws and examines recordings', async () => {
  const net = small();
  await net.fit(train.slice(0, 200), { silent: true });
  const { firingCounts: counts, predictions } = await net.evaluate(test.slice(20, 60));
  const run = await net.run(test.at(27), { record: ['membrane'] });
  expect([...run.counts]).toEqual([...counts.subarray(70, 80)]);
  expect(run.spikes[0]).toEqual(test.at(27).spikes);
  expect(run.membranes?.[1]).toHaveLength(steps * 10);
  expect(await net.predict(test.at(27))).toBe(predictions[7]);
  expect(await net.predict(test.slice(20, 60))).toEqual(predictions);
  expect((await bundleOf(await net.raster(test.at(0)))).data['text/plain']).toContain('834 neurons');
  expect((await net.health(test, 3)).map(({ layer }) => layer)).toEqual(['hidden1', 'output']);
});

it('goes on with the same bits after a stop, from the file', async () => {
  const whole = small();
  await whole.fit(train, { epochs: 2, silent: true });
  const file = path.join(folder, 'cut.safetensors');
  let net = small();
  let cuts = 0;
  while (net.history.epochs.length < 2) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), 40 + 11 * cuts);
    await net
      .fit(train, { epochs: 2 - net.history.epochs.length, signal: controller.signal, checkpoint: file, silent: true })
      .catch((error: unknown) => {
        expect(error).toBeInstanceOf(Interrupted);
        cuts++;
      });
    clearTimeout(timer);
    net = await SpikingNetwork.load(file, { threads: 1 + (cuts % 3) });
  }
  expect(cuts).toBeGreaterThan(0);
  await net.fit(train, { epochs: 0, silent: true });
  expect(net.runRecord.weightsSha256).toBe(whole.runRecord.weightsSha256);
});

it('trains on a reservoir whose weights are given, and leaves them as they are', async () => {
  const layers = [
    input(28, 28),
    reservoir([3, 3, 8], { threshold: 6, inputWeight: 3 }),
    dense(10, { threshold: 3 }),
  ] as const;
  const options = { steps, threads: 2, loss: softmaxCount({ desired: 8 }), optimizer: adam({ lr: 0.003 }) };
  const drawn = await sequential(layers, { ...options, seed: 5 }).weights();
  const net = sequential([layers[0], reservoir(72, { threshold: 6 }), layers[2]], {
    ...options,
    seed: 9,
    weights: [drawn[0]],
  });
  await net.fit(train, { epochs: 4, silent: true });
  expect((await net.evaluate(test)).accuracy).toBeGreaterThan(0.4); // ten classes: 0.1 by chance
  expect((await net.weights())[0]).toEqual(drawn[0]);
  const file = path.join(folder, 'reservoir.safetensors');
  await net.save(file);
  const loaded = await SpikingNetwork.load(file);
  expect(await loaded.weights()).toEqual(await net.weights());
  const { rows, columns } = weightShape(net.network.layers[0]);
  expect(() => sequential(layers, { ...options, weights: [drawn[1]] })).toThrow(`expected ${rows} x ${columns}`);
});

it('refuses recordings that do not fit, naming the fix', async () => {
  const net = sequential([input(28, 28), dense(10, { threshold: 5 })], { steps: 50 });
  await expect(net.fit(train, { silent: true })).rejects.toThrow(
    'recorded/train has 60 steps, the network simulates 50: build it with { steps: 60 }, or cut the recordings: dataset.cut(50)',
  );
  await expect(net.run(test.at(0))).rejects.toThrow('dataset.cut(50)');
  const cut = test.cut(50);
  expect(cut.steps).toBe(50);
  expect(Math.max(...cut.times)).toBe(49);
  expect(cut.times).toHaveLength(test.times.filter((t) => t < 50).length);
  expect([...firingCounts(cut.at(7).spikes)]).toEqual([
    ...firingCounts(
      packSpikeTrains(
        'x',
        50,
        Array.from({ length: 784 }, (_, j) =>
          test
            .at(7)
            .spikes.times.slice(test.at(7).spikes.offsets[j], test.at(7).spikes.offsets[j + 1])
            .filter((t) => t < 50),
        ),
      ),
    ),
  ]);
  expect((await net.evaluate(cut)).samples).toBe(120);
  expect((await net.evaluate(test.slice(10, 20).cut(50))).samples).toBe(10);
  expect(() => test.cut(61)).toThrow('steps to cut to is 61: it must be an integer from 2 to 60');
  const other = sequential([input(30), dense(10)], { steps });
  await expect(other.evaluate(test)).rejects.toThrow(
    'recorded/test has 784 inputs a sample, the network has 30: build it with input(28, 28)',
  );
  await expect(other.run(test.at(0))).rejects.toThrow('the sample of recorded/test has 784 inputs, the network has 30');
  const few = sequential([input(784), dense(4)], { steps });
  await expect(few.evaluate(test)).rejects.toThrow(
    'recorded/test has 10 classes, the network has 4 outputs: end it with dense(10)',
  );
  const forged = { ...test.at(0), spikes: { ...test.at(0).spikes, times: test.at(0).spikes.times.map(() => 60_000) } };
  await expect(small().run(forged)).rejects.toThrow('spike at step 60000: the network simulates 1 .. 59');
});
