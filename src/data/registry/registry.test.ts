import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classCounts } from '../sets/dataset.js';
import { datasets } from '../datasets.js';
import { dataFolders } from '#data-platform';
import { readDataFile } from './locate.js';
import { registry, registryEntry } from './registry.js';

// an empty cache: these tests read the data folder, and never the network
const cache = mkdtempSync(join(tmpdir(), 'spikelab-cache-'));
const before = process.env.SPIKELAB_CACHE;
beforeAll(() => void (process.env.SPIKELAB_CACHE = cache));
afterAll(() => {
  if (before === undefined) delete process.env.SPIKELAB_CACHE;
  else process.env.SPIKELAB_CACHE = before;
  rmSync(cache, { recursive: true });
});

const absent = (folder: string): boolean => !dataFolders().some((root) => existsSync(join(root, folder)));
const why = (folder: string): string => (absent(folder) ? ` (skipped: no ${folder} in SPIKELAB_DATA)` : '');
const offline = { download: false } as const;
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

describe('registry', () => {
  test('has the class names of the official EMNIST mappings', () => {
    const ascii = (...codes: number[]): string[] => codes.map((code) => String.fromCharCode(code));
    const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, k) => from + k);
    // emnist-balanced-mapping.txt: labels 0..46 -> ASCII codes
    expect(registryEntry('emnist-balanced').classNames).toEqual(
      ascii(...range(48, 57), ...range(65, 90), 97, 98, 100, 101, 102, 103, 104, 110, 113, 114, 116),
    );
    expect(registryEntry('emnist-letters').classNames.slice(0, 2)).toEqual(['A/a', 'B/b']);
    expect(registryEntry('emnist-letters').classNames).toHaveLength(26);
  });

  test('every digest is a sha256, every name is unique, every set has somewhere to come from', () => {
    expect(new Set(registry.map((entry) => entry.name)).size).toBe(registry.length);
    for (const entry of registry) {
      expect(entry.mirrors.length + (entry.archive ? 1 : 0)).toBeGreaterThan(0);
      for (const part of Object.values(entry.parts))
        for (const file of [part.images, part.labels]) {
          for (const digest of [file.gz, file.raw]) if (digest !== undefined) expect(digest).toMatch(/^[0-9a-f]{64}$/);
          expect(file.gz ?? file.raw).toBeDefined();
        }
    }
  });

  test('a typo is answered with the names', () => {
    expect(() => registryEntry('mnits')).toThrow(
      /data set 'mnits' is not known: choose one of 'mnist', 'fashion-mnist'/,
    );
  });
});

describe('real files', () => {
  // md5 of the files after gunzip, as torchvision and the sets' authors publish them
  const published: [string, 'train' | 'test', string, string][] = [
    ['mnist', 'train', '6bbc9ace898e44ae57da46a324031adb', 'a25bea736e30d166cdddb491f175f624'],
    ['mnist', 'test', '2646ac647ad5339dbf082846283269ea', '27ae3e4e09519cfbb04c329615203637'],
    ['fashion-mnist', 'train', 'f4a8712d7a061bf5bd6d2ca38dc4d50a', '9018921c3c673c538a1fc5bad174d6f9'],
    ['fashion-mnist', 'test', '8181f5470baa50b63fa0f6fddb340f0a', '15d484375f8d13e6eb1aabb0c3f46965'],
  ];
  for (const [name, part, images, labels] of published) {
    test.skipIf(absent(name))(`${name} ${part} has the published md5s${why(name)}`, async () => {
      const entry = registryEntry(name);
      expect(md5(await readDataFile(entry, entry.parts[part].images, offline))).toBe(images);
      expect(md5(await readDataFile(entry, entry.parts[part].labels, offline))).toBe(labels);
    });
  }

  test.skipIf(absent('mnist'))(
    `MNIST has its published class counts, means and first labels${why('mnist')}`,
    async () => {
      const { train, test: held, name } = await datasets.mnist(offline);
      expect([name, train.name, held.name]).toEqual(['mnist', 'mnist/train', 'mnist/test']);
      // The first row of every MNIST tutorial.
      expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
      expect([...held.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
      expect([...classCounts(train)]).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
      expect([...classCounts(held)]).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
      // the mean 0.1307 that PyTorch's MNIST example normalises by
      expect(train.pixels.reduce((a, b) => a + b, 0) / train.pixels.length / 255).toBeCloseTo(0.1307, 4);
    },
  );

  test.skipIf(absent('fashion-mnist'))(
    `Fashion-MNIST has 6,000 + 1,000 of each class${why('fashion-mnist')}`,
    async () => {
      const { train, test: held } = await datasets.fashionMnist(offline);
      expect([...classCounts(train)]).toEqual(new Array(10).fill(6000));
      expect([...classCounts(held)]).toEqual(new Array(10).fill(1000));
      expect(train.classNames[train.labels[0]]).toBe('Ankle boot');
      // the mean 0.2860 that the set's users normalise by
      expect(train.pixels.reduce((a, b) => a + b, 0) / train.pixels.length / 255).toBeCloseTo(0.286, 3);
    },
  );

  const emnistFolder = 'emnist-mnist-test';
  test.skipIf(absent(emnistFolder))(`EMNIST's MNIST test half is upright${why(emnistFolder)}`, async () => {
    const set = await datasets.loadPart('emnist-mnist', 'test', offline);
    expect([...classCounts(set)]).toEqual(new Array(10).fill(1000));
    // an upright 1 is taller than wide, a transposed one wider than tall
    let [tall, ones] = [0, 0];
    for (const { pixels, label } of set.slice(0, 2000)) {
      if (label !== 1) continue;
      const inked = Array.from(pixels.keys()).filter((k) => pixels[k] > 64);
      const extent = (values: number[]): number => Math.max(...values) - Math.min(...values);
      ones++;
      if (extent(inked.map((k) => Math.floor(k / 28))) > extent(inked.map((k) => k % 28))) tall++;
    }
    expect(tall / ones).toBeGreaterThan(0.95);
  });

  test.skipIf(absent(emnistFolder))(
    `the missing half of a set is named, and the present one offered${why(emnistFolder)}`,
    async () => {
      await expect(datasets.emnist('mnist', offline)).rejects.toThrow(
        /emnist-mnist-train-images-idx3-ubyte\.gz[^]*The test part alone is at hand: await datasets\.loadPart\('emnist-mnist', 'test'\)/,
      );
    },
  );

  test.skipIf(absent('mnist'))(`sizes take the first samples${why('mnist')}`, async () => {
    const full = await datasets.mnist(offline);
    const small = await datasets.mnist({ ...offline, size: 'small' });
    expect([small.train.length, small.test.length]).toEqual([10_000, 2_000]);
    expect(small.train.sha256).toBe(full.train.slice(0, 10_000).sha256);
    const few = await datasets.load('mnist', { ...offline, size: 11 });
    expect([few.train.length, few.test.length]).toEqual([11, 3]);
    await expect(datasets.mnist({ size: 0 })).rejects.toThrow(/size is 0/);
    await expect(datasets.mnist({ size: 'tiny' as 'small' })).rejects.toThrow(/choose 'full', 'small' or a number/);
  });

  test.skipIf(absent('mnist'))(`mnistOrStrokes takes the real set${why('mnist')}`, async () => {
    expect((await datasets.mnistOrStrokes({ ...offline, size: 100 })).train.name).toBe('mnist/train[0:100]');
  });
});
