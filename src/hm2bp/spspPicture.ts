/** S-PSP explorer: the pair of an input and a neuron, drawn (paper section 3.2). */
import { type Network, neuronOf, type NeuronParameters } from '../network/network.js';
import { requireInteger, requireObject } from '../network/require.js';
import { spikeTimes, type SpikeTrains } from '../network/spikes.js';
import type { Plot } from '../plot/picture.js';
import { drawSpsp } from '../plot/spsp.js';
import { guess } from '../network/nearest.js';
import { requireOptions, requireRun } from '../plot/wanted.js';
import { exp } from '../numeric/exp.js';
import { firingWindows, inputTrace, spspBetween } from './spsp.js';

/** What a run offers. */
export interface SpspRun {
  /** From input to output. */
  readonly spikes: readonly SpikeTrains[];
  readonly network: Network;
}

export interface SpspOptions {
  /** Name of the neuron's layer. Default: the output. */
  layer?: string;
  /** Neuron of that layer. */
  neuron: number;
  /** Neuron of the layer below. */
  from: number;
  /** Default: the two neurons. */
  title?: string;
}

/**
 * Draws what the spikes of one input alone do to the membrane of a neuron, with a weight of 1: it begins anew after
 * each spike of the neuron, and its value at each of these spikes adds to e, by which HM2-BP multiplies the error.
 * @example interact(({ from }) => show(spsp(run, { layer: 'output', neuron: 3, from })), { from: [0, 99] });
 * @throws RangeError for a layer or a neuron that there is not
 */
export function spsp(run: SpspRun, options: SpspOptions): Plot {
  requireRun('spsp()', run);
  requireObject('spsp()', run.network, 'a run that knows its network');
  const { layer: name, neuron, from, title } = requireOptions('spsp()', options, ['neuron', 'from', 'layer', 'title']);
  const { layers } = run.network;
  const index = name === undefined ? layers.length - 1 : layers.findIndex((layer) => layer.name === name);
  if (index < 0)
    throw new RangeError(
      `no layer ${String(name)}: ${guess(
        String(name),
        layers.map((layer) => layer.name),
      )}there are ${layers.map((layer) => layer.name).join(', ')}`,
    );
  if (run.spikes.length !== layers.length + 1)
    throw new RangeError(
      `spikes of ${run.spikes.length} layers for a network of ${layers.length} and its input: record those of all`,
    );
  const [input, own] = run.spikes.slice(index, index + 2);
  requireInteger(`neuron of layer ${layers[index].name}`, neuron, 0, own.neurons - 1);
  requireInteger(`from, a neuron of layer ${input.name},`, from, 0, input.neurons - 1);
  const parameters = neuronOf(run.network, layers[index]);
  const arriving = spikeTimes(input, from);
  const firing = spikeTimes(own, neuron);
  return drawSpsp({
    title: title ?? `${input.name} ${from} to ${layers[index].name} ${neuron}`,
    potential: potentialOf(arriving, firing, input.steps, parameters),
    arriving,
    firing,
    sum: spspBetween(own, input, parameters)(neuron, from),
  });
}

/**
 * `[steps]`: what has gathered since the neuron began to integrate afresh; its values at the firing times add up to e.
 */
export function potentialOf(
  arriving: ArrayLike<number>,
  firing: ArrayLike<number>,
  steps: number,
  neuron: NeuronParameters,
): Float64Array {
  const trace = inputTrace(arriving, steps, neuron);
  const windows = firingWindows(firing, neuron);
  const end = windows.at(-1);
  const rest = end ? [{ last: end.fire + neuron.refractory, fire: steps - 1 }] : [{ last: 1, fire: steps - 1 }];
  const potential = new Float64Array(steps);
  const scale = 1 / (1 - neuron.tauS / neuron.tauM);
  for (const { last, fire } of [...windows, ...rest])
    for (let t = last; t <= fire; t++) potential[t] = scale * (trace[t] - exp(-(t - last) / neuron.tauM) * trace[last]);
  return potential;
}
