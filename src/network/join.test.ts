import { describe, expect, it } from 'vitest';
import { convolution, dense, describeNetwork, input, pooling, reservoir, weightShape } from './network.js';
import { checkWeights, initialWeights } from './weights.js';

describe('joining layers', () => {
  it('gives the shapes of the paper: 15C5-P2-40C5-P2-300-10', () => {
    const { layers } = describeNetwork([
      input(28, 28),
      convolution(15, 5),
      pooling(2),
      convolution(40, 5),
      pooling(2),
      dense(300),
      dense(10),
    ]);
    expect(layers.map(({ name, units }) => [name, units])).toEqual([
      ['conv1', 15 * 24 * 24],
      ['pool1', 15 * 12 * 12],
      ['conv2', 40 * 8 * 8],
      ['pool2', 40 * 4 * 4],
      ['hidden1', 300],
      ['output', 10],
    ]);
    expect(layers.map((layer) => Object.values(weightShape(layer)))).toEqual([
      [15, 25],
      [0, 0],
      [40, 375],
      [0, 0],
      [300, 640],
      [10, 300],
    ]);
  });

  it('pads, and lets pooling fields overlap', () => {
    const { layers } = describeNetwork([
      input(2, 7, 9),
      convolution(3, 5, { padding: 2 }),
      pooling(3, { stride: 2 }),
      dense(2),
    ]);
    expect(layers.map((layer) => ('shape' in layer ? layer.shape : layer.inputs))).toEqual([[3, 7, 9], [3, 4, 5], 60]);
  });

  it('refuses what cannot follow', () => {
    expect(() => describeNetwork([input(784), convolution(3, 5), dense(2)])).toThrow(
      'layer conv1 needs an image before it, not 784 neurons',
    );
    expect(() => describeNetwork([input(4, 4), convolution(3, 5), dense(2)])).toThrow(
      'a kernel of 5 does not fit into 4 x 4',
    );
    expect(() => describeNetwork([input(4, 4), pooling(5), dense(2)])).toThrow('a field of 5 does not fit into 4 x 4');
    expect(() => describeNetwork([input(4, 4), convolution(3, 3)])).toThrow(
      'the last layer is a convolution; end the network with dense(classes)',
    );
    expect(() => describeNetwork([input(4), dense(3, { lateralInhibition: 1 }), dense(2)])).toThrow(
      'lateralInhibition belongs to the output layer',
    );
    expect(() => describeNetwork([input(4), dense(3), reservoir(5), dense(2)])).toThrow(
      'no error passes down through a reservoir',
    );
    expect(() => convolution(1, 3, { padding: 3 })).toThrow('padding is 3');
    expect(() => pooling(2, { stride: 3 })).toThrow('stride is 3: it must be an integer from 1 to 2');
    expect(() => reservoir([3, 3, 0])).toThrow('reservoir grid is 0');
    expect(() => describeNetwork([input(4), undefined as never])).toThrow('layer 1 is not a layer');
  });
});

describe('initial weights', () => {
  it('fit every kind of layer', () => {
    const network = describeNetwork([input(2, 6, 6), convolution(4, 3), pooling(2), dense(5), dense(2)]);
    const weights = initialWeights(network, 1);
    checkWeights(network, weights);
    expect(Math.max(...weights[0])).toBeLessThanOrEqual(0.5);
    expect(Math.max(...weights[0])).toBeGreaterThan(0.45);
    weights[0][18] = NaN;
    expect(() => checkWeights(network, weights)).toThrow('weight is NaN at filter 1, input 0');
  });

  it('draw a reservoir as Maass does: near neurons more often than far ones, a fifth inhibitory', () => {
    const network = describeNetwork([input(78), reservoir([3, 3, 15]), dense(2)]);
    const [weights] = initialWeights(network, 7);
    const columns = 78 + 135;
    const inputs = Array.from(
      { length: 135 },
      (_, i) => weights.subarray(i * columns, i * columns + 78).filter((w) => w !== 0).length,
    );
    // 32 draws of 78 with repetition hit 78 (1 - (77/78)^32) = 26.4 inputs on average.
    expect(inputs.reduce((a, b) => a + b, 0) / 135).toBeCloseTo(26.4, -0.3);
    const from = (j: number): number[] =>
      Array.from({ length: 135 }, (_, i) => weights[i * columns + 78 + j]).filter((w) => w !== 0);
    const signs = Array.from({ length: 135 }, (_, j) => new Set(from(j)));
    expect(signs.every((set) => set.size <= 1)).toBe(true); // a neuron is excitatory or inhibitory, not both
    const inhibitory = signs.filter((set) => set.has(-1)).length;
    expect(inhibitory).toBeGreaterThan(13);
    expect(inhibitory).toBeLessThan(41);
    const lengths: number[] = [];
    for (let i = 0; i < 135; i++)
      for (let j = 0; j < 135; j++)
        if (weights[i * columns + 78 + j] !== 0) lengths.push(Math.abs((i % 15) - (j % 15)));
    expect(Math.max(...lengths)).toBeLessThan(9); // exp(-81/4) is 2e-9
    expect(initialWeights(network, 7)[0]).toEqual(weights);
    expect(initialWeights(network, 8)[0]).not.toEqual(weights);
  });
});
