/** Options of fit and evaluate, and what a network says of one sample. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEventDataset } from '../data/formats/event-packer.js';
import { createDataset } from '../data/sets/dataset.js';
import { strokeDigits } from '../data/strokes/strokes.js';
import { Engine } from '../engine/engine.js';
import { convolution, dense, input, pooling } from '../network/network.js';
import { adam, sgd } from '../network/rule.js';
import { firingCounts } from '../network/spikes.js';
import { classifier, sequential } from './build.js';
import { sha256Of } from './digest.js';
import { SpikingNetwork } from './model.js';

const train = strokeDigits({ part: 'train', count: 200, seed: 1 });
const test = strokeDigits({ part: 'test', count: 60, seed: 1 });
const options = { hidden: [20], steps: 40, seed: 3, threads: 1 };
const silent = { silent: true };
const weightsOf = async (net: SpikingNetwork): Promise<string> => sha256Of(await net.weights());

describe('learningRate', () => {
  it('a function of the epoch, in each record; the same as a rule of that rate', async () => {
    const net = classifier({ ...options, optimizer: adam({ lr: 0.001, schedule: 'constant' }) });
    const { epochs } = await net.fit(train, { epochs: 2, learningRate: (k) => 0.004 / (k + 1), ...silent });
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual([0.004, 0.002]);
    const same = classifier({ ...options, optimizer: adam({ lr: 0.004, schedule: 'constant' }) });
    await same.fit(train, { epochs: 1, ...silent });
    await same.fit(train, { epochs: 1, learningRate: 0.002, ...silent }); // the moments are kept
    expect(await weightsOf(same)).toBe(await weightsOf(net));
  });
});

describe('learningRate inside an epoch', () => {
  it('changes where it is said to, as if training had been stopped there', async () => {
    const parts = [
      { from: 0, learningRate: 0.002 },
      { from: 77, learningRate: 0.02 },
    ];
    const net = classifier(options);
    const { epochs } = await net.fit(train, { learningRate: () => parts, ...silent });
    expect(epochs[0]).toMatchObject({ learningRate: 0.02, rates: parts });
    const again = classifier({ ...options, threads: 2 });
    await again.fit(train, { learningRate: (k) => epochs[k].rates ?? epochs[k].learningRate, ...silent });
    expect(await weightsOf(again)).toBe(await weightsOf(net));
    for (const rate of [0.002, 0.02]) {
      const other = classifier(options);
      const plain = await other.fit(train, { learningRate: () => rate, ...silent });
      expect(plain.epochs[0]).not.toHaveProperty('rates');
      expect(await weightsOf(other)).not.toBe(await weightsOf(net));
    }
    for (const wrong of [[], [{ from: 3, learningRate: 1 }], [parts[1], parts[0]], [{ from: 0, learningRate: -1 }]])
      await expect(classifier(options).fit(train, { learningRate: () => wrong, ...silent })).rejects.toThrow(
        /learning rate of epoch 0/,
      );
    // Of another kind than parts.
    for (const part of [null, undefined, 0.1, [0, 0.1], 'a']) {
      const learningRate = (): never => [part] as never;
      await expect(classifier(options).fit(train, { learningRate, ...silent })).rejects.toThrow(
        /^learning rate of epoch 0: part 0 takes \{ from, learningRate \}, not /,
      );
    }
    const holes = new Array(2) as never;
    await expect(classifier(options).fit(train, { learningRate: () => holes, ...silent })).rejects.toThrow(
      'learning rate of epoch 0: part 0 takes { from, learningRate }, not undefined',
    );
  });
});

describe('average', () => {
  it('tests the mean, and has its accuracy beside it in the record', async () => {
    const net = classifier(options);
    await net.fit(train, { epochs: 3, average: 2, validation: test, ...silent });
    const { accuracy } = await net.evaluate(test);
    expect(net.runRecord).toMatchObject({
      testAccuracy: accuracy,
      ends: [{ epoch: 3, averaged: 2, testAccuracy: accuracy }],
    });
    expect(net.history.epochs).toHaveLength(3);
    const untested = classifier(options);
    await untested.fit(train, { average: 2, ...silent });
    expect(untested.runRecord.ends).toEqual([{ epoch: 1, averaged: 1 }]);
    expect(untested.runRecord).not.toHaveProperty('testAccuracy');
  });
});

describe('patience and restoreBest', () => {
  it('ends after so many epochs without a better one, and takes back the best', async () => {
    // Two epochs of learning, then steps so large that nothing gets better.
    const net = classifier(options);
    const states: string[] = [];
    const { epochs } = await net.fit(train, {
      epochs: 50,
      validation: test,
      patience: 3,
      restoreBest: true,
      learningRate: (k) => (k < 2 ? 0.002 : 0.05),
      onEpoch: async () => void states.push(await weightsOf(net)),
      ...silent,
    });
    const accuracies = epochs.map(({ testAccuracy = 0 }) => testAccuracy);
    const best = accuracies.indexOf(Math.max(...accuracies));
    expect(epochs.length).toBe(best + 4);
    expect(await weightsOf(net)).toBe(states[best]);
    expect((await net.evaluate(test)).accuracy).toBe(accuracies[best]);
    expect(net.runRecord.weightsSha256).toBe(states[best]);
    // The record and the summary have these weights beside their own accuracy, not the last epoch's.
    expect(accuracies[best]).not.toBe(accuracies.at(-1));
    const percent = (100 * accuracies[best]).toFixed(2);
    const end = { epoch: best + 4, restored: best + 1, testAccuracy: accuracies[best] };
    expect(net.runRecord).toMatchObject({ testAccuracy: accuracies[best], ends: [end] });
    expect(net.summary).toContain(`; now weights of epoch ${best + 1}, test ${percent} %`);
    const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'spikelab-best-')), 'net.safetensors');
    await net.save(file);
    expect((await SpikingNetwork.load(file)).runRecord.ends).toEqual([end]);
    await rm(path.dirname(file), { recursive: true });
    await net.fit(train, { validation: test, ...silent }); // from there on the weights are the last epoch's again
    expect(net.runRecord.testAccuracy).toBe(net.history.epochs.at(-1)!.testAccuracy);
    expect(net.runRecord.ends).toEqual([end]);
  });

  it('needs something to compare', async () => {
    await expect(classifier(options).fit(train, { patience: 2, ...silent })).rejects.toThrow(
      /give { validation: test }/,
    );
    await expect(classifier(options).fit(train, { patients: 2, ...silent } as object)).rejects.toThrow(
      /did you mean patience/,
    );
  });
});

it.each<[string, (net: SpikingNetwork) => Promise<unknown>, RegExp]>([
  ['fit of both halves', (net) => net.fit({ train, test } as never, silent), /not { train, test }: give its .train/],
  ['evaluate of nothing', (net) => net.evaluate(undefined as never), /takes a data set, such as .*not undefined/],
  ['predict of nothing', (net) => net.predict(undefined as never), /takes one sample here, .*not undefined/],
  ['gradients of a set', (net) => net.gradients(train as never), /takes one sample here, such as test.at\(0\)/],
  ['health of no sample', (net) => net.health(test, 0), /samples to look at is 0: it must be an integer from 1/],
  ['synops of half a sample', (net) => net.synops(test, 0.5), /samples to look at is 0.5/],
])('%s is refused with what is meant', async (_, ask, message) => {
  await expect(ask(classifier(options))).rejects.toThrow(message);
});

describe('evaluate with draws', () => {
  let net: SpikingNetwork;
  beforeAll(async () => {
    net = classifier(options);
    await net.fit(train, { ...silent });
  });

  it('sums the counts of other spikes of the same images; the first draw is the usual one', async () => {
    const once = await net.evaluate(test);
    const three = await net.evaluate(test, { draws: 3 });
    expect(await net.evaluate(test, { draws: 1 })).toEqual(once);
    expect(three.firingCounts.every((count, k) => count >= once.firingCounts[k])).toBe(true);
    const sum = (counts: ArrayLike<number>): number => Array.from(counts).reduce((a, b) => a + b, 0);
    expect(sum(three.firingCounts) / sum(once.firingCounts)).toBeCloseTo(3, 0);
    const two = await net.evaluate(test, { draws: 2 });
    const second = Array.from(two.firingCounts, (count, k) => count - once.firingCounts[k]);
    expect(second).not.toEqual([...once.firingCounts]);
    for (let n = 0; n < test.length; n++) {
      const counts = [...three.firingCounts.subarray(n * 10, n * 10 + 10)];
      expect(three.predictions[n]).toBe(counts.indexOf(Math.max(...counts)));
    }
  });

  it('is the same for any number of threads, and refuses what makes no sense', async () => {
    const other = classifier({ ...options, threads: 2 });
    await other.fit(train, { ...silent });
    const [a, b] = [await net.evaluate(test, { draws: 2 }), await other.evaluate(test, { draws: 2 })];
    expect(b.firingCounts).toEqual(a.firingCounts);
    await expect(net.evaluate(test, { draws: 0 })).rejects.toThrow(/draws is 0/);
    await expect(net.evaluate(test, { draw: 2 } as object)).rejects.toThrow(/did you mean draws/);
  });
});

describe('one sample', () => {
  it('gradients are those of the engine', async () => {
    const net = classifier({ ...options, optimizer: sgd() });
    // Recorded, so that training and asking have the same spikes.
    const { spikes } = await net.run(test.at(0));
    const samples = [{ label: test.at(0).label, spikes: spikes[0] }];
    const { classNames } = test;
    const one = createEventDataset({ name: 'one', shape: [28, 28], steps: 40, classNames, samples });
    const { gradients, cost } = await net.gradients(one.at(0));
    const engine = await Engine.create(net.network, net.rule, 1);
    await engine.setState({ weights: await net.weights() });
    const loaded = engine.loadRecordings('one', one, one.labels);
    engine.views(loaded).order[0] = 0;
    engine.views(loaded).sampleWeights[0] = 1;
    const found = await engine.gradients(loaded, { from: 0, to: 1, seed: 3, epoch: 0, learningRate: 0 });
    expect(cost).toBeGreaterThan(0);
    gradients.forEach((gradient, k) => {
      const largest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
      expect(largest).toBeGreaterThan(0);
      // 2e-5: sums of terms that cancel, see conditioning.ts
      expect(gradient.every((g, j) => Math.abs(g - found[k][j]) <= 2e-5 * largest)).toBe(true);
    });
  });

  it('synops are spikes times the synapses that they reach', async () => {
    const net = sequential(
      [
        input(7, 6),
        convolution(3, 3, { padding: 1, threshold: 1 }),
        pooling(2, { threshold: 1 }),
        dense(4),
        dense(2, { threshold: 2, lateralInhibition: 1 }),
      ],
      { steps: 60, seed: 1, threads: 1 },
    );
    const pixels = Uint8Array.from({ length: 84 }, (_, n) => (n * 37) % 256);
    const data = createDataset({
      name: 'tiny',
      shape: [7, 6],
      classNames: ['a', 'b'],
      pixels,
      labels: Uint8Array.of(0, 1),
    });
    const found = await net.synops(data, 2);
    const expected = [0, 0, 0, 0];
    for (const sample of data) {
      const counts = (await net.run(sample)).spikes.map(firingCounts);
      // Every synapse of every neuron, one after the other.
      for (let y = 0; y < 7; y++)
        for (let x = 0; x < 6; x++)
          for (let dy = -1; dy <= 1; dy++)
            for (let dx = -1; dx <= 1; dx++)
              if (y + dy >= 0 && y + dy < 7 && x + dx >= 0 && x + dx < 6)
                expected[0] += 3 * counts[0][(y + dy) * 6 + x + dx];
      expected[1] += counts[1].reduce((a, b) => a + b, 0); // fields do not overlap
      expected[2] += 4 * counts[2].reduce((a, b) => a + b, 0);
      expected[3] += 2 * counts[3].reduce((a, b) => a + b, 0) + counts[4].reduce((a, b) => a + b, 0);
    }
    expect(found.map(({ synops }) => synops)).toEqual(expected.map((sum) => sum / 2));
    expect(found.map(({ layer }) => layer)).toEqual(['conv1', 'pool1', 'hidden1', 'output']);
    expect(expected[1]).toBeGreaterThan(0);
  });
});
