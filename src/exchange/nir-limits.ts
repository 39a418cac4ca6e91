/** What a network does that NIR has no words for, each with its effect where another simulator runs the file. */
import { type Network, neuronOf } from '../network/network.js';

/** One sentence for each; empty when the file says all that matters to the spikes. */
export function limitsOf(network: Network): string[] {
  const refractory = Math.max(...network.layers.map((layer) => neuronOf(network, layer).refractory));
  // Authors' code: dense and pooling neurons fire from 1e-6 below the threshold on. CubaLIF fires above it.
  const low = network.layers.filter(({ type, threshold }) => type !== 'convolution' && threshold < 0.01);
  const inhibited = network.layers.filter((layer) => layer.type === 'dense' && layer.lateralInhibition !== 0);
  return [
    ...(refractory > 0
      ? [
          `refractory period ${refractory}: NIR's CubaLIF has none, so that other simulators let a neuron fire again in the ` +
            `${refractory} step${refractory === 1 ? '' : 's'} after a spike: more spikes, above all from neurons that are driven hard; train with refractory: 0 for a file that is exact`,
        ]
      : []),
    ...low.map(
      (layer) =>
        `threshold ${layer.threshold} of layer ${layer.name}: its neurons fire from 1e-6 below it on here, above it elsewhere, which of so low a threshold is a part that now and then moves a spike`,
    ),
    ...inhibited.map(
      (layer) =>
        `lateral inhibition of layer ${layer.name}: left out, so that its losing neurons fire more often elsewhere; the largest count mostly stays the largest`,
    ),
  ];
}

/** What is always so, and changes no spike but its step. */
export const delayNote =
  'each layer hears the one before it a step later here (its spikes of step t arrive at t + 1, and nothing fires at step 0); ' +
  'where a simulator passes them on within the step, layer k fires the same spikes k steps earlier';
