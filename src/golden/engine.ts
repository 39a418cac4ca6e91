/** The fast engine as what replays golden cases. */
import { Engine } from '../engine/engine.js';
import { recordingsOf } from '../engine/recordings.js';
import { adam, exponential, firingCount, hm2bp, type LearningRule } from '../network/rule.js';
import type { Backend } from './verify.js';

/** Any rule does for a simulation. */
const noRule: LearningRule = {
  rule: hm2bp(),
  loss: firingCount(),
  regularizer: exponential(),
  optimizer: adam(),
  boosting: false,
  batchSize: 1,
  idle: 'skip',
  encoding: 'once',
};

/** @param threads worker threads; changes no result */
export function engineBackend(threads: number): Backend {
  return {
    async simulate(network, weights, input) {
      const engine = await Engine.create(network, noRule, threads);
      await engine.setState({ weights });
      return (await engine.record(input, 0, 0)).slice(1);
    },
    async trainStep(network, rule, weights, input, label) {
      const engine = await Engine.create(network, rule, threads);
      await engine.setState({ weights });
      const samples = engine.loadRecordings('golden', recordingsOf(input), Uint8Array.of(label));
      const views = engine.views(samples);
      views.order[0] = 0;
      views.sampleWeights[0] = 1;
      await engine.train(samples, {
        from: 0,
        to: 1,
        seed: 0,
        epoch: 0,
        learningRate: rule.optimizer.learningRate,
      });
      return [...(await engine.getState()).weights];
    },
  };
}
