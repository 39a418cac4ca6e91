import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCurvesPayload, type CurvesPayload } from './curvesPayload.js';
import { parseMembraneReply, type MembraneReply } from './membraneReply.js';
import { parseRasterPayload, PayloadError, payloadLimits, plainText, type RasterPayload } from './payload.js';

const raster: RasterPayload = {
  version: 1,
  title: 'a',
  steps: 100,
  axes: { x: 'time (ms)', y: 'neuron' },
  layers: [
    {
      name: 'output',
      neurons: 2,
      neuronsPerRow: 1,
      stepsPerColumn: 1,
      spikes: 3,
      packedSpikes: 3,
      data: 'AAAA',
      neuronNames: ['x', 'y'],
      threshold: 20,
      membranes: { low: -1, high: 20, data: 'AAAA' },
    },
  ],
  label: '1',
  prediction: '1',
  note: 'n',
  stimulus: { rows: 2, columns: 3, pixels: 'AAECAwQF' },
  targets: { desired: 35, undesired: 5, margin: 5 },
  samples: [{ layers: [], label: 'x', stimulus: { rows: 1, columns: 1, pixels: 'AA==' } }],
  source: 'b0a2',
};
const curves: CurvesPayload = {
  version: 1,
  live: true,
  plannedEpochs: 3,
  axes: { x: 'epoch', accuracy: 'accuracy', cost: 'cost' },
  state: { made: 1.7e12, samplesPerSecond: 1200, secondsLeft: 60 },
  runs: ['Adam', 'SGD'],
  panels: ['accuracy', 'weightNorm'],
  log: { cost: true, weightNorm: false },
  series: [
    { panel: 'cost', role: 'train', name: 'train', x: [1, 2], y: [3, null] },
    { panel: 'accuracy', role: 'test', name: 'test', run: 1, x: [1], y: [0.5], low: [0.4], high: [null] },
  ],
};
const replyOf = (value: unknown): MembraneReply => parseMembraneReply(value, 3);
const parsers = [
  ['raster', raster, parseRasterPayload],
  ['curves', curves, parseCurvesPayload],
] as const;

