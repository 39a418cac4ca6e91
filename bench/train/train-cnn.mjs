/**
 * Time of a training sample of the other networks of the paper beside the authors' logs (Titan Xp): MNIST CNN
 * (15C5-P2-40C5-P2-300-10, T 400) 1632 s and N-MNIST dense (2312-800-10, T 540) 679 s for 60,000 samples. Batch 1,
 * Adam, one and two threads in turn. The CNN is measured from sample 2,000 on, when its layers fire as they do in the
 * rest of the epoch; later more samples go without a backward pass. Distortion of the images is not in it.
 */
import { dataOf, evaluateTimes, prepare, trainInTurn, warmUp } from './engines.mjs';
import { row, report } from '../report.mjs';

const { presets, datasets, describeNetwork } = await import(new URL('../../dist/src/index.js', import.meta.url));

/** Rows of one preset. @param from samples trained before the measurement */
async function measure(id, { layers, options, rule }, { train, test }, authorsSeconds, from, to, slices) {
  const network = describeNetwork(layers, options);
  const authorsMs = (authorsSeconds * 1000) / 60000;
  const runs = [await prepare(network, rule, 1, train, test), await prepare(network, rule, 2, train, test)];
  if (from > 0) {
    await warmUp(runs[1], 0, from);
    await runs[0].engine.setState(await runs[1].engine.getState());
  }
  const perSample = await trainInTurn(runs, from, to, slices);
  const [one, two] = [perSample.get(1), perSample.get(2)];
  const evaluations = await evaluateTimes(runs[1], 3);
  const epochMinutes = two.map((ms, k) => (60000 * ms + 10000 * evaluations[k % evaluations.length]) / 60000);
  return [
    row(`${id}.sample.2threads`, 'ms', two),
    row(`${id}.sample.1thread`, 'ms', one),
    row(
      `${id}.timesFasterThanAuthorsGpu`,
      'x',
      two.map((ms) => authorsMs / ms),
    ),
    row(
      `${id}.2threadsOver1`,
      'x',
      one.map((ms, k) => ms / two[k]),
    ),
    row(`${id}.evaluate.2threads`, 'ms', evaluations),
    row(`${id}.epochWithTest`, 'min', epochMinutes, { target: 10 }),
  ];
}

const mnist = await datasets.mnist({ size: 3000 });
const nmnist = await datasets.nmnist({ size: 'small' });
report(
  'train-cnn',
  [
    ...(await measure('mnistCnn', presets.jin2018.mnistCnn, mnist, 1632, 2000, 3000, 10)),
    ...(await measure('nmnistDense', presets.jin2018.nmnistDense, nmnist, 679, 0, 1000, 5)),
  ],
  {},
  { data: [mnist, nmnist].flatMap(({ train, test }) => dataOf(train, test)) },
);
process.exit(0);
