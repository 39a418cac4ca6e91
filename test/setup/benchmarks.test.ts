/** What the benchmarks publish: pages as their records make them, and a check of the peers that notices other work. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pageNames, pagesOf } from '../../bench/pages.mjs';
import { compareWork } from '../../bench/peers/check.mjs';
import { targetLines } from '../../bench/peers/targets.mjs';
import { createLearner } from '../../src/hm2bp/optimizer.js';
import { trainBatch } from '../../src/hm2bp/train.js';
import { RandomStream, sampleKey } from '../../src/numeric/random.js';
import { dense, describeNetwork, input, type Network } from '../../src/network/network.js';
import { adam, exponential, firingCount, hm2bp, type LearningRule } from '../../src/network/rule.js';
import { firingCounts, type SpikeTrains } from '../../src/network/spikes.js';
import { initialWeights } from '../../src/network/weights.js';
import { poissonSpikes, encoderKey } from '../../src/data/encode/poisson.js';
import { simulate } from '../../src/hm2bp/simulate.js';
import { root } from '../../scripts/setup/files.mjs';

interface Row {
  readonly id: string;
  readonly median: number;
}
const rowsOf = (name: string): Map<string, number> => {
  const { rows } = JSON.parse(readFileSync(join(root, `bench/results/${name}.json`), 'utf8')) as { rows: Row[] };
  return new Map(rows.map(({ id, median }) => [id, median]));
};

describe('pages of benchmarks', () => {
  test.each(pageNames)('of %s are those that its record makes', async (name) => {
    for (const [file, text] of Object.entries(await pagesOf(name)))
      expect(readFileSync(join(root, file), 'utf8'), `${file}: run node bench/pages.mjs ${name}`).toBe(text);
  });

  test('say in words what the records say in figures', () => {
    const page = readFileSync(join(root, 'docs/performance.md'), 'utf8').replace(/\s+/g, ' ');
    const accuracy = rowsOf('accuracy');
    const at = (id: string): string => Math.round(accuracy.get(id)!).toLocaleString('en');
    const minutes = (id: string): number => Math.round(accuracy.get(id)! / 60);
    expect(page).toContain(`${at('to97percent')} s (${at('to97percent.samples')} samples)`);
    expect(page).toContain(`${at('to98percent')} s (${at('to98percent.samples')})`);
    for (const peer of ['jax', 'torch'])
      expect(page).toContain(`${minutes(`to97percent.${peer}`)} and ${minutes(`to98percent.${peer}`)}`);
    const memory = rowsOf('memory');
    const [peak, loaded] = ['trainedAndTested', 'loaded'].map((id) => Math.round(memory.get(`fullMnist.${id}`)!));
    expect(page).toContain(`peaks at ${peak} MB (250 wanted), of which ${loaded} are there`);
    const stages = rowsOf('stages');
    const took = (id: string): string => stages.get(id)!.toFixed(0);
    expect(page).toContain(`take ${took('sumsNear')} µs in place of ${took('sums')}`);
  });
});

/** A network trained by the plain reference on a few images: what a peer leaves in the folder of the benchmark. */
function peer(
  change: { network?: Partial<Network>; rule?: Partial<LearningRule>; rate?: number; other?: boolean } = {},
) {
  const output = dense(10, { threshold: 3, lateralInhibition: 1 });
  const described = describeNetwork([input(100), dense(40, { threshold: 6 }), output], { steps: 100 });
  const network: Network = { ...described, ...change.network };
  const rule: LearningRule = {
    rule: hm2bp({}),
    loss: firingCount({ desired: 12, undesired: 2, margin: 1 }),
    regularizer: exponential({ lambda: 10, beta: 1 }),
    optimizer: adam(),
    boosting: false,
    batchSize: 1,
    idle: 'skip',
    encoding: 'once',
    ...change.rule,
  };
  const stream = new RandomStream(sampleKey(7, 'strokeDigits'));
  const learner = createLearner(initialWeights(network, 1));
  const inputs: SpikeTrains[] = [];
  for (let n = 0; n < 32; n++) {
    const pixels = Uint8Array.from({ length: 100 }, () => (stream.uniform() < 0.5 ? stream.below(256) : 0));
    const spikes = poissonSpikes(pixels, 100, encoderKey(change.other ? 2 : 1, 'once', 0, n, 'train'));
    inputs.push(spikes);
    trainBatch(network, rule, learner, [{ input: spikes, label: n % 10 }], change.rate ?? 0.001);
  }
  const counts = inputs.map((spikes) => Array.from(firingCounts(simulate(network, learner.weights, spikes).at(-1)!)));
  return { counts, weights: Float32Array.from(learner.weights.flatMap((w) => [...w])) };
}

const first = Float32Array.from(
  initialWeights(describeNetwork([input(100), dense(40), dense(10)], { steps: 100 }), 1).flatMap((w) => [...w]),
);

describe('the check of the peers', () => {
  const own = peer();
  test('finds the same work in the same algorithm', () => {
    expect(compareWork(own, peer(), first)).toMatchObject({ sameWork: true, samplesWithOtherCounts: 0 });
  });

  test.each([
    ['no side effect', { rule: { rule: hm2bp({ sideEffect: 'off' }) } }],
    ['no effect ratio', { rule: { rule: hm2bp({ effectRatio: false }) } }],
    ['another margin', { rule: { loss: firingCount({ desired: 12, undesired: 2, margin: 4 }) } }],
    ['no regulariser', { rule: { regularizer: exponential({ lambda: 0, beta: 1 }) } }],
    ['another learning rate', { rate: 0.0012 }],
    [
      'a shorter refractory time',
      { network: { neuron: { ...describeNetwork([input(1), dense(1)], { steps: 2 }).neuron, refractory: 1 } } },
    ],
    ['other spikes', { other: true }],
  ])('notices %s', (_, change) => {
    expect(compareWork(own, peer(change), first).sameWork).toBe(false);
  });

  test('notices weights that are no numbers, or are not there', () => {
    expect(compareWork(own, { ...own, weights: own.weights.map(() => NaN) }, first).sameWork).toBe(false);
    expect(compareWork(own, { ...own, weights: own.weights.subarray(1) }, first).sameWork).toBe(false);
  });
});

describe('the ratios to the peers', () => {
  const one = (id: string, train: number[], evaluate = train) => {
    const turns = (all: number[]) => all.map((ms) => ({ ms }));
    return { id, turns: { train: turns(train), evaluate: turns(evaluate) } };
  };
  // A machine that is three times slower in the second round: within each round the ratio is 16.
  const own = one('spikelab.mnist-dense.fresh.b1.t1', [2, 6, 2], [1, 3, 1]);
  const jax = one('hm2bp_jax.b1', [32, 96, 30], [20, 60, 20]);

  test('are medians of those within a round, and say what is missed', () => {
    expect(targetLines([own, jax])).toEqual([
      '| HM2-BP in JAX, training | 15 | 16.0 |',
      '| HM2-BP in JAX, evaluation | 25 | 20.0 (missed) |',
    ]);
  });

  test('take the fastest of several', () => {
    const lines = targetLines([own, one('norse_tutorial.b64', [80, 80, 80]), one('spyx_tutorial.b64', [40, 120, 40])]);
    expect(lines).toEqual(['| libraries as in their tutorials, batch 64, the fastest | 25 | 20.0 (missed) |']);
  });
});
