/** The membranes that the raster of a run can be asked for are those that recording gives. */
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { strokeDigits } from '../data/strokes/strokes.js';
import { terminatePool } from '../engine/pool.js';
import { setDisplayHost } from '../plot/display.js';
import { rasterPayload } from '../plot/raster.js';
import { classifier } from './build.js';

const train = strokeDigits({ part: 'train', count: 100, seed: 1 });
let ask: (question: Record<string, unknown>) => Promise<{ potential?: number[]; problem?: string }>;

beforeEach(() => setDisplayHost({ display: () => undefined, answer: (_, answer) => (ask = answer) }));
afterEach(() => setDisplayHost(undefined));
afterAll(() => terminatePool());

test('any neuron of any layer, until the network learns on', async () => {
  const net = classifier({ hidden: [20], steps: 40, seed: 3, threads: 1 });
  const recorded = await net.run(train.at(2), { record: ['spikes', 'membrane'] });
  const run = await net.run(train.at(2));
  const { source, layers } = rasterPayload(run);
  expect(layers.every(({ membranes }) => membranes === undefined)).toBe(true);
  const question = (layer: string, neuron: number) => ({ source, sample: 0, layer, neuron });
  for (const [index, { name, units }] of net.network.layers.entries()) {
    for (const neuron of [0, units - 1]) {
      const { potential } = await ask(question(name, neuron));
      const wanted = Array.from({ length: 40 }, (_, t) => recorded.membranes![index][t * units + neuron]);
      expect(potential).toEqual(wanted.map((value) => Number(value.toPrecision(5))));
    }
  }
  expect((await ask(question('output', 10))).problem).toContain('neuron of layer output');
  expect((await ask(question('input', 0))).problem).toBe('layer input has no membranes');

  const second = rasterPayload(await net.run(train.at(5))).source;
  await net.fit(train, { epochs: 1, silent: true });
  const learnt = { problem: 'the network has learnt since this run: run its cell again' };
  expect(await ask({ ...question('output', 0), source: second })).toEqual(learnt);
  expect((await ask(question('output', 0))).potential).toHaveLength(40); // those of the run that was asked before are kept
});
