/** A checkpoint in the authors' text format becomes the weights of a network that can be asked and trained. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importAuthorsCheckpoint, dense, input, sequential, strokeDigits } from '../index.js';
import { encoderKey, poissonSpikes } from '../data/encode/poisson.js';
import { RandomStream, sampleKey } from '../numeric/random.js';
import { terminatePool } from '../engine/pool.js';
import { simulate } from '../hm2bp/simulate.js';
import { firingCounts } from '../network/spikes.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'spikelab-import-'))));
afterAll(async () => {
  terminatePool();
  await rm(folder, { recursive: true, force: true });
});

const make = () =>
  sequential([input(28, 28), dense(30, { threshold: 5 }), dense(10, { threshold: 4, lateralInhibition: 1 })], {
    steps: 60,
    seed: 3,
    threads: 2,
  });
const stream = new RandomStream(sampleKey(9, 'initialWeights'));
const numbers = (count: number): string[] => Array.from({ length: count }, () => (2 * stream.uniform() - 1).toFixed(6));
const zeros = (count: number): string[] => Array.from({ length: count }, () => '0.000000');
const lateral = Array.from({ length: 100 }, (_, k) => (k % 11 === 0 ? '0.000000' : '-1.000000'));
const hidden = numbers(784 * 30);
const output = numbers(30 * 10);
const text = [...hidden, ...zeros(30), ...output, ...lateral, ...zeros(10)].join(' ');
const data = strokeDigits({ part: 'test', count: 30, seed: 2 });

it('computes with the weights of the file as the scalar reference does, and trains on from them', async () => {
  const file = path.join(folder, 'checkPoint.txt');
  await writeFile(file, `${text} \n`);
  const net = make();
  await net.fit(data, { silent: true });
  expect(await importAuthorsCheckpoint(net, file)).toBe(net);
  const weights = [hidden, output].map((part) => Float32Array.from(part, Number));
  expect(await net.weights()).toEqual(weights);
  expect(net.history.epochs).toEqual([]);
  const { firingCounts: counts } = await net.evaluate(data);
  for (let n = 0; n < data.length; n++) {
    const spikes = simulate(
      net.network,
      weights,
      poissonSpikes(data.at(n).pixels, 60, encoderKey(3, 'once', 0, n, 'test')),
    );
    expect([...counts.subarray(n * 10, n * 10 + 10)]).toEqual([...firingCounts(spikes.at(-1)!)]);
  }
  // from here on it is a network that began with these weights
  const other = make();
  await other.setWeights(weights);
  for (const one of [net, other]) await one.fit(data, { silent: true });
  expect(net.runRecord.weightsSha256).toBe(other.runRecord.weightsSha256);
});

it('refuses a file of another network, and leaves the network as it was', async () => {
  const net = make();
  const before = await net.weights();
  const bad = async (content: string): Promise<unknown> => {
    const file = path.join(folder, 'bad.txt');
    await writeFile(file, content);
    return importAuthorsCheckpoint(net, file);
  };
  await expect(bad(text.slice(0, text.lastIndexOf(' ')))).rejects.toThrow(
    /bad\.txt holds 23959 numbers, expected 23960: the file is truncated or of another network/,
  );
  await expect(bad(`${text} 1`)).rejects.toThrow('holds 23961 numbers, expected 23960');
  await expect(bad(text.replace('-1.000000', '-2.000000'))).rejects.toThrow(
    'lateral weight of -2 where the network has -1',
  );
  await expect(bad(text.replace(/ \S+/, ' nan'))).rejects.toThrow('"nan" (number 2) is not a finite number');
  await expect(importAuthorsCheckpoint(net, path.join(folder, 'absent.txt'))).rejects.toThrow('there is no such file');
  expect(await net.weights()).toEqual(before);
});
