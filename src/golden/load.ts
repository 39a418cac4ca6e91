/** Reads the spikes and weights that a case description names. */
import { encodeCochleagram } from '../data/encode/bsa.js';
import { parseCochleagram } from '../data/formats/cochleagram.js';
import { weightShape, type Layer } from '../network/network.js';
import { joinReservoirWeights } from '../network/reservoir.js';
import type { SpikeTrains } from '../network/spikes.js';
import type { ReadText } from './archive.js';
import type { GoldenCase, LayerFiles, SpikeFile, WeightFile } from './description.js';
import { parseConvolutionWeights, parseDenseSpikes, parseEvents, parsePairWeights } from './formats.js';

/** Input spikes of the case. */
export async function loadInput({ network, input }: GoldenCase, read: ReadText): Promise<SpikeTrains> {
  const text = await read(input.file);
  if (input.format === 'cochleagram') {
    const ear = parseCochleagram(text, input.file, network.inputs);
    // Float32, as in the authors' reader.
    return encodeCochleagram({ ...ear, rates: ear.rates.map(Math.fround) }, network.steps);
  }
  return parseSpikes(text, { file: input.file, format: input.format }, network.inputShape, network.steps);
}

/** Spikes of a layer, or of anything of that `shape`. */
export async function loadSpikes(
  file: SpikeFile,
  shape: readonly number[],
  steps: number,
  read: ReadText,
): Promise<SpikeTrains> {
  return parseSpikes(await read(file.file), file, shape, steps);
}

function parseSpikes(text: string, { file, format }: SpikeFile, shape: readonly number[], steps: number): SpikeTrains {
  const neurons = shape.reduce((a, b) => a * b, 1);
  if (format === 'events') return parseEvents(text, file, neurons, steps);
  const channels = shape.length === 3 ? shape[0] : 1;
  return parseDenseSpikes(text, file, channels, neurons / channels, steps);
}

/** Weights of each layer before training. */
export async function loadWeights({ network, files }: GoldenCase, read: ReadText): Promise<Float32Array[]> {
  const weights: Float32Array[] = [];
  for (const [k, layer] of network.layers.entries()) weights.push(await layerWeights(layer, files[k], read));
  return weights;
}

async function layerWeights(
  layer: Layer,
  { weightsBefore, recurrent }: LayerFiles,
  read: ReadText,
): Promise<Float32Array> {
  if (layer.type === 'pooling') return new Float32Array(0);
  if (!weightsBefore)
    throw new Error(`layer ${layer.name} has no weights.before: name the file of its weights in the case description`);
  if (layer.type !== 'reservoir') return loadLayerWeights(layer, weightsBefore, read);
  if (!recurrent)
    throw new Error(
      `reservoir ${layer.name} has no recurrent: name the file of its recurrent weights in the case description`,
    );
  const fromInput = parsePairWeights(await read(weightsBefore.file), weightsBefore.file, layer.units, layer.inputs);
  return joinReservoirWeights(
    layer.units,
    fromInput,
    parsePairWeights(await read(recurrent.file), recurrent.file, layer.units, layer.units),
  );
}

/** Weights of a dense or convolution layer from one file. */
export async function loadLayerWeights(
  layer: Layer,
  { file, format }: WeightFile,
  read: ReadText,
): Promise<Float32Array> {
  const { rows, columns } = weightShape(layer);
  const text = await read(file);
  return format === 'convolution'
    ? parseConvolutionWeights(text, file, rows * columns)
    : parsePairWeights(text, file, rows, columns);
}

/** Rows of neurons as a layer's golden spikes are written: `[channels, rows, columns]` or `[units]`. */
export function spikeShape(layer: Layer): readonly number[] {
  return 'shape' in layer ? layer.shape : [layer.units];
}
