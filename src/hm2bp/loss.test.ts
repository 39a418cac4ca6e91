import { describe, expect, it } from 'vitest';
import { firingCount, softmaxCount } from '../network/rule.js';
import { boost } from './boosting.js';
import { outputError, predict, silentClassTrain } from './loss.js';

describe('margin loss', () => {
  it('counts only what leaves the dead zone', () => {
    // Class 1 wants 35 +- 5, the others 5 +- 5.
    expect(outputError([10, 30, 0, 5], 1, firingCount())).toEqual({ delta: new Float64Array(4), cost: 0 });
    expect(outputError([11, 29, 0, 41], 1, firingCount())).toEqual({
      delta: Float64Array.of(6, -6, 0, 36),
      cost: 18 + 18 + 648,
    });
  });

  it('predicts the largest count, the lowest index among equals', () => {
    expect(predict([3, 7, 7, 1])).toBe(1);
    expect(predict([0, 0])).toBe(0);
  });
});

describe('softmax over counts', () => {
  it('is p - onehot with cross-entropy', () => {
    // Python: p = exp([1,3,2]) / sum, -log p[0]
    const { delta, cost } = outputError([1, 3, 2], 0, softmaxCount());
    [0.09003057317038046 - 1, 0.6652409557748218, 0.24472847105479764].forEach((value, i) =>
      expect(delta[i]).toBeCloseTo(value, 14),
    );
    expect(cost).toBeCloseTo(2.4076059644443806, 14);
  });

  it('does not overflow', () => {
    const { delta, cost } = outputError([4000, 0], 1, softmaxCount());
    expect([...delta]).toEqual([1, -1]);
    expect(cost).toBe(4000);
  });
});

describe('silent class', () => {
  it('gets spikes at multiples of floor(T / desired), below T', () => {
    const train = silentClassTrain(400, 35); // k = 11
    expect(train.length).toBe(36);
    expect([train[0], train[1], train.at(-1)]).toEqual([11, 22, 396]);
    expect([...silentClassTrain(450, 35)].at(-1)).toBe(444); // k = 12, the golden case
    expect([...silentClassTrain(440, 40)].at(-1)).toBe(429); // k = 11: 440 itself is too late
  });

  it('fires at most once a step', () => {
    expect([...silentClassTrain(4, 35)]).toEqual([1, 2, 3]);
    expect(silentClassTrain(1, 35).length).toBe(0);
  });
});

describe('boosting', () => {
  it('raises the weight of wrong samples by exp(error of their class / 20)', () => {
    const weights = Float64Array.of(1, 1, 1, 2, 1);
    boost(weights, [0, 0, 0, 0, 1], [0, 1, 0, 1, 1]); // class 0: 3 of 5 by weight
    expect([...weights]).toEqual([
      1,
      expect.closeTo(1.030454533953517, 14),
      1,
      expect.closeTo(2.060909067907034, 14),
      1,
    ]);
  });
});
