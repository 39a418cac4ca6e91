/**
 * The engine's gradients against those of the scalar reference, which was written apart from it: to 1e-5 relative, any
 * number of threads.
 */
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { terminatePool } from '../../src/engine/pool.js';
import { backward } from '../../src/hm2bp/backward.js';
import { simulate } from '../../src/hm2bp/simulate.js';
import { trainingNetwork } from '../../src/network/dropout.js';
import type { LearningRule } from '../../src/network/rule.js';
import { weightShape } from '../../src/network/network.js';
import {
  type Case,
  cases,
  droppedOf,
  engineFor,
  keys,
  loadForTraining,
  patience,
  type Problem,
  problemOf,
  ruleOf,
} from './cases.js';
import { farthest, gradientOfSizes, isConditioned, largest } from './conditioning.js';

afterAll(() => terminatePool());

interface Mean {
  readonly gradients: Float64Array[];
  /** Of the terms by their size. */
  readonly sizes: Float64Array[];
}

/** The reference's mean data gradient of a case's batch. */
function meanGradients(
  c: Case,
  engine: Engine,
  weights: Float32Array[],
  rule: LearningRule,
  problem: Problem,
  weightOf: (n: number) => number,
): Mean {
  const mean = {
    gradients: weights.map((w) => new Float64Array(w.length)),
    sizes: weights.map((w) => new Float64Array(w.length)),
  };
  const add = (to: Float64Array[], from: Float64Array[]): void =>
    from.forEach((values, l) => values.forEach((value, k) => (to[l][k] += value / c.batch)));
  for (let n = 0; n < c.batch; n++) {
    const input = problem.input(n, 'train');
    const network = trainingNetwork(engine.network);
    const dropped = droppedOf(c, network, n);
    const spikes = simulate(network, weights, input, undefined, dropped);
    const result = {
      spikes,
      ...backward(network, weights, rule, input, spikes, problem.labels[n], weightOf(n), dropped),
    };
    add(mean.gradients, result.gradients);
    add(mean.sizes, gradientOfSizes(network, weights, rule, input, result, problem.labels[n]));
  }
  return mean;
}

const gradientsOf = async (
  c: Case,
  rule: LearningRule,
  problem: Problem,
  weightOf: (n: number) => number,
): Promise<{ engine: Engine; weights: Float32Array[]; gradients: Float32Array[] }> => {
  const { engine, weights } = await engineFor(c, rule);
  const samples = loadForTraining(engine, problem, weightOf);
  const gradients = await engine.gradients(samples, {
    from: 0,
    to: c.batch,
    ...keys(c),
    learningRate: 1,
  });
  return { engine, weights, gradients };
};

it(
  'has the same mean gradient over a batch, to 1e-5 of its largest value, wherever its terms do not cancel',
  { timeout: patience },
  async () => {
    const compared = { dense: 0, convolution: 0, pooling: 0, reservoir: 0 };
    const strictly = { ...compared };
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const rule = ruleOf(c);
        const problem = problemOf(c);
        const weightOf = (n: number): number => 1 + n / 4;
        const { engine, weights, gradients } = await gradientsOf(c, rule, problem, weightOf);
        const expected = meanGradients(c, engine, weights, rule, problem, weightOf);
        expected.gradients.forEach((gradient, l) => {
          const layer = engine.network.layers[l];
          const apart = farthest(gradients[l], gradient);
          expect(apart, `${layer.name}: beside the sizes of the terms`).toBeLessThanOrEqual(
            1e-5 * largest(expected.sizes[l]),
          );
          if (largest(gradient) > 0) compared[layer.type]++;
          if (!isConditioned(layer, gradient, expected.sizes[l])) return;
          expect(apart, layer.name).toBeLessThanOrEqual(1e-5 * largest(gradient));
          if (largest(gradient) > 0) strictly[layer.type]++;
        });
      }),
      { numRuns: 200 },
    );
    // The property is not about zeros, nor about what cancels: about 180, 80, 150 and 45 of each.
    expect(
      [compared.dense, compared.convolution, strictly.dense, strictly.convolution].map(
        (count, k) => count > [60, 20, 40, 8][k],
      ),
    ).toEqual([true, true, true, true]);
  },
);

it(
  'has the same implicit side effect: 1 - s to 1e-4 (the factor 1/(1 - s) itself is badly conditioned, as s is near 1 where the count model holds)',
  { timeout: patience },
  async () => {
    let compared = 0;
    const one = (): number => 1;
    await fc.assert(
      fc.asyncProperty(cases, async (random) => {
        const c: Case = { ...random, batch: 1, sideEffect: 'implicit' };
        const rule = ruleOf(c);
        const offRule: LearningRule = { ...rule, rule: { ...rule.rule, sideEffect: 'off' } };
        const problem = problemOf(c);
        const { engine, weights, gradients: actual } = await gradientsOf(c, rule, problem, one);
        const { gradients: actualOff } = await gradientsOf(c, offRule, problem, one);
        const expected = meanGradients(c, engine, weights, rule, problem, one).gradients;
        const off = meanGradients(c, engine, weights, offRule, problem, one);
        engine.network.layers.forEach((layer, l) => {
          // A filter's gradient is a sum over positions, each with its own s; 1 - s is seen in a neuron with weights of
          // its own.
          if (layer.type !== 'dense' || !isConditioned(layer, off.gradients[l], off.sizes[l])) return;
          const { rows, columns } = weightShape(layer);
          for (let i = 0; i < rows; i++) {
            const row = off.gradients[l].subarray(i * columns, (i + 1) * columns);
            const k = i * columns + row.reduce((best, g, j) => (Math.abs(g) > Math.abs(row[best]) ? j : best), 0);
            if (Math.abs(off.gradients[l][k]) < Math.max(1e-6, 0.01 * largest(off.gradients[l]))) continue;
            const oneMinusS = off.gradients[l][k] / expected[l][k];
            expect(
              Math.abs(actualOff[l][k] / actual[l][k] - oneMinusS) / Math.max(1, Math.abs(oneMinusS)),
              `${layer.name}, neuron ${i}`,
            ).toBeLessThan(1e-4);
            compared++;
          }
        });
      }),
      { numRuns: 40 },
    );
    expect(compared).toBeGreaterThan(50);
  },
);
