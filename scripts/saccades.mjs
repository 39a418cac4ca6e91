/**
 * `npm run saccades [-- --train --network FILE]`: the simulated event camera beside the recordings it imitates, pair by
 * pair: the 1,000 recordings that it was fitted to, and 100 others. With `--train` also a network trained on one kind
 * and tested on the other; with `--network` that of a file (the checkpoint of `spikelab train saccades-dense`) tested
 * on the 100 others. Either writes docs/results/saccades.json, in which the other's figures stay.
 */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { orExplain, setUp } from './setup.mjs';
import { root, writeAtomically } from './setup/files.mjs';

const total = (values) => values.reduce((sum, value) => sum + value, 0);
const mean = (values) => total(values) / values.length;
const deviation = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const correlation = (a, b) =>
  mean(a.map((value, k) => (value - mean(a)) * (b[k] - mean(b)))) / (deviation(a) * deviation(b));
/** Half of the sum of the differences of two histograms: 0 for the same form, 1 for nothing in common. */
const distance = (a, b) => total(a.map((value, k) => Math.abs(value / total(a) - b[k] / total(b)))) / 2;

function histogram(size, values, of) {
  const counts = new Array(size).fill(0);
  for (const value of values) counts[Math.min(size - 1, of(value))]++;
  return counts;
}

/** Figures of one set: spikes of each recording, how they spread over time, place and polarity. */
function figuresOf(set) {
  const times = Array.from(set.times);
  const neurons = Array.from(set.neurons);
  const ms = (step) => (step * 0.6) / 5; // bins of 5 ms
  const third = (step) => Math.min(2, Math.floor((step * 0.6) / 105));
  const on = [0, 1, 2].map((saccade) => {
    const inside = neurons.filter((_, k) => third(times[k]) === saccade);
    return inside.filter((neuron) => neuron >= 34 * 34).length / inside.length;
  });
  return {
    counts: Array.from({ length: set.length }, (_, n) => set.starts[n + 1] - set.starts[n]),
    time: histogram(65, times, (step) => Math.floor(ms(step))),
    row: histogram(34, neurons, (neuron) => Math.floor((neuron % (34 * 34)) / 34)),
    column: histogram(34, neurons, (neuron) => neuron % 34),
    on,
  };
}

function compare(real, simulated) {
  const [a, b] = [figuresOf(real), figuresOf(simulated)];
  const round = (value) => Number(value.toFixed(3));
  return {
    recordings: real.length,
    spikes: { real: Math.round(mean(a.counts)), simulated: Math.round(mean(b.counts)) },
    spikesDeviation: { real: Math.round(deviation(a.counts)), simulated: Math.round(deviation(b.counts)) },
    correlationOfSpikes: round(correlation(a.counts, b.counts)),
    distance: {
      time5ms: round(distance(a.time, b.time)),
      row: round(distance(a.row, b.row)),
      column: round(distance(a.column, b.column)),
    },
    onInEachSaccade: { real: a.on.map(round), simulated: b.on.map(round) },
  };
}

await orExplain(async () => {
  const { values } = parseArgs({ options: { train: { type: 'boolean' }, network: { type: 'string' } } });
  await setUp();
  const { datasets, presets, sequential, SpikingNetwork } = await import(
    pathToFileURL(join(root, 'dist/src/index.js')).href
  );
  const real = await datasets.nmnist({ size: 1000 });
  const simulated = await datasets.mnistSaccades({ size: 1000, quiet: true });
  const record = {
    date: new Date().toISOString(),
    cpu: os.cpus()[0]?.model.trim(),
    what: 'spikes after stabilising and binning (600 microseconds), simulated over the images of the same recordings',
    fittedTo: compare(real.train, simulated.train),
    others: compare(real.test, simulated.test),
  };
  const testedOn = async (net) => {
    const [onReal, onSimulated] = [await net.evaluate(real.test), await net.evaluate(simulated.test)];
    return { real: onReal.accuracy, simulated: onSimulated.accuracy };
  };
  if (values.train) {
    const { layers, options, rule } = presets.jin2018.nmnistDense;
    record.trainedOn = {};
    for (const [kind, set] of Object.entries({ real, simulated })) {
      const net = sequential(layers, { ...options, ...rule, seed: 1 });
      await net.fit(set.train, { epochs: 10, silent: true });
      record.trainedOn[kind] = { epochs: 10, testedOn: await testedOn(net) };
    }
  }
  if (values.network !== undefined) {
    const net = await SpikingNetwork.load(resolve(values.network));
    const { dataset, epochs, weightsSha256 } = net.runRecord;
    record.network = { dataset, epochs, weightsSha256, testedOn: await testedOn(net) };
  }
  if (values.train || values.network !== undefined) {
    const file = join(root, 'docs/results/saccades.json');
    const { trainedOn, network } = JSON.parse(readFileSync(file, 'utf8'));
    record.trainedOn ??= trainedOn;
    record.network ??= network;
    writeAtomically(file, `${JSON.stringify(record, null, 2)}\n`);
  }
  console.log(JSON.stringify(record, null, 2));
  return 0;
});
