/** The engine's optimiser steps against those of the scalar reference, batch after batch. */
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { terminatePool } from '../../src/engine/pool.js';
import { NotFinite } from '../../src/engine/slice.js';
import { createLearner, type LearnerState } from '../../src/hm2bp/optimizer.js';
import { addRegularizer } from '../../src/hm2bp/regularizer.js';
import { trainBatch } from '../../src/hm2bp/train.js';
import { isLearned, weightShape } from '../../src/network/network.js';
import { adam, sgd } from '../../src/network/rule.js';
import { trainingNetwork } from '../../src/network/dropout.js';
import { cases, engineFor, loadForTraining, patience, problemOf, ruleOf, droppedOf, keys } from './cases.js';
import { gradientOfSizes, isConditioned, largest } from './conditioning.js';

afterAll(() => terminatePool());

const learningRate = 0.01;
const optimizers = {
  adam: adam({ lr: learningRate, schedule: 'constant' }),
  sgd: sgd({ lr: learningRate, momentum: 0.9, schedule: 'constant' }),
};

const stateOf = ({ weights, first, second, beta1Power, beta2Power }: LearnerState, kind: 'adam' | 'sgd') => ({
  weights,
  moment1: first,
  moment2: kind === 'adam' ? second : [],
  powers: [beta1Power, beta2Power] as const,
});

/** Whether the engine stopped because weights are no longer finite. */
const unlessNotFinite = (error: unknown): true => {
  if (error instanceof NotFinite) return true;
  throw error;
};

it.each(['adam', 'sgd'] as const)('takes the same %s steps, batch after batch', { timeout: patience }, async (kind) => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(cases, fc.integer({ min: 1, max: 3 }), async (c, batchSize) => {
      const rule = { ...ruleOf(c, optimizers[kind]), batchSize };
      const { engine, weights } = await engineFor(c, rule);
      const { network } = engine;
      const problem = problemOf(c);
      const samples = loadForTraining(engine, problem);
      const learner = createLearner(weights);
      for (let from = 0; from < c.batch; from += batchSize) {
        const to = Math.min(c.batch, from + batchSize);
        const stopped = await engine
          .train(samples, { from, to, ...keys(c), learningRate })
          .then(() => false)
          .catch(unlessNotFinite);
        const batch = Array.from({ length: to - from }, (_, k) => ({
          input: problem.input(from + k, 'train'),
          label: problem.labels[from + k],
          dropped: droppedOf(c, network, from + k),
        }));
        const before = learner.weights.map((w) => w.slice());
        const { samples: results, gradientMean } = trainBatch(network, rule, learner, batch, learningRate);
        // Steps of random sizes may run away: then both must, and there is nothing more to compare.
        const diverged = !learner.weights.every((w) => w.every(Number.isFinite));
        if (stopped) expect(diverged, 'the engine found weights that are not finite').toBe(true);
        if (diverged) return;
        const sizes = before.map((w) => new Float64Array(w.length));
        results.forEach((result, n) => {
          const ofSample = gradientOfSizes(
            trainingNetwork(network),
            before,
            rule,
            batch[n].input,
            result,
            batch[n].label,
          );
          ofSample.forEach((values, l) => values.forEach((value, k) => (sizes[l][k] += value / batch.length)));
        });
        const state = await engine.getState();
        network.layers.forEach((layer, l) => {
          const expected = learner.weights[l];
          if (!isLearned(layer)) return expect(state.weights[l]).toEqual(expected);
          // Float32 has not 1e-5 of this gradient (conditioning.ts)
          if (!isConditioned(layer, gradientMean[l], sizes[l])) return undefined;
          const whole = Float32Array.from(gradientMean[l]);
          addRegularizer(whole, before[l], weightShape(layer).columns, rule.regularizer);
          // A long step may end at a small weight: what float32 keeps is relative to the step as well.
          const step = learningRate * largest(whole);
          const tolerance = 1e-5 * Math.max(1, largest(before[l]), largest(expected), kind === 'sgd' ? step : 0);
          // Adam divides a gradient by its own size: what is 1e-5 of the largest gradient is 1e-3 of one that is 100
          // times smaller, and below that nothing is left.
          const clear = (k: number): boolean => kind === 'sgd' || Math.abs(whole[k]) >= 0.01 * largest(gradientMean[l]);
          const apart = state.weights[l].findIndex((w, k) => clear(k) && !(Math.abs(w - expected[k]) <= tolerance));
          expect(apart, `${layer.name}: weight ${apart} is ${state.weights[l][apart]}, not ${expected[apart]}`).toBe(
            -1,
          );
          compared++;
          return undefined;
        });
        // On from the same state: a rounding apart may move a spike of the next batch.
        await engine.setState(stateOf(learner, kind));
      }
    }),
    { numRuns: 50 },
  );
  expect(compared).toBeGreaterThan(50);
});
