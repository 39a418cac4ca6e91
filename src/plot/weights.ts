/**
 * What a network has learnt: the weights of a neuron as an image of its inputs, and how the weights of each layer are
 * spread.
 */
import { requireInteger, requireList, requireObject } from '../network/require.js';
import { plainText } from './check.js';
import { chart } from './chart.js';
import { formatNumber } from './drawing/ticks.js';
import { figurePlot, largest } from './figure.js';
import type { Plot } from './picture.js';
import { packTiles, type Tile } from './tiles.js';
import { requireNumbers, requireOptions, requireString } from './wanted.js';

export interface WeightMapsOptions {
  /** `[rows, columns]` of the layer's inputs, for instance `[28, 28]`; at most 8 times as high as wide. */
  shape: readonly [number, number];
  /** Which neurons, at most 100. Default the first 20. */
  neurons?: readonly number[];
  /** Of the layer, for the text. */
  layer?: string;
  /** Maps in a row, 1 .. 20. Default 10. */
  columns?: number;
}

const mostMaps = 100;
/** A map is at most so many times as high as wide. */
const mostRows = 8;
const usualMaps = 20;

/**
 * Draws the weights of neurons as images of their inputs: orange above 0, blue below, the page's colour at 0, on one
 * scale for all of them.
 * @param weights `[units, inputs]` flat, for instance the first of `await net.weights()`
 * @example const [hidden] = await net.weights(); show(weightMaps(hidden, { shape: [28, 28], neurons: [0, 1, 2] }));
 * @throws RangeError for weights that do not fit the shape, or neurons that there are not
 */
export function weightMaps(weights: ArrayLike<number>, options: WeightMapsOptions): Plot {
  requireNumbers('weightMaps()', weights);
  const shape = (options as Partial<WeightMapsOptions> | undefined)?.shape;
  if (!shape)
    throw new RangeError(
      `${weights.length} weights: give { shape: [rows, columns] } of the layer's inputs, as [28, 28]`,
    );
  requireOptions('weightMaps()', options, ['shape', 'neurons', 'layer', 'columns']);
  requireList('shape of weightMaps()', shape, '[rows, columns]');
  if (shape.length !== 2)
    throw new RangeError(
      `shape of weightMaps() has ${(shape as readonly number[]).length} sides: give [rows, columns]`,
    );
  const [rows, width] = shape.map((side, k) => requireInteger(`shape[${k}]`, side, 1, 1024));
  if (rows > mostRows * width)
    throw new RangeError(
      `shape [${rows}, ${width}] is ${rows / width} times as high as wide: the limit is ${mostRows}; turn it`,
    );
  const inputs = rows * width;
  const units = weights.length / inputs;
  if (!Number.isInteger(units) || units < 1)
    throw new RangeError(
      `${weights.length} weights do not fit maps of ${rows} x ${width}: give the shape of the layer's inputs`,
    );
  const neurons = options.neurons ?? Array.from({ length: Math.min(usualMaps, units) }, (_, n) => n);
  requireList('neurons of weightMaps()', neurons, 'a list of neurons');
  if (neurons.length < 1 || neurons.length > mostMaps)
    throw new RangeError(`weight maps of ${neurons.length} neurons: the limit is 1 to ${mostMaps}; choose some`);
  for (const neuron of neurons) requireInteger('neuron', neuron, 0, units - 1);
  const columns = requireInteger('columns', options.columns ?? 10, 1, 20);
  const maps = neurons.map((n) => Array.from({ length: inputs }, (_, k) => weights[n * inputs + k]));
  const most = maps.flat().reduce((a, value) => (Number.isFinite(value) ? Math.max(a, Math.abs(value)) : a), 0) || 1;
  const name = options.layer === undefined ? '' : `${plainText(options.layer, 80)}, `;
  const facts = `${name}${neurons.length} of ${units} neurons, ${rows} × ${width} inputs each, full colour at ±${formatNumber(most)}`;
  const tiles = maps.map((map, k) => tileOf(map, rows, width, most, String(neurons[k])));
  return figurePlot(`weights: ${facts}`, {
    version: 1,
    content: packTiles(tiles, columns, 'signed', {
      full: Math.min(largest, most),
      note: `${facts}: orange above 0, blue below`,
    }),
  });
}

/** 128 is 0 (and what is no number), 1 and 255 are full colour. */
function tileOf(map: readonly number[], rows: number, columns: number, most: number, caption: string): Tile {
  const bytes = Uint8Array.from(map, (value) => {
    const share = Number.isFinite(value) ? Math.max(-1, Math.min(1, value / most)) : 0;
    return 128 + Math.round(127 * share);
  });
  return { rows, columns, parts: 1, caption, bytes };
}

/** A layer's weights, whatever their shape. */
export interface NamedWeights {
  readonly name: string;
  readonly weights: ArrayLike<number>;
}

const bins = 60;

/**
 * Draws how the weights of each layer are spread: the share of them in each of 60 bins of equal width.
 * @example const weights = await net.weights(); show(weightHistogram(net.network.layers.map(({ name }, k) => ({ name,
 * weights: weights[k] }))));
 * @throws RangeError for more layers than a chart has colours
 */
export function weightHistogram(layers: readonly NamedWeights[], options: { title?: string } = {}): Plot {
  requireList('weightHistogram()', layers, 'a list of layers { name, weights }');
  requireOptions('weightHistogram()', options, ['title']);
  Array.from(layers, (layer, k) => {
    requireObject(`layer ${k} of weightHistogram()`, layer, '{ name, weights }');
    requireString(`the name of layer ${k}`, layer.name);
    requireNumbers(`the weights of layer ${layer.name}`, layer.weights);
  });
  const values = layers.map(({ weights }) => Array.from(weights).filter((one) => Math.abs(one) <= largest));
  const all = values.filter((one) => one.length > 0); // pooling layers have none
  const low = all.reduce((a, one) => one.reduce((b, value) => Math.min(b, value), a), Infinity);
  const high = all.reduce((a, one) => one.reduce((b, value) => Math.max(b, value), a), -Infinity);
  if (!(high >= low)) throw new RangeError('a histogram of no weights: give those of a layer that has some');
  // Of one value the bins are around it; of neighbours that numbers can hardly tell apart they are wider.
  const least = 1e-9 * Math.max(Math.abs(low), Math.abs(high)) || 1e-9;
  const width = Math.max(high - low, least);
  const first = high - low < least ? (low + high) / 2 - width / 2 : low;
  const step = width / bins;
  const edges = Array.from({ length: bins + 1 }, (_, k) => Math.max(-largest, Math.min(largest, first + k * step)));
  return chart(
    layers.flatMap(({ name }, k) => {
      if (values[k].length === 0) return [];
      const counts = new Float64Array(bins + 1);
      for (const value of values[k]) counts[Math.min(bins - 1, Math.max(0, Math.floor((value - first) / step)))]++;
      return [
        { name, x: edges, y: Array.from(counts, (count) => (100 * count) / values[k].length), mark: 'step' as const },
      ];
    }),
    { title: options.title ?? 'Weights by layer', x: 'weight', y: 'share of the weights, %' },
  );
}
