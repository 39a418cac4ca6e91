/**
 * Work of networks of other kinds, of batches and of more than one thread: what the spikes ask for, and none of it
 * twice.
 */
import { afterAll, expect, it } from 'vitest';
import { terminatePool } from '../../src/engine/pool.js';
import type { Work } from '../../src/engine/slice.js';
import { convolution, dense, pooling } from '../../src/network/network.js';
import { adam } from '../../src/network/rule.js';
import { type Case, engineFor, loadForTraining, problemOf, ruleOf } from './cases.js';
import {
  addDense,
  base,
  fired,
  forwardWork,
  groups,
  liveBlocks,
  noWork,
  simulated,
  type Trains,
  woken,
  wordsOf,
} from './workload.js';

afterAll(() => terminatePool());

const side = 10;
const channels = 18;
const kernel = 3;
const recordings: Partial<Case> = {
  recorded: true,
  layers: [dense(70, { threshold: 4 }), dense(80, { threshold: 3 })],
};
const convolutional: Partial<Case> = {
  shape: [1, side, side],
  layers: [
    convolution(channels, kernel, { threshold: 2, initialRange: 2 }),
    pooling(2, { threshold: 1 }),
    dense(70, { threshold: 3 }),
  ],
};
const nets: Record<string, Partial<Case>> = { 'dense, images': {}, 'dense, recordings': recordings, convolutional };
const slice = { from: 0, to: base.batch, seed: base.seed, epoch: 0 };

it('lists, adds and advances what the events of recordings ask for', async () => {
  const c = { ...base, ...recordings };
  const one = await simulated(c);
  const { work } = await one.engine.evaluate(one.samples, 0, c.batch, c.seed);
  expect(work).toEqual(forwardWork(c, one));
});

/** Inputs that a position of the convolution sees, `[kernel * kernel]`. */
function windowOf(input: Trains, position: number): Trains {
  const columns = side - kernel + 1;
  const [top, left] = [Math.floor(position / columns), position % columns];
  return Array.from(
    { length: kernel * kernel },
    (_, tap) => input[(top + Math.floor(tap / kernel)) * side + left + (tap % kernel)],
  );
}
/** Steps from the first at which something arrives. */
const stepsAfterFirst = (trains: Trains, steps: number): number =>
  fired(trains) === 0 ? 0 : steps - Math.min(...trains.flat()) - 1;
const rows = side - kernel + 1;
const pooled = rows / 2;

/** Work of the convolution and the pooling of one sample, forward. */
function addConvolution(
  expected: { added: number; advanced: number },
  [input, maps]: readonly Trains[],
  steps: number,
) {
  for (let position = 0; position < rows * rows; position++) {
    const seen = windowOf(input, position);
    expected.added += groups(channels) * seen.flat().length;
    expected.advanced += groups(channels) * stepsAfterFirst(seen, steps);
  }
  const fieldOf = (neuron: number): Trains => {
    const [channel, at] = [Math.floor(neuron / pooled ** 2), neuron % pooled ** 2];
    const [top, left] = [Math.floor(at / pooled) * 2, (at % pooled) * 2];
    return [0, 1, rows, rows + 1].map((offset) => maps[channel * rows * rows + top * rows + left + offset]);
  };
  for (let block = 0; block < groups(channels * pooled ** 2); block++) {
    const neurons = Array.from({ length: 16 }, (_, lane) => block * 16 + lane);
    const fields = neurons.filter((neuron) => neuron < channels * pooled ** 2).flatMap(fieldOf);
    expected.advanced += stepsAfterFirst(fields, steps);
  }
}

it('adds and advances in a convolution what its windows see, from the first arrival on', async () => {
  const c = { ...base, ...convolutional };
  const one = await simulated(c);
  const { work } = await one.engine.evaluate(one.samples, 0, c.batch, c.seed, 'trainSpikes');
  const expected = { ...noWork };
  one.spikes.forEach((layers, n) => {
    expected.draws += groups(one.listed[n]) * 16 * (c.steps - 1);
    addConvolution(expected, layers, c.steps);
    addDense(expected, c.steps, layers[2], 70);
    addDense(expected, c.steps, layers[3], c.outputs);
    expected.published += wordsOf(70) * c.steps;
  });
  expect(work).toEqual(expected);
});

