/** One set of bits for any number of threads and any slices. */
import { afterAll, expect, it } from 'vitest';
import { terminatePool } from '../../src/engine/pool.js';
import { NotFinite } from '../../src/engine/slice.js';
import { convolution, dense, pooling, reservoir } from '../../src/network/network.js';
import { adam, exponential, sgd } from '../../src/network/rule.js';
import { type Case, engineFor, loadForTraining, problemOf, ruleOf } from './cases.js';

afterAll(() => terminatePool());

const base: Case = {
  shape: [100],
  layers: [],
  outputs: 10,
  steps: 80,
  refractory: 2,
  tauS: 8,
  threshold: 3,
  inhibition: 1,
  own: { tauM: 40, refractory: 1 },
  seed: 5,
  threads: 1,
  batch: 24,
  sideEffect: 'linear',
  effectRatio: true,
  errorScale: 'threshold',
  idle: 'step',
  loss: 'firingCount',
  window: 0,
  recorded: false,
  ink: 0.3,
};
const nets: Record<string, Partial<Case>> = {
  'dense on images': { layers: [dense(70, { threshold: 3 }), dense(40, { threshold: 3 })] },
  'dense on images, dropout': { layers: [dense(70, { threshold: 3, dropout: 0.5 }), dense(80, { dropout: 0.2 })] },
  'dense on images, window': { layers: [dense(90, { threshold: 3 })], window: 20 },
  'dense on images, the first layer frozen, window': {
    layers: [dense(100, { threshold: 3, trainable: false }), dense(90, { threshold: 3 })],
    window: 20,
  },
  'convolution and pooling': {
    shape: [1, 10, 10],
    layers: [
      convolution(18, 3, { threshold: 2, initialRange: 2 }),
      pooling(2, { threshold: 1 }),
      convolution(5, 2, { padding: 1, threshold: 2, initialRange: 2 }),
      pooling(3, { stride: 2, threshold: 1 }),
      dense(70, { threshold: 3 }),
    ],
  },
  'reservoir on recordings, softmax, window': {
    layers: [reservoir([3, 3, 5], { threshold: 4, inputConnections: 8 }), dense(80, { threshold: 3 })],
    loss: 'softmaxCount',
    window: 30,
    recorded: true,
  },
};

it.each(Object.entries(nets))(
  'gives the same bits with 1, 2, 3, 7 and 16 threads, and cut into any slices: %s',
  async (_, net) => {
    const hashes = new Map<string, Set<string>>();
    for (const [threads, cuts, batchSize, optimizer] of [
      [1, [24], 1, adam()],
      [2, [24], 1, adam()],
      [3, [7, 24], 1, adam()],
      [7, [1, 2, 24], 1, adam()],
      [16, [24], 1, adam()],
      [1, [24], 4, adam()],
      [2, [12, 24], 4, adam()],
      [5, [4, 24], 4, adam()],
      [1, [24], 3, sgd()],
      [2, [24], 3, sgd()],
      [7, [6, 15, 24], 3, sgd()],
    ] as const) {
      const c = { ...base, ...net, threads };
      const rule = { ...ruleOf(c, optimizer), batchSize };
      const { engine } = await engineFor(c, rule);
      const samples = loadForTraining(engine, problemOf(c));
      engine.views(samples).order.reverse();
      let from = 0;
      for (const to of cuts) {
        await engine.train(samples, { from, to, seed: 5, epoch: 0, learningRate: 0.001 });
        await engine.setState(await engine.getState()); // as a resumed run does
        from = to;
      }
      const { weights } = await engine.getState();
      const kind = `${optimizer.type}, batches of ${batchSize}`;
      hashes.set(
        kind,
        (hashes.get(kind) ?? new Set()).add(weights.map((w) => Buffer.from(w.buffer).toString('base64')).join()),
      );
    }
    const all = [...hashes.values()].map((set) => [...set]);
    expect(all.map((bits) => bits.length)).toEqual([1, 1, 1]);
    expect(new Set(all.flat()).size).toBe(3);
  },
);

/** Steps short enough that a worker soon meets the samples after the one another is at. */
const short: Partial<Case> = { steps: 20, batch: 48, loss: 'softmaxCount' };
const hurried: Record<string, [Partial<Case>, number]> = {
  'batches of 8': [{ layers: [dense(200, { threshold: 3 }), dense(200, { threshold: 3 })] }, 8],
  'a frozen layer below, window': [
    { layers: [dense(200, { threshold: 3, trainable: false }), dense(200, { threshold: 3 })], window: 20 },
    1,
  ],
};

it.each(Object.entries(hurried))('gives them again and again with more workers than cores: %s', async (_, given) => {
  const [net, batchSize] = given;
  const hashes = new Set<string>();
  for (const threads of [1, ...new Array<number>(12).fill(8)]) {
    const c = { ...base, ...short, ...net, threads };
    const { engine } = await engineFor(c, { ...ruleOf(c, batchSize > 1 ? sgd() : adam()), batchSize });
    const samples = loadForTraining(engine, problemOf(c));
    for (let epoch = 0; epoch < 2; epoch++)
      await engine.train(samples, { from: 0, to: c.batch, seed: 5, epoch, learningRate: 0.001 });
    const { weights } = await engine.getState();
    hashes.add(weights.map((w) => Buffer.from(w.buffer).toString('base64')).join());
  }
  expect(hashes.size).toBe(1);
});

it('names the same layer for any number of threads when weights stop being finite', async () => {
  for (const batchSize of [1, 4]) {
    const errors = new Set<string>();
    for (const threads of [1, 2, 3, 8, 8, 8]) {
      const layers = [dense(40, { threshold: 3, trainable: false }), dense(40, { threshold: 3 })];
      const c: Case = { ...base, ...short, layers, threads };
      const rule = { ...ruleOf(c, sgd()), batchSize, regularizer: exponential({ lambda: 1, beta: 10 }) };
      const { engine, weights } = await engineFor(c, rule);
      await engine.setState({ weights: weights.map((layer) => layer.map(() => 1e18)) });
      const samples = loadForTraining(engine, problemOf(c));
      const slice = { from: 0, to: c.batch, seed: 5, epoch: 0, learningRate: 1e18 };
      const error: unknown = await engine.train(samples, slice).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(NotFinite);
      errors.add(String(error));
    }
    expect([...errors]).toEqual([expect.stringContaining('layer hidden2:')]);
  }
});

it('begins with empty sums when a state is set after a worker was lost in the middle of a batch', async () => {
  const c: Case = { ...base, ...short, batch: 480, layers: [dense(70, { threshold: 3 })], threads: 2 };
  const { engine, weights } = await engineFor(c, { ...ruleOf(c, sgd()), batchSize: 480 });
  const samples = loadForTraining(engine, problemOf(c));
  const slice = { from: 0, to: c.batch, seed: 5, epoch: 0, learningRate: 0.001 };
  await engine.train(samples, slice);
  const { weights: whole } = await engine.getState();
  let lost = 0;
  for (let turn = 0; turn < 12; turn++) {
    await engine.setState({ weights });
    const loss = setTimeout(terminatePool, 1 + 2 * turn);
    await engine.train(samples, slice).catch(() => lost++);
    clearTimeout(loss);
    await engine.setState({ weights });
    await engine.train(samples, slice);
    expect((await engine.getState()).weights).toEqual(whole);
  }
  expect(lost).toBeGreaterThan(0);
});
