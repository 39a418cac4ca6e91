/**
 * The authors' text checkpoint: numbers separated by spaces, layer after layer. Convolution: filters (out channel, in
 * channel, row, column), then biases; dense: weights `[units, inputs]`, then, for an output layer with inhibition or a
 * reservoir, weights between its units, then biases.
 */
import { describe, requireText } from '../network/require.js';
import { weightShape, type Layer, type Network } from '../network/network.js';
import { joinReservoirWeights } from '../network/reservoir.js';
import { SpikingNetwork } from '../train/model.js';
import { readWholeFile } from '#train-platform';
import { parseNumbers } from './formats.js';

/**
 * Gives a network the weights of an authors' checkpoint file (their `checkPoint.txt`); training begins anew from them.
 * @returns the same network
 * @throws RangeError when the file is of another network, or has biases or inhibition that the network has not; the
 * network stays as it was
 */
export async function importAuthorsCheckpoint(net: SpikingNetwork, path: string): Promise<SpikingNetwork> {
  if (!(net instanceof SpikingNetwork))
    throw new TypeError(`importAuthorsCheckpoint() takes a network and the path of a file, not ${describe(net)}`);
  requireText('importAuthorsCheckpoint()', path, 'the path of a file as its second value');
  await net.setWeights(parseAuthorsCheckpoint(net.network, new TextDecoder().decode(await readWholeFile(path)), path));
  return net;
}

/** Weights of a checkpoint's text, one array for each layer of `network`; `name` is for error messages. */
export function parseAuthorsCheckpoint(network: Network, text: string, name: string): Float32Array[] {
  const sizes = network.layers.map(partSizes);
  const numbers = parseNumbers(
    text,
    name,
    sizes.flat().reduce((a, b) => a + b, 0),
  );
  let next = 0;
  const take = (count: number): Float64Array => numbers.subarray(next, (next += count));
  return network.layers.map((layer, k) => {
    const [weights, between, biases] = sizes[k].map(take);
    if (biases.some((bias) => bias !== 0))
      throw new RangeError(`${name}: layer ${layer.name} has biases other than 0; this library's neurons have none`);
    if (layer.type === 'reservoir')
      return joinReservoirWeights(layer.units, Float32Array.from(weights), Float32Array.from(between));
    if (layer.type === 'dense') checkInhibition(layer, between, name);
    return Float32Array.from(weights);
  });
}

/** Numbers of a layer in the file: weights, weights between its units, biases. */
function partSizes(layer: Layer): [number, number, number] {
  switch (layer.type) {
    case 'pooling':
      return [0, 0, 0];
    case 'convolution': {
      const { rows, columns } = weightShape(layer);
      return [rows * columns, 0, rows];
    }
    case 'reservoir':
      return [layer.units * layer.inputs, layer.units * layer.units, layer.units];
    case 'dense':
      return [layer.units * layer.inputs, layer.lateralInhibition === 0 ? 0 : layer.units * layer.units, layer.units];
  }
}

function checkInhibition(layer: Extract<Layer, { type: 'dense' }>, between: Float64Array, name: string): void {
  const bad = between.findIndex(
    (weight, n) => weight !== (n % layer.units === Math.floor(n / layer.units) ? 0 : -layer.lateralInhibition),
  );
  if (bad >= 0) {
    throw new RangeError(
      `${name}: layer ${layer.name} has a lateral weight of ${between[bad]} where the network has ${-layer.lateralInhibition} between outputs; set lateralInhibition accordingly`,
    );
  }
}
