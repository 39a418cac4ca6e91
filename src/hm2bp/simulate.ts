/**
 * Forward pass: leaky integrate-and-fire neurons, forward Euler, float32. docs/numerics.md fixes the order of every
 * operation; a Float32Array element rounds what is stored in it, so `v[n] -= …` below is one rounded operation.
 */
import { neuronOf, weightShape, type Layer, type Network, type NeuronParameters } from '../network/network.js';
import { packSpikeTrains, spikeTimes, type SpikeTrains } from '../network/spikes.js';
import { checkWeights } from '../network/weights.js';
import { synapsesFrom } from './connections.js';

const { fround } = Math;

/**
 * Simulates one sample through every layer.
 * @param weights one array for each layer, of its `weightShape`: `[units, inputs]` for a dense one
 * @param input spikes of the input neurons, steps 1 .. T-1
 * @param membranes when given, receives one `[steps, units]` array for each layer: the membrane at the end of each step
 * (0 when it fired)
 * @param dropped for each layer `[units]`, 1 for a neuron whose spikes dropout takes away (`src/network/dropout.ts`)
 * @returns the spikes of every layer, the input not included
 */
export function simulate(
  network: Network,
  weights: readonly Float32Array[],
  input: SpikeTrains,
  membranes?: Float32Array[],
  dropped: readonly (Uint8Array | undefined)[] = [],
): SpikeTrains[] {
  checkWeights(network, weights);
  if (input.neurons !== network.inputs || input.steps !== network.steps) {
    throw new RangeError(
      `input of ${input.neurons} neurons and ${input.steps} steps for a network of ${network.inputs} inputs and ${network.steps} steps: encode the sample for this network`,
    );
  }
  const spikes: SpikeTrains[] = [];
  for (const [index, layer] of network.layers.entries()) {
    const membrane = membranes && (membranes[index] = new Float32Array(network.steps * layer.units));
    const own = simulateLayer(layer, weights[index], spikes.at(-1) ?? input, neuronOf(network, layer), membrane);
    spikes.push(withoutDropped(own, dropped[index]));
  }
  return spikes;
}

function withoutDropped(trains: SpikeTrains, dropped: Uint8Array | undefined): SpikeTrains {
  if (!dropped) return trains;
  const left = Array.from(dropped, (isDropped, n) => (isDropped ? [] : spikeTimes(trains, n)));
  return packSpikeTrains(trains.name, trains.steps, left);
}

/** Simulates one layer. `weights` of its `weightShape`, `membrane` `[steps, units]`. */
export function simulateLayer(
  layer: Layer,
  weights: Float32Array,
  input: SpikeTrains,
  neuron: NeuronParameters,
  membrane?: Float32Array,
): SpikeTrains {
  const { units } = layer;
  const { steps } = input;
  const decayM = fround(1 / neuron.tauM);
  const decayS = fround(1 / neuron.tauS);
  const threshold = fround(layer.type === 'convolution' ? layer.threshold : layer.threshold - 1e-6);
  const addCurrents = currentsOf(layer, weights);
  const v = new Float32Array(units); // membrane potential
  const i = new Float32Array(units); // synaptic current
  const x = new Float32Array(units); // what arrives in this step
  const r = new Uint8Array(units); // refractory counter, steps
  const trains: number[][] = Array.from({ length: units }, () => []);
  const arriving = firedAt(input);
  let ownBefore: number[] = []; // units of this layer that fired in the step before

  // At t = 0 everything is 0 and nothing can fire.
  for (let t = 1; t < steps; t++) {
    x.fill(0);
    addCurrents(x, arriving[t - 1], ownBefore);
    const own: number[] = [];
    for (let n = 0; n < units; n++) {
      v[n] -= fround(v[n] * decayM);
      i[n] -= fround(i[n] * decayS);
      i[n] += x[n];
      v[n] += fround(i[n] * decayS);
      if (r[n] > 0) {
        v[n] = 0; // the current keeps integrating
        r[n] -= 1;
      }
      if (v[n] > threshold) {
        v[n] = 0;
        r[n] = neuron.refractory;
        own.push(n);
        trains[n].push(t);
      }
      if (membrane) membrane[t * units + n] = v[n];
    }
    ownBefore = own;
  }
  return packSpikeTrains(layer.name, steps, trains);
}

/**
 * Adds to `x` what arrives from the inputs and from the layer's own units that fired in the step before, both
 * ascending.
 */
type AddCurrents = (x: Float32Array, fired: readonly number[], own: readonly number[]) => void;

function currentsOf(layer: Layer, weights: Float32Array): AddCurrents {
  const { columns } = weightShape(layer);
  switch (layer.type) {
    case 'dense':
      return (x, fired, own) => {
        addColumns(x, weights, columns, 0, fired);
        if (layer.lateralInhibition !== 0) addInhibition(x, layer.lateralInhibition, own);
      };
    case 'reservoir':
      return (x, fired, own) => {
        addColumns(x, weights, columns, 0, fired);
        addColumns(x, weights, columns, layer.inputs, own);
      };
    case 'convolution':
    case 'pooling': {
      const synapses = synapsesFrom(layer);
      return (x, fired) => {
        for (const j of fired) for (const { unit, weight } of synapses[j]) x[unit] += weight < 0 ? 1 : weights[weight];
      };
    }
  }
}

/** x_n += w[n, first + j] for each j that fired. `weights` `[units, columns]`. */
function addColumns(
  x: Float32Array,
  weights: Float32Array,
  columns: number,
  first: number,
  fired: readonly number[],
): void {
  for (const j of fired) for (let n = 0; n < x.length; n++) x[n] += weights[n * columns + first + j];
}

/** x_n -= w0 for each other unit that fired, in ascending order. */
function addInhibition(x: Float32Array, w0: number, fired: readonly number[]): void {
  const weight = fround(w0);
  for (const k of fired) for (let n = 0; n < x.length; n++) if (n !== k) x[n] -= weight;
}

/** The neurons that fired at each step, ascending: `[steps][fired]`. */
function firedAt(trains: SpikeTrains): number[][] {
  const fired: number[][] = Array.from({ length: trains.steps }, () => []);
  for (let j = 0; j < trains.neurons; j++) for (const t of spikeTimes(trains, j)) fired[t].push(j);
  return fired;
}
