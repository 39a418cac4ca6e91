/** Which inputs a neuron of each kind of layer sees, and with which weights. */
import type { Layer, Volume } from '../network/network.js';

/** What a neuron sees: input `inputs[l]` comes in with weight number `firstWeight + l` of the layer. */
export interface ReceptiveField {
  /** Indices of inputs, -1 where a padded field leaves the image. */
  readonly inputs: Int32Array;
  /** -1: every weight is 1 (pooling). */
  readonly firstWeight: number;
}

/**
 * Receptive field of each neuron, `[units]`. A dense neuron sees every input; of a reservoir, only the connections from
 * its inputs.
 */
export function receptiveFields(layer: Layer): ReceptiveField[] {
  if (layer.type === 'dense' || layer.type === 'reservoir') {
    const inputs = Int32Array.from({ length: layer.inputs }, (_, j) => j);
    const columns = layer.type === 'dense' ? layer.inputs : layer.inputs + layer.units;
    return Array.from({ length: layer.units }, (_, unit) => ({ inputs, firstWeight: unit * columns }));
  }
  const [, rows, columns] = layer.shape;
  return Array.from({ length: layer.units }, (_, unit) => {
    const channel = Math.floor(unit / (rows * columns));
    const row = Math.floor(unit / columns) % rows;
    const column = unit % columns;
    if (layer.type === 'pooling') {
      const { inputShape, size, stride } = layer;
      return {
        inputs: fieldOf(inputShape, channel, channel + 1, row * stride, column * stride, size).filter((j) => j >= 0),
        firstWeight: -1,
      };
    }
    const { inputShape, kernel, padding } = layer;
    const inputs = fieldOf(inputShape, 0, inputShape[0], row - padding, column - padding, kernel);
    return { inputs, firstWeight: channel * inputs.length };
  });
}

/**
 * The inputs in a size x size field of the channels from `from` to `to` (exclusive), in order channel, row, column; -1
 * outside the image.
 */
function fieldOf(
  [, rows, columns]: Volume,
  from: number,
  to: number,
  top: number,
  left: number,
  size: number,
): Int32Array {
  const field: number[] = [];
  for (let channel = from; channel < to; channel++) {
    for (let row = top; row < top + size; row++) {
      for (let column = left; column < left + size; column++) {
        const inside = row >= 0 && row < rows && column >= 0 && column < columns;
        field.push(inside ? (channel * rows + row) * columns + column : -1);
      }
    }
  }
  return Int32Array.from(field);
}

/** A connection seen from its input. */
export interface Synapse {
  readonly unit: number;
  /** Weight number, -1 for a fixed weight of 1. */
  readonly weight: number;
}

/** The connections that leave each input, `[inputs][synapses]`. */
export function synapsesFrom(layer: Layer): Synapse[][] {
  const synapses: Synapse[][] = Array.from({ length: layer.inputs }, () => []);
  for (const [unit, { inputs, firstWeight }] of receptiveFields(layer).entries()) {
    inputs.forEach((j, l) => {
      if (j >= 0) synapses[j].push({ unit, weight: firstWeight < 0 ? -1 : firstWeight + l });
    });
  }
  return synapses;
}
