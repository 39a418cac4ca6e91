/** What a network has learnt: the weights of a neuron as an image of its inputs, and how the weights of each layer are spread. */
import { requireInteger } from '../network/require.js';
import { plainText } from './check.js';
import { chart } from './chart.js';
import { mix, toRgb } from './drawing/colour.js';
import { formatNumber } from './drawing/ticks.js';
import { gridSvg, type Tile } from './imageGrid.js';
import { Plot } from './picture.js';
import { colors, pixelScale } from './style.js';
import { renderSvg } from './svg.js';

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
 * Draws the weights of neurons as images of their inputs: orange above 0, blue below, white at 0, on one scale for all of them.
 * @param weights `[units, inputs]` flat, for instance the first of `await net.weights()`
 * @example const [hidden] = await net.weights(); show(weightMaps(hidden, { shape: [28, 28], neurons: [0, 1, 2] }));
 * @throws RangeError for weights that do not fit the shape, or neurons that there are not
 */
export function weightMaps(weights: ArrayLike<number>, options: WeightMapsOptions): Plot {
  const shape = (options as Partial<WeightMapsOptions> | undefined)?.shape;
  if (!shape)
    throw new RangeError(
      `${weights.length} weights: give { shape: [rows, columns] } of the layer's inputs, as [28, 28]`,
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
  if (neurons.length < 1 || neurons.length > mostMaps)
    throw new RangeError(`weight maps of ${neurons.length} neurons: the limit is 1 to ${mostMaps}; choose some`);
  for (const neuron of neurons) requireInteger('neuron', neuron, 0, units - 1);
  const columns = requireInteger('columns', options.columns ?? 10, 1, 20);
  const maps = neurons.map((n) => Array.from({ length: inputs }, (_, k) => weights[n * inputs + k]));
  const most = maps.flat().reduce((a, value) => (Number.isFinite(value) ? Math.max(a, Math.abs(value)) : a), 0) || 1;
  const name = options.layer === undefined ? '' : `${plainText(options.layer, 80)}, `;
  const facts = `${name}${neurons.length} of ${units} neurons, ${rows} × ${width} inputs each, full colour at ±${formatNumber(most)}`;
  return new Plot({
    text: `weights: ${facts}`,
    light: {},
    draw: () =>
      renderSvg(
        gridSvg(
          maps.map((map, k) => tileOf(map, rows, width, most, String(neurons[k]))),
          Math.min(columns, neurons.length),
          `${facts}: orange above 0, blue below`,
        ),
        pixelScale,
      ),
  });
}

function tileOf(map: readonly number[], rows: number, width: number, most: number, caption: string): Tile {
  const rgba = new Uint8Array(4 * rows * width);
  map.forEach((value, k) => {
    const share = Number.isFinite(value) ? Math.min(1, Math.abs(value) / most) : 0;
    rgba.set(toRgb(mix(value < 0 ? colors.blue : colors.vermilion, '#ffffff', share)), 4 * k);
    rgba[4 * k + 3] = 255;
  });
  return { width, height: rows, rgba, parts: 1, caption };
}

/** A layer's weights, whatever their shape. */
export interface NamedWeights {
  readonly name: string;
  readonly weights: ArrayLike<number>;
}

const bins = 60;

/**
 * Draws how the weights of each layer are spread: the share of them in each of 60 bins of equal width.
 * @example const weights = await net.weights(); show(weightHistogram(net.network.layers.map(({ name }, k) => ({ name, weights: weights[k] }))));
 * @throws RangeError for more layers than a chart has colours
 */
export function weightHistogram(layers: readonly NamedWeights[], options: { title?: string } = {}): Plot {
  const values = layers.map(({ weights }) => Array.from(weights).filter(Number.isFinite));
  const all = values.filter((one) => one.length > 0); // pooling layers have none
  const low = all.reduce((a, one) => one.reduce((b, value) => Math.min(b, value), a), Infinity);
  const high = all.reduce((a, one) => one.reduce((b, value) => Math.max(b, value), a), -Infinity);
  if (!(high >= low)) throw new RangeError('a histogram of no weights: give those of a layer that has some');
  const step = (high - low || 1) / bins;
  const edges = Array.from({ length: bins + 1 }, (_, k) => low + k * step);
  return chart(
    layers.flatMap(({ name }, k) => {
      if (values[k].length === 0) return [];
      const counts = new Float64Array(bins + 1);
      for (const value of values[k]) counts[Math.min(bins - 1, Math.floor((value - low) / step))]++;
      return [{ name, x: edges, y: counts.map((count) => (100 * count) / values[k].length), mark: 'step' as const }];
    }),
    { title: options.title ?? 'Weights by layer', x: 'weight', y: 'share of the weights, %' },
  );
}