test('an answer of the kernel with any one part replaced by anything is refused with a PayloadError, or still sound', () => {
  for (const good of [{ potential: [0, 1.5, -2] }, { problem: 'p' }]) {
    expect(replyOf({ ...good, extra: 1 })).toEqual(good);
    fc.assert(
      fc.property(fc.constantFrom('potential', 'problem', ''), fc.nat(4), fc.anything(), (key, at, value) => {
        const changed: unknown =
          key === ''
            ? value
            : { ...good, [key]: at < 3 && key === 'potential' ? [0, 1, 2].with(at, value as number) : value };
        try {
          const reply = replyOf(changed);
          if ('problem' in reply) expect(typeof reply.problem).toBe('string');
          else expect(reply.potential.length === 3 && reply.potential.every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(PayloadError);
        }
      }),
      { numRuns: 1000 },
    );
  }
  expect(() => replyOf({ potential: [1, 2] })).toThrow('potential has 2 values for 3 steps');
});

describe.each(parsers)('%s payload', (_, good, parse) => {
  test('comes back as a copy of its known fields', () => {
    const result = parse({ ...JSON.parse(JSON.stringify(good)), extra: 'x', __proto__: { evil: 1 } });
    expect(result).toEqual(good);
    expect('extra' in result).toBe(false);
  });

  test('with any one part replaced by anything is refused with a PayloadError, or still sound', () => {
    const paths: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]): void => {
      paths.push(path);
      if (typeof value === 'object' && value !== null)
        for (const key of Object.keys(value)) walk((value as Record<string, unknown>)[key], [...path, key]);
    };
    walk(good, []);
    fc.assert(
      fc.property(
        fc.constantFrom(...paths),
        fc.anything({ withNullPrototype: true, withSparseArray: true, withBigInt: true, withTypedArray: true }),
        (path, value) => {
          const changed = { root: structuredClone(good) as unknown };
          let at = changed as Record<string | number, unknown>;
          const full = ['root', ...path];
          for (const key of full.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
          at[full[full.length - 1]] = value;
          try {
            const result = parse(changed.root);
            const text = JSON.stringify(result);
            expect(JSON.stringify(parse(JSON.parse(text)))).toBe(text); // as text, which knows no -0
          } catch (error) {
            expect(error).toBeInstanceOf(PayloadError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([null, undefined, 1, 'x', [], {}, { ...good, version: 2 }, { ...good, version: '1' }])(
    'refuses %j',
    (value) => {
      expect(() => parse(value)).toThrow(PayloadError);
    },
  );
});

const layer = raster.layers[0];
test.each([
  [{ ...raster, steps: 0 }, 'steps is 0: it must be a number from 1 to 65536'],
  [{ ...raster, steps: 1.5 }, 'steps is 1.5: it must be an integer'],
  [{ ...raster, steps: NaN }, 'steps is NaN'],
  [{ ...raster, layers: Array.from({ length: 65 }, () => layer) }, 'layers has 65 entries: the limit is 64'],
  [{ ...raster, layers: [{ ...layer, neurons: 1e9 }] }, 'layers[0].neurons is 1000000000'],
  [{ ...raster, layers: [{ ...layer, neuronNames: ['x'] }] }, '1 names for 2 neurons'],
  [
    { ...raster, layers: [{ ...layer, data: 'A'.repeat(payloadLimits.packed + 1) }] },
    `the limit is ${payloadLimits.packed}`,
  ],
  [
    { ...raster, layers: [layer, { ...layer, packedSpikes: payloadLimits.spikes }] },
    `raster of ${payloadLimits.spikes + 3} spikes`,
  ],
  [
    { ...raster, samples: Array.from({ length: 64 }, () => ({ layers: [] })) },
    'samples has 64 entries: the limit is 63',
  ],
  [
    { ...raster, samples: [{ layers: [{ ...layer, packedSpikes: payloadLimits.spikes }] }] },
    `the limit is ${payloadLimits.spikes}`,
  ],
  [{ ...raster, samples: [{ layers: [], label: 7 }] }, 'samples[0].label is 7: it must be a string'],
  [{ ...raster, stimulus: { rows: 1 << 14, columns: 2, pixels: '' } }, 'stimulus.columns is 2'],
  [{ ...raster, stimulus: { rows: 2, columns: 2, pixels: 'AAAA' } }, '2 x 2 pixels in base64 are 8'],
  [{ ...raster, stimulus: { rows: 1, columns: 3, pixels: 'A<b>' } }, 'stimulus.pixels has 4 characters'],
  [{ ...raster, targets: { desired: -1, undesired: 5, margin: 5 } }, 'targets.desired is -1'],
  [{ ...raster, title: 'x'.repeat(301) }, 'title has 301 characters: the limit is 300'],
])('a raster with a bad field is refused by name', (value, message) => {
  expect(() => parseRasterPayload(value)).toThrow(message);
});

const series = curves.series[0];
test.each([
  [{ ...curves, series: [{ ...series, x: [2, 1] }] }, 'series[0].x[1] is 1 after 2: epochs must ascend'],
  [{ ...curves, series: [{ ...series, y: [1] }] }, '2 x and 1 y values'],
  [{ ...curves, series: [{ ...series, y: [1, 'x'] }] }, 'series[0].y[1] is "x"'],
  [{ ...curves, series: [{ ...series, x: [1, -1] }] }, 'x[1] is -1'],
  [{ ...curves, series: [{ ...series, panel: '__proto__' }] }, 'must be one of accuracy, cost'],
  [{ ...curves, panels: ['accuracy', 'x'] }, 'panels[1] is "x": it must be one of accuracy, cost'],
  [{ ...curves, panels: Array(7).fill('cost') }, 'panels has 7 entries: the limit is 6'],
  [{ ...curves, log: { cost: 1 } }, 'log.cost is 1: it must be true or false'],
  [{ ...curves, series: [{ ...series, x: [1, , 2], y: [1, 2, 3] }] }, 'x[1] is undefined'],
])('curves with a bad field are refused by name', (value, message) => {
  expect(() => parseCurvesPayload(value)).toThrow(message);
});

test('text cannot rearrange its neighbours', () => {
  expect(plainText('a\u202eb\u0007c\nd')).toBe('a b c d');
  expect(plainText('x'.repeat(400))).toHaveLength(300);
});

test('the rows of all layers together are bounded: silent neurons cost nothing in the file, but do on the screen', () => {
  const silent = (neurons: number, neuronsPerRow = 1) => ({
    ...raster.layers[0],
    neurons,
    neuronsPerRow,
    spikes: 0,
    packedSpikes: 0,
    neuronNames: undefined,
  });
  const million = payloadLimits.neurons;
  const of = (layers: unknown[]): unknown => ({ ...raster, layers });
  expect(() => parseRasterPayload(of(Array.from({ length: 64 }, () => silent(million))))).toThrow(
    /67108864 rows: the limit is 1048576/,
  );
  expect(parseRasterPayload(of([silent(million)])).layers).toHaveLength(1);
  expect(parseRasterPayload(of(Array.from({ length: 64 }, () => silent(million, 64)))).layers).toHaveLength(64);
});

test('a curve of a run that is not there, or a band of another length, is refused', () => {
  const [one, band] = curves.series;
  const of = (series: unknown): unknown => ({ ...curves, series: [series] });
  expect(() => parseCurvesPayload(of({ ...one, run: 2 }))).toThrow(/run is 2: it must be a number from 0 to 1/);
  expect(() => parseCurvesPayload(of({ ...band, low: [0.1, 0.2] }))).toThrow(/1 x and 2 low values/);
  expect(() => parseCurvesPayload({ ...curves, state: { made: 'now' } })).toThrow(/state.made is "now"/);
});
