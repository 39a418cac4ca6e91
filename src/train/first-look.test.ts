/**
 * What `fit` says about the first samples: each fault named with its cure, nothing about healthy ones, nothing on
 * stderr.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createDataset, type Dataset } from '../data/sets/dataset.js';
import { strokeDigits } from '../data/strokes/strokes.js';
import { RandomStream, sampleKey } from '../numeric/random.js';
import { dense, input } from '../network/network.js';
import { presets } from '../presets/index.js';
import { classifier, sequential } from './build.js';
import { firstLook, meanInputRate } from './first-look.js';

const digits = strokeDigits({ part: 'train', count: 20 });
const changed = (change: (pixel: number) => number): Dataset =>
  createDataset({
    name: 'changed',
    shape: [28, 28],
    classNames: [...digits.classNames],
    labels: digits.labels.slice(),
    pixels: digits.pixels.map(change),
  });

/** What a fit writes to stdout and stderr. */
async function written(fit: () => Promise<unknown>): Promise<{ out: string; error: string }> {
  const text = { out: '', error: '' };
  const take = (key: 'out' | 'error') => (chunk: unknown) => ((text[key] += String(chunk)), true);
  vi.spyOn(process.stdout, 'write').mockImplementation(take('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(take('error'));
  vi.spyOn(console, 'log').mockImplementation((line) => void (text.out += `${String(line)}\n`));
  try {
    await fit();
  } finally {
    vi.restoreAllMocks();
  }
  return text;
}
const fitted = (net: ReturnType<typeof classifier>, data: Dataset, options = {}) =>
  written(() => net.fit(data, options));
const small = (threshold: number, output = 4) =>
  sequential([input(28, 28), dense(20, { threshold }), dense(10, { threshold: output })], { steps: 40, threads: 1 });

describe('a look at the first samples', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each([
    [
      'a threshold that silences a layer',
      () => small(500),
      digits,
      /hidden1 never fires: lower its threshold \(500\), for instance to 125/,
    ],
    [
      'a threshold that saturates a layer',
      () => small(0.001),
      digits,
      /hidden1 fires at its limit \(.*raise its threshold \(0\.001\)/,
    ],
    [
      'data from 0 to 1',
      () => small(4),
      changed((p) => p / 255),
      /inputs hardly fire .*largest value in changed is 1, .*by 255/,
    ],
    [
      'data from 0 to 1, where many steps make spikes of it all the same',
      () => classifier({ steps: 400, hidden: [10], threads: 1 }),
      changed((p) => p / 255),
      /inputs fire little .*largest value in changed is 1, .*by 255/,
    ],
    [
      'data from 0 to 16, as scikit-learn has digits',
      () => classifier({ hidden: [10], threads: 1 }),
      changed((p) => p / 16),
      /inputs fire little .*largest value in changed is 15, .*by 17/,
    ],
    [
      'data that is all 0',
      () => small(4),
      changed(() => 0),
      /inputs hardly fire \(0\.0 spikes a sample\): every value in changed is 0/,
    ],
    ['samples that are all the same', () => small(4), changed(() => 100), /all samples of changed are the same/],
    ['a class that never occurs', () => small(4), digits.slice(0, 8), /classes? .* never occurs? in strokes/],
  ])('%s: one warning on stdout, with what to change', async (_name, make, data, warning) => {
    const { out, error } = await fitted(make(), data);
    expect(out).toMatch(warning);
    expect(out.match(/A look at the first samples/g)).toHaveLength(1);
    expect(error).toBe('');
    expect((await fitted(make(), data, { health: false })).out).not.toContain('A look at');
    expect((await fitted(make(), data, { silent: true })).out).toBe('');
  });

  it('says nothing about the presets and the default on digits, and changes no bit of a training', async () => {
    for (const net of [classifier({ threads: 1 }), classifier({ steps: 40, hidden: [200, 50], threads: 1 })])
      expect((await fitted(net, digits)).out).not.toContain('A look at');
    for (const { layers, options } of [presets.jin2018.mnistDense, presets.jin2018.mnistCnn]) {
      const net = sequential(layers, { ...options, threads: 1 });
      const runs = [];
      for (let n = 0; n < 4; n++) runs.push((await net.run(digits.at(n))).spikes);
      expect(firstLook(net.network, digits, runs)).toEqual([]);
    }
    const [looked, blind] = [small(500), small(500)];
    await fitted(looked, digits, { seed: 5 });
    await fitted(blind, digits, { seed: 5, silent: true });
    expect(await looked.weights()).toEqual(await blind.weights());
  });
});

describe('thresholds of classifier', () => {
  /**
   * Three classes of eight features, normal around 80 for those of the class and 5 for the others, standard deviation
   * 10.
   */
  function gaussians(seed: number, count: number): Dataset {
    const stream = new RandomStream(sampleKey(seed, 'shuffle', 0, 0), 0);
    let k = 0;
    const bell = (): number => Array.from({ length: 12 }, () => stream.at(k++) / 2 ** 32).reduce((a, b) => a + b, -6);
    const pixels = new Uint8ClampedArray(8 * count);
    for (let n = 0; n < pixels.length; n++) pixels[n] = ((n % 8) % 3 === Math.floor(n / 8) % 3 ? 80 : 5) + 10 * bell();
    return createDataset({
      name: 'gaussians',
      shape: [8],
      classNames: ['a', 'b', 'c'],
      pixels: Uint8Array.from(pixels),
      labels: Uint8Array.from({ length: count }, (_, n) => n % 3),
    });
  }

  it('three Gaussian classes of eight features: at least 95 % after five epochs with the default', async () => {
    for (const seed of [1, 2, 3]) {
      const all = gaussians(seed, 300);
      const net = classifier({ shape: [8], classes: 3, threads: 1 });
      await net.fit(all.slice(0, 150), { epochs: 5, silent: true });
      expect((await net.evaluate(all.slice(150))).accuracy).toBeGreaterThanOrEqual(0.95);
    }
  });

  it('are as they were for digits, fall with the root of fewer inputs, and follow a given rate', () => {
    const threshold = (options: Parameters<typeof classifier>[0]) =>
      classifier({ threads: 1, ...options }).network.layers[0].threshold;
    expect(threshold({})).toBe(5);
    expect(threshold({ shape: [784], steps: 400 })).toBe(20);
    expect(threshold({ shape: [196] })).toBeCloseTo(2.5, 12);
    expect(threshold({ shape: [100, 100] })).toBe(5);
    expect(threshold({ inputRate: 2 * (0.1307 / 5.5) })).toBeCloseTo(10, 12);
    const white = createDataset({
      name: 'white',
      shape: [2],
      classNames: ['a', 'b'],
      pixels: new Uint8Array([255, 0]),
      labels: new Uint8Array([0]),
    });
    expect(meanInputRate(white)).toBeCloseTo(0.5 / 5.5, 12);
    expect(() => classifier({ inputRate: 0 })).toThrow('inputRate is 0');
  });
});