it('goes back through a convolution once for each input that fired', async () => {
  const c = { ...base, ...convolutional };
  const { engine, rule, samples, spikes, labels } = await simulated(c);
  const { work, skipped } = await engine.train(samples, { ...slice, learningRate: 0 });
  expect(skipped).toBe(0);
  let summed = 0;
  let above = 0; // lines of e of the dense layers
  spikes.forEach(([input, , pools, hidden, output], n) => {
    for (let position = 0; position < rows * rows; position++)
      summed += groups(channels) * fired(windowOf(input, position));
    const outputs = woken(c, output, labels[n], rule.loss.desired);
    above += fired(pools) * liveBlocks(hidden) + fired(hidden) * liveBlocks(outputs);
  });
  const inputs = channels * pooled ** 2;
  expect(work).toMatchObject({
    summed,
    potentials: summed + above,
    weighed: summed + above,
    sent: c.batch * (groups(70) * inputs + 70),
    stepped: c.batch * (groups(channels) * kernel ** 2 + groups(70) * inputs + 70),
  });
});

it('goes through all weights once a batch, and through sums for the inputs that fired', async () => {
  const one = await simulated(base, 4);
  const { work, skipped } = await one.engine.train(one.samples, { ...slice, learningRate: 0 });
  expect(skipped).toBe(0);
  const { draws, events, packed, added, advanced, published } = forwardWork(base, one);
  const columns = one.spikes.map(([input, hidden]) => groups(70) * fired(input) + fired(hidden));
  expect(work).toMatchObject({
    ...{ draws, events, packed, added, advanced, published },
    summed: columns.reduce((a, b) => a + b),
    scaled: base.batch * (groups(70) + 1) + (base.batch / 4) * (groups(70) + 1),
    stepped: (base.batch / 4) * (300 * groups(70) + 70),
  });
});

it('meets before a sample is simulated over the spikes of the one before, which others may still read', async () => {
  const one = await simulated({ ...base, threads: 2 }, 4);
  const { work, skipped } = await one.engine.train(one.samples, { ...slice, learningRate: 0 });
  expect(skipped).toBe(0);
  // At either end; for each sample after the hidden layer, the loss, the traces and within the output layer; between
  // two samples; before the step of each batch of four.
  expect(work.barriers).toBe(2 + 4 * base.batch + (base.batch - 1) + base.batch / 4);
});

it.each(Object.entries(nets))('shares the work out, and does none of it twice: %s', async (_, net) => {
  for (const batchSize of [1, 4]) {
    const trained: Work[] = [];
    const evaluated: Work[] = [];
    for (const threads of [1, 2, 3, 7]) {
      const c = { ...base, ...net, threads };
      const { engine } = await engineFor(c, { ...ruleOf(c, adam()), batchSize });
      const samples = loadForTraining(engine, problemOf(c));
      evaluated.push((await engine.evaluate(samples, 0, c.batch, c.seed)).work);
      trained.push((await engine.train(samples, { ...slice, learningRate: 0.001 })).work);
    }
    for (const work of evaluated) expect(work).toEqual(evaluated[0]); // each worker has samples of its own
    const [{ barriers, ...alone }, ...shared] = trained;
    expect(barriers).toBe(0);
    expect(alone.advanced).toBeGreaterThan(0);
    expect(alone.potentials).toBeGreaterThan(0);
    for (const { barriers: met, ...work } of shared) {
      // Each worker lists the spikes for itself; words of spikes that two of them share are written and read in parts,
      // and each makes the factors of a narrow layer for its columns.
      expect(work).toEqual({
        ...alone,
        events: work.events,
        published: work.published,
        gathered: work.gathered,
        scaled: work.scaled,
      });
      expect(met).toBe(shared[0].barriers);
    }
  }
});
