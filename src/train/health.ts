/** Silent and saturated layers, and what to change. */
import { type Network, neuronOf } from '../network/network.js';
import { firingCounts, type SpikeTrains } from '../network/spikes.js';

export interface LayerHealth {
  readonly layer: string;
  /** Mean firing count of a neuron over a sample. */
  readonly meanCount: number;
  /** Fraction of the neurons that never fired in any sample looked at. */
  readonly silent: number;
  /** Fraction of (neuron, sample) that fired as often as the refractory time allows, or nearly (90 %). */
  readonly saturated: number;
  /** Absent when all is well. */
  readonly advice?: string;
}

/** @param runs for each sample looked at, the spikes of the input and every layer */
export function layerHealth(network: Network, runs: readonly (readonly SpikeTrains[])[]): LayerHealth[] {
  return network.layers.map((layer, index) => {
    const most = network.steps / (neuronOf(network, layer).refractory + 1);
    const counts = runs.map((spikes) => firingCounts(spikes[index + 1]));
    const fired = new Uint8Array(layer.units);
    let sum = 0;
    let saturated = 0;
    for (const count of counts) {
      count.forEach((n, neuron) => {
        sum += n;
        if (n > 0) fired[neuron] = 1;
        if (n >= 0.9 * most) saturated++;
      });
    }
    const all = layer.units * runs.length;
    const silent = fired.reduce((quiet, yes) => quiet + 1 - yes, 0) / layer.units;
    const health = { layer: layer.name, meanCount: sum / all, silent, saturated: saturated / all };
    if (silent > 0.5) {
      return {
        ...health,
        advice: `${Math.round(100 * silent)} % of ${layer.name} never fires: lower its threshold (${layer.threshold}), raise initialRange or steps`,
      };
    }
    if (health.saturated > 0.2) {
      return {
        ...health,
        advice: `${Math.round(100 * health.saturated)} % of ${layer.name} fires at its limit: raise its threshold (${layer.threshold})`,
      };
    }
    return health;
  });
}
