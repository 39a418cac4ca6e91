import { describe, expect, it } from 'vitest';
import { convolution, dense, describeNetwork, input, pooling, reservoir } from '../network/network.js';
import { checkWeights } from '../network/weights.js';
import { parseAuthorsCheckpoint } from './checkpoint.js';

const range = (from: number, count: number): string => Array.from({ length: count }, (_, n) => from + n).join(' ');

describe("authors' checkpoint", () => {
  const network = describeNetwork([
    input(1, 4, 4),
    convolution(2, 3),
    pooling(2),
    dense(3),
    dense(2, { lateralInhibition: 1 }),
  ]);
  // 2 filters of 9; 2 biases; 3 x 2; 3 biases; 2 x 3; lateral 2 x 2; 2 biases
  const text = `${range(1, 18)} 0 0 ${range(101, 6)} 0 0 0 ${range(201, 6)} 0 -1 -1 0 0.000000 0.000000 `;

  it('is read layer after layer', () => {
    const weights = parseAuthorsCheckpoint(network, text, 'x');
    expect(weights.map((w) => w.length)).toEqual([18, 0, 6, 6]);
    expect([weights[0][9], weights[2][0], weights[3][5]]).toEqual([10, 101, 206]);
    checkWeights(network, weights);
  });

  it('puts the recurrent weights of a reservoir after those of its inputs', () => {
    const net = describeNetwork([input(1), reservoir(2), dense(1)]);
    expect(parseAuthorsCheckpoint(net, '1 2  3 4 5 6  0 0  7 8  0', 'x')).toEqual([
      Float32Array.of(1, 3, 4, 2, 5, 6),
      Float32Array.of(7, 8),
    ]);
  });

  it('is refused when it is of another network', () => {
    expect(() => parseAuthorsCheckpoint(network, text.slice(0, -10), 'x')).toThrow('x holds 40 numbers, expected 41');
    expect(() => parseAuthorsCheckpoint(network, text.replace('0 -1 -1 0', '0 -2 -1 0'), 'x')).toThrow(
      'lateral weight of -2 where the network has -1',
    );
    expect(() => parseAuthorsCheckpoint(network, text.replace('18 0 0', '18 0 0.5'), 'x')).toThrow(
      'layer conv1 has biases other than 0',
    );
  });
});
