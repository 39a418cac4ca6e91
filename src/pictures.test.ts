/**
 * Wrong calls of every picture, deep inside of what they take: each is refused with a TypeError or a RangeError of
 * ours, or drawn from a description that its readers accept.
 */
import { describe, expect, test } from 'vitest';
import * as snn from './index.js';
import { curvesMime, parseCurvesPayload, parseFigurePayload, parseRasterPayload, rasterMime } from './index.js';
import { figureMime } from './plot/figureParts.js';
import { Plot } from './plot/picture.js';

const trains = snn.packSpikeTrains('hidden1', 20, [[1, 5], [], [3], [7, 8]]);
const output = snn.packSpikeTrains('output', 20, [[2], [4, 9]]);
const image = { pixels: [0, 255, 7, 9], shape: [2, 2], label: 1 };
const loss = { type: 'firingCount', desired: 9, undesired: 2, margin: 1, weightBalance: 0 };
const run = {
  spikes: [trains, output],
  label: 1,
  prediction: 0,
  classNames: ['cat', 'dog'],
  rule: { loss },
  network: { layers: [{ name: 'output', threshold: 8 }] },
  membranes: [Float32Array.from({ length: 40 }, (_, k) => k)],
  stimulus: image,
};
const history = {
  epochs: [
    { epoch: 1, trainAccuracy: 0.9, testAccuracy: 0.8, cost: 3, seconds: 1, learningRate: 0.1, layers: [{ name: 'a', silent: 0, rate: 1, weightNorm: 2 }] }, // prettier-ignore
  ],
  progress: [{ epoch: 0.5, trainAccuracy: 0.5, cost: 5 }],
  plannedEpochs: 2,
};
const reference = { label: 'authors', points: [{ epoch: 1, testAccuracy: 0.97 }] };
const texts = { title: 't', subtitle: 's' };
const network = snn.describeNetwork([snn.input(4), snn.dense(2)], { steps: 20 });

/** What another function has checked already. */
const checked = new WeakSet<object>([network]);

/** A right call of each. */
const calls: Record<string, [call: (...values: never[]) => unknown, ...values: unknown[]]> = {
  bars: [snn.bars, [{ name: 'a', value: [1, 2], group: 'g' }], { ...texts, x: 'x', y: 'y', mark: 'bars', height: 200 }],
  chart: [snn.chart, [{ name: 'a', x: [0, 1], y: [1, 2], y2: [0, 1], mark: 'band' }], { ...texts, height: 200 }],
  classAccuracies: [snn.classAccuracies, [[1, 0], [0, 2]]], // prettier-ignore
  confusion: [snn.confusion, { confusion: [[1, 0], [0, 2]], dataset: 'd' }, { title: 't', classNames: ['a', 'b'] }], // prettier-ignore
  counts: [snn.counts, run, { title: 't', classNames: ['a', 'b'], label: 1, prediction: 0, loss }],
  curves: [snn.curves, history, { title: 't', reference, panels: ['cost'], log: { cost: true }, live: true, state: { made: 1, samplesPerSecond: 2, secondsLeft: 3 } }], // prettier-ignore
  'curves of several': [snn.curves, [history, history], { names: ['a', 'b'], reference: [reference] }],
  encoding: [snn.encoding, run, { title: 't', image }],
  images: [snn.images, [image], { captions: ['c'], classNames: ['a', 'b'], columns: 3 }],
  layerNorms: [snn.layerNorms, run.network, [[1, 2]], { before: [[1, 1]], ...texts, height: 200 }],
  membrane: [snn.membrane, run, 'output', 1, { title: 't', threshold: 8 }],
  raster: [snn.raster, run, { title: 't', layers: ['output'], classNames: ['a', 'b'], label: 1, prediction: 'a', maxBytes: 9e4 }], // prettier-ignore
  'raster of runs': [snn.raster, [run, run]],
  'raster of layers': [snn.raster, [trains, output]],
  spsp: [snn.spsp, { spikes: [trains, output], network }, { layer: 'output', neuron: 1, from: 2, title: 't' }],
  table: [snn.table, [{ a: 1, b: 'x' }]],
  weightHistogram: [snn.weightHistogram, [{ name: 'a', weights: [1, 2] }], { title: 't' }],
  weightMaps: [snn.weightMaps, [1, 2, 3, 4], { shape: [2, 2], neurons: [0], layer: 'a', columns: 2 }],
};

const wrong: readonly unknown[] = [undefined, null, 5, -1, 0.5, NaN, Infinity, 1e300, 'x', '', {}, [], [null], [1, 'a'], { zzz: 1 }, true, () => 1, new Map(), 10n, Symbol('s')]; // prettier-ignore
/** What V8 says of its own. */
const raw =
  /Cannot (read|use|set|convert|mix|destructure)|is not (a function|iterable|defined)|reading '|Invalid (array|typed)|serialize a BigInt/;

describe.each(Object.entries(calls))('%s', (_, [call, ...values]) => {
  const draw = call as (...all: unknown[]) => unknown;

  test('is drawn as it is, and refused or drawn with anything else in it', () => {
    expect(accepted(draw(...values))).toBe(true);
    for (const path of pathsOf(values))
      for (const value of path.length === 0 ? [] : wrong) {
        const what = `${path.join('.')} = ${String(value)}`;
        let made: unknown;
        try {
          made = draw(...(changed(values, path, value) as unknown[]));
        } catch (error) {
          expect([TypeError, RangeError], what).toContain((error as Error).constructor);
          expect((error as Error).message, `${what}: ${String((error as Error).stack)}`).not.toMatch(raw);
          continue;
        }
        expect(accepted(made), what).toBe(true);
      }
  });
});

/** Whether the readers of its data accept a picture, in JSON too. */
function accepted(made: unknown): boolean {
  if (!(made instanceof Plot)) return true;
  const { data } = JSON.parse(JSON.stringify(made.lightBundle())) as { data: Record<string, unknown> };
  if (figureMime in data) parseFigurePayload(data[figureMime]);
  else if (curvesMime in data) parseCurvesPayload(data[curvesMime]);
  else parseRasterPayload(data[rasterMime]);
  return true;
}

type Path = readonly (string | number)[];

/** Where there is a value, however deep; of typed arrays only the whole. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || checked.has(value)) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

/** A copy with another value in one place. */
function changed(target: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const copy = Array.isArray(target) ? [...(target as unknown[])] : { ...(target as object) };
  (copy as Record<string, unknown>)[key] = changed((target as Record<string, unknown>)[key], rest, value);
  return copy;
}
