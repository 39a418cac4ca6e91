/** Synaptic operations: what a spiking network costs on hardware that computes only where a spike arrives. */
import type { Layer, Network } from '../network/network.js';
import type { SpikeTrains } from '../network/spikes.js';

export interface LayerSynops {
  readonly layer: string;
  /** Mean spikes of the layer in a sample. */
  readonly spikes: number;
  /**
   * Mean additions of a weight in a sample: each spike that arrives, times the synapses it reaches here; the layer's
   * own with lateral ones.
   */
  readonly synops: number;
}

/**
 * @param weights of a reservoir only those that are not 0 are synapses
 * @param runs for each sample looked at, the spikes of the input and every layer
 */
export function layerSynops(
  network: Network,
  weights: readonly Float32Array[],
  runs: readonly (readonly SpikeTrains[])[],
): LayerSynops[] {
  return network.layers.map((layer, index) => {
    const fanOut = fanOutOf(layer, weights[index]);
    const own = layer.type === 'dense' && layer.lateralInhibition !== 0 ? layer.units - 1 : 0;
    let [spikes, synops] = [0, 0];
    for (const run of runs) {
      const [below, here] = [run[index], run[index + 1]];
      spikes += here.times.length;
      synops += weighted(below, fanOut) + here.times.length * own;
      if (layer.type === 'reservoir') synops += weighted(here, fanOut.subarray(layer.inputs));
    }
    return { layer: layer.name, spikes: spikes / runs.length, synops: synops / runs.length };
  });
}

function weighted({ neurons, offsets }: SpikeTrains, fanOut: Uint32Array): number {
  let sum = 0;
  for (let j = 0; j < neurons; j++) sum += (offsets[j + 1] - offsets[j]) * fanOut[j];
  return sum;
}

/** Synapses that each input of a layer reaches; of a reservoir those of its own units follow. */
function fanOutOf(layer: Layer, weights: Float32Array): Uint32Array {
  if (layer.type === 'dense') return new Uint32Array(layer.inputs).fill(layer.units);
  if (layer.type === 'reservoir') {
    const columns = layer.inputs + layer.units;
    const reached = new Uint32Array(columns);
    weights.forEach((weight, k) => (reached[k % columns] += Number(weight !== 0)));
    return reached;
  }
  const [, rows, columns] = layer.inputShape;
  const [channels, height, width] = layer.shape;
  const [size, stride, padding, each] =
    layer.type === 'convolution' ? [layer.kernel, 1, layer.padding, channels] : [layer.size, layer.stride, 0, 1];
  // Fields along one axis that hold place x: those that start in x - size + 1 .. x.
  const fields = (x: number, count: number): number =>
    Math.min(count - 1, Math.floor((x + padding) / stride)) -
    Math.max(0, Math.ceil((x + padding - size + 1) / stride)) +
    1;
  return Uint32Array.from({ length: layer.inputs }, (_, j) => {
    const [y, x] = [Math.floor(j / columns) % rows, j % columns];
    return each * fields(y, height) * fields(x, width);
  });
}
