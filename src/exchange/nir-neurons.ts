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

const longest = 1e6; // steps of a time constant

/**
 * @param units neurons of the layer
 * @throws NirError for leak or reset potentials other than 0, for parameters that differ within the layer, have another
 * shape than it, or are out of range
 */
export function neuronOf(node: NirNode, dt: number, units: number): ImportedNeuron {
  for (const member of ['v_leak', 'v_reset']) if (node.has(member)) node.requireAll(member, 0);
  const steps = (member: string): number => {
    const seconds = node.decimal(member, units);
    const found = tidy(seconds / dt);
    if (found >= 1 && found <= longest) return found;
    throw node.unsupported(
      `${member} ${seconds} s is ${found} steps of ${dt} s, supported are 1 to ${longest}: give another dt, as importNir(file, { dt: ${tidy(dt / 10)} })`,
    );
  };
  const [tauM, tauS] = [steps('tau_mem'), steps('tau_syn')];
  if (tauS >= tauM) throw node.unsupported(`tau_syn is ${tauS} steps, tau_mem ${tauM}: it must be shorter`);
  const threshold = node.single('v_threshold', units);
  if (threshold <= 0) throw node.unsupported(`v_threshold is ${threshold}: it must be above 0`);
  const w = node.has('w_in') ? node.decimal('w_in', units) : 1;
  const refractory = node.metadata('refractory');
  const inhibition = node.metadata('lateral_inhibition');
  const name = node.metadata('name');
  return {
    node: node.name,
    tauM,
    tauS,
    refractory: typeof refractory === 'number' ? refractory : 0,
    threshold,
    gain: tidy((w * node.decimal('r', units)) / tauM),
    lateralInhibition: typeof inhibition === 'number' ? inhibition : 0,
    ...(typeof name === 'string' && { name }),
  };
}

/** Seconds over seconds: 0.064 / 0.001 is 64, whatever the last bit says; what is no short number, 100/3, stays. */
function tidy(value: number): number {
  const short = Number(value.toPrecision(12));
  return String(short).length < 12 ? short : value;
}
