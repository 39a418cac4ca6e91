/** The reference against `test/oracle/hm2bp_tiny.py`, another program that sums spike pair by spike pair. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dense, describeNetwork, input } from '../network/network.js';
import {
  adam,
  exponential,
  firingCount,
  hm2bp,
  sgd,
  type Hm2bpRule,
  type LearningRule,
  type Optimizer,
} from '../network/rule.js';
import { packSpikeTrains, spikeTimes } from '../network/spikes.js';
import { backward } from './backward.js';
import { lateralFactor } from './lateral.js';
import { applyUpdate, createLearner } from './optimizer.js';
import { addRegularizer } from './regularizer.js';
import { simulate } from './simulate.js';
import { trainBatch } from './train.js';

type Matrix = number[][];
interface Oracle {
  weights: Matrix[];
  samples: {
    label: number;
    sampleWeight: number;
    inputs: number[][];
    hidden: number[][];
    output: number[][];
    cases: {
      sideEffect: Hm2bpRule['sideEffect'];
      effectRatio: boolean;
      cost: number;
      lateral: number[];
      deltas: number[][];
      gradients: Matrix[];
    }[];
  }[];
  gradientMean: Matrix[];
  regularised: Matrix[];
  adamOnce: Matrix[];
  adamTwice: Matrix[];
  sgdOnce: Matrix[];
  sgdTwice: Matrix[];
}
const oracle = JSON.parse(
  readFileSync(new URL('../../test/oracle/hm2bp_tiny.json', import.meta.url), 'utf8'),
) as Oracle;

const steps = 180;
const network = describeNetwork(
  [input(5), dense(6, { threshold: 1.5 }), dense(3, { threshold: 0.75, lateralInhibition: 1 })],
  { steps },
);
const regularizer = exponential({ lambda: 10, beta: 0.4, limit: 8 });
const ruleWith = (rule: Hm2bpRule, optimizer: Optimizer = adam(), noRegularizer = false): LearningRule => ({
  rule,
  loss: firingCount({ desired: 12, undesired: 2, margin: 1 }),
  regularizer: noRegularizer ? exponential() : regularizer,
  optimizer,
  boosting: false,
  idle: 'skip',
  batchSize: 2,
  encoding: 'once',
});
const weights = oracle.weights.map((matrix) => Float32Array.from(matrix.flat()));
const encode = (trains: number[][]) => packSpikeTrains('input', steps, trains);
const expectClose = (actual: ArrayLike<number>, expected: number[], tolerance: number): void => {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, n) =>
    expect(Math.abs(actual[n] - value), `element ${n}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value))),
  );
};

describe('reference against an independent program', () => {
  it('covers the special cases', () => {
    expect(oracle.samples.map(({ label, output }) => output[label].length)).toEqual([17, 0]);
    expect(oracle.samples[1].hidden.filter((train) => train.length === 0).length).toBe(2);
  });

  for (const [n, sample] of oracle.samples.entries()) {
    const spikes = simulate(network, weights, encode(sample.inputs));
    it(`sample ${n}: equal spikes`, () => {
      const trains = spikes.map((layer) =>
        Array.from({ length: layer.neurons }, (_, unit) => [...spikeTimes(layer, unit)]),
      );
      expect(trains).toEqual([sample.hidden, sample.output]);
    });

    for (const expected of sample.cases) {
      const { sideEffect, effectRatio } = expected;
      it(`sample ${n}: equal deltas, gradients and lateral factors, side effect ${sideEffect}, effect ratio ${effectRatio}`, () => {
        const rule = ruleWith(hm2bp({ sideEffect, effectRatio }));
        const result = backward(
          network,
          weights,
          rule,
          encode(sample.inputs),
          spikes,
          sample.label,
          sample.sampleWeight,
        );
        expect(result.cost).toBe(expected.cost);
        expect(result.prediction).toBe(2);
        expectClose(lateralFactor(spikes[1], sample.label, 0.75, 1, network.neuron), expected.lateral, 1e-12);
        for (const k of [0, 1]) {
          expectClose(result.deltas[k], expected.deltas[k], 1e-12);
          expectClose(result.gradients[k], expected.gradients[k].flat(), 1e-12);
        }
      });
    }
  }

  const batch = oracle.samples.map(({ inputs, label, sampleWeight }) => ({
    input: encode(inputs),
    label,
    weight: sampleWeight,
  }));
  it.each([
    ['Adam', adam(), 0.001, oracle.adamOnce],
    ['SGD', sgd(), 0.01, oracle.sgdOnce],
  ] as const)('trains on a batch of two with %s', (_, optimizer, rate, expected) => {
    const state = createLearner(weights);
    const { gradientMean } = trainBatch(network, ruleWith(hm2bp(), optimizer), state, batch, rate);
    for (const k of [0, 1]) {
      expectClose(gradientMean[k], oracle.gradientMean[k].flat(), 1e-12);
      expectClose(state.weights[k], expected[k].flat(), 1e-6);
    }
  });

  it.each([
    ['Adam', adam(), 0.001, oracle.adamTwice],
    ['SGD', sgd(), 0.01, oracle.sgdTwice],
  ] as const)('keeps the moments of %s over two steps', (_, optimizer, rate, expected) => {
    const state = createLearner(weights);
    const rule = ruleWith(hm2bp(), optimizer, true);
    const gradient = oracle.regularised.map((matrix) => Float64Array.from(matrix.flat()));
    applyUpdate(network, rule, state, gradient, rate);
    applyUpdate(
      network,
      rule,
      state,
      gradient.map((g) => g.map((value) => -2 * value)),
      rate,
    );
    // Gradients reach hundreds, in float32.
    for (const k of [0, 1]) expectClose(state.weights[k], expected[k].flat(), 1e-5);
  });

  it('adds the regulariser', () => {
    for (const k of [0, 1]) {
      const gradient = Float32Array.from(oracle.gradientMean[k].flat());
      addRegularizer(gradient, weights[k], oracle.weights[k][0].length, regularizer);
      expectClose(gradient, oracle.regularised[k].flat(), 1e-6);
    }
  });
});
