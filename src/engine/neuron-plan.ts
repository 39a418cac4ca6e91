/**
 * The constants of each layer's neurons in shared memory: what the forward pass decays by, and tables of exponentials
 * for the S-PSP.
 */
import { type Network, neuronOf, type NeuronParameters } from '../network/network.js';
import { decayTable, exp } from '../numeric/exp.js';
import type { Arena } from './arena.js';
import type { layerFields } from './structs.js';

type Names =
  'refractory' | 'decayM' | 'decayS' | 'traceM' | 'traceS' | 'pspScale' | 'expM' | 'expS' | 'rise' | 'mostSpikes';
export type NeuronFields = Readonly<Record<Names & keyof typeof layerFields, number>>;

/** Most spikes that a neuron can fire in T steps: one in refractory + 1. */
export function mostSpikes(steps: number, { refractory }: NeuronParameters): number {
  return Math.ceil(steps / (refractory + 1));
}

/** The fields of each layer; layers with the same constants share their tables. */
export function layOutNeurons(arena: Arena, network: Network): NeuronFields[] {
  const known = new Map<string, NeuronFields>();
  return network.layers.map((layer) => {
    const neuron = neuronOf(network, layer);
    const key = [neuron.tauM, neuron.tauS, neuron.refractory].join();
    const fields = known.get(key) ?? layOutNeuron(arena, network.steps, neuron);
    known.set(key, fields);
    return fields;
  });
}

function layOutNeuron(arena: Arena, steps: number, neuron: NeuronParameters): NeuronFields {
  const { tauM, tauS, refractory } = neuron;
  const slow = decayTable(tauM, steps + 1);
  const fast = decayTable(tauS, steps + 1);
  const table = (values: Float64Array): number => {
    const at = arena.allocate((steps + 1) * 4);
    new Float32Array(arena.memory.buffer, at, steps + 1).set(values);
    return at;
  };
  return {
    refractory,
    decayM: 1 / tauM,
    decayS: 1 / tauS,
    traceM: exp(-1 / tauM),
    traceS: exp(-1 / tauS),
    pspScale: 1 / (1 - tauS / tauM),
    expM: table(slow),
    expS: table(fast),
    rise: table(slow.map((decay, d) => decay - fast[d])),
    mostSpikes: mostSpikes(steps, neuron),
  };
}
