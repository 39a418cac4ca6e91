/**
 * `npm run bench -- accuracy`: seconds of training until a network of MNIST dense (784-800-10, two threads, seed 1) has
 * 97 and 98 % of the whole test set, tested after each 10,000 samples; the tests' own time does not count. Beside it
 * what HM2-BP in JAX and in PyTorch would take for the same samples on one core, by the milliseconds a sample of the
 * last `npm run bench:peers`: they, too, only simulate a sample that turns out to have no error.
 * bench/results/accuracy.json.
 */
import { readFileSync } from 'node:fs';
import { median, report, row } from '../report.mjs';
import { dataOf, orderOf, prepare, range, timed } from './engines.mjs';

const library = new URL('../../dist/src/', import.meta.url);
const { presets, datasets, describeNetwork } = await import(new URL('index.js', library));
const { ratesOf } = await import(new URL('network/rule.js', library));

const wanted = [0.97, 0.98];
const part = 10_000;
const mostEpochs = 6;

const { layers, options, rule } = presets.jin2018.mnistDense;
const { train, test } = await datasets.mnist();
const run = await prepare(describeNetwork(layers, options), rule, 2, train, test);
const rateOf = ratesOf(rule.optimizer);

const curve = []; // samples, those of them without a backward pass, seconds of training, accuracy
let [seconds, skipped] = [0, 0];
const best = () => Math.max(0, ...curve.map(({ accuracy }) => accuracy));
for (let epoch = 0; epoch < mostEpochs && best() < wanted.at(-1); epoch++) {
  run.engine.views(run.samples).order.set(orderOf(train, epoch));
  for (let from = 0; from < train.length && best() < wanted.at(-1); from += part) {
    const work = { ...range(from, Math.min(from + part, train.length)), epoch, learningRate: rateOf(epoch) };
    const ms = await timed(async () => (skipped += (await run.engine.train(run.samples, work)).skipped));
    seconds += ms / 1000;
    await run.engine.evaluate(run.tests, 0, test.length, 1);
    const { predictions } = run.engine.views(run.tests);
    const right = test.labels.reduce((sum, label, n) => sum + Number(predictions[n] === label), 0);
    curve.push({ samples: epoch * train.length + work.to, skipped, seconds, accuracy: right / test.length });
  }
}

const { competitors } = JSON.parse(readFileSync(new URL('../results/peers.json', import.meta.url), 'utf8'));
const peerMs = (peer, action) => median(competitors.find(({ id }) => id === peer).turns[action].map(({ ms }) => ms));
const rows = wanted.flatMap((accuracy) => {
  const reached = curve.find((point) => point.accuracy >= accuracy);
  if (!reached) return [];
  const id = `to${100 * accuracy}percent`;
  const beside = (peer) =>
    ((reached.samples - reached.skipped) * peerMs(peer, 'train') + reached.skipped * peerMs(peer, 'evaluate')) / 1000;
  return [
    row(`${id}.samples`, 'samples', [reached.samples]),
    row(id, 's', [reached.seconds]),
    row(`${id}.jax`, 's', [beside('hm2bp_jax.b1')]),
    row(`${id}.torch`, 's', [beside('hm2bp_torch.b1')]),
  ];
});
report('accuracy', rows, {}, { curve, data: dataOf(train, test) });
process.exit(0);
