/**
 * What a raster's payload holds beside the spikes: samples, images, targets, thresholds, membranes, and a name to ask
 * by.
 */
import { afterEach, expect, test, vi } from 'vitest';
import { packSpikeTrains } from '../network/spikes.js';
import { answerFor } from './askRun.js';
import { setDisplayHost } from './display.js';
import { unpackMembrane } from './membraneCodec.js';
import { parseRasterPayload } from './payload.js';
import { raster, rasterPayload } from './raster.js';
import type { RunLike } from './runLike.js';

afterEach(() => setDisplayHost(undefined));

const steps = 50;
const membrane = Float32Array.from({ length: steps * 2 }, (_, k) => (k % 2 === 0 ? k / 10 : -k / 20));
const run = (label: number): RunLike => ({
  spikes: [packSpikeTrains('input', steps, [[1, 2], [], [3]]), packSpikeTrains('output', steps, [[label + 4], [9]])],
  label,
  prediction: 1,
  classNames: ['cat', 'dog'],
  rule: { loss: { type: 'firingCount', desired: 35, undesired: 5, margin: 5 } as never },
  network: { layers: [{ name: 'output', threshold: 8 }] },
  membranes: [membrane],
  stimulus: { pixels: [0, 128, 300, -5, 255, 7], shape: [2, 3] },
});

test('several runs are one raster with a choice of samples, as its reader accepts it', async () => {
  const payload = rasterPayload([run(0), run(1)]);
  expect(parseRasterPayload(JSON.parse(JSON.stringify(payload)))).toEqual(payload);
  expect(payload.label).toBe('cat');
  expect(payload.samples?.map(({ label, prediction }) => [label, prediction])).toEqual([['dog', 'dog']]);
  expect(payload.targets).toEqual({ desired: 35, undesired: 5, margin: 5 });
  expect(payload.layers.map(({ threshold }) => threshold)).toEqual([undefined, 8]);
  expect([...atob(payload.stimulus!.pixels)].map((c) => c.charCodeAt(0))).toEqual([0, 128, 255, 0, 255, 7]);
  const one = unpackMembrane(payload.layers[1].membranes!, 'output', steps, 2, 1);
  expect(one[49]).toBeCloseTo(membrane[99], 1);
  expect(String(raster([run(0), run(1)]))).toMatch(/^raster: first of 2 samples: 5 spikes/);
  expect((await raster([run(0), run(1)]).png()).length).toBeGreaterThan(1000);
});

test('an image that does not fit its shape, or is too large, is left out', () => {
  for (const stimulus of [
    { pixels: [1, 2], shape: [2, 3] },
    { pixels: new Uint8Array(1 << 15), shape: [1 << 7, 1 << 8] },
    { pixels: [1, 2], shape: [2] },
  ])
    expect(rasterPayload({ ...run(0), stimulus }).stimulus).toBeUndefined();
});

test('membranes that would make the output large are left to the kernel', () => {
  const large = packSpikeTrains(
    'hidden',
    400,
    Array.from({ length: 800 }, () => []),
  );
  const membranes = [new Float32Array(400 * 800)];
  const noisy = Float32Array.from(membranes[0], (_, k) => Math.sin(k * k));
  expect(rasterPayload({ spikes: [large], membranes: [noisy] }).layers[0].membranes).toBeUndefined();
});

test('too many samples, and samples of other lengths, are refused', () => {
  expect(() => raster(Array.from({ length: 65 }, () => run(0)))).toThrow('a raster of 65 samples: the limit is 64');
  const longer = { spikes: [packSpikeTrains('input', 60, [[1]])] };
  expect(() => raster([run(0), longer])).toThrow('sample 1 has 60 steps, the first 50');
  expect(() => raster([])).toThrow('a raster of no layers');
});

test('a front end that can ask gets the membrane of the run it asks for, or a sentence', async () => {
  const answers = new Map<string, (question: Record<string, unknown>) => Promise<object>>();
  setDisplayHost({ display: vi.fn(), answer: (target, answer) => answers.set(target, answer) });
  const [asked, other] = [run(0), run(1)];
  expect(rasterPayload(other).source).toBeUndefined(); // nobody knows its membranes
  answerFor(asked, (layer, neuron) =>
    neuron < 2
      ? Promise.resolve(Float32Array.of(1.23456789, neuron))
      : Promise.reject(new RangeError(`no ${layer} ${neuron}`)),
  );
  const { source } = rasterPayload([asked, other]);
  const answer = answers.get('spikelab.membrane.v1')!;
  const question = { source: source!, sample: 0, layer: 'output', neuron: 1 };
  expect(await answer(question)).toEqual({ potential: [1.2346, 1] });
  expect(await answer({ ...question, neuron: 7 })).toEqual({ problem: 'no output 7' });
  const forgotten = { problem: 'the kernel has forgotten this run: run its cell again' };
  for (const wrong of [{ sample: 1 }, { sample: 9 }, { source: 'x' }, { source: null }, { layer: 1 }, { neuron: '1' }])
    expect(await answer({ ...question, ...wrong })).toEqual(forgotten);
  for (let k = 0; k < 40; k++) rasterPayload(asked);
  expect(await answer(question)).toEqual(forgotten); // of very many rasters the last ones are known
});
