/** CubaLIF neurons of a NIR file as Spikelab's. */
import type { NirNode } from './nir-nodes.js';

export interface ImportedNeuron {
  readonly node: string;
  /** Steps. */
  readonly tauM: number;
  readonly tauS: number;
  readonly refractory: number;
  readonly threshold: number;
  /** What a weight is multiplied by: `w_in · r · dt/tau_mem`; 1 in files of Spikelab. */
  readonly gain: number;
  readonly lateralInhibition: number;
  readonly name?: string;
}

/** @throws NirError for leak or reset potentials other than 0 and for parameters that differ within the layer */
export function neuronOf(node: NirNode, dt: number): ImportedNeuron {
  for (const member of ['v_leak', 'v_reset']) if (node.has(member)) node.requireAll(member, 0);
  const steps = (seconds: number): number => tidy(seconds / dt);
  const tauM = steps(node.single('tau_mem'));
  const w = node.has('w_in') ? node.single('w_in') : 1;
  const refractory = node.metadata('refractory');
  const inhibition = node.metadata('lateral_inhibition');
  const name = node.metadata('name');
  return {
    node: node.name,
    tauM,
    tauS: steps(node.single('tau_syn')),
    refractory: typeof refractory === 'number' ? refractory : 0,
    threshold: node.single('v_threshold'),
    gain: tidy((w * node.single('r')) / tauM),
    lateralInhibition: typeof inhibition === 'number' ? inhibition : 0,
    ...(typeof name === 'string' && { name }),
  };
}

/** Seconds over seconds: 0.064 / 0.001 is 64, whatever the last bit says. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
