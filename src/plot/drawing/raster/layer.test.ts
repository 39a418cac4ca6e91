import { expect, test } from 'vitest';
import { packSpikeTrains } from '../../../network/spikes.js';
import { packSpikes } from '../../codec.js';
import type { RasterLayer } from '../../payload.js';
import { layerSeries, meanRate, nameRows, unpackLayers } from './layer.js';

const trains = packSpikeTrains('hidden', 200, [[1, 2], [199], [], [5, 6, 7]]);
const info: RasterLayer = {
  name: 'hidden',
  neurons: 4,
  neuronsPerRow: 1,
  stepsPerColumn: 1,
  spikes: 6,
  packedSpikes: 6,
  data: packSpikes(trains),
};
const payload = (layer: RasterLayer, steps = 200): Parameters<typeof unpackLayers>[0] => ({
  version: 1,
  steps,
  axes: { x: '', y: '' },
  layers: [layer],
});

test('layers come out of the payload as they went in', () => {
  const [layer] = unpackLayers(payload(info), []);
  expect(layer.trains).toEqual(trains);
  expect(layer.rows).toBe(4);
  expect(meanRate(layer, 200)).toBeCloseTo(6 / 4 / 0.2, 9); // 7.5 Hz
});

test('what is known is not unpacked again, what changed is', () => {
  const first = unpackLayers(payload(info), []);
  const known = first[0].trains;
  expect(unpackLayers(payload({ ...info, name: 'renamed' }), first)[0].trains).toBe(known);
  expect(unpackLayers(payload(info, 300), first)[0].trains).not.toBe(first[0].trains);
});

test('spikes that were released are unpacked again when they are asked for', () => {
  const [layer] = unpackLayers(payload(info), []);
  const before = layer.trains;
  expect(layer.trains).toBe(before);
  layer.release();
  expect(layer.trains).not.toBe(before);
  expect(layer.trains).toEqual(before);
});

test('rows have names', () => {
  const [layer] = unpackLayers(payload({ ...info, neuronNames: ['a', '1', 'c', 'd'] }), []);
  expect(nameRows(layer, 0, 0)).toBe('neuron 0 (a)');
  expect(nameRows(layer, 1, 1)).toBe('neuron 1');
  expect(nameRows(layer, 1, 3)).toBe('neurons 1–3');
});

test('input, hidden layers and output have colours of their own', () => {
  const colours = [0, 1, 2, 3].map((index) => layerSeries(index, 4));
  expect(new Set(colours).size).toBe(4);
  expect(layerSeries(0, 1)).toBe(0);
});
