/** The corners: one step, one neuron, silence everywhere, and refusals. */
import { describe, expect, it } from 'vitest';
import { dense, describeNetwork, input } from '../network/network.js';
import { adam, exponential, firingCount, hm2bp, type LearningRule } from '../network/rule.js';
import { firingCounts, packSpikeTrains } from '../network/spikes.js';
import { backward } from './backward.js';
import { createLearner } from './optimizer.js';
import { simulate } from './simulate.js';
import { trainBatch } from './train.js';

const rule: LearningRule = {
  rule: hm2bp(),
  loss: firingCount(),
  regularizer: exponential(),
  optimizer: adam(),
  boosting: false,
  idle: 'skip',
  batchSize: 1,
  encoding: 'once',
};

describe('simulation', () => {
  it('fires when a single weight drives the membrane over the threshold, two steps of refractory apart', () => {
    const network = describeNetwork([input(1), dense(1, { threshold: 1 })], { steps: 12 });
    const every = packSpikeTrains('input', 12, [Array.from({ length: 11 }, (_, t) => t + 1)]);
    const membranes: Float32Array[] = [];
    const [spikes] = simulate(network, [Float32Array.of(80)], every, membranes);
    // The first input spike is at 1, so that the current rises at 2, and v = 80/8 > 1. After a spike at t, v is held at
    // 0 in t+1 and t+2.
    expect([...spikes.times]).toEqual([2, 5, 8, 11]);
    expect(membranes[0].length).toBe(12);
    expect(membranes[0].every((v) => v === 0)).toBe(true);
  });

  it('records the membrane of one spike as Euler steps', () => {
    const network = describeNetwork([input(1), dense(1, { threshold: 1 })], { steps: 5 });
    const membranes: Float32Array[] = [];
    simulate(network, [Float32Array.of(4)], packSpikeTrains('input', 5, [[1]]), membranes);
    // i: 4, 3.5, 3.0625; v: 0.5, 0.5*63/64 + 3.5/8, ... all exact in float32
    expect([...membranes[0]]).toEqual([0, 0, 0.5, 0.9296875, 0.9296875 * (63 / 64) + 3.0625 / 8 > 1 ? 0 : NaN]);
  });

  it('compares with the threshold less a millionth', () => {
    const network = describeNetwork([input(1), dense(1, { threshold: 1 })], { steps: 3 });
    const fires = (weight: number): number =>
      simulate(network, [Float32Array.of(weight)], packSpikeTrains('input', 3, [[1]]))[0].times.length;
    expect(fires(8)).toBe(1); // v = 1 exactly
    expect(fires(7.99999)).toBe(0); // v = 0.99999875
  });

  it('inhibits the other outputs, not the one that fired', () => {
    const options = { threshold: 1, name: 'output' };
    const run = (lateralInhibition: number): number[] => {
      const network = describeNetwork([input(1), dense(2, { ...options, lateralInhibition })], { steps: 30 });
      return [
        ...firingCounts(
          simulate(network, [Float32Array.of(40, 2)], packSpikeTrains('input', 30, [[1, 6, 11, 16, 21]]))[0],
        ),
      ];
    };
    const [strong, weak] = run(0);
    const [same, inhibited] = run(1);
    expect(same).toBe(strong);
    expect(inhibited).toBeLessThan(weak);
  });
});

describe('corner cases', () => {
  it.each([1, 2, 3])('steps: %i', (steps) => {
    const network = describeNetwork([input(2), dense(3), dense(2, { threshold: 8, lateralInhibition: 1 })], { steps });
    const state = createLearner([new Float32Array(6).fill(0.5), new Float32Array(6).fill(0.5)]);
    const { samples, gradientMean } = trainBatch(
      network,
      rule,
      state,
      [{ input: packSpikeTrains('input', steps, [steps > 1 ? [1] : [], []]), label: 1 }],
      0.001,
    );
    expect(samples[0].cost).toBe(0.5 * 35 * 35);
    expect(samples[0].spikes.every((layer) => layer.times.length === 0)).toBe(true);
    expect(gradientMean[0].every(Number.isFinite)).toBe(true);
    // Everything is silent: e = 0.1 for the input that fired, s = (0.5 + 0.5) * 0.5 / 20, r = 1, and the hidden layer
    // fires nothing for the output.
    const delta = (-35 / 8) * 0.5; // at each hidden neuron, before its threshold
    const expected = steps > 1 ? (delta / 20) * 0.1 * (1 + 0.5 / 20) : 0;
    expect([...gradientMean[0]]).toEqual(
      [expected, 0, expected, 0, expected, 0].map((value) => expect.closeTo(value, 12) as number),
    );
    expect(gradientMean[1].every((g) => Math.abs(g) === 0)).toBe(true);
  });

  it('one neuron, no input spikes: nothing to learn from but the regulariser', () => {
    const network = describeNetwork([input(1), dense(1)], { steps: 50 });
    const sample = { input: packSpikeTrains('input', 50, [[]]), label: 0 };
    const plain = createLearner([Float32Array.of(0.5)]);
    trainBatch(network, rule, plain, [sample], 0.001);
    expect(plain.weights[0][0]).toBe(0.5);
    const pulled = createLearner([Float32Array.of(0.5)]);
    trainBatch(network, { ...rule, regularizer: exponential({ lambda: 10 }) }, pulled, [sample], 0.001);
    expect(pulled.weights[0][0]).toBeCloseTo(0.499, 6); // Adam's first step: the learning rate, against the gradient
  });

  it('skips the backward pass inside the margin, and takes no step when the whole batch was skipped', () => {
    const network = describeNetwork([input(1), dense(2)], { steps: 50 });
    const inside = {
      ...rule,
      loss: firingCount({ desired: 5, undesired: 0, margin: 5 }),
      regularizer: exponential({ lambda: 10 }),
    };
    const state = createLearner([Float32Array.of(0.5, 0.5)]);
    const { samples } = trainBatch(
      network,
      inside,
      state,
      [{ input: packSpikeTrains('input', 50, [[1]]), label: 0 }],
      0.001,
    );
    expect(samples[0]).toMatchObject({ skipped: true, cost: 0, prediction: 0 });
    expect(samples[0].deltas[0].every((d) => d === 0)).toBe(true);
    expect(state.weights[0][0]).toBe(0.5);
    expect(state.beta1Power).toBe(1);
  });

  it('refuses what does not fit', () => {
    const network = describeNetwork([input(2), dense(2)], { steps: 10 });
    const weights = [new Float32Array(4)];
    const sample = packSpikeTrains('input', 10, [[1], [2]]);
    expect(() => simulate(network, weights, packSpikeTrains('input', 9, [[1], [2]]))).toThrow(
      'input of 2 neurons and 9 steps for a network of 2 inputs and 10 steps',
    );
    expect(() => simulate(network, [Float32Array.of(0, NaN, 0, 0)], sample)).toThrow('neuron 0, input 1');
    const spikes = simulate(network, weights, sample);
    expect(() => backward(network, weights, rule, sample, spikes, 2)).toThrow('label is 2');
    expect(() => backward(network, weights, rule, sample, spikes, 0, NaN)).toThrow('sample weight is NaN');
    expect(() => trainBatch(network, rule, createLearner(weights), [], 0.1)).toThrow('batch of 0 samples');
  });
});
