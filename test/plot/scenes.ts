/**
 * Every picture of the gallery: the ordinary ones and the corners. `gallery.test.ts` draws them and compares with the
 * PNGs beside this file.
 */
import { bars } from '../../src/plot/bars.js';
import { chart } from '../../src/plot/chart.js';
import { confusion } from '../../src/plot/confusion.js';
import { counts } from '../../src/plot/counts.js';
import { curves } from '../../src/plot/curves.js';
import { encoding } from '../../src/plot/encoding.js';
import { images } from '../../src/plot/images.js';
import { layerNorms } from '../../src/plot/layerNorms.js';
import { membrane } from '../../src/plot/membrane.js';
import type { Plot } from '../../src/plot/picture.js';
import { raster } from '../../src/plot/raster.js';
import { weightHistogram, weightMaps } from '../../src/plot/weights.js';
import type { History, LayerRecord } from '../../src/network/history.js';
import { packSpikeTrains } from '../../src/network/spikes.js';
import { history, membraneOf, poisson, ring, run7 } from './synthetic.js';

/** Epochs 1-5 of the HM2-BP authors' log for 784-800-10 on MNIST. */
const authors = {
  label: 'authors',
  points: [
    { epoch: 1, trainAccuracy: 0.9524, testAccuracy: 0.9732, cost: 91.6 },
    { epoch: 2, trainAccuracy: 0.9816, testAccuracy: 0.9779, cost: 45.4 },
    { epoch: 3, trainAccuracy: 0.9887, testAccuracy: 0.9804, cost: 32.3 },
    { epoch: 4, trainAccuracy: 0.9918, testAccuracy: 0.9836, cost: 26.5 },
  ],
};
const loss = { type: 'firingCount', desired: 35, undesired: 5, margin: 5 } as const;
const fashion = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

