/** Convolution, pooling and reservoir written out as dense layers must do the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream, sampleKey } from '../numeric/random.js';
import { convolution, dense, describeNetwork, input, pooling, reservoir, type Layer } from '../network/network.js';
import { adam, exponential, firingCount, hm2bp, type LearningRule } from '../network/rule.js';
import { packSpikeTrains, spikeTimes, type SpikeTrains } from '../network/spikes.js';
import { backward } from './backward.js';
import { layerBackward } from './layerBackward.js';
import { simulate } from './simulate.js';

const steps = 60;
const rule: LearningRule = {
  rule: hm2bp(),
  loss: firingCount({ desired: 10, undesired: 2, margin: 1 }),
  regularizer: exponential(),
  optimizer: adam(),
  boosting: false,
  idle: 'skip',
  batchSize: 1,
  encoding: 'once',
};
const trainsOf = (spikes: SpikeTrains): number[][] =>
  Array.from({ length: spikes.neurons }, (_, n) => [...spikeTimes(spikes, n)]);
const randomInput = (neurons: number, random: RandomStream): SpikeTrains =>
  packSpikeTrains(
    'input',
    steps,
    Array.from({ length: neurons }, (_, j) =>
      j % 5 === 4 ? [] : Array.from({ length: steps - 1 }, (_, t) => t + 1).filter(() => random.uniform() < 0.3),
    ),
  );
const randomWeights = (count: number, low: number, high: number, random: RandomStream): Float32Array =>
  Float32Array.from({ length: count }, () => low + (high - low) * random.uniform());

/** Dense weights `[units, inputs]` of a convolution, and for each of them the filter weight that it is (-1: none). */
function unroll(channels: number, rows: number, columns: number, filters: number, kernel: number, padding: number) {
  const [high, wide] = [rows + 2 * padding - kernel + 1, columns + 2 * padding - kernel + 1];
  const inputs = channels * rows * columns;
  const source = new Int32Array(filters * high * wide * inputs).fill(-1);
  for (let f = 0; f < filters; f++)
    for (let y = 0; y < high; y++)
      for (let x = 0; x < wide; x++)
        for (let c = 0; c < channels; c++)
          for (let row = 0; row < rows; row++)
            for (let column = 0; column < columns; column++) {
              const [i, j] = [row - y + padding, column - x + padding];
              if (i < 0 || i >= kernel || j < 0 || j >= kernel) continue;
              const unit = (f * high + y) * wide + x;
              source[unit * inputs + (c * rows + row) * columns + column] =
                ((f * channels + c) * kernel + i) * kernel + j;
            }
  return { units: filters * high * wide, inputs, source };
}

