/** Writing networks and recorded spikes as NIR files. */
import { type Hdf5Group, type Hdf5Node, writeHdf5 } from '../data/formats/hdf5.js';
import { requireKnown } from '../network/known.js';
import {
  describe,
  requireInteger,
  requireList,
  requireNumber,
  requireObject,
  requireText,
} from '../network/require.js';
import type { SpikeTrains } from '../network/spikes.js';
import { requireTrains } from '../plot/wanted.js';
import { writeFileAtomic } from '#train-platform';
import { withSummary } from '../train/inspect.js';
import { SpikingNetwork } from '../train/model.js';
import { nirGraph } from './nir-graph.js';
import { delayNote, limitsOf } from './nir-limits.js';

export interface NirOptions {
  /** Seconds of a step. Default 1e-3; snnTorch 1.0 reads files as if it were 1e-4. */
  dt?: number;
}

export interface NirExport {
  readonly file: string;
  readonly bytes: number;
  /** Nodes of the graph, from the input to the output. */
  readonly nodes: readonly string[];
  /** Whether other simulators make the same spikes (in exact arithmetic), each layer's one step earlier than here. */
  readonly exact: boolean;
  /** What NIR cannot say of this network, with the effect of each. */
  readonly limits: readonly string[];
}

/**
 * Writes a network with its weights for other simulators: CubaLIF neurons, Linear, Conv2d and SumPool2d connections.
 * What NIR cannot say (refractory period, lateral inhibition) stands in the nodes' metadata, from where `importNir`
 * takes it, and in `limits` of the result.
 * @example const { limits } = await exportNir(net, 'mnist.nir', { dt: 1e-4 });
 * @throws RangeError for a reservoir and for pooling fields that are cut at the border; Error when the file cannot be
 * written
 */
export async function exportNir(net: SpikingNetwork, file: string, options: NirOptions = {}): Promise<NirExport> {
  if (!(net instanceof SpikingNetwork))
    throw new TypeError(`exportNir() takes a network made by classifier() or sequential(), not ${describe(net)}`);
  requireText('exportNir()', file, 'the path of the file to write as its second value');
  const { dt } = dtOf('exportNir()', options);
  const { root, nodes } = nirGraph(net.network, await net.weights(), dt);
  const bytes = await writeHdf5(root);
  await writeFileAtomic(file, [bytes]);
  const limits = limitsOf(net.network);
  const result = { file, bytes: bytes.length, nodes, exact: limits.length === 0, limits };
  return withSummary(result, () =>
    [`${file}: ${nodes.length} nodes, ${bytes.length} bytes`, ...limits, delayNote].join('\n'),
  );
}

/**
 * Writes spikes as NIRGraphData: an EventData of each layer, one sample, times in seconds at `t · dt`.
 * @param run of `net.run`, or the spike trains themselves; a layer's node has the layer's name, with `_` for a `/`,
 * which HDF5 takes for a path
 */
export async function exportSpikes(
  run: { readonly spikes: readonly SpikeTrains[] } | readonly SpikeTrains[],
  file: string,
  options: NirOptions = {},
): Promise<void> {
  requireText('exportSpikes()', file, 'the path of the file to write as its second value');
  const { dt } = dtOf('exportSpikes()', options);
  const wanted = 'what net.run() returned, or spike trains';
  if (!Array.isArray(run))
    requireList(
      'exportSpikes()',
      (requireObject('exportSpikes()', run, wanted) as { spikes?: unknown }).spikes,
      wanted,
    );
  const layers = 'spikes' in run ? run.spikes : run;
  if (layers.length === 0)
    throw new RangeError('no spike trains to export: give a run, or the trains of one layer at least');
  const named = new Map(layers.map((trains, layer) => [groupName(trains, layer), eventData(trains, dt)]));
  if (named.size < layers.length)
    throw new RangeError('two layers have the same name: rename one, nodes are told apart by it');
  const root = typed('NIRGraphData', { nodes: { members: Object.fromEntries(named) } });
  await writeFileAtomic(file, [await writeHdf5(root)]);
}

/** Name of a layer's group. @throws TypeError, RangeError for what are no spike trains */
function groupName(trains: SpikeTrains, layer: number): string {
  const { name, times, offsets, neurons, steps } = requireTrains(`exportSpikes(): layer ${layer}`, trains);
  for (let n = 0; n < neurons; n++)
    if (offsets[n] > offsets[n + 1])
      throw new RangeError(`layer ${name}: offsets fall from ${offsets[n]} to ${offsets[n + 1]} at neuron ${n}`);
  for (let k = 0; k < times.length; k++)
    requireInteger(`layer ${name}: the step of spike ${k}`, times[k], 0, steps - 1);
  return name === '.' ? '_' : name.replace(/[/\0]/g, '_');
}

const dtOf = (caller: string, options: NirOptions): { dt: number } => ({
  dt: requireNumber('dt', requireKnown(caller, options, ['dt']).dt ?? 1e-3, 1e-9, 10),
});

function eventData(trains: SpikeTrains, dt: number): Hdf5Group {
  const events: { neuron: number; time: number }[] = [];
  for (let neuron = 0; neuron < trains.neurons; neuron++) {
    for (let k = trains.offsets[neuron]; k < trains.offsets[neuron + 1]; k++)
      events.push({ neuron, time: trains.times[k] });
  }
  events.sort((a, b) => a.time - b.time || a.neuron - b.neuron);
  const shape = [1, events.length];
  const observed: Hdf5Group = {
    members: {
      idx: { values: BigInt64Array.from(events, ({ neuron }) => BigInt(neuron)), shape },
      time: { values: Float64Array.from(events, ({ time }) => time * dt), shape },
    },
    attributes: {
      __type__: 'EventData',
      n_neurons: { values: BigInt64Array.of(BigInt(trains.neurons)), shape: [] },
      t_max: { values: Float64Array.of(trains.steps * dt), shape: [] },
    },
  };
  return typed('NIRNodeData', { observables: { members: { spikes: observed } } });
}

function typed(type: string, members: Record<string, Hdf5Node>): Hdf5Group {
  return { members, attributes: { __type__: type } };
}
