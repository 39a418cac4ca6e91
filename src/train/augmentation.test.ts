/**
 * Training on distorted images: the same bits for any number of threads and any cuts, and the main thread stays free.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Augmenter } from '../data/encode/augment.js';
import { createDataset, type Dataset } from '../data/sets/dataset.js';
import { datasets } from '../data/datasets.js';
import { createEventDataset } from '../data/formats/event-packer.js';
import { terminatePool } from '../engine/pool.js';
import { augmentation, type Augmentation } from '../network/augmentation.js';
import { dense, input } from '../network/network.js';
import { firingCount } from '../network/rule.js';
import { packSpikeTrains } from '../network/spikes.js';
import { sequential } from './build.js';
import { Interrupted } from './interrupt.js';
import { SpikingNetwork } from './model.js';

let train: Dataset;
let folder: string;
beforeAll(async () => {
  ({ train } = await datasets.strokes({ train: 500, test: 10, seed: 3 }));
  folder = await mkdtemp(path.join(os.tmpdir(), 'spikelab-augmentation-'));
});
afterAll(async () => {
  terminatePool();
  await rm(folder, { recursive: true, force: true });
});

afterEach(() => void vi.restoreAllMocks());

const net = (settings: Augmentation | undefined, threads = 2): SpikingNetwork =>
  sequential([input(28, 28), dense(30, { threshold: 5 }), dense(10, { threshold: 8, lateralInhibition: 1 })], {
    steps: 50,
    seed: 7,
    threads,
    loss: firingCount({ desired: 8, undesired: 1, margin: 1 }),
    ...(settings && { augmentation: settings }),
  });
const trained = async (of: SpikingNetwork, data: Dataset, epochs: number): Promise<string> => {
  await of.fit(data, { epochs, silent: true });
  return of.runRecord.weightsSha256;
};

const original = Augmenter.prototype.distort;

describe('training with augmentation', () => {
  it.each(['epoch', 'image'] as const)(
    'per %s: an epoch is one on images that were distorted beforehand',
    async (per) => {
      const settings = augmentation({ per });
      const augmenter = new Augmenter(settings, 7, [28, 28]);
      const pixels = new Uint8Array(train.pixels.length);
      for (let n = 0; n < train.length; n++)
        augmenter.distort(train.at(n).pixels, 0, n, pixels.subarray(n * 784, (n + 1) * 784));
      const beforehand = createDataset({
        ...train,
        name: 'distorted',
        shape: train.shape,
        classNames: train.classNames,
        pixels,
        labels: train.labels,
      });
      expect(await trained(net(settings), train, 1)).toBe(await trained(net(undefined), beforehand, 1));
      expect(await trained(net(settings), train, 1)).not.toBe(await trained(net(undefined), train, 1));
    },
  );

  it('gives the same bits when cut anywhere and resumed with other threads', async () => {
    const settings = augmentation({ per: 'image' });
    const whole = await trained(net(settings), train, 3);
    const file = path.join(folder, 'cut.safetensors');
    let going = net(settings, 1);
    let cuts = 0;
    for (let wait = 40; going.history.epochs.length < 3; wait += 11) {
      try {
        await going.fit(train, {
          epochs: 3 - going.history.epochs.length,
          signal: AbortSignal.timeout(wait),
          checkpoint: file,
          silent: true,
        });
      } catch (error) {
        expect(error).toBeInstanceOf(Interrupted);
        cuts++;
      }
      going = await SpikingNetwork.load(file, { threads: 1 + (cuts % 3) });
    }
    expect(cuts).toBeGreaterThan(1);
    expect(going.rule.augmentation).toEqual(settings);
    expect(await trained(going, train, 0)).toBe(whole);
  });

  it('stops inside a slice whose images are being distorted, and resumes to the same bits', async () => {
    const settings = augmentation({ per: 'image' });
    const whole = await trained(net(settings), train, 1);
    const file = path.join(folder, 'slice.safetensors');
    let now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now++); // after eight images it looks up
    const stop = new AbortController();
    const distorted = vi.spyOn(Augmenter.prototype, 'distort').mockImplementation(function (this: Augmenter, ...image) {
      if (distorted.mock.calls.length === 150) stop.abort(); // the 30th of the second slice of 120
      return original.apply(this, image);
    });
    await expect(net(settings).fit(train, { signal: stop.signal, checkpoint: file, silent: true })).rejects.toThrow(
      Interrupted,
    );
    expect(distorted.mock.calls.length).toBeLessThan(170);
    vi.restoreAllMocks();
    const resumed = await SpikingNetwork.load(file);
    expect(resumed.trainedEpochs).toBeGreaterThan(0);
    expect(resumed.trainedEpochs).toBeLessThan(0.5);
    expect(await trained(resumed, train, 1)).toBe(whole);
  });

  it('lets other work through while it distorts the 120 images of a slice', async () => {
    const { train: many } = await datasets.strokes({ train: 6_000, test: 10, seed: 3 });
    const tiny = sequential([input(28, 28), dense(10, { threshold: 8 })], {
      steps: 5,
      threads: 1,
      augmentation: augmentation({ per: 'image' }),
    });
    const distort = vi.spyOn(Augmenter.prototype, 'distort');
    // A clock by which each look at it takes a millisecond: what counts is not how fast the machine is, but how often
    // it lets others through.
    let now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now++);
    let most = 0;
    let before = 0;
    let watching = true;
    const watch = (): void => {
      most = Math.max(most, distort.mock.calls.length - before);
      before = distort.mock.calls.length;
      if (watching) setImmediate(watch);
    };
    setImmediate(watch);
    await tiny.fit(many, { silent: true });
    watching = false;
    expect(distort).toHaveBeenCalledTimes(6_000);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(10); // 8 ms of work, then others
  });

  it('refuses samples that are no images', async () => {
    const flat = createDataset({
      name: 'flat',
      shape: [784],
      classNames: train.classNames,
      pixels: train.pixels,
      labels: train.labels,
    });
    await expect(trained(net(augmentation()), flat, 1)).rejects.toThrow(
      'augmentation distorts images, not samples of shape [784]',
    );
    const features = Array.from({ length: 20 }, (_, n) => Array.from({ length: 28 }, (_, k) => (n * k) % 7));
    const coded = datasets.fromArrays({
      features,
      labels: features.map((_, n) => n % 2),
      fields: 28,
      coding: 'population',
      quiet: true,
    });
    for (const set of [coded.train, coded.train.slice(0, 5), coded.train.shuffle()])
      await expect(net(augmentation()).fit(set, { silent: true })).rejects.toThrow(
        /augmentation distorts images, and own\/train.* holds features coded by populations/,
      );
    const spikes = packSpikeTrains(
      'input',
      50,
      Array.from({ length: 784 }, () => [3]),
    );
    const recorded = createEventDataset({
      name: 'recorded',
      shape: [28, 28],
      steps: 50,
      classNames: train.classNames,
      samples: [{ label: 1, spikes }],
    });
    await expect(net(augmentation()).fit(recorded, { silent: true })).rejects.toThrow(
      'augmentation distorts images, and recorded holds recorded spikes: leave it out',
    );
  });
});
