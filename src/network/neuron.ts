/** Constants of leaky integrate-and-fire neurons: one set for a network, and what a layer has instead. */
import { pick } from './known.js';
import { requireInteger, requireNumber } from './require.js';

/** Leaky integrate-and-fire parameters; time in steps of 1 ms. Paper section 2, defaults of the authors' code. */
export interface NeuronParameters {
  /** Membrane time constant. */
  readonly tauM: number;
  /** Synaptic time constant. */
  readonly tauS: number;
  /** Steps after a spike in which the membrane is held at 0. */
  readonly refractory: number;
}

export const defaultNeuron: NeuronParameters = { tauM: 64, tauS: 8, refractory: 2 };

/** Constants of one layer; what is left out is the network's. */
export interface NeuronOptions {
  /** Membrane time constant of this layer, steps, 1 .. 1e6, above tauS. Default: the network's. */
  tauM?: number;
  /** Synaptic time constant of this layer, steps, 1 .. 1e6. Default: the network's. */
  tauS?: number;
  /** Refractory period of this layer, steps, 0 .. 255. Default: the network's. */
  refractory?: number;
}

export const neuronNames = ['tauM', 'tauS', 'refractory'] as const;

/**
 * The constants that are given, checked one by one; what is not given is left out, so that equal networks are equal
 * objects.
 */
export function neuronPart(options: Readonly<NeuronOptions>): Readonly<NeuronOptions> {
  const { tauM, tauS, refractory } = options;
  if (tauM !== undefined) requireNumber('tauM', tauM, 1, 1e6);
  if (tauS !== undefined) requireNumber('tauS', tauS, 1, 1e6);
  if (refractory !== undefined) requireInteger('refractory', refractory, 0, 255);
  return pick(options, neuronNames);
}

/**
 * All three constants, checked together.
 * @param where begins the message, for instance `layer output: `
 */
export function completeNeuron(
  options: Readonly<NeuronOptions>,
  otherwise: NeuronParameters,
  where = '',
): NeuronParameters {
  const neuron = { ...otherwise, ...neuronPart(options) };
  if (neuron.tauS >= neuron.tauM) {
    throw new RangeError(
      `${where}tauS ${neuron.tauS} must be below tauM ${neuron.tauM}: the post-synaptic potential divides by 1 - tauS/tauM`,
    );
  }
  return neuron;
}

/** The constants that hold in a layer: its own, else the network's. */
export function neuronOf(
  network: { readonly neuron: NeuronParameters },
  layer: Readonly<NeuronOptions>,
): NeuronParameters {
  return { ...network.neuron, ...pick(layer, neuronNames) };
}