export const scenes: Record<string, () => Plot> = {
  'raster-run': () => raster(run7()),
  'raster-wrong': () => raster({ ...run7(), label: 2, classNames: fashion }),
  'raster-no-spikes': () =>
    raster({
      spikes: [
        packSpikeTrains('input', 100, rows(28)),
        packSpikeTrains('hidden1', 100, rows(100)),
        packSpikeTrains('output', 100, rows(3)),
      ],
      label: 0,
    }),
  'raster-no-neurons': () => raster(packSpikeTrains('empty', 100, [])),
  'raster-one-neuron': () => raster(poisson('cell', 1, 100, () => 0.2)),
  'raster-one-step': () =>
    raster([packSpikeTrains('input', 1, [[0], [], [0]]), packSpikeTrains('output', 1, [[], [0]])]),
  'raster-100000-spikes': () => raster(poisson('hidden1', 1000, 400, (n) => (0.5 * (n % 100)) / 99)),
  'raster-full': () => raster(poisson('hidden1', 300, 200, () => 1)),
  'raster-deep': () =>
    raster([
      ring(200),
      ...[400, 300, 200, 100, 60, 40].map((units, k) => poisson(`hidden${k + 1}`, units, 200, () => 0.02 * (k + 1))),
      poisson('output', 47, 200, (n) => (n === 9 ? 0.15 : 0.02)),
    ]),
  'raster-unicode': () =>
    raster([poisson('entrée – Eingang', 40, 300, () => 0.05), poisson('выход τ < σ & "q"', 3, 300, () => 0.04)], {
      classNames: ['αβγ', 'ž é ñ ø', 'a rather long name of a class'],
      title: 'Größe ≥ 3 µm · ✓',
      prediction: 1,
      label: 1,
    }),
  'raster-joined': () => raster([ring(1000), poisson('hidden1', 2000, 1000, () => 0.02)], { maxBytes: 20_000 }),
  'curves-reference': () => curves(history(4), { reference: authors, title: 'MNIST, 784-800-10' }),
  'curves-runs': () =>
    curves(
      [history(4), history(4, 4, 10), history(3)].map((one, k) => slower(one, k)),
      { names: ['Adam', 'SGD', 'no side effect'] },
    ),
  'curves-seeds': () =>
    curves(
      [0, 1, 2, 3].map((k) => slower(history(6), k)),
      { names: ['Adam', 'Adam', 'Adam', 'SGD'], reference: authors, title: 'Adam, three seeds, and SGD' },
    ),
  'bars-groups': () =>
    bars(
      ['0.001', '0.002', '0.004'].flatMap((name, k) => [
        { name, group: 'threshold 8', value: [96.1 + k / 2, 96.5 + k / 3, 96.4] },
        { name, group: 'threshold 20', value: [97.2 - k, 97 - k, NaN] },
      ]),
      { title: 'Learning rate and threshold', x: 'learning rate', y: 'test accuracy, %', mark: 'points' },
    ),
  'bars-one': () =>
    bars(
      fashion.map((name, k) => ({ name, value: k === 3 ? NaN : 100 - k * k })),
      { title: 'Accuracy by class', y: '%' },
    ),
  'confusion-fashion': () =>
    confusion(
      fashion.map((_, k) => fashion.map((__, j) => (k === j ? 900 - 40 * k : (k * 7 + j * 13) % 5 ? 0 : 10 * k))),
      { classNames: fashion, title: 'Fashion-MNIST' },
    ),
  'confusion-digits': () =>
    confusion({
      confusion: [
        [0, 0, 0],
        [1, 8, 1],
        [0, 0, 3],
      ],
      dataset: 'three digits',
    }),
  'curves-log': () => curves(slower({ ...history(5), progress: [] }, 0, 40), { title: 'A cost that falls far' }),
  'curves-live': () => curves(history(3, 1.4), { live: true }),
  'curves-start': () => curves({ epochs: [], progress: [], plannedEpochs: 3 }, { live: true }),
  'curves-100-epochs': () => curves(history(100)),
  'curves-one-epoch-no-test': () =>
    curves({
      epochs: [{ epoch: 1, trainAccuracy: 0.91, cost: 60, seconds: 1, learningRate: 1e-3 }],
      progress: history(1).progress,
      plannedEpochs: 1,
    }),
  'curves-nan': () =>
    curves({
      ...history(3),
      epochs: history(3).epochs.map((e) =>
        e.epoch === 2 ? { ...e, cost: NaN } : e.epoch === 3 ? { ...e, cost: Infinity } : e,
      ),
      progress: [],
    }),
  'counts-correct': () => counts(run7(), { loss }),
  'counts-wrong': () => counts([12, 3, 30, 8, 6, 0, 33, 1, 5, 4], { loss, label: 0, classNames: fashion }),
  'counts-silent': () => counts([0, 0, 0]),
  'counts-62': () =>
    counts(
      Array.from({ length: 62 }, (_, n) => (n * 7) % 11),
      { classNames: [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'], label: 'Q' },
    ),
  'membrane-output': () => membrane(membraneOf(), 'output', 1),
  'membrane-silent': () =>
    membrane(
      {
        spikes: [packSpikeTrains('output', 50, [[]])],
        membranes: [Float32Array.from({ length: 50 }, (_, t) => -0.01 * t)],
      },
      'output',
      0,
      { threshold: 8 },
    ),
  'chart-marks': () =>
    chart(
      [
        { name: 'line with a gap', y: [0, 1, 2, NaN, 2, 1, 3] },
        { name: 'dashed', x: [0, 6], y: [3, 0], mark: 'dashed' },
        { name: 'step', x: [0, 2, 4, 6], y: [-1, 0, 1, 1.5], mark: 'step' },
        { name: 'points', x: [0.5, 1.5, 2.5, 3.5], y: [2.2, 1.8, 2.4, 2.6], mark: 'points' },
        { name: 'stems', x: [1, 3, 5], y: [0.5, 1, -0.5], mark: 'stems' },
        { name: 'band', y: [3, 3, 3, 3, 3, 3, 3], y2: [2.5, 2.7, 2.9, 2.9, 2.8, 2.7, 2.6], mark: 'band' },
      ],
      { title: 'Every mark', subtitle: 'lines, steps, points, stems and a band', x: 'time (ms)', y: 'potential' },
    ),
  'chart-points': () =>
    chart(
      [0, 1].map((k) => ({ name: ['few', 'many'][k], x: scatter(k), y: scatter(k + 2), mark: 'points' })),
      { x: 'o_i · o_j', y: 'e' },
    ),
  'images-row': () =>
    images(
      Array.from({ length: 3 }, (_, label) => ({ pixels: shade(20, 28, label), shape: [20, 28], label })),
      { classNames: ['left', 'a & b', 'right'] },
    ),
  'images-channels': () =>
    images(
      Array.from({ length: 7 }, (_, k) => ({ pixels: [...shade(8, 8, k), ...shade(8, 8, 20)], shape: [2, 8, 8] })),
      { columns: 5, captions: [...'abcdefg'] },
    ),
  'weights-maps': () =>
    weightMaps(
      Float32Array.from({ length: 12 * 784 }, (_, k) => {
        const [n, p] = [Math.floor(k / 784), k % 784];
        return Math.cos((p % 28) / (2 + n) + n) * Math.exp(-(((Math.floor(p / 28) - 13.5) / 9) ** 2)) * 0.4;
      }),
      { shape: [28, 28], layer: 'hidden1', columns: 6 },
    ),
  'weights-histogram': () =>
    weightHistogram([
      { name: 'hidden1', weights: scatter(1).map((value, k) => value - scatter(2)[k]) },
      { name: 'output', weights: scatter(4).map((value) => 2 * value - 1) },
    ]),
  'encoding-ring': () => {
    const pixels = Array.from({ length: 784 }, (_, n) => {
      const distance = Math.hypot((n % 28) - 13.5, Math.floor(n / 28) - 13.5);
      return Math.abs(distance - 8) < 2 ? 230 : 0;
    });
    return encoding({ spikes: [ring()], label: 0 }, { image: { pixels, shape: [28, 28] } });
  },
  'layers-gradient': () =>
    layerNorms(
      { layers: [{ name: 'hidden1' }, { name: 'pool' }, { name: 'output' }] },
      [scatter(1), [], scatter(2).map((value) => 3 * value)],
      { title: 'Gradient of one sample' },
    ),
  'raster-samples': () => {
    const image = { pixels: shade(28, 28, 1), shape: [28, 28] };
    return raster([run7(), run7()].map((run) => ({ ...run, stimulus: image })));
  },
  'curves-panels': () => {
    const layers = (epoch: number): LayerRecord[] =>
      ['hidden1', 'output'].map((name, k) => ({
        name,
        silent: (0.5 - 0.3 * k) / epoch,
        rate: 12 + 20 * k + epoch,
        weightNorm: 30 + 2 * epoch - 20 * k,
      }));
    const { epochs, ...rest } = history(5);
    return curves(
      { ...rest, epochs: epochs.map((epoch) => ({ ...epoch, layers: layers(epoch.epoch) })) },
      { panels: ['accuracy', 'cost', 'silentShare', 'firingRate', 'weightNorm'], log: { cost: true } },
    );
  },
};

/** The same history, a little worse: `k` sets how much; the cost of the first epoch is `factor` as high. */
function slower(of: History, k: number, factor = 1): History {
  return {
    ...of,
    epochs: of.epochs.map((e) => ({
      ...e,
      trainAccuracy: e.trainAccuracy - 0.006 * k,
      ...(e.testAccuracy !== undefined && { testAccuracy: e.testAccuracy - 0.005 * k }),
      cost: (e.cost + 4 * k) * (1 + (factor - 1) / e.epoch ** 2),
    })),
    progress: of.progress.map((p) => ({ ...p, trainAccuracy: p.trainAccuracy - 0.006 * k, cost: p.cost + 4 * k })),
  };
}

/** A hundred numbers 0 .. 1, the same on every machine. */
function scatter(seed: number): number[] {
  return Array.from({ length: 100 }, (_, k) => (((k + 1) * (seed + 3) * 7919) % 1009) / 1009);
}

/** A grey gradient, brighter from left to right, a little more for each `k`. */
function shade(rows: number, columns: number, k: number): Uint8Array {
  return Uint8Array.from({ length: rows * columns }, (_, p) => ((p % columns) * (8 + k)) % 256);
}

function rows(count: number): number[][] {
  return Array.from({ length: count }, () => []);
}
