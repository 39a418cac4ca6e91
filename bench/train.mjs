/**
 * Time of a training sample of MNIST dense (784-800-10, T 400, batch 1, Adam) beside the authors' 641 s for 60,000 samples on a Titan Xp.
 * One and two threads in turn, so that the ratio holds on a machine whose speed drifts. The first 6,000 samples of a fresh network: nearly all of
 * them need the backward pass, which later in training most do not.
 */
import { row, report } from './report.mjs';

const library = new URL('../dist/src/', import.meta.url);
const { Engine } = await import(new URL('engine/engine.js', library));
const { presets, datasets, describeNetwork, RandomStream, permutation, sampleKey, poissonSpikes, encoderKey } = await import(new URL('index.js', library));
const { initialWeights } = await import(new URL('network/weights.js', library));
const { createLearner } = await import(new URL('hm2bp/optimizer.js', library));
const { trainBatch } = await import(new URL('hm2bp/train.js', library));

const authorsMs = (641 * 1000) / 60000; // shared facts: mean seconds of an epoch in the authors' log
const { layers, options, rule } = presets.jin2018.mnistDense;
const network = describeNetwork(layers, options);
const { train, test } = await datasets.mnistOrStrokes({ size: 6000 });
const order = permutation(train.length, new RandomStream(sampleKey(1, 'shuffle', 0)));

async function prepare(threads) {
  const engine = await Engine.create(network, rule, threads);
  await engine.setState({ weights: initialWeights(network, 1) });
  const samples = engine.loadSamples('train', train.pixels, train.labels);
  const tests = engine.loadSamples('test', test.pixels, test.labels);
  engine.views(samples).order.set(order);
  engine.views(samples).sampleWeights.fill(1);
  return { engine, samples, tests };
}

const timed = async (work) => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

const runs = { 1: await prepare(1), 2: await prepare(2) };
const slices = 6;
const length = Math.floor(train.length / slices);
const perSample = { 1: [], 2: [] };
for (let slice = 0; slice < slices; slice++) {
  for (const threads of [1, 2]) {
    const { engine, samples } = runs[threads];
    const range = { from: slice * length, to: (slice + 1) * length, seed: 1, encodingEpoch: 0, learningRate: 0.001 };
    perSample[threads].push((await timed(() => engine.train(samples, range))) / length);
  }
}
const evaluations = [];
for (let round = 0; round < 3; round++) {
  const { engine, tests } = runs[2];
  evaluations.push((await timed(() => engine.evaluate(tests, 0, tests.length, 1))) / tests.length);
}
const learner = createLearner(initialWeights(network, 1));
const scalar = [];
for (let n = 0; n < 3; n++) {
  const input = poissonSpikes(train.at(order[n]).pixels, network.steps, encoderKey(1, 'once', 0, order[n], 'train'));
  scalar.push(await timed(() => trainBatch(network, rule, learner, [{ input, label: train.labels[order[n]] }], 0.001)));
}

report('train', [
  row('train.sample.2threads', 'ms', perSample[2], { target: authorsMs / 6 }),
  row('train.sample.1thread', 'ms', perSample[1]),
  row('train.timesFasterThanAuthorsGpu', 'x', perSample[2].map((ms) => authorsMs / ms), { target: 6, atLeast: true }),
  row('train.2threadsOver1', 'x', perSample[1].map((ms, k) => ms / perSample[2][k])),
  row('evaluate.sample.2threads', 'ms', evaluations),
  row('scalarReference.sample', 'ms', scalar),
]);
process.exit(0);
