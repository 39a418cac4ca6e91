/**
 * The work that all peers do: the preset mnist-dense's network, its first weights, and the input spikes of the first
 * samples, as files.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { orderOf, prepare, range } from '../train/engines.mjs';

const library = new URL('../../dist/src/', import.meta.url);
const { presets, datasets, describeNetwork, poissonSpikes, encoderKey, spikeTimes } = await import(
  new URL('index.js', library)
);
const { initialWeights } = await import(new URL('network/weights.js', library));

export const seed = 1;

/** Network, rule and images of the preset mnist-dense, in the order in which epoch 0 visits them. */
export async function mnistDense(count) {
  const { layers, options, rule } = presets.jin2018.mnistDense;
  // Never other data in its place: the figures are for MNIST.
  const { train, test } = await datasets.mnist({ size: count });
  return { network: describeNetwork(layers, options), rule, train, test, order: orderOf(train) };
}

/** Network, rule and data set of a preset by its name, as they are compared: without distortion of the images. */
export async function presetNamed(name, size) {
  const { layers, options, rule, dataset } = Object.values(presets.jin2018).find((preset) => preset.name === name);
  const { augmentation: _, ...plain } = rule;
  return { network: describeNetwork(layers, options), rule: plain, ...(await datasets.load(dataset, { size })) };
}

/** Trains a preset on its first `count` samples and writes the engine's state to a file. */
export async function writeTrained(name, count, file) {
  const { network, rule, train, test } = await presetNamed(name, name === 'nmnist-dense' ? 'small' : count);
  const { engine, samples } = await prepare(network, rule, 2, train, test.slice(0, 1));
  await engine.train(samples, range(0, count));
  writeFileSync(file, serialize(await engine.getState()));
}

/**
 * Of the `setSize` images in the order of epoch 0, the first `count`: writes `workload.json`, `spikes.bits` (`[samples,
 * T, inputs]`, one bit each, lowest first) and `weights.f32` into a folder.
 */
export async function writeWorkload(folder, count, setSize) {
  const { network, rule, train, order } = await mnistDense(setSize);
  const { steps, inputs, layers, neuron } = network;
  const bits = new Uint8Array(Math.ceil((count * steps * inputs) / 8));
  let inputSpikes = 0;
  for (let n = 0; n < count; n++) {
    const key = encoderKey(seed, rule.encoding, 0, order[n], 'train');
    const trains = poissonSpikes(train.at(order[n]).pixels, steps, key);
    for (let j = 0; j < inputs; j++)
      for (const t of spikeTimes(trains, j)) {
        const bit = (n * steps + t) * inputs + j;
        bits[bit >> 3] |= 1 << (bit & 7);
        inputSpikes++;
      }
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'spikes.bits'), bits);
  writeFileSync(
    join(folder, 'weights.f32'),
    Buffer.concat(initialWeights(network, seed).map((w) => new Uint8Array(w.buffer))),
  );
  const meta = {
    samples: count,
    steps,
    inputs,
    hidden: layers[0].units,
    classes: layers[1].units,
    neuron,
    layers: layers.map(({ threshold, lateralInhibition = 0 }) => ({ threshold, lateralInhibition })),
    labels: Array.from({ length: count }, (_, n) => train.labels[order[n]]),
    loss: rule.loss,
    regularizer: rule.regularizer,
    optimizer: rule.optimizer,
    learningRate: rule.optimizer.learningRate,
    inputSpikes: inputSpikes / count,
  };
  writeFileSync(join(folder, 'workload.json'), JSON.stringify(meta));
  return meta;
}
