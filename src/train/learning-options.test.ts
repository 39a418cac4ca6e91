/**
 * Options of layer, rule and call that change what is learned: frozen layers, weights of classes, the mean of the last
 * epochs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encoderKey, poissonSpikes } from '../data/encode/poisson.js';
import { createEventDataset } from '../data/formats/event-packer.js';
import { classCounts, createDataset } from '../data/sets/dataset.js';
import { strokeDigits } from '../data/strokes/strokes.js';
import { createLearner } from '../hm2bp/optimizer.js';
import { trainBatch } from '../hm2bp/train.js';
import { convolution, dense, input } from '../network/network.js';
import { adam, firingCount, sgd } from '../network/rule.js';
import { packSpikeTrains } from '../network/spikes.js';
import { initialWeights } from '../network/weights.js';
import { classifier, sequential } from './build.js';
import { SpikingNetwork } from './model.js';
import { sampleOrder } from './order.js';

const train = strokeDigits({ part: 'train', count: 60, seed: 1 });
const silent = { silent: true };
const folder = mkdtempSync(join(tmpdir(), 'spikelab-learning-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('trainable: false', () => {
  const layers = (conv?: boolean, hidden?: boolean) =>
    [
      input(28, 28),
      convolution(3, 5, { threshold: 1, trainable: conv }),
      dense(20, { threshold: 2, trainable: hidden }),
      dense(10, { threshold: 1, lateralInhibition: 1 }),
    ] as const;
  const options = { steps: 60, seed: 2, loss: firingCount({ desired: 12, undesired: 1, margin: 1 }) };

  it.each([
    ['Adam, batches of one', {}],
    ['Adam, batches of seven', { batchSize: 7 }],
    ['SGD', { optimizer: sgd({ lr: 1e-6, momentum: 0 }) }],
  ])('%s: a frozen layer keeps its bits, layers below and above learn, by one thread or two', async (_, more) => {
    const runs = [];
    for (const threads of [1, 2]) {
      const net = sequential(layers(true, false), { ...options, ...more, threads, idle: 'step' });
      const before = initialWeights(net.network, 2);
      await net.fit(train.slice(0, 20), { epochs: 2, ...silent });
      const after = await net.weights();
      expect(after.map((w, l) => w.every((value, k) => value === before[l][k]))).toEqual([false, true, false]);
      runs.push(after);
    }
    expect(runs[1]).toEqual(runs[0]);
  });

  it('a frozen first layer: what is above learns as in the scalar reference', async () => {
    const parts = [input(28, 28), dense(40, { threshold: 4, trainable: false }), dense(10, { threshold: 2 })] as const;
    const net = sequential(parts, { ...options, threads: 2, idle: 'step', order: 'swapped' });
    const some = train.slice(0, 8);
    await net.fit(some, { epochs: 1, ...silent });
    const learner = createLearner(initialWeights(net.network, 2));
    for (const n of sampleOrder('swapped', 8, 2, 0)) {
      const input = poissonSpikes(some.at(n).pixels, 60, encoderKey(2, 'once', 0, n, 'train'));
      trainBatch(net.network, net.rule, learner, [{ input, label: some.at(n).label }], 1e-3);
    }
    const own = await net.weights();
    expect(own[0]).toEqual(learner.weights[0]);
    own[1].forEach((value, k) => expect(value).toBeCloseTo(learner.weights[1][k], 4));
  });

  it('survives a checkpoint; nothing of it is in the description of other networks', async () => {
    const net = sequential(layers(false, undefined), { ...options, threads: 1 });
    await net.fit(train, { epochs: 1, ...silent });
    const file = join(folder, 'frozen.safetensors');
    await net.save(file);
    const again = await SpikingNetwork.load(file, { threads: 1 });
    expect(again.network).toEqual(net.network);
    await net.fit(train, { epochs: 1, ...silent });
    await again.fit(train, { epochs: 1, ...silent });
    expect(await again.weights()).toEqual(await net.weights());
    expect((await again.weights())[0]).toEqual(initialWeights(net.network, 2)[0]);
    expect('trainable' in sequential(layers(), options).network.layers[0]).toBe(false);
  });

  it('needs a layer that learns, and true or false', () => {
    expect(() => sequential([input(4), dense(2, { trainable: false })])).toThrow(/no layer of the network learns/);
    expect(() => dense(2, { trainable: 0 as never })).toThrow(/trainable is 0: write true or false/);
  });
});

describe('classWeights', () => {
  const pixels = Uint8Array.from({ length: 4 * 12 }, (_, k) => (k * 73) % 256);
  const labels = Uint8Array.of(0, 1, 0, 1);
  const small = createDataset({ name: 'small', shape: [12], classNames: ['a', 'b'], pixels, labels });
  const layers = [input(12), dense(8, { threshold: 2 }), dense(2, { threshold: 2 })] as const;

  it('are what the scalar reference multiplies the errors of a sample by', async () => {
    const classWeights = [0.25, 3];
    const net = sequential(layers, { steps: 60, classWeights, batchSize: 4, optimizer: sgd({ lr: 1e-3 }), threads: 2 });
    const learner = createLearner(initialWeights(net.network, 1));
    const batch = Array.from(labels, (label, n) => ({
      input: poissonSpikes(pixels.subarray(12 * n, 12 * n + 12), 60, encoderKey(1, 'once', 0, n, 'train')),
      label,
      weight: classWeights[label],
    }));
    trainBatch(net.network, net.rule, learner, batch, 1e-3);
    await net.fit(small, { epochs: 1, ...silent });
    const plain = sequential(layers, { steps: 60, batchSize: 4, optimizer: sgd({ lr: 1e-3 }), threads: 1 });
    await plain.fit(small, { epochs: 1, ...silent });
    const [own, without] = [await net.weights(), await plain.weights()];
    own.forEach((w, l) => w.forEach((value, k) => expect(value).toBeCloseTo(learner.weights[l][k], 5)));
    expect(own).not.toEqual(without);
    expect(net.rule.classWeights).toEqual(classWeights);
  });

  it('are in gradients(sample) as they are in a step and in the scalar reference', async () => {
    const trains = packSpikeTrains(
      'input',
      60,
      Array.from({ length: 12 }, (_, k) => [k + 1, k + 10, k + 21, k + 32]),
    );
    const samples = [{ label: 1, spikes: trains }];
    const one = createEventDataset({ name: 'one', shape: [12], steps: 60, classNames: ['a', 'b'], samples });
    const lr = 0.5;
    const optimizer = sgd({ lr, momentum: 0, schedule: 'constant' });
    const of = async (classWeights?: readonly number[]) => {
      const net = sequential(layers, { steps: 60, optimizer, threads: 1, ...(classWeights && { classWeights }) });
      const before = await net.weights();
      const { gradients } = await net.gradients(one.at(0));
      await net.fit(one, { epochs: 1, ...silent });
      const step = (await net.weights()).map((w, l) => Array.from(w, (value, k) => (before[l][k] - value) / lr));
      const [input, ...spikes] = (await net.run(one.at(0))).spikes;
      return { net, before, gradients, step, input, spikes };
    };
    const plain = await of();
    const { net, before, gradients, step, input } = await of([0.5, 3]);
    const largest = Math.max(...gradients.map((g) => g.reduce((most, value) => Math.max(most, Math.abs(value)), 0)));
    expect(largest).toBeGreaterThan(0);
    gradients.forEach((layer, l) => {
      layer.forEach((value, k) => expect(Math.abs(value - step[l][k])).toBeLessThan(1e-4 * largest));
      layer.forEach((value, k) => expect(value).toBeCloseTo(3 * plain.gradients[l][k], 9));
    });
    const learner = createLearner(before);
    const { gradientMean } = trainBatch(net.network, net.rule, learner, [{ input, label: 1, weight: 3 }], lr);
    expect(gradients).toEqual(gradientMean);
  });

  it('may be typed arrays; what is no list says what is wanted', async () => {
    const typed = sequential(layers, { classWeights: Float32Array.of(0.5, 3) });
    expect(typed.rule.classWeights).toEqual([0.5, 3]);
    expect(sequential(layers, { classWeights: Uint32Array.of(1, 3) }).rule.classWeights).toEqual([1, 3]);
    for (const classWeights of [2, { 0: 1 }, '12', null])
      expect(() => sequential(layers, { classWeights: classWeights as never })).toThrow(
        /classWeights takes a list of numbers, one for each class, such as \[1, 2.5\], not/,
      );
  });

  it('all 1: the same bits as without; one for each class', async () => {
    const [one, none] = [[1, 1], undefined].map((classWeights) =>
      sequential(layers, { steps: 60, seed: 4, threads: 1, boosting: true, ...(classWeights && { classWeights }) }),
    );
    await one.fit(small, { epochs: 3, ...silent });
    await none.fit(small, { epochs: 3, ...silent });
    expect(await one.weights()).toEqual(await none.weights());
    expect(() => sequential(layers, { classWeights: [1, 2, 3] })).toThrow(/3 classWeights for 2 classes/);
    expect(() => sequential(layers, { classWeights: [1, -1] })).toThrow(/class weight 1 is -1/);
    expect(() => sequential(layers, { classWeights: [0, 0] })).toThrow(/all 0/);
  });

  it('come from the counts of the classes, as the docs have it, or in a typed array', () => {
    const uneven = createDataset({
      ...{ name: 'uneven', shape: [1], classNames: ['a', 'b', 'c'], pixels: new Uint8Array(80) },
      labels: Uint8Array.from({ length: 80 }, (_, n) => (n < 56 ? 0 : n < 72 ? 1 : 2)),
    });
    const three = [input(1), dense(3)] as const;
    const classWeights = classCounts(uneven).map((n) => uneven.length / n / uneven.classNames.length);
    expect(sequential(three, { classWeights }).rule.classWeights).toEqual([80 / 56 / 3, 80 / 16 / 3, 80 / 8 / 3]);
    const inverse = classCounts(uneven).map((n) => 1 / n);
    expect(sequential(three, { classWeights: inverse }).rule.classWeights).toEqual([1 / 56, 1 / 16, 1 / 8]);
    for (const Kind of [Float64Array, Float32Array, Uint32Array])
      expect(sequential(three, { classWeights: Kind.of(0, 2, 3) }).rule.classWeights).toEqual([0, 2, 3]);
  });
});

describe('a rule put together by hand', () => {
  const rule = sequential([input(4), dense(2)]).rule;
  it.each<[object, RegExp]>([
    [{ optimizer: { ...rule.optimizer, learningRate: -1 } }, /lr is -1: it must be a number from 0/],
    [{ optimizer: { ...rule.optimizer, type: 'adamw' } }, /optimizer.type is "adamw": choose one of 'adam', 'sgd'/],
    [{ loss: { ...rule.loss, type: 'mse' } }, /loss.type is "mse": choose one of 'firingCount'/],
    [{ loss: { ...rule.loss, desired: NaN } }, /desired is NaN/],
    [{ rule: { ...rule.rule, sideEffect: 'liner' } }, /sideEffect is "liner"/],
    [{ rule: { ...rule.rule, effectRatio: 'no' } }, /effectRatio is "no": write true or false/],
    [{ regularizer: { lambda: Infinity } }, /lambda is Infinity/],
    [{ boosting: 'no' }, /boosting is "no": write true or false/],
  ])('%j is refused when the network is made', (options, message) => {
    expect(() => sequential([input(4), dense(2)], options)).toThrow(message);
  });

  it('true and false are no texts, times are numbers, in fit too', async () => {
    const fit = (options: object): Promise<unknown> =>
      classifier({ steps: 10, threads: 1 }).fit(train, { ...silent, ...options });
    await expect(fit({ restoreBest: 'no', validation: train })).rejects.toThrow(
      /restoreBest is "no": write true or false/,
    );
    await expect(fit({ silent: 'yes' })).rejects.toThrow(/silent is "yes"/);
    await expect(fit({ checkpointSeconds: NaN })).rejects.toThrow(/checkpointSeconds is NaN/);
  });
});

describe('average', () => {
  const options = { hidden: [12], steps: 30, seed: 3, threads: 1, optimizer: adam({ lr: 3e-3 }) };

  it('is the mean of the weights after the last epochs; the curves stay', async () => {
    const net = classifier(options);
    const seen: Float32Array[][] = [];
    const onEpoch = async (): Promise<void> => void seen.push((await net.weights()).map((w) => w.slice()));
    const { epochs } = await net.fit(train, { epochs: 4, average: 3, onEpoch, ...silent });
    expect(epochs.length).toBe(4);
    const mean = seen[3].map((w, l) => w.map((_, k) => (seen[1][l][k] + seen[2][l][k] + seen[3][l][k]) / 3));
    expect(await net.weights()).toEqual(mean);
    const plain = classifier(options);
    await plain.fit(train, { epochs: 4, ...silent });
    expect(seen[3]).toEqual(await plain.weights());
  });

  it('is at least two epochs, and not with restoreBest', async () => {
    const fit = (more: object) => classifier(options).fit(train, { validation: train, ...silent, ...more });
    await expect(fit({ average: 1 })).rejects.toThrow(/average is 1: it must be an integer from 2 to 100/);
    await expect(fit({ average: 2, restoreBest: true })).rejects.toThrow(/leave one of them out/);
  });
});
