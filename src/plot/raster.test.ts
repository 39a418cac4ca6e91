import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packSpikeTrains, type SpikeTrains } from '../network/spikes.js';
import { unpackLayer } from './codec.js';
import { joinings, joinTrains } from './join.js';
import { parseRasterPayload, rasterMime, type RasterPayload } from './payload.js';
import { raster, rasterPayload } from './raster.js';

const small = packSpikeTrains('output', 50, [[1, 2, 3], [], [49]]);

/** A train whose gaps cannot be guessed, so that it packs badly. */
function noise(name: string, neurons: number, steps: number, every: number): SpikeTrains {
  let state = 1;
  const rows = Array.from({ length: neurons }, () => {
    const row: number[] = [];
    for (let t = 0; t < steps; t++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      if (state / 2 ** 32 < 1 / every) row.push(t);
    }
    return row;
  });
  return packSpikeTrains(name, steps, rows);
}
const packed = (payload: RasterPayload): number => payload.layers.reduce((sum, layer) => sum + layer.data.length, 0);

describe('a raster', () => {
  test('has one line of text: 4 spikes of 3 neurons in 50 ms are 26.7 Hz', () => {
    expect(String(raster(small))).toBe('raster: 4 spikes, 3 neurons, 50 steps, mean rate 26.7 Hz');
    expect(String(raster(packSpikeTrains('x', 1, [])))).toBe('raster: 0 spikes, 0 neurons, 1 step, mean rate 0.0 Hz');
  });

  test('says to those who cannot see it what stands in it: title, classes, spikes of each layer', async () => {
    const run = { spikes: [packSpikeTrains('input', 50, [[3, 9]]), small], label: 1, prediction: 2 };
    const { metadata } = await raster(run, { title: 'One digit' }).displayBundle();
    expect((metadata as { 'image/png': { alt: string } })['image/png'].alt).toBe(
      'One digit; raster: 6 spikes, 4 neurons, 50 steps, mean rate 30.0 Hz; true class 1; predicted 2; ' +
        'input: 2 spikes of 1 neuron; output: 4 spikes of 3 neurons',
    );
  });

  test('carries the spikes exactly', () => {
    const payload = raster(small).lightBundle().data[rasterMime] as RasterPayload;
    expect(unpackLayer(payload.layers[0], payload.steps)).toEqual(small);
    expect(payload.layers[0]).toMatchObject({ spikes: 4, packedSpikes: 4, neuronsPerRow: 1, stepsPerColumn: 1 });
  });

  test('takes label, prediction and names from a run', () => {
    const payload = rasterPayload({ spikes: [small], label: 0, prediction: 2, classNames: ['a', 'b', 'c'] });
    expect(payload).toMatchObject({ label: 'a', prediction: 'c', layers: [{ neuronNames: ['a', 'b', 'c'] }] });
    expect(rasterPayload({ spikes: [small], label: 0 }, { label: 7, layers: ['output'], title: 't' })).toMatchObject({
      label: '7',
      title: 't',
    });
  });

  test.each([
    [[], {}, /at least one SpikeTrains/],
    [[small], { layers: ['hidden'] }, /no layer hidden among output/],
    [[small, packSpikeTrains('b', 60, [])], {}, /layer b has 60 steps, output 50/],
    [packSpikeTrains('b', 10, [[4, 3]]), {}, /layer b, neuron 0: spike at step 3 after 4/],
    [{ ...small, offsets: new Uint32Array(3) }, {}, /3 offsets up to 0 for 3 neurons/],
    [{ ...small, steps: 1e6 }, {}, /steps of layer output is 1000000/],
  ])('of impossible trains is refused', (spikes, options, message) => {
    expect(() => raster(spikes as SpikeTrains, options)).toThrow(message);
  });
});

