/**
 * What a network is, as plain data: shapes, neuron parameters and nothing that changes. Builders check each value and
 * name the limit; the algorithm (`hm2bp/`), the engine and the checkpoint reader all take this one description.
 */
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

export interface DenseLayer {
  readonly type: 'dense';
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  /** Firing threshold. */
  readonly threshold: number;
  /** Fixed weight -w0 between every pair of units; 0 for none. */
  readonly lateralInhibition: number;
  /** Initial weights are uniform in +-initialRange. */
  readonly initialRange: number;
}

/** A layer; further kinds (convolution, pooling, reservoir) join this union. */
export type Layer = DenseLayer;

export interface Network {
  readonly inputShape: readonly number[];
  readonly inputs: number;
  readonly layers: readonly Layer[];
  /** T: simulated steps of 1 ms for each sample. */
  readonly steps: number;
  readonly neuron: NeuronParameters;
}

export const defaultNeuron: NeuronParameters = { tauM: 64, tauS: 8, refractory: 2 };

export interface DenseOptions {
  threshold?: number;
  lateralInhibition?: number;
  initialRange?: number;
  name?: string;
}
export interface InputShape {
  readonly type: 'input';
  readonly shape: readonly number[];
}
export interface DenseUnits extends DenseOptions {
  readonly type: 'dense';
  readonly units: number;
}

/** Input of `shape` neurons, for instance `input(784)` or `input(28, 28)`. */
export function input(...shape: number[]): InputShape {
  if (shape.length === 0) throw new RangeError('input() needs a shape: write input(784) or input(28, 28)');
  shape.forEach((size) => requireInteger('input size', size, 1, 1 << 20));
  requireInteger('number of inputs', shape.reduce((a, b) => a * b, 1), 1, 1 << 20);
  return { type: 'input', shape };
}

/** Fully connected layer of `units` spiking neurons. Default threshold 20, no inhibition, weights uniform in +-1. */
export function dense(units: number, options: DenseOptions = {}): DenseUnits {
  requireInteger('units of a dense layer', units, 1, 1 << 16);
  if (options.threshold !== undefined) requireNumber('threshold', options.threshold, 1e-3, 1e6);
  if (options.lateralInhibition !== undefined) requireNumber('lateralInhibition', options.lateralInhibition, 0, 1e3);
  if (options.initialRange !== undefined) requireNumber('initialRange', options.initialRange, 0, 1e3);
  return { type: 'dense', units, ...options };
}

export interface NetworkOptions {
  /** T, 1 .. 4096 steps of 1 ms. Default 400, the paper's for images. */
  steps?: number;
  tauM?: number;
  tauS?: number;
  refractory?: number;
}

/**
 * Joins an input and layers into a network description.
 * @throws RangeError naming the value, the limit and the fix
 */
export function describeNetwork(parts: readonly [InputShape, ...DenseUnits[]], options: NetworkOptions = {}): Network {
  const [first, ...rest] = parts;
  if (first?.type !== 'input') throw new RangeError('a network starts with input(...): write sequential([input(784), dense(10)])');
  if (rest.length === 0) throw new RangeError('a network needs at least one layer after its input: add dense(10)');
  const neuron: NeuronParameters = {
    tauM: requireNumber('tauM', options.tauM ?? defaultNeuron.tauM, 1, 1e6),
    tauS: requireNumber('tauS', options.tauS ?? defaultNeuron.tauS, 1, 1e6),
    refractory: requireInteger('refractory', options.refractory ?? defaultNeuron.refractory, 0, 255),
  };
  if (neuron.tauS >= neuron.tauM) {
    throw new RangeError(`tauS ${neuron.tauS} must be below tauM ${neuron.tauM}: the post-synaptic potential divides by 1 - tauS/tauM`);
  }
  const inputs = first.shape.reduce((a, b) => a * b, 1);
  const layers: DenseLayer[] = [];
  for (const [index, part] of rest.entries()) {
    if (part.type !== 'dense') throw new RangeError(`layer ${index + 1} is not a layer: write dense(units, { threshold })`);
    const last = index === rest.length - 1;
    layers.push({
      type: 'dense',
      name: part.name ?? (last ? 'output' : `hidden${index + 1}`),
      inputs: index === 0 ? inputs : layers[index - 1].units,
      units: requireInteger('units of a dense layer', part.units, 1, 1 << 16),
      threshold: requireNumber('threshold', part.threshold ?? 20, 1e-3, 1e6),
      lateralInhibition: requireNumber('lateralInhibition', part.lateralInhibition ?? 0, 0, 1e3),
      initialRange: requireNumber('initialRange', part.initialRange ?? 1, 0, 1e3),
    });
    if (!last && layers[index].lateralInhibition !== 0) {
      throw new RangeError(`layer ${layers[index].name}: lateralInhibition belongs to the output layer; remove it here`);
    }
  }
  return { inputShape: first.shape, inputs, layers, steps: requireInteger('steps', options.steps ?? 400, 1, 4096), neuron };
}
