/** Turns the parts of a network into layers: each learns the shape of what comes before it. */
import type {
  ConvolutionChannels,
  ConvolutionLayer,
  Layer,
  LayerPart,
  PoolingLayer,
  PoolingSize,
  Volume,
} from './layers.js';
import { convolution, dense, isLearned, pooling, reservoir } from './layers.js';
import { neuronPart } from './neuron.js';
import { requireInteger } from './require.js';

/**
 * @param inputShape of the network
 * @throws RangeError when a layer cannot follow the one before it
 */
export function joinLayers(inputShape: readonly number[], parts: readonly LayerPart[]): Layer[] {
  const layers: Layer[] = [];
  const seen = new Map<string, number>();
  let shape = inputShape;
  for (const [index, given] of parts.entries()) {
    if (!given || !Object.hasOwn(prefixes, given.type))
      throw new RangeError(`layer ${index + 1} is not a layer: write dense(units, { threshold })`);
    const part = checkedPart(given);
    const last = index === parts.length - 1;
    const number = (seen.get(part.type) ?? 0) + 1;
    seen.set(part.type, number);
    const layer = joinLayer(part, part.name ?? (last ? 'output' : `${prefixes[part.type]}${number}`), shape);
    checkPlace(layer, layers, last);
    layers.push(layer);
    shape = 'shape' in layer ? layer.shape : [layer.units];
  }
  if (!layers.some(isLearned))
    throw new RangeError('no layer of the network learns: leave trainable: false out of one of them');
  return layers;
}

/** Layers without a name of their own are called so, with a number; the last one `output`. */
export const prefixes = { dense: 'hidden', convolution: 'conv', pooling: 'pool', reservoir: 'reservoir' } as const;

/**
 * A part as its builder makes it, which may have been written by hand: every field known, every value checked. A layer
 * of another network has its inputs, too, which here are those of what comes before it.
 */
function checkedPart(part: LayerPart & { inputs?: number }): LayerPart {
  switch (part.type) {
    case 'dense': {
      const { type: _, units, inputs: __, ...options } = part;
      return dense(units, options);
    }
    case 'convolution': {
      const { type: _, channels, kernel, ...options } = part;
      return convolution(channels, kernel, options);
    }
    case 'pooling': {
      const { type: _, size, ...options } = part;
      return pooling(size, options);
    }
    case 'reservoir': {
      const { type: _, units, grid, ...options } = part;
      const built = reservoir(grid ?? units, options);
      if (built.units !== units)
        throw new RangeError(
          `a reservoir of ${String(units)} units on a grid of ${built.units}: write reservoir(grid)`,
        );
      return built;
    }
  }
}

function joinLayer(part: LayerPart, name: string, shape: readonly number[]): Layer {
  const inputs = shape.reduce((a, b) => a * b, 1);
  switch (part.type) {
    case 'dense':
      return {
        type: 'dense',
        name,
        inputs,
        units: part.units,
        threshold: part.threshold ?? 20,
        ...neuronPart(part),
        lateralInhibition: part.lateralInhibition ?? 0,
        initialRange: part.initialRange ?? 1,
        ...(part.trainable === false && { trainable: false }),
        ...(part.dropout && { dropout: part.dropout }),
      };
    case 'convolution':
      return joinConvolution(part, name, volume(shape, name));
    case 'pooling':
      return joinPooling(part, name, volume(shape, name));
    case 'reservoir':
      return {
        type: 'reservoir',
        name,
        inputs,
        units: part.units,
        threshold: part.threshold ?? 20,
        ...neuronPart(part),
        ...(part.grid && {
          connectivity: {
            grid: part.grid,
            inputConnections: part.inputConnections ?? 32,
            inputWeight: part.inputWeight ?? 8,
            recurrentWeight: part.recurrentWeight ?? 1,
          },
        }),
      };
  }
}

function joinConvolution(part: ConvolutionChannels, name: string, inputShape: Volume): ConvolutionLayer {
  const padding = part.padding ?? 0;
  const [channels, rows, columns] = inputShape;
  const shape: Volume = [part.channels, rows + 2 * padding - part.kernel + 1, columns + 2 * padding - part.kernel + 1];
  if (shape[1] < 1 || shape[2] < 1) {
    throw new RangeError(
      `layer ${name}: a kernel of ${part.kernel} does not fit into ${rows} x ${columns}: use a smaller kernel or more padding`,
    );
  }
  return {
    type: 'convolution',
    name,
    inputs: channels * rows * columns,
    units: requireInteger(`units of ${name}`, shape[0] * shape[1] * shape[2], 1, 1 << 20),
    threshold: part.threshold ?? 5,
    ...neuronPart(part),
    inputShape,
    shape,
    kernel: part.kernel,
    padding,
    initialRange: part.initialRange ?? 0.5,
    ...(part.trainable === false && { trainable: false }),
  };
}

function joinPooling(part: PoolingSize, name: string, inputShape: Volume): PoolingLayer {
  const stride = part.stride ?? part.size;
  const [channels, rows, columns] = inputShape;
  if (part.size > Math.min(rows, columns)) {
    throw new RangeError(
      `layer ${name}: a field of ${part.size} does not fit into ${rows} x ${columns}: use a smaller size`,
    );
  }
  const shape: Volume = [channels, Math.ceil(rows / stride), Math.ceil(columns / stride)];
  return {
    type: 'pooling',
    name,
    inputs: channels * rows * columns,
    units: shape[0] * shape[1] * shape[2],
    threshold: part.threshold ?? 2,
    ...neuronPart(part),
    inputShape,
    shape,
    size: part.size,
    stride,
  };
}

/** `[rows, columns]` is one channel. */
function volume(shape: readonly number[], name: string): Volume {
  if (shape.length === 2) return [1, shape[0], shape[1]];
  if (shape.length === 3) return [shape[0], shape[1], shape[2]];
  throw new RangeError(
    `layer ${name} needs an image before it, not ${shape.join(' x ')} neurons: write input(28, 28) or input(channels, rows, columns)`,
  );
}

function checkPlace(layer: Layer, before: readonly Layer[], last: boolean): void {
  if (last && layer.type !== 'dense') {
    throw new RangeError(`layer ${layer.name}: the last layer is a ${layer.type}; end the network with dense(classes)`);
  }
  if (!last && layer.type === 'dense' && layer.lateralInhibition !== 0) {
    throw new RangeError(`layer ${layer.name}: lateralInhibition belongs to the output layer; remove it here`);
  }
  if (last && layer.type === 'dense' && layer.dropout !== undefined) {
    throw new RangeError(`layer ${layer.name}: dropout ${layer.dropout} belongs to hidden layers; remove it here`);
  }
  if (layer.type === 'reservoir' && before.some(isLearned)) {
    throw new RangeError(
      `layer ${layer.name}: no error passes down through a reservoir, so that nothing below it can learn; put it first`,
    );
  }
}
