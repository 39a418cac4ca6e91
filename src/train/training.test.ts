/** Training as people use it, on stroke digits: it learns, it can be cut anywhere, and nothing is lost. */
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataset, type Dataset } from '../data/sets/dataset.js';
import { datasets } from '../data/datasets.js';
import { poolSize, terminatePool, WorkerLost } from '../engine/pool.js';
import { dense, input } from '../network/network.js';
import { adam, exponential, firingCount } from '../network/rule.js';
import { loseThreads } from '../../test/engine/loseThreads.js';
import { classifier, sequential } from './build.js';
import { NotFiniteState, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { Interrupted } from './interrupt.js';
import { SpikingNetwork } from './model.js';

let train: Dataset;
let test: Dataset;
let folder: string;

beforeAll(async () => {
  ({ train, test } = await datasets.strokes({ train: 600, test: 200, seed: 3 }));
  folder = await mkdtemp(path.join(os.tmpdir(), 'spikelab-train-'));
});
afterAll(async () => {
  terminatePool();
  await rm(folder, { recursive: true, force: true });
});

const small = (options: { seed?: number; threads?: number; batchSize?: number } = {}): SpikingNetwork =>
  sequential([input(28, 28), dense(40, { threshold: 5 }), dense(10, { threshold: 8, lateralInhibition: 1 })], {
    steps: 60,
    seed: 7,
    threads: 2,
    loss: firingCount({ desired: 8, undesired: 1, margin: 1 }),
    regularizer: exponential({ lambda: 1 }),
    boosting: true,
    ...options,
  });

/** Waits until training is past a place, in epochs; the network is training then. */
const reaches = async (net: SpikingNetwork, epoch: number): Promise<void> => {
  while ((net.history.progress.at(-1)?.epoch ?? 0) < epoch) await new Promise((resume) => setTimeout(resume, 1));
};
const trainedHash = async (net: SpikingNetwork, epochs: number): Promise<string> => {
  await net.fit(train, { epochs, silent: true });
  return net.runRecord.weightsSha256;
};

describe('fit', () => {
  it('reaches 95 % on stroke digits with a small net', async () => {
    const data = await datasets.strokes({ train: 3000, test: 500, seed: 1 });
    const net = classifier({ hidden: [60], steps: 100, seed: 1 });
    const history = await net.fit(data.train, { epochs: 3, validation: data.test, silent: true });
    expect(history.epochs).toHaveLength(3);
    expect(history.epochs[2].testAccuracy).toBeGreaterThanOrEqual(0.95);
    const evaluation = await net.evaluate(data.test);
    expect(evaluation.accuracy).toBe(history.epochs[2].testAccuracy);
    expect(evaluation.confusion.flat().reduce((a, b) => a + b, 0)).toBe(500);
  });

  it('gives the same weights, history and predictions for 1, 2 and 5 threads, and others for another seed', async () => {
    const nets = [1, 2, 5].map((threads) => small({ threads }));
    const hashes = [];
    for (const net of nets) hashes.push(await trainedHash(net, 2));
    expect(new Set(hashes).size).toBe(1);
    const curves = nets.map(({ history }) =>
      JSON.stringify([history.progress, history.epochs.map(({ seconds: _, ...rest }) => rest)]),
    );
    expect(new Set(curves).size).toBe(1);
    expect(await trainedHash(small({ seed: 8 }), 2)).not.toBe(hashes[0]);
  });

  it('trains epoch by epoch as an async iterator', async () => {
    const seen: number[] = [];
    for await (const epoch of small().train(train.slice(0, 100), { epochs: 3, validation: test }))
      seen.push(epoch.epoch, epoch.history.epochs.length);
    expect(seen).toEqual([1, 1, 2, 2, 3, 3]);
  });

  it('refuses a second training at the same time', async () => {
    const net = small();
    const first = net.fit(train.slice(0, 100), { silent: true });
    await expect(net.fit(train.slice(0, 100), { silent: true })).rejects.toThrow('training already');
    await first;
  });

  it('runs a sample to the same firing counts that evaluate sees', async () => {
    const net = small();
    const { firingCounts, predictions } = await net.evaluate(test);
    for (const n of [0, 17, 199]) {
      const run = await net.run(test.at(n), { record: ['membrane'] });
      expect([...run.counts]).toEqual([...firingCounts.subarray(n * 10, n * 10 + 10)]);
      expect(run.prediction).toBe(predictions[n]);
      expect(run.membranes?.[1]).toHaveLength(60 * 10);
    }
  });
});

describe('stopping and going on', () => {
  it.each([1, 4])(
    'gives the same bits when cut anywhere and resumed from the file (batch size %i)',
    async (batchSize) => {
      const whole = await trainedHash(small({ batchSize }), 3);
      const file = path.join(folder, `cut-${batchSize}.safetensors`);
      let net = small({ batchSize });
      let cuts = 0;
      // Stop 0.3, 0.37, 0.44, ... epochs further each time, and go on in a new object with another number of threads.
      for (let further = 0.3; net.history.epochs.length < 3; further += 0.07) {
        const controller = new AbortController();
        const cut = (net.history.progress.at(-1)?.epoch ?? 0) + further;
        const watch = setInterval(
          () => void ((net.history.progress.at(-1)?.epoch ?? 0) >= cut && controller.abort()),
          1,
        );
        try {
          await net.fit(train, {
            epochs: 3 - net.history.epochs.length,
            signal: controller.signal,
            checkpoint: file,
            silent: true,
          });
        } catch (error) {
          expect(error).toBeInstanceOf(Interrupted);
          cuts++;
        }
        clearInterval(watch);
        net = await SpikingNetwork.load(file, { threads: 1 + ((cuts + 1) % 3) });
      }
      expect(cuts).toBeGreaterThan(2);
      const { epochs, progress } = net.history;
      expect(epochs).toHaveLength(3);
      expect(progress).toHaveLength(150);
      // every part is recorded, by who trained it: three numbers of threads in turn, without a gap
      const { parts } = net.runRecord;
      expect(parts.map(({ threads }) => threads)).toEqual(
        Array.from({ length: cuts + 1 }, (_, k) => 1 + ((k + 1) % 3)),
      );
      expect(parts.map(({ from }) => from)).toEqual([0, ...parts.slice(0, -1).map(({ to }) => to)]);
      expect(parts.at(-1)).toMatchObject({ to: 3, machine: { node: process.version } });
      const reader = await SpikingNetwork.load(file, { threads: net.threads + 1 });
      expect(reader.runRecord.threads).toBe(parts.at(-1)!.threads); // not of who only reads it
      expect(reader.runRecord.weightsSha256).toBe(whole); // no call needed
      await net.fit(train, { epochs: 0, silent: true });
      expect(net.runRecord.weightsSha256).toBe(whole);
    },
  );

  it('a network whose layers have their own constants and dropout goes on from its file to the same bits, and the record tells them', async () => {
    const layers = [
      input(28, 28),
      dense(20, { threshold: 5, tauM: 30, tauS: 4, dropout: 0.25 }),
      dense(10, { refractory: 0 }),
    ] as const;
    const make = (): SpikingNetwork => sequential([...layers], { steps: 60, seed: 7, threads: 2 });
    const whole = await trainedHash(make(), 2);
    const half = make();
    await half.fit(train, { epochs: 1, silent: true });
    const file = path.join(folder, 'own-constants.safetensors');
    await half.save(file);
    const loaded = await SpikingNetwork.load(file);
    expect(loaded.runRecord.network).toEqual(half.runRecord.network);
    expect(JSON.stringify(loaded.runRecord.network)).toMatch(/"tauM":30.*"dropout":0.25.*"refractory":0/);
    expect(await trainedHash(loaded, 1)).toBe(whole);
  });

  it('obeys the notebook signal', async () => {
    const key = Symbol.for('spikelab.interrupt');
    const controller = new AbortController();
    (globalThis as Record<symbol, unknown>)[key] = { signal: controller.signal };
    try {
      const net = small();
      void reaches(net, 0.1).then(() => controller.abort());
      await expect(net.fit(train, { epochs: 1000, silent: true })).rejects.toThrow('nothing is lost');
    } finally {
      delete (globalThis as Record<symbol, unknown>)[key];
    }
  });

  it('is back at its last snapshot after a worker was killed, and goes on to the same bits', async () => {
    const whole = await trainedHash(small(), 2);
    const net = small();
    const fit = net.fit(train, { epochs: 2, silent: true });
    fit.catch(() => undefined); // seen by loseThreads
    await reaches(net, 0.1);
    const lost = await loseThreads(fit);
    expect(lost).toBeInstanceOf(WorkerLost);
    expect(String(lost)).toMatch(/worker thread.*last snapshot/);
    expect(poolSize()).toBe(0);
    await net.fit(train, { epochs: 2 - net.history.epochs.length, silent: true });
    expect(net.runRecord.weightsSha256).toBe(whole);
  });

  it('saves and loads everything that goes on', async () => {
    const file = path.join(folder, 'saved.safetensors');
    const net = small();
    await trainedHash(net, 1);
    await net.save(file);
    const other = await SpikingNetwork.load(file);
    expect(other.history).toEqual(net.history);
    expect(await trainedHash(other, 1)).toBe(await trainedHash(net, 1));
  });

  it('keeps the seed of a loaded network', async () => {
    const file = path.join(folder, 'seeded.safetensors');
    await small({ seed: 7 }).save(file);
    const net = await SpikingNetwork.load(file);
    await expect(net.fit(train, { seed: 8, silent: true })).rejects.toThrow(
      'this network began with seed 7, not 8: leave { seed } out to go on with it, or make a new one with { seed: 8 }',
    );
    expect(net.seed).toBe(7);
    await net.fit(train.slice(0, 50), { seed: 7, silent: true });
  });
});

describe('what goes wrong is said, and loses nothing', () => {
  it('says when a checkpoint cannot be written (test/cli/full-disk.test.ts has the full disk), and goes on to the same bits', async () => {
    const whole = await trainedHash(small(), 2);
    const net = small();
    const file = path.join(folder, 'a-file');
    await writeFile(file, '');
    await expect(net.fit(train, { epochs: 2, checkpoint: path.join(file, 'below'), silent: true })).rejects.toThrow(
      /cannot write .*below: .*(EEXIST|ENOTDIR)/,
    );
    expect(net.history.epochs).toHaveLength(1);
    expect(await trainedHash(net, 1)).toBe(whole);
  });

  it('writes no checkpoint that load would refuse', async () => {
    const file = path.join(folder, 'finite.safetensors');
    const net = small();
    await net.save(file);
    const before = await readFile(file);
    const checkpoint = await readCheckpoint(file);
    checkpoint.state.engine.moment1[1][12] = NaN;
    await expect(writeCheckpoint(file, checkpoint)).rejects.toThrow(
      /cannot save .*finite\.safetensors: tensor output\.moment1 holds NaN at 12/,
    );
    await expect(writeCheckpoint(file, checkpoint)).rejects.toBeInstanceOf(NotFiniteState);
    expect(before.equals(await readFile(file))).toBe(true);
  });

  it('refuses damaged and foreign checkpoints by name', async () => {
    const file = path.join(folder, 'damaged.safetensors');
    const net = small();
    await net.save(file);
    const whole = await readFile(file);
    await truncate(file, whole.length - 100);
    await expect(SpikingNetwork.load(file)).rejects.toThrow(/damaged\.safetensors is not a whole safetensors file/);
    await writeFile(file, 'hello, this is not a checkpoint');
    await expect(SpikingNetwork.load(file)).rejects.toThrow(/not a whole safetensors/);
    await expect(SpikingNetwork.load(path.join(folder, 'absent'))).rejects.toThrow('no such file');
    const bad = Buffer.from(whole);
    bad.writeFloatLE(NaN, 8 + Number(bad.readBigUInt64LE(0)) + 400);
    await writeFile(file, bad);
    await expect(SpikingNetwork.load(file)).rejects.toThrow(
      /tensor hidden1\.weight holds NaN at 100: take an earlier checkpoint/,
    );
    for (const [from, to, why] of [
      ['\\"place\\":0', '\\"place\\":9', 'position.place is 9: it must be an integer from 0 to 0'],
      ['\\"epochs\\":[]', '\\"epochs\\":{}', 'position.epochs is {}, not a list'],
      ['\\"seed\\":7', '\\"seed\\":[', 'JSON'],
      ['\\"powers\\":[1,1]', '\\"powers\\":[9,1]', 'powers[0] is 9'],
      ['\\"units\\":40', '\\"units\\":-4', 'units of a dense layer is -4'],
    ]) {
      const changed = Buffer.from(whole.toString('latin1').replace(from, to), 'latin1');
      changed.writeBigUInt64LE(BigInt(Number(whole.readBigUInt64LE(0)) + to.length - from.length), 0);
      await writeFile(file, changed);
      await expect(SpikingNetwork.load(file), from).rejects.toThrow(`damaged.safetensors cannot be resumed: `);
      await expect(SpikingNetwork.load(file), from).rejects.toThrow(why);
    }
    for (const header of ['null', '{"__metadata__":null}', '{"a":null}']) {
      await writeFile(
        file,
        Buffer.concat([Buffer.from(new BigUint64Array([BigInt(header.length)]).buffer), Buffer.from(header)]),
      );
      await expect(SpikingNetwork.load(file), header).rejects.toThrow(
        'damaged.safetensors is not a whole safetensors file',
      );
    }
    const weights = await net.weights();
    weights[1][25] = Infinity;
    expect(() => SpikingNetwork.create(net.network, net.rule, { weights })).toThrow(
      'layer output: weight is Infinity at neuron 0, input 25; start from finite weights',
    );
  });

  it('stops with layer and sample when weights stop being finite, and is back at its last snapshot', async () => {
    const file = path.join(folder, 'before.safetensors');
    const net = sequential([input(28, 28), dense(10, { threshold: 5 })], {
      steps: 50,
      optimizer: adam({ lr: 1000 }),
      regularizer: exponential({ lambda: 1e6, beta: 1e3, limit: 1e-3 }),
    });
    const before = await net.weights();
    await expect(net.fit(train, { silent: true, checkpoint: file })).rejects.toThrow(
      /layer output: weights are no longer finite at sample \d+; lower the learning rate.*; the network is back at epoch 0\.00, its last snapshot/,
    );
    expect(await net.weights()).toEqual(before);
    expect((await net.evaluate(test)).samples).toBe(200);
    await net.save(file);
    expect(await (await SpikingNetwork.load(file)).weights()).toEqual(before);
  });

  it('refuses data that does not fit, naming the fix', async () => {
    const tiny = createDataset({
      name: 'tiny',
      shape: [3],
      classNames: ['a', 'b'],
      pixels: new Uint8Array(6),
      labels: new Uint8Array([0, 1]),
    });
    await expect(small().fit(tiny, { silent: true })).rejects.toThrow(
      'tiny has 3 inputs a sample, the network has 784: build it with input(3)',
    );
    expect(() => dense(0)).toThrow('units of a dense layer is 0: it must be an integer from 1 to 65536');
    expect(() => sequential([input(784), dense(10)], { steps: 5000 })).toThrow('steps is 5000');
    expect(() => sequential([input(784), dense(10)], { threads: 0 })).toThrow('threads is 0');
    expect(() => classifier({ seed: -1 })).toThrow('seed is -1');
    await expect(sequential([input(1 << 20), dense(1 << 16)], { threads: 1 }).evaluate(test)).rejects.toThrow(
      /engine memory; the limit is 4095 MB: use fewer/,
    );
  });
});
