/** What an epoch's record says of the layers, against the runs and the weights themselves. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { strokeDigits } from '../data/strokes/strokes.js';
import { terminatePool } from '../engine/pool.js';
import { firingCounts } from '../network/spikes.js';
import { classifier } from './build.js';
import { SpikingNetwork } from './model.js';
import { epochRecordsOf } from './recorded.js';

const train = strokeDigits({ part: 'train', count: 60, seed: 1 });
const folder = mkdtempSync(join(tmpdir(), 'spikelab-layers-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  return terminatePool();
});

const trained = async (threads: number): Promise<SpikingNetwork> => {
  const net = classifier({ hidden: [20], steps: 40, seed: 3, threads });
  await net.fit(train, { epochs: 2, silent: true });
  return net;
};

test('silent share, rate and weight norm of each layer, the same for any number of threads, kept by a checkpoint', async () => {
  const net = await trained(1);
  const { layers } = net.history.epochs[1];
  const weights = await net.weights();
  const counts = await Promise.all(
    Array.from({ length: 10 }, async (_, n) => (await net.run(train.at(n))).spikes.slice(1).map(firingCounts)),
  );
  expect(layers?.map(({ name }) => name)).toEqual(['hidden1', 'output']);
  layers?.forEach(({ silent, rate, weightNorm }, k) => {
    const { units } = net.network.layers[k];
    const neurons = Array.from({ length: units }, (_, n) => counts.reduce((sum, count) => sum + count[k][n], 0));
    expect(silent).toBeCloseTo(neurons.filter((sum) => sum === 0).length / units, 10);
    expect(rate).toBeCloseTo(neurons.reduce((a, b) => a + b, 0) / units / 10 / 0.04, 3);
    expect(weightNorm).toBeCloseTo(Math.hypot(...weights[k]), 3);
  });
  expect((await trained(2)).history.epochs.map((epoch) => epoch.layers)).toEqual(
    net.history.epochs.map((epoch) => epoch.layers),
  );
  const file = join(folder, 'net.spikelab');
  await net.save(file);
  expect((await SpikingNetwork.load(file, { threads: 1 })).history.epochs).toEqual(net.history.epochs);
});

test('records of earlier versions have none, and a damaged one is refused by name', () => {
  const epoch = { epoch: 1, trainAccuracy: 0.5, cost: 1, seconds: 1, learningRate: 0.1 };
  const layer = { name: 'output', silent: 0.5, rate: 20, weightNorm: 3 };
  expect(epochRecordsOf('epochs', [epoch])).toEqual([epoch]);
  expect(epochRecordsOf('epochs', [{ ...epoch, layers: [{ ...layer, more: 1 }] }])).toEqual([
    { ...epoch, layers: [layer] },
  ]);
  for (const bad of [{ silent: 2 }, { rate: -1 }, { weightNorm: null }, { name: 7 }])
    expect(() => epochRecordsOf('epochs', [{ ...epoch, layers: [{ ...layer, ...bad }] }])).toThrow(
      `epochs[0].layers[0].${Object.keys(bad)[0]}`,
    );
});
