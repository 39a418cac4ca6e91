/**
 * Dropout: in each training sample, neurons of a hidden layer that are drawn anew are silent and learn nothing. The
 * layer above then gets a share 1 - p of its input, so that while training it has 1 - p of its threshold and of its
 * inhibition, as if the weights of those that are left were 1/(1 - p) as large: weights that are kept, shared and
 * evaluated need no correction. Source: Srivastava et al., "Dropout", JMLR 15, 2014 (its section 10: scaling while
 * training), for whole spike trains. Rule of the draws: docs/numerics.md.
 */
import { RandomStream, sampleKey } from '../numeric/random.js';
import type { Layer, Network } from './network.js';

/** Share of a layer's neurons that a training sample silences. */
export function dropoutOf(layer: Layer | undefined): number {
  return layer?.type === 'dense' ? (layer.dropout ?? 0) : 0;
}

/** A neuron is dropped when its 32-bit draw is below this. */
export function dropBelow(layer: Layer): number {
  return Math.floor(dropoutOf(layer) * 2 ** 32);
}

/** The network with the thresholds and the inhibition that it has while it trains: itself without dropout. */
export function trainingNetwork(network: Network): Network {
  if (!network.layers.some((layer) => dropoutOf(layer) > 0)) return network;
  const layers = network.layers.map((layer, k) => {
    const left = 1 - dropoutOf(network.layers[k - 1]);
    if (left === 1) return layer;
    const threshold = layer.threshold * left;
    return layer.type === 'dense'
      ? { ...layer, threshold, lateralInhibition: layer.lateralInhibition * left }
      : { ...layer, threshold };
  });
  return { ...network, layers };
}

/**
 * Which neurons a training sample silences.
 * @param epoch counted from 0
 * @param sample number in its data set
 * @returns for each layer `[units]`, 1 for a silent one; undefined where nothing is dropped
 */
export function droppedNeurons(
  network: Network,
  seed: number,
  epoch: number,
  sample: number,
): (Uint8Array | undefined)[] {
  const key = sampleKey(seed, 'dropout', epoch, sample);
  return network.layers.map((layer, l) => {
    const below = dropBelow(layer);
    if (below === 0) return undefined;
    return Uint8Array.from({ length: layer.units }, (_, neuron) => Number(new RandomStream(key, neuron).at(l) < below));
  });
}
