/**
 * Time of a training sample of MNIST dense (784-800-10, T 400, batch 1, Adam) beside the authors' 641 s for 60,000
 * samples on a Titan Xp. One and two threads in turn. The first 6,000 samples of a fresh network: nearly all of them
 * need the backward pass, which later in training most do not.
 */
import { dataOf, evaluateTimes, orderOf, prepare, timed, trainInTurn } from './engines.mjs';
import { row, report } from '../report.mjs';

const library = new URL('../../dist/src/', import.meta.url);
const { presets, datasets, describeNetwork, poissonSpikes, encoderKey } = await import(new URL('index.js', library));
const { initialWeights } = await import(new URL('network/weights.js', library));
const { createLearner } = await import(new URL('hm2bp/optimizer.js', library));
const { trainBatch } = await import(new URL('hm2bp/train.js', library));

const authorsMs = (641 * 1000) / 60000; // shared facts: mean seconds of an epoch in the authors' log
const { layers, options, rule } = presets.jin2018.mnistDense;
const network = describeNetwork(layers, options);
const { train, test } = await datasets.mnist({ size: 6000 }); // never other data in its place: the target is for MNIST

const runs = [await prepare(network, rule, 1, train, test), await prepare(network, rule, 2, train, test)];
const perSample = await trainInTurn(runs, 0, train.length, 6);
const [one, two] = [perSample.get(1), perSample.get(2)];
const evaluations = await evaluateTimes(runs[1], 3);

const order = orderOf(train);
const learner = createLearner(initialWeights(network, 1));
const scalar = [];
for (let n = 0; n < 3; n++) {
  const input = poissonSpikes(train.at(order[n]).pixels, network.steps, encoderKey(1, 'once', 0, order[n], 'train'));
  scalar.push(await timed(() => trainBatch(network, rule, learner, [{ input, label: train.labels[order[n]] }], 0.001)));
}

report(
  'train',
  [
    row('train.sample.2threads', 'ms', two, { target: authorsMs / 6 }),
    row('train.sample.1thread', 'ms', one),
    row(
      'train.timesFasterThanAuthorsGpu',
      'x',
      two.map((ms) => authorsMs / ms),
      { target: 6, atLeast: true },
    ),
    row(
      'train.2threadsOver1',
      'x',
      one.map((ms, k) => ms / two[k]),
    ),
    row('evaluate.sample.2threads', 'ms', evaluations),
    row('scalarReference.sample', 'ms', scalar),
  ],
  {},
  { data: dataOf(train, test) },
);
process.exit(0);
