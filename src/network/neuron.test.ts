import { expect, it } from 'vitest';
import { dense, describeNetwork, input, neuronOf, pooling } from './network.js';
import { partsOf } from './validate.js';

it('a layer has its own constants where it is given them, the network has the others; a description makes the same again', () => {
  const network = describeNetwork(
    [input(4, 4), pooling(2, { refractory: 0 }), dense(3, { tauM: 32, tauS: 4 }), dense(2)],
    {
      tauM: 50,
    },
  );
  expect(network.layers.map((layer) => neuronOf(network, layer))).toEqual([
    { tauM: 50, tauS: 8, refractory: 0 },
    { tauM: 32, tauS: 4, refractory: 2 },
    { tauM: 50, tauS: 8, refractory: 2 },
  ]);
  expect('tauM' in network.layers[2]).toBe(false);
  expect(describeNetwork(...partsOf(network))).toEqual(network);
});

it('constants that cannot be are refused with layer, value and limit', () => {
  expect(() => dense(3, { tauM: 0.5 })).toThrow(/tauM.*0\.5.*1/);
  expect(() => dense(3, { refractory: 1.5 })).toThrow(/refractory.*1\.5/);
  expect(() => describeNetwork([input(4), dense(3, { tauM: 5 }), dense(2)])).toThrow(
    /layer hidden1: tauS 8 must be below tauM 5/,
  );
});
