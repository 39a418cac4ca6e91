/**
 * `npm run bench -- memory`: peak resident memory of a process that trains MNIST dense (784-800-10, two threads) on all
 * 60,000 images for a while and tests it on the 10,000. bench/results/memory.json.
 */
import { report, row } from '../report.mjs';
import { peakMegabytes } from '../peers/turns.mjs';

const { presets, datasets, sequential } = await import(new URL('../../dist/src/index.js', import.meta.url));
const { train, test } = await datasets.mnist();
const loaded = peakMegabytes();
const { layers, options, rule } = presets.jin2018.mnistDense;
const net = sequential(layers, { ...options, ...rule, rule: rule.rule, threads: 2 });
const aWhile = 5000; // ms: the memory is laid out before the first sample
await net.fit(train, { epochs: 1, signal: AbortSignal.timeout(aWhile) }).catch((error) => {
  if (error.name !== 'Interrupted') throw error;
});
await net.evaluate(test);
report('memory', [
  row('fullMnist.loaded', 'MB', [loaded]),
  row('fullMnist.trainedAndTested', 'MB', [peakMegabytes()], { target: 250 }),
]);
process.exit(0);
