/** One figure for each layer of arrays in the shape of its weights: gradients, or how far the weights have moved. */
import { requireList } from '../network/require.js';
import { bars, type BarsOptions } from './bars.js';
import type { Plot } from './picture.js';
import { requireLayers, requireNumbers, requireOptions } from './wanted.js';

export interface LayerNormsOptions extends Pick<BarsOptions, 'title' | 'subtitle' | 'height'> {
  /** Arrays from before: drawn is the change, in per cent of their root mean square. */
  before?: readonly ArrayLike<number>[];
}

/**
 * Draws the root mean square of each layer's values; with `before`, of their change.
 * @param values for each layer; one without values (pooling) has no bar
 * @example show(layerNorms(net.network, (await net.gradients(sample)).gradients, { title: 'Gradient' }));
 * @example show(layerNorms(net.network, await net.weights(), { before, title: 'Weight change of an epoch' }));
 * @throws RangeError for arrays that do not fit the layers
 */
export function layerNorms(
  network: { readonly layers: readonly { readonly name: string }[] },
  values: readonly ArrayLike<number>[],
  options: LayerNormsOptions = {},
): Plot {
  requireLayers('layerNorms()', network);
  requireOptions('layerNorms()', options, ['before', 'title', 'subtitle', 'height']);
  const { before, ...rest } = options;
  const { layers } = network;
  for (const [what, given] of [
    ['values', values],
    ['before', before],
  ] as const) {
    if (given === undefined && what === 'before') continue;
    requireList(`${what} of layerNorms()`, given, 'a list of numbers for each layer');
    given?.forEach((one, k) => requireNumbers(`${what}[${k}] of layerNorms()`, one));
    if (given && given.length !== layers.length)
      throw new RangeError(
        `${what} of ${given.length} layers for a network of ${layers.length}: give those of each layer`,
      );
  }
  const figures = layers.map(({ name }, k) => {
    const old = before?.[k];
    if (!old) return { name, value: rootMeanSquare(values[k]) };
    if (old.length !== values[k].length)
      throw new RangeError(`layer ${name}: ${values[k].length} values, ${old.length} before: give as many`);
    const change = Array.from(values[k], (value, n) => value - old[n]);
    return { name, value: (100 * rootMeanSquare(change)) / rootMeanSquare(old) };
  });
  return bars(figures, { ...rest, y: before ? 'change, % of the weights' : 'root mean square' });
}

/** NaN of nothing. */
function rootMeanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k] * values[k];
  return Math.sqrt(sum / values.length);
}
