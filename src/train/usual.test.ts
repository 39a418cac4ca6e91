/**
 * Thresholds that `classifier` chooses, beside the best of a row chosen by hand: few and many features, two and ten
 * classes, each coding.
 */
import { expect, it } from 'vitest';
import { fromArrays } from '../data/own/from-arrays.js';
import { dense, input } from '../network/network.js';
import { RandomStream, sampleKey } from '../numeric/random.js';
import { classifier, sequential } from './build.js';
import { firstLook, firstRuns, meanInputRate } from './first-look.js';

/** Normal around a centre of each class, which is normal with standard deviation 3. */
function gaussians(features: number, classes: number, deviation: number) {
  const stream = new RandomStream(sampleKey(7, 'shuffle', 0, 0), 0);
  let k = 0;
  const bell = (): number => Array.from({ length: 12 }, () => stream.at(k++) / 2 ** 32).reduce((a, b) => a + b, -6);
  const centres = Array.from({ length: classes }, () => Array.from({ length: features }, () => 3 * bell()));
  const labels = Array.from({ length: 400 }, (_, n) => n % classes);
  return { features: labels.map((c) => centres[c].map((x) => x + deviation * bell())), labels };
}

it.each([
  [4, 2, 2, 'rate'],
  [4, 10, 1, 'population'],
  [30, 2, 3, 'rate'],
  [200, 10, 6, 'latency'],
  [4, 10, 1, 'latency'],
  [8, 3, 2, 'latency'],
] as const)(
  '%i features, %i classes (deviation %i), %s: within 5 points of the best by hand',
  async (features, classes, deviation, coding) => {
    const data = { ...gaussians(features, classes, deviation), test: 0.4, seed: 1, quiet: true };
    const { train, test } = coding === 'latency' ? fromArrays({ ...data, coding }) : fromArrays({ ...data, coding });
    const [shape, steps] = [train.shape, 100];
    const common = { steps, seed: 1, threads: 1 };
    const accuracy = async (net: ReturnType<typeof classifier>): Promise<number> => {
      await net.fit(train, { epochs: 5, silent: true });
      return 100 * (await net.evaluate(test)).accuracy;
    };
    const usual = classifier({ ...common, shape, classes, hidden: [40], inputRate: meanInputRate(train) });
    const [{ threshold }, output] = usual.network.layers;
    const byHand = [];
    for (const times of [0.25, 0.5, 2, 4]) {
      const layers = [
        dense(40, { threshold: times * threshold }),
        dense(classes, { threshold: output.threshold, lateralInhibition: 1 }),
      ];
      byHand.push(await accuracy(sequential([input(...shape), ...layers], { ...common, loss: usual.rule.loss })));
    }
    expect(await accuracy(usual)).toBeGreaterThanOrEqual(Math.max(...byHand) - 5);
  },
);

it('says nothing of latencies of four features: four spikes a sample are all there can be', async () => {
  const { train } = fromArrays({ ...gaussians(4, 2, 2), coding: 'latency', quiet: true });
  const net = classifier({ shape: train.shape, classes: 2, inputRate: meanInputRate(train), threads: 1 });
  expect(firstLook(net.network, train, await firstRuns(net, train, 10))).toEqual([]);
});
