/**
 * The engine does the work that the spikes ask for and no more: counted where it is done, compared with counts made
 * from the spikes.
 */
import { afterAll, expect, it } from 'vitest';
import { terminatePool } from '../../src/engine/pool.js';
import { adam } from '../../src/network/rule.js';
import { engineFor, loadForTraining, problemOf, ruleOf } from './cases.js';
import { base, fired, forwardWork, groups, liveBlocks, refractory, simulated, type Trains, woken } from './workload.js';

afterAll(() => terminatePool());

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

it('draws, lists, adds and advances what the spikes of an evaluation ask for', async () => {
  const one = await simulated(base);
  const { work } = await one.engine.evaluate(one.samples, 0, base.batch, base.seed, 'trainSpikes');
  expect(work).toEqual(forwardWork(base, one));
});

it('goes back through what fired, for the samples that have an error, and no further', async () => {
  const c = { ...base, threads: 2 };
  const one = await simulated(c);
  const { engine, rule, samples, spikes, labels } = one;
  const loss = rule.loss.type === 'firingCount' ? rule.loss : undefined;
  if (!loss) throw new Error('the case has the loss of firing counts');
  const slice = { from: 0, to: c.batch, seed: c.seed, epoch: 0, learningRate: 0 };
  const { work, skipped } = await engine.train(samples, slice);
  // Learning nothing, so that the spikes are those recorded.
  const { draws, events, packed, added, advanced } = forwardWork(c, one);
  const expected = {
    ...{ draws, packed, added, advanced },
    traced: 0,
    kept: 0,
    read: 0,
    potentials: 0,
    weighed: 0,
    scaled: 0,
    sent: 0,
    summed: 0,
    stepped: 0,
  };
  let quiet = 0;
  spikes.forEach(([input, hidden, output], n) => {
    const hasError = output.some(
      ({ length }, k) => Math.abs(length - (k === labels[n] ? loss.desired : loss.undesired)) > loss.margin,
    );
    if (!hasError) {
      quiet++;
      return;
    }
    const outputs = woken(c, output, labels[n], loss.desired);
    const columns = [fired(input), fired(hidden)];
    const sum = (trains: Trains): number => trains.reduce((all, train) => all + linesRead(train), 0);
    const blocks = [groups(70), 1];
    expected.traced += c.steps * (groupsByChunk(input, 256) + groups(columns[1]));
    expected.kept += c.steps * groupsByChunk(input, 256) + stepsRead(outputs, c.steps).size * groups(columns[1]);
    expected.read += sum(hidden) * groupsByChunk(input, 256) + sum(outputs) * groups(columns[1]);
    // Of the lines of e, only the quarters in which a neuron fired: silent ones have the same e everywhere.
    const lines = columns[0] * liveBlocks(hidden) + columns[1] * liveBlocks(outputs);
    expected.potentials += lines;
    expected.weighed += lines;
    expected.scaled += groups(70) + 1;
    expected.sent += 70;
    expected.stepped += 300 * blocks[0] + 70;
  });
  expect(skipped).toBe(quiet);
  expect(quiet).toBeLessThan(c.batch);
  expect(work).toMatchObject(expected);
  // Both list the inputs for themselves, one the hidden layer for the outputs.
  const inputs = spikes.reduce((sum, [input]) => sum + input.flat().length, 0);
  expect(work.events).toBe(events + inputs);
  // Words of 64 neurons: two of the hidden layer, which both workers may need, for they meet anywhere; and the outputs'
  // for their lateral factor and for e, since in between a silent class is woken.
  const rows = c.steps * (c.batch - quiet);
  expect(work.gathered).toBeGreaterThanOrEqual(4 * rows);
  expect(work.gathered).toBeLessThanOrEqual(6 * rows);
  // Of 5 blocks four lie in one word, which is written in parts where the workers meet within it.
  expect(work.published).toBeGreaterThanOrEqual(c.batch * c.steps * 2);
  expect(work.published).toBeLessThanOrEqual(c.batch * c.steps * 5);
  // One meeting at either end; after the hidden layer and after the loss; after the traces and within the output layer.
  expect(work.barriers).toBe(2 + 2 * quiet + 4 * (c.batch - quiet));
});

/** Steps whose traces the neurons of a layer read, and step 1, where the first windows begin. */
function stepsRead(trains: Trains, steps: number): Set<number> {
  return new Set([1, ...trains.flat().flatMap((step) => [step, step + refractory])].filter((step) => step < steps));
}

/** Lines of 16 traces for the inputs that fired, chunk of columns by chunk. */
function groupsByChunk(trains: Trains, width: number): number {
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
    gathered: 0,
    scaled: 0,
    sent: 0,
    summed: 0,
    stepped: 0,
  });
  const forward = await engine.evaluate(samples, 0, base.batch, 5, 'trainSpikes');
  expect(work).toMatchObject({ draws: forward.work.draws, added: forward.work.added, events: forward.work.events });
});