describe('convolution', () => {
  const shapes = fc.record({
    channels: fc.integer({ min: 1, max: 3 }),
    rows: fc.integer({ min: 3, max: 6 }),
    columns: fc.integer({ min: 3, max: 6 }),
    filters: fc.integer({ min: 1, max: 3 }),
    kernel: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 2 }),
    seed: fc.integer({ min: 0, max: 1000 }),
  });

  it('equals a dense layer with repeated weights: spikes, deltas, and gradients summed over positions', () => {
    fc.assert(
      fc.property(shapes, ({ channels, rows, columns, filters, kernel, padding: wanted, seed }) => {
        const padding = Math.min(wanted, kernel - 1);
        const random = new RandomStream(sampleKey(seed, 'augmentation'));
        const { units, inputs, source } = unroll(channels, rows, columns, filters, kernel, padding);
        const filterWeights = randomWeights(filters * channels * kernel * kernel, -0.4, 1.2, random);
        const outputWeights = randomWeights(2 * units, -0.5, 0.5, random);
        const net = describeNetwork(
          [
            input(channels, rows, columns),
            convolution(filters, kernel, { padding, threshold: 1.25 }),
            dense(2, { threshold: 1 }),
          ],
          { steps },
        );
        const unrolled = describeNetwork(
          [input(inputs), dense(units, { threshold: 1.25 }), dense(2, { threshold: 1 })],
          { steps },
        );
        const trains = randomInput(inputs, random);
        const weights = [filterWeights, outputWeights];
        const denseWeights = [Float32Array.from(source, (w) => (w < 0 ? 0 : filterWeights[w])), outputWeights];

        const spikes = simulate(net, weights, trains);
        const expectedSpikes = simulate(unrolled, denseWeights, trains);
        expect(spikes.map(trainsOf)).toEqual(expectedSpikes.map(trainsOf));

        const result = backward(net, weights, rule, trains, spikes, seed % 2);
        const expected = backward(unrolled, denseWeights, rule, trains, expectedSpikes, seed % 2);
        const summed = new Float64Array(filterWeights.length);
        expected.gradients[0].forEach((value, n) => {
          if (source[n] >= 0) summed[source[n]] += value;
        });
        const scale = summed.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        summed.forEach((value, n) => expect(Math.abs(result.gradients[0][n] - value) / scale).toBeLessThan(1e-12));
        expect(result.deltas[0]).toEqual(expected.deltas[0]);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('compares with its threshold as it is, not less a millionth', () => {
    const net = describeNetwork([input(1, 1), convolution(1, 1, { threshold: 1 }), dense(1)], { steps: 3 });
    const fires = (weight: number): number =>
      simulate(net, [Float32Array.of(weight), Float32Array.of(0)], packSpikeTrains('input', 3, [[1]]))[0].times.length;
    expect(fires(8)).toBe(0); // v = 1 exactly
    expect(fires(8.0001)).toBe(1);
  });
});

describe('pooling', () => {
  it.each([
    [2, 2],
    [3, 2],
    [2, 1],
    [3, 3],
  ])('of size %i, stride %i equals a dense layer of ones, with the error shared out over size^2', (size, stride) => {
    const random = new RandomStream(sampleKey(size, 'augmentation', stride));
    const net = describeNetwork([input(2, 5, 5), pooling(size, { stride, threshold: 0.5 }), dense(2)], { steps });
    const [pool] = net.layers;
    const across = Math.ceil(5 / stride);
    const ones = Float32Array.from({ length: pool.units * 50 }, (_, n) => {
      const [unit, place] = [Math.floor(n / 50), n % 50];
      const down = (Math.floor(place / 5) % 5) - stride * (Math.floor(unit / across) % across);
      const right = (place % 5) - stride * (unit % across);
      return Number(
        Math.floor(unit / across / across) === Math.floor(place / 25) &&
          down >= 0 &&
          down < size &&
          right >= 0 &&
          right < size,
      );
    });
    const like: Layer = {
      type: 'dense',
      name: 'like',
      inputs: 50,
      units: pool.units,
      threshold: 0.5,
      lateralInhibition: 0,
      initialRange: 1,
    };
    const trains = randomInput(50, random);
    const spikes = simulate(net, [new Float32Array(0), new Float32Array(2 * pool.units)], trains)[0];
    const expected = simulate({ ...net, layers: [like] }, [ones], trains)[0];
    expect(spikes.times.length).toBeGreaterThan(50);
    expect(trainsOf(spikes)).toEqual(trainsOf(expected));

    const delta = Float64Array.from({ length: pool.units }, () => random.uniform() - 0.5);
    const passage = { input: trains, own: spikes, neuron: net.neuron, rule: rule.rule };
    const down = layerBackward(pool, new Float32Array(0), passage, delta, new Float64Array(0));
    const downLike = layerBackward(like, ones, passage, delta, new Float64Array(ones.length));
    down.forEach((value, j) => expect(value).toBeCloseTo(downLike[j] / (size * size), 14));
  });
});

describe('reservoir', () => {
  const net = describeNetwork([input(4), reservoir(3, { threshold: 2 }), dense(2, { threshold: 1 })], { steps });
  const random = new RandomStream(sampleKey(3, 'augmentation'));
  const fromInput = randomWeights(12, 0, 2, random);
  const trains = randomInput(4, random);

  it('with recurrent weights of -1 equals inhibition', () => {
    const weights = Float32Array.from({ length: 21 }, (_, n) =>
      n % 7 < 4 ? fromInput[Math.floor(n / 7) * 4 + (n % 7)] : (n % 7) - 4 === Math.floor(n / 7) ? 0 : -1,
    );
    const inhibited = describeNetwork([input(4), dense(3, { threshold: 2, lateralInhibition: 1 })], { steps });
    const [spikes] = simulate(net, [weights, new Float32Array(6)], trains);
    expect(spikes.times.length).toBeGreaterThan(10);
    expect(trainsOf(spikes)).toEqual(trainsOf(simulate(inhibited, [fromInput], trains)[0]));
  });

  it('learns nothing, while the layers above it do', () => {
    const weights = [randomWeights(21, 0, 2, random), randomWeights(6, 0, 1, random)];
    const { deltas, gradients } = backward(net, weights, rule, trains, simulate(net, weights, trains), 0);
    expect(gradients[0].every((g) => g === 0)).toBe(true);
    expect(deltas[0].every((d) => d === 0)).toBe(false);
    expect(gradients[1].some((g) => g !== 0)).toBe(true);
  });
});
