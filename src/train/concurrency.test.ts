/**
 * Calls on one network at the same time, and networks side by side on the same workers: each gives what it gives alone.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/sets/dataset.js';
import { datasets } from '../data/datasets.js';
import { Engine } from '../engine/engine.js';
import { terminatePool, WorkerLost } from '../engine/pool.js';
import { dense, input } from '../network/network.js';
import { firingCount } from '../network/rule.js';
import { loseThreads } from '../../test/engine/loseThreads.js';
import { sequential } from './build.js';
import type { SpikingNetwork } from './model.js';

let train: Dataset;
let test: Dataset;
beforeAll(async () => {
  ({ train, test } = await datasets.strokes({ train: 400, test: 300, seed: 5 }));
});
afterAll(() => terminatePool());

const small = (seed = 7): SpikingNetwork =>
  sequential([input(28, 28), dense(40, { threshold: 5 }), dense(10, { threshold: 8 })], {
    steps: 60,
    seed,
    threads: 2,
    loss: firingCount({ desired: 8, undesired: 1, margin: 1 }),
  });
const trainedHash = async (net: SpikingNetwork): Promise<string> => {
  await net.fit(train, { epochs: 2, validation: test, silent: true });
  return net.runRecord.weightsSha256;
};

describe('calls at the same time', () => {
  it('evaluate, predict and run give what they give one after the other', async () => {
    const net = small();
    await net.fit(train, { silent: true });
    const calls = [
      () => net.evaluate(test.slice(0, 100)),
      () => net.evaluate(test.slice(100, 300)),
      () => net.predict(train.slice(0, 50)),
      () => net.run(test.at(3), { record: ['spikes', 'membrane'] }),
      () => net.evaluate(test),
      () => net.run(train.at(9)),
      () => net.predict(test.slice(200, 250)),
    ];
    const alone = [];
    for (const call of calls) alone.push(await call());
    expect(await Promise.all(calls.map((call) => call()))).toEqual(alone);
  });

  it('two networks that share the workers train and answer as each does alone', async () => {
    const alone = [await trainedHash(small(1)), await trainedHash(small(2))];
    const nets = [small(1), small(2)];
    expect(await Promise.all(nets.map(trainedHash))).toEqual(alone);
    const answers = [await nets[0].evaluate(test), await nets[1].evaluate(test)];
    expect(answers[0].firingCounts).not.toEqual(answers[1].firingCounts);
    expect(await Promise.all(nets.map((net) => net.evaluate(test)))).toEqual(answers);
  });

  it('evaluate, run and save during fit disturb neither it nor themselves', async () => {
    const whole = await trainedHash(small());
    const net = small();
    let training = true;
    const fit = trainedHash(net).finally(() => (training = false));
    let asked = 0;
    for (; training; asked++) {
      const [first, second, run] = await Promise.all([
        net.evaluate(test.slice(0, 60)),
        net.evaluate(test.slice(60, 120)),
        net.run(test.at(0), { record: ['membrane'] }),
      ]);
      expect([first.dataset, second.dataset]).toEqual(['strokes-seed5/test[0:60]', 'strokes-seed5/test[60:120]']);
      // An output that fires is set to 0: with the weights of another moment the membranes would not fit the spikes.
      const [spikes, membrane] = [run.spikes[2], run.membranes![1]];
      for (let k = 0; k < 10; k++)
        for (const t of spikes.times.subarray(spikes.offsets[k], spikes.offsets[k + 1]))
          expect(membrane[t * 10 + k]).toBe(0);
    }
    expect(await fit).toBe(whole);
    expect(asked).toBeGreaterThan(3);
  });

  it('a stop of fit does not cut an evaluation short', async () => {
    const net = small();
    const controller = new AbortController();
    const fit = net.fit(train, { epochs: 1000, silent: true, signal: controller.signal });
    const stopped = expect(fit).rejects.toThrow('nothing is lost');
    const during = [1, 2, 3].map(() => net.evaluate(test));
    void during[0].then(() => setTimeout(() => controller.abort(), 1)); // the second is running then
    await Promise.all(during);
    await stopped;
    expect((await net.evaluate(test)).samples).toBe(300);
  });

  it('a stop of fit does not give a run the spikes of the sample before', async () => {
    const net = small();
    const engine = await Engine.create(net.network, net.rule, 1);
    await engine.setState({ weights: await net.weights() });
    const record = (n: number) => engine.record(test.at(n).pixels, n, 7);
    const second = await record(1);
    expect(await record(0)).not.toEqual(second);
    const asked = record(1);
    for (let turn = 0; turn < 20; turn++) {
      await Promise.resolve();
      engine.cancel(); // as `fit` does when it is stopped
    }
    expect(await asked).toEqual(second);
  });

  it('goes on to the same bits after an evaluation lost its workers', async () => {
    const whole = await trainedHash(small());
    const net = small();
    expect(await loseThreads(net.evaluate(test))).toBeInstanceOf(WorkerLost);
    expect(await trainedHash(net)).toBe(whole);
  });
});
