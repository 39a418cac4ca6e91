/** The dense layers of the authors' golden case: their pool2 spikes in, their spikes and trained weights out. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { archiveReader } from '../golden/archive.js';
import { parseDenseSpikes, parseEvents, parsePairWeights } from '../golden/formats.js';
import { dense, describeNetwork, input } from '../network/network.js';
import { adam, exponential, firingCount, hm2bp, type LearningRule } from '../network/rule.js';
import { spikeTimes, type SpikeTrains } from '../network/spikes.js';
import { createLearner } from './optimizer.js';
import { simulate } from './simulate.js';
import { trainBatch } from './train.js';

const archive = join(process.env.SPIKELAB_GOLDEN ?? '../shared/golden', 'mm-bp-snn-cnn.tar.gz');
const steps = 450;
const network = describeNetwork(
  [input(48), dense(100, { threshold: 10 }), dense(10, { threshold: 5, lateralInhibition: 1 })],
  { steps },
);
const rule: LearningRule = {
  rule: hm2bp(),
  loss: firingCount(),
  regularizer: exponential({ lambda: 10, beta: 0.4, limit: 8 }),
  optimizer: adam(),
  boosting: false,
  idle: 'skip',
  batchSize: 1,
  encoding: 'once',
};

async function load(when: 'train' | 'test') {
  const read = archiveReader(archive);
  const folder = 'test/golden/cnn_mnist';
  const suffix = when === 'train' ? '' : '_trained';
  const events = async (name: string, neurons: number) =>
    parseEvents(await read(`${folder}/spikes/${name}/${when}/${name}.dat`), name, neurons, steps);
  const pairs = async (name: string, units: number, inputs: number) =>
    parsePairWeights(await read(`${folder}/weights/${name}_info${suffix}.txt`), name, units, inputs);
  return {
    input: parseDenseSpikes(await read(`${folder}/spikes/pool2/${when}/pool2_1.dat`), 'pool2', 3, 16, steps),
    spikes: [await events('hidden', 100), await events('output', 10)],
    weights: [await pairs('hidden', 100, 48), await pairs('output', 10, 100)],
  };
}

const trains = (spikes: SpikeTrains[]) =>
  spikes.map((layer) => Array.from({ length: layer.neurons }, (_, n) => [...spikeTimes(layer, n)]));

describe.skipIf(!existsSync(archive))(`golden case of the authors, dense layers (${archive})`, () => {
  it('fires every spike of the authors, before and after training', async () => {
    for (const when of ['train', 'test'] as const) {
      const golden = await load(when);
      expect(golden.spikes[0].times.length).toBeGreaterThan(90);
      expect(trains(simulate(network, golden.weights, golden.input))).toEqual(trains(golden.spikes));
    }
  });

  it('reaches every trained weight within 1e-6 in one step of Adam', async () => {
    const golden = await load('train');
    const trained = (await load('test')).weights;
    const state = createLearner(golden.weights);
    const { samples } = trainBatch(network, rule, state, [{ input: golden.input, label: 5 }], 0.001);
    expect(samples[0].skipped).toBe(false);
    for (const [k, weights] of trained.entries()) {
      expect(weights).not.toEqual(golden.weights[k]);
      const worst = weights.reduce((most, w, j) => Math.max(most, Math.abs(w - state.weights[k][j])), 0);
      expect(worst).toBeLessThan(1e-6);
    }
  });
});