describe('a large raster', () => {
  test('of 100,000 spikes stays exact within 150 kB with its PNG', async () => {
    const trains = noise('hidden1', 1000, 400, 4);
    expect(trains.times.length).toBeGreaterThan(99_000);
    const plot = raster(trains);
    expect(rasterPayload(trains).note).toBeUndefined();
    expect(JSON.stringify((await plot.displayBundle()).data).length).toBeLessThan(150_000);
  });

  test('joins the input, and says so, when that brings the output below the budget', () => {
    const input = noise('input', 784, 400, 3);
    const output = noise('output', 1000, 400, 8);
    const payload = rasterPayload([input, output]);
    expect(payload.layers[0].neuronsPerRow * payload.layers[0].stepsPerColumn).toBeGreaterThan(1);
    expect(payload.layers[1]).toMatchObject({ neuronsPerRow: 1, stepsPerColumn: 1 });
    expect(packed(payload)).toBeLessThan(100_000);
    expect(payload.note).toMatch(/^input: a mark joins/);
    expect(payload.layers[0].spikes).toBe(input.times.length);
  });

  test('warns above 1 MB and stays exact', () => {
    const larger = rasterPayload([noise('a', 9000, 500, 3), noise('b', 9000, 500, 5)]);
    expect(packed(larger)).toBeGreaterThan(1_000_000);
    expect(larger.note).toMatch(/large output, 1\.\d MB/);
    expect(larger.layers.every((layer) => layer.neuronsPerRow === 1 && layer.stepsPerColumn === 1)).toBe(true);
  });

  test('joins every layer to stay below maxBytes', () => {
    const payload = rasterPayload([noise('a', 500, 400, 4), noise('b', 500, 400, 8)], { maxBytes: 10_000 });
    expect(packed(payload)).toBeLessThanOrEqual(10_000);
    expect(payload.note).toMatch(/a: a mark joins .*; b: a mark joins/);
  });
});

test('layers of more neurons than a plot has rows are joined, each in proportion', () => {
  const large = (name: string) => packSpikeTrains(name, 10, [[1], ...Array.from({ length: 700_000 }, () => [])]);
  const { layers, note } = rasterPayload([large('a'), large('b')]);
  expect(layers.map(({ neuronsPerRow }) => neuronsPerRow)).toEqual([2, 2]);
  expect(parseRasterPayload(rasterPayload([large('a'), large('b')])).layers).toEqual(layers);
  expect(note).toContain('a: a mark joins 2 neurons');
});

describe('joining', () => {
  test('keeps a spike wherever a group fired, as a brute force over a dense array does', () => {
    const trains = fc.array(fc.uniqueArray(fc.nat(19), { maxLength: 8 }), { maxLength: 12 }).map((rows) =>
      packSpikeTrains(
        'x',
        20,
        rows.map((row) => row.sort((a, b) => a - b)),
      ),
    );
    fc.assert(
      fc.property(
        trains,
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 1, max: 25 }),
        (t, neuronsPerRow, stepsPerColumn) => {
          const expected = new Set<string>();
          for (let n = 0; n < t.neurons; n++)
            for (let k = t.offsets[n]; k < t.offsets[n + 1]; k++)
              expected.add(`${Math.floor(n / neuronsPerRow)} ${Math.floor(t.times[k] / stepsPerColumn)}`);
          const joined = joinTrains(t, { neuronsPerRow, stepsPerColumn });
          const actual: string[] = [];
          for (let n = 0; n < joined.neurons; n++)
            for (let k = joined.offsets[n]; k < joined.offsets[n + 1]; k++) actual.push(`${n} ${joined.times[k]}`);
          expect(actual).toHaveLength(expected.size);
          expect(new Set(actual)).toEqual(expected);
          expect(joined).toMatchObject({
            neurons: Math.ceil(t.neurons / neuronsPerRow),
            steps: Math.ceil(20 / stepsPerColumn),
          });
        },
      ),
    );
  });

  test('is tried from none to everything', () => {
    const all = [...joinings(3, 5)].map(({ neuronsPerRow, stepsPerColumn }) => `${neuronsPerRow}x${stepsPerColumn}`);
    expect(all).toEqual(['1x1', '1x2', '2x2', '2x4', '4x4', '4x8']);
  });
});
