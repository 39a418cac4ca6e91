/** What one sample would teach a network, by the scalar reference. */
import { backward, type Backward } from '../hm2bp/backward.js';
import type { Network } from '../network/network.js';
import type { LearningRule } from '../network/rule.js';
import type { SpikeTrains } from '../network/spikes.js';
import { classWeightOf } from './sample-weights.js';
import type { AnySample } from './samples.js';

/** A network that can be asked. */
interface Asked {
  readonly network: Network;
  readonly rule: LearningRule;
  run(sample: AnySample): Promise<{ readonly spikes: readonly SpikeTrains[] }>;
  weights(): Promise<readonly Float32Array[]>;
}

/** Errors and gradients are multiplied by the class's weight, as a step multiplies them. */
export async function gradientsOf(net: Asked, sample: AnySample): Promise<Backward> {
  const { spikes } = await net.run(sample);
  const { network, rule } = net;
  const weight = classWeightOf(rule, sample.label);
  return backward(network, await net.weights(), rule, spikes[0], spikes.slice(1), sample.label, weight);
}
