/**
 * The engine does the work that the spikes ask for and no more: counted where it is done, compared with counts made
 * from the spikes.
 */
import { afterAll, expect, it } from 'vitest';
import { terminatePool } from '../../src/engine/pool.js';
import type { Work } from '../../src/engine/slice.js';
import { convolution, dense, pooling } from '../../src/network/network.js';
import { adam } from '../../src/network/rule.js';
import { spikeTimes, type SpikeTrains } from '../../src/network/spikes.js';
import { type Case, engineFor, loadForTraining, problemOf, ruleOf } from './cases.js';

afterAll(() => terminatePool());

const refractory = 2;
const base: Case = {
  shape: [300],
  layers: [dense(70, { threshold: 6 })],
  outputs: 10,
  steps: 80,
  refractory,
  tauS: 8,
  threshold: 3,
  inhibition: 1,
  own: {},
  seed: 5,
  threads: 1,
  batch: 12,
  sideEffect: 'linear',
  effectRatio: true,
  errorScale: 'threshold',
  idle: 'skip',
  loss: 'firingCount',
  window: 0,
  recorded: false,
  ink: 0.3,
};
const groups = (count: number): number => Math.ceil(count / 16);
const trainsOf = (spikes: SpikeTrains): number[][] =>
  Array.from({ length: spikes.neurons }, (_, n) => [...spikeTimes(spikes, n)]);
const fired = (trains: readonly number[][]): number => trains.filter(({ length }) => length > 0).length;
/** Spikes that a later step can still feel. */
const felt = (trains: readonly number[][], steps: number): number =>
  trains.flat().filter((step) => step < steps - 1).length;
/**
 * Lines of traces that the closed form reads for a neuron and 16 inputs: two for each spike that is later than the rest
 * after the one before.
 */
function linesRead(train: readonly number[]): number {
  let last = 1;
  let lines = 0;
  for (const step of train) {
    if (last < step) lines += 2;
    last = step + refractory;
  }
  return lines;
}

/** An engine with its samples, and the spikes of every one of them: input, hidden layer, outputs. */
async function simulated(c: Case, batchSize = 1) {
  const rule = { ...ruleOf(c, adam()), batchSize };
  const { engine } = await engineFor(c, rule);
  const problem = problemOf(c);
  const samples = loadForTraining(engine, problem);
  const spikes: number[][][][] = [];
  for (let n = 0; n < c.batch; n++) spikes.push((await problem.record(engine, n)).map(trainsOf));
  const lit = Array.from({ length: c.batch }, (_, n) => {
    const { pixels } = engine.views(samples);
    return pixels.subarray(n * 300, (n + 1) * 300).filter((x) => x > 0).length;
  });
  return { engine, rule, samples, spikes, lit, labels: problem.labels };
}

it('draws, lists, adds and advances what the spikes of an evaluation ask for', async () => {
  const { engine, samples, spikes, lit } = await simulated(base);
  const { work } = await engine.evaluate(samples, 0, base.batch, base.seed);
  const expected: Record<keyof Work, number> = {
    draws: 0,
    events: 0,
    packed: 0,
    added: 0,
    advanced: 0,
    published: 0,
    ...{ traced: 0, kept: 0, read: 0, potentials: 0, weighed: 0, sent: 0, summed: 0, stepped: 0, barriers: 0 },
  };
  spikes.forEach(([input, hidden], n) => {
    expected.draws += groups(lit[n]) * 16 * (base.steps - 1);
    expected.events += input.flat().length + hidden.flat().length;
    expected.packed += lit[n] * groups(70);
    expected.added += felt(input, base.steps) * groups(70) + felt(hidden, base.steps);
    expected.advanced += (groups(70) + 1) * (base.steps - 1);
    expected.published += 2 * base.steps; // 70 neurons: a word and a part of one
  });
  expect(work).toEqual(expected);
});

