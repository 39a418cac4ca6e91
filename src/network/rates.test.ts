import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convolution, dense, pooling, reservoir } from './layers.js';
import { adam, exponential, firingCount, hm2bp, type LearningRule, learningRateAt, ratesOf, sgd } from './rule.js';
import { checkRule } from './validate.js';

describe('learning rates', () => {
  it('cosine goes from the rate to the floor, and stays there', () => {
    const optimizer = adam({ lr: 0.01, schedule: 'cosine', epochs: 8, floor: 0.002 });
    fc.assert(
      fc.property(fc.nat(20), (k) => {
        const expected = k >= 8 ? 0.002 : 0.002 + 0.008 * 0.5 * (1 + Math.cos((Math.PI * k) / 8));
        expect(learningRateAt(optimizer, k)).toBeCloseTo(expected, 15);
      }),
    );
    expect([0, 4, 8, 100].map((k) => learningRateAt(optimizer, k))).toEqual([
      0.01,
      expect.closeTo(0.006, 15),
      0.002,
      0.002,
    ]);
  });

  it('no schedule goes below its floor', () => {
    const optimizer = sgd({ lr: 0.01, floor: 0.004 });
    expect([0, 1, 4, 100].map((k) => learningRateAt(optimizer, k))).toEqual([0.01, 0.01, 0.005, 0.004]);
  });

  it('a given number starts the schedule, a function replaces it', () => {
    const optimizer = adam();
    expect([0, 4].map(ratesOf(optimizer, 0.1))).toEqual([0.1, 0.05]);
    expect([0, 1, 2].map(ratesOf(optimizer, (k) => 0.1 / 2 ** k))).toEqual([0.1, 0.05, 0.025]);
    expect(() => ratesOf(optimizer, () => NaN)(3)).toThrow('learning rate of epoch 3 is NaN');
    expect(() => ratesOf(optimizer, -1)).toThrow(/learningRate is -1/);
  });

  it('what is not used is not in the rule, so that rules of before are equal', () => {
    expect(Object.keys(adam())).toEqual(['type', 'learningRate', 'beta1', 'beta2', 'epsilon', 'schedule']);
    const rule: LearningRule = {
      rule: hm2bp(),
      loss: firingCount(),
      regularizer: exponential(),
      optimizer: adam({ schedule: 'cosine', epochs: 3, floor: 1e-4 }),
      boosting: false,
      batchSize: 1,
      idle: 'skip',
      encoding: 'once',
    };
    expect(JSON.stringify(checkRule(JSON.parse(JSON.stringify(rule)) as LearningRule))).toBe(JSON.stringify(rule));
    const momentum = { ...rule, optimizer: sgd({ momentum: 0.5 }) };
    expect(checkRule(momentum)).toEqual(momentum);
  });

  it.each([
    [{ schedule: 'cosine' }, /'cosine' needs the epochs/],
    [{ epochs: 3 }, /no other has them/],
    [{ floor: 1 }, /floor is 1/],
    [{ schedule: 'cosin' }, /schedule is "cosin"/],
  ])('refuses %o', (options, message) => {
    expect(() => adam(options as object)).toThrow(message);
  });
});

it.each<[string, () => unknown, RegExp]>([
  ['adam', () => adam({ learningrate: 1 } as object), /adam\(\) has no option "learningrate"/],
  ['adam', () => adam({ beta: 1 } as object), /did you mean beta1 or beta2\?/],
  ['hm2bp', () => hm2bp({ sideeffect: 'off' } as object), /did you mean sideEffect\?/],
  ['firingCount', () => firingCount({ margins: 1 } as object), /did you mean margin\?/],
  ['dense', () => dense(3, { treshold: 1 } as object), /did you mean threshold\?/],
  ['convolution', () => convolution(3, 5, { pading: 1 } as object), /did you mean padding\?/],
  ['pooling', () => pooling(2, { strid: 1 } as object), /did you mean stride\?/],
  ['reservoir', () => reservoir(9, { inputWeigth: 1 } as object), /did you mean inputWeight\?/],
  ['no object', () => dense(3, 20 as never), /takes an object of options/],
])('%s refuses options that do not exist', (_, build, message) => {
  expect(build).toThrow(message);
});
