/** Pictures of what a network holds, by their figures: weights, gradients by layer, a sample beside its spikes. */
import { expect, test } from 'vitest';
import { packSpikeTrains } from '../network/spikes.js';
import { encoding } from './encoding.js';
import { layerNorms } from './layerNorms.js';
import { figureMime } from './figureParts.js';
import { weightHistogram, weightMaps } from './weights.js';

test('weight maps take the inputs’ shape, and name what does not fit', () => {
  const weights = Float32Array.from({ length: 3 * 784 }, (_, k) => (k === 5 ? -0.5 : 0.25));
  expect(String(weightMaps(weights, { shape: [28, 28] }))).toBe(
    'weights: 3 of 3 neurons, 28 × 28 inputs each, full colour at ±0.5',
  );
  expect(String(weightMaps(weights, { shape: [56, 14], neurons: [2, 1], layer: 'hidden1' }))).toBe(
    'weights: hidden1, 2 of 3 neurons, 56 × 14 inputs each, full colour at ±0.25',
  );
  expect(() => weightMaps(weights, { shape: [28, 27] })).toThrow('2352 weights do not fit maps of 28 x 27');
  expect(() => weightMaps(weights, { shape: [28, 28], neurons: [3] })).toThrow('neuron is 3');
  expect(() => weightMaps(weights, { shape: [28, 28], neurons: [] })).toThrow('weight maps of 0 neurons');
  // Which square it is, or whether it is one, cannot be told from a number of weights.
  for (const none of [undefined, {}])
    expect(() => weightMaps(weights, none as never)).toThrow('2352 weights: give { shape: [rows, columns] }');
  expect(() => weightMaps([], { shape: [1, 1] })).toThrow('0 weights');
  expect(() => weightMaps(weights, { shape: [784, 1] })).toThrow('784 times as high as wide');
});

test('weights that are not finite are drawn as 0, and do not spoil the scale', async () => {
  const plot = weightMaps(
    Float32Array.from({ length: 64 }, (_, k) => [NaN, Infinity, 0.5, -0.1][k % 4]),
    {
      shape: [8, 8],
    },
  );
  expect(String(plot)).toContain('full colour at ±0.5');
  expect((await plot.png()).length).toBeGreaterThan(500);
});

test('the shares of a histogram are those of all weights of the layer, and pooling layers have none', () => {
  const bundle = weightHistogram([
    { name: 'hidden1', weights: Float32Array.from({ length: 1000 }, (_, k) => ((k * 7919) % 1009) / 1009 - 0.5) },
    { name: 'pool', weights: [] },
    { name: 'output', weights: [0.25, 0.25] },
  ]).lightBundle();
  const { content } = bundle.data[figureMime] as { content: { marks: { y: number[] }[] } };
  const sums = content.marks.map(({ y }) => y.reduce((sum, value) => sum + value, 0));
  expect(sums).toHaveLength(2);
  for (const sum of sums) expect(sum).toBeCloseTo(100, 2);
  expect(() => weightHistogram([{ name: 'pool', weights: [] }])).toThrow('a histogram of no weights');
});

test('gradients and changes by layer are root mean squares', () => {
  const network = { layers: [{ name: 'hidden1' }, { name: 'pool' }, { name: 'output' }] };
  expect(String(layerNorms(network, [[3, 4], [], [1, -1]], { title: 'Gradient' }))).toBe(
    'bars: Gradient: hidden1 3.536; pool none; output 1', // sqrt(25 / 2)
  );
  // hidden1: a change of (0.3, 0.4) on (3, 4) is a tenth.
  expect(String(layerNorms(network, [[3.3, 4.4], [], [1, 1]], { before: [[3, 4], [], [1, 1]] }))).toBe(
    'bars: hidden1 10; pool none; output 0',
  );
  expect(() => layerNorms(network, [[1]])).toThrow('values of 1 layers for a network of 3');
  expect(() => layerNorms(network, [[1], [], [1]], { before: [[1], [], [1, 2]] })).toThrow(
    'layer output: 1 values, 2 before',
  );
});

test('a sample beside its spikes needs the image that was encoded', () => {
  const input = packSpikeTrains('input', 20, [[1, 5], [], [], [7]]);
  const image = { pixels: [255, 0, 0, 200], shape: [2, 2] };
  expect(String(encoding({ spikes: [input], stimulus: image, label: 1, classNames: ['cat', 'dog'] }))).toBe(
    'encoding: class dog: 2 × 2 pixels, 3 spikes in 20 ms',
  );
  expect(() => encoding({ spikes: [input] })).toThrow('a run without an image');
  expect(() => encoding({ spikes: [input] }, { image: { pixels: [1, 2], shape: [1, 2] } })).toThrow(
    'an image of 2 pixels for 4 inputs',
  );
});
