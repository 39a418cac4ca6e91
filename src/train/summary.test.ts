/** What a network and an evaluation look like in a console. */
import { inspect } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { datasets } from '../data/datasets.js';
import { terminatePool } from '../engine/pool.js';
import { classifier } from './build.js';

afterAll(() => terminatePool());

it('says in one line what a network is and what an evaluation found', async () => {
  const { train, test } = await datasets.strokes({ train: 50, test: 20, seed: 1 });
  const net = classifier({ hidden: [20, 15], steps: 40, seed: 3 });
  expect(inspect(net)).toBe('spiking network 784-20-15-10, 40 steps, seed 3: not trained');
  const history = await net.fit(train, { validation: test, silent: true });
  expect(inspect(history)).toMatch(
    /^history of training\n  epoch 1  train \d+\.\d\d %  test \d+\.\d\d %  cost \d+\.\d\d  \d+\.\d s$/,
  );
  expect(JSON.parse(JSON.stringify(history))).toEqual({
    epochs: history.epochs,
    progress: history.progress,
    plannedEpochs: 1,
  });
  expect(inspect(net)).toMatch(
    /^spiking network 784-20-15-10, 40 steps, seed 3: 1 epochs, train \d+\.\d\d %  test \d+\.\d\d %  cost /,
  );
  const evaluation = await net.evaluate(test);
  expect(inspect(evaluation)).toBe(
    `accuracy ${(100 * evaluation.accuracy).toFixed(2)} % (${evaluation.correct} of 20 in ${test.name})`,
  );
  expect(JSON.parse(JSON.stringify(evaluation))).toHaveProperty('confusion');
});