it('goes back through what fired, for the samples that have an error, and no further', async () => {
  const c = { ...base, threads: 2 };
  const { engine, rule, samples, spikes, labels } = await simulated(c);
  // Training draws other spikes than a test: learn nothing, and take the spikes of the training set.
  const { pixels } = engine.views(samples);
  for (let n = 0; n < c.batch; n++) {
    const image = pixels.slice(n * 300, (n + 1) * 300);
    spikes[n] = (await engine.record(image, n, c.seed, 'trainSpikes')).map(trainsOf);
  }
  const loss = rule.loss.type === 'firingCount' ? rule.loss : undefined;
  if (!loss) throw new Error('the case has the loss of firing counts');
  const slice = { from: 0, to: c.batch, seed: c.seed, epoch: 0, learningRate: 0 };
  const { work, skipped } = await engine.train(samples, slice);
  const expected = { traced: 0, kept: 0, read: 0, potentials: 0, weighed: 0, sent: 0, summed: 0, stepped: 0 };
  let quiet = 0;
  spikes.forEach(([input, hidden, output], n) => {
    const hasError = output.some(
      ({ length }, k) => Math.abs(length - (k === labels[n] ? loss.desired : loss.undesired)) > loss.margin,
    );
    if (!hasError) {
      quiet++;
      return;
    }
    const interval = Math.floor(c.steps / loss.desired);
    const woken = Array.from({ length: Math.ceil(c.steps / interval) - 1 }, (_, k) => (k + 1) * interval);
    const outputs = output.map((train, k) => (train.length === 0 && k === labels[n] ? woken : train));
    const columns = [fired(input), fired(hidden)];
    const sum = (trains: readonly number[][]): number => trains.reduce((all, train) => all + linesRead(train), 0);
    const blocks = [groups(70), 1];
    expected.traced += c.steps * (groupsByChunk(input, 256) + groups(columns[1]));
    expected.kept += c.steps * groupsByChunk(input, 256) + stepsRead(outputs, c.steps).size * groups(columns[1]);
    expected.read += sum(hidden) * groupsByChunk(input, 256) + sum(outputs) * groups(columns[1]);
    // Of the lines of e, only the quarters in which a neuron fired: silent ones have the same e everywhere.
    const lines = columns[0] * liveBlocks(hidden) + columns[1] * liveBlocks(outputs);
    expected.potentials += lines;
    expected.weighed += lines;
    expected.sent += 70;
    expected.stepped += 300 * blocks[0] + 70;
  });
  expect(skipped).toBe(quiet);
  expect(quiet).toBeLessThan(c.batch);
  expect(work).toMatchObject(expected);
  // Of 5 blocks two are the first worker's: it has half of the first word, the other one the rest in parts.
  expect(work.published).toBe(c.batch * c.steps * 5);
  // One meeting at either end; after the hidden layer and after the loss; after the traces and within the output layer.
  expect(work.barriers).toBe(2 + 2 * quiet + 4 * (c.batch - quiet));
});

/** Steps whose traces the neurons of a layer read, and step 1, where the first windows begin. */
function stepsRead(trains: readonly number[][], steps: number): Set<number> {
  return new Set([1, ...trains.flat().flatMap((step) => [step, step + refractory])].filter((step) => step < steps));
}

/** Blocks of 16 neurons, by quarters that have a neuron that fired. */
function liveBlocks(trains: readonly number[][]): number {
  let live = 0;
  for (let from = 0; from < trains.length; from += 4) live += Number(fired(trains.slice(from, from + 4)) > 0);
  return live / 4;
}

/** Lines of 16 traces for the inputs that fired, chunk of columns by chunk. */
function groupsByChunk(trains: readonly number[][], width: number): number {
  let lines = 0;
  for (let from = 0; from < trains.length; from += width) lines += groups(fired(trains.slice(from, from + width)));
  return lines;
}

it('does nothing backward where no sample has an error', async () => {
  const { engine, samples } = await simulated(base);
  const rule = { ...ruleOf(base, adam()), batchSize: 1 };
  const content = { ...rule, loss: { type: 'firingCount', desired: 9, undesired: 9, margin: 1000 } as const };
  const { engine: quiet } = await engineFor(base, content);
  const same = loadForTraining(quiet, problemOf(base));
  const { skipped, work } = await quiet.train(same, { from: 0, to: base.batch, seed: 5, epoch: 0, learningRate: 0.1 });
  expect(skipped).toBe(base.batch);
  expect(work).toMatchObject({
    traced: 0,
    kept: 0,
    read: 0,
    potentials: 0,
    weighed: 0,
    sent: 0,
    summed: 0,
    stepped: 0,
  });
  const forward = await engine.evaluate(samples, 0, base.batch, 5, 'trainSpikes');
  expect(work).toMatchObject({ draws: forward.work.draws, added: forward.work.added, events: forward.work.events });
});

const nets: Record<string, Partial<Case>> = {
  'dense, images': {},
  'dense, recordings': { recorded: true, layers: [dense(70, { threshold: 4 }), dense(80, { threshold: 3 })] },
  convolution: {
    shape: [1, 10, 10],
    layers: [
      convolution(18, 3, { threshold: 2, initialRange: 2 }),
      pooling(2, { threshold: 1 }),
      dense(70, { threshold: 3 }),
    ],
  },
};
it.each(Object.entries(nets))('shares the work out, and does none of it twice: %s', async (_, net) => {
  for (const batchSize of [1, 4]) {
    const works: Work[] = [];
    for (const threads of [1, 2, 3, 7]) {
      const c = { ...base, ...net, threads };
      const { engine } = await engineFor(c, { ...ruleOf(c, adam()), batchSize });
      const samples = loadForTraining(engine, problemOf(c));
      const slice = { from: 0, to: c.batch, seed: c.seed, epoch: 0, learningRate: 0.001 };
      works.push((await engine.train(samples, slice)).work);
    }
    const [{ barriers, ...alone }, ...shared] = works;
    expect(barriers).toBe(0);
    expect(alone.advanced).toBeGreaterThan(0);
    expect(alone.potentials).toBeGreaterThan(0);
    for (const { barriers: met, ...work } of shared) {
      // Each worker lists the spikes for itself, and words of spikes that two of them share are written in parts.
      expect(work).toEqual({ ...alone, events: work.events, published: work.published });
      expect(met).toBe(shared[0].barriers);
    }
  }
});
