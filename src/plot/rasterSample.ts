/** A sample in a raster's payload: its layers, what the network saw and said. Believes nothing; see `payload.ts`. */
import { finite, integer, kind, list, optionalText, PayloadError, record, text } from './check.js';
import { payloadLimits } from './limits.js';

/** One layer of a raster. Rows are drawn from the top; row r stands for neurons `r*neuronsPerRow` and following. */
export interface RasterLayer {
  readonly name: string;
  /** Neurons of the layer. */
  readonly neurons: number;
  /** 1, or how many neighbours were joined into one row to keep the output small. */
  readonly neuronsPerRow: number;
  /** 1, or the width in steps of the bins that spike times were rounded down to. */
  readonly stepsPerColumn: number;
  /** Spikes the layer fired; more than `packedSpikes` when rows or columns were joined. */
  readonly spikes: number;
  /** Spikes in `data`. */
  readonly packedSpikes: number;
  /** Spike trains: see `codec.ts`. */
  readonly data: string;
  /** Names of the neurons, for instance the classes of an output layer; one for each neuron. */
  readonly neuronNames?: readonly string[];
  /** A line over a pinned neuron's membrane. */
  readonly threshold?: number;
  /** Recorded membranes of all its neurons: see `membraneCodec.ts`. */
  readonly membranes?: PackedMembranes;
}

/** Membranes in 256 levels from `low` to `high`. */
export interface PackedMembranes {
  readonly low: number;
  readonly high: number;
  readonly data: string;
}

/** A grey image: what the network saw. */
export interface Stimulus {
  readonly rows: number;
  readonly columns: number;
  /** A byte for each pixel, row by row, 0 black .. 255 white, in base64. */
  readonly pixels: string;
}

/** One sample and what the network made of it. */
export interface RasterSample {
  /** From input to output. */
  readonly layers: readonly RasterLayer[];
  /** True class of the sample. */
  readonly label?: string;
  /** Class the network chose. */
  readonly prediction?: string;
  /** To be shown on the plot: what was joined or left out. */
  readonly note?: string;
  readonly stimulus?: Stimulus;
}

/**
 * The fields of a sample, of a raster that may be anything. @param where `samples[2].`, or nothing @throws PayloadError
 */
export function parseSample(where: string, raw: Record<string, unknown>): RasterSample {
  return {
    layers: list(`${where}layers`, raw.layers, payloadLimits.layers).map((layer, index) =>
      parseLayer(`${where}layers[${index}]`, layer),
    ),
    ...optionalText(raw, 'label', where),
    ...optionalText(raw, 'prediction', where),
    ...optionalText(raw, 'note', where),
    ...(raw.stimulus !== undefined && { stimulus: parseStimulus(`${where}stimulus`, raw.stimulus) }),
  };
}

/** Rows that a layer takes in the plot. */
export function rowsOf({ neurons, neuronsPerRow }: Pick<RasterLayer, 'neurons' | 'neuronsPerRow'>): number {
  return Math.ceil(neurons / neuronsPerRow);
}

export function parseLayer(where: string, value: unknown): RasterLayer {
  const raw = record(where, value);
  const neurons = integer(`${where}.neurons`, raw.neurons, 0, payloadLimits.neurons);
  const names =
    raw.neuronNames === undefined
      ? undefined
      : list(`${where}.neuronNames`, raw.neuronNames, payloadLimits.neuronNames);
  if (names && names.length !== neurons)
    throw new PayloadError(`${where}.neuronNames has ${names.length} names for ${neurons} neurons: give one for each`);
  return {
    name: text(`${where}.name`, raw.name),
    neurons,
    neuronsPerRow: integer(`${where}.neuronsPerRow`, raw.neuronsPerRow, 1, payloadLimits.neurons),
    stepsPerColumn: integer(`${where}.stepsPerColumn`, raw.stepsPerColumn, 1, payloadLimits.steps),
    spikes: integer(`${where}.spikes`, raw.spikes, 0, Number.MAX_SAFE_INTEGER),
    packedSpikes: integer(`${where}.packedSpikes`, raw.packedSpikes, 0, payloadLimits.spikes),
    data: packed(`${where}.data`, raw.data),
    ...(raw.threshold !== undefined && { threshold: finite(`${where}.threshold`, raw.threshold, -1e9, 1e9) }),
    ...(raw.membranes !== undefined && { membranes: parseMembranes(`${where}.membranes`, raw.membranes) }),
    ...(names && { neuronNames: names.map((name, n) => text(`${where}.neuronNames[${n}]`, name)) }),
  };
}

function packed(where: string, value: unknown): string {
  if (typeof value !== 'string') throw new PayloadError(`${where} is ${kind(value)}: it must be a base64 string`);
  if (value.length > payloadLimits.packed)
    throw new PayloadError(`${where} has ${value.length} characters: the limit is ${payloadLimits.packed}`);
  return value;
}

function parseMembranes(where: string, value: unknown): PackedMembranes {
  const raw = record(where, value);
  const low = finite(`${where}.low`, raw.low, -1e9, 1e9);
  return { low, high: finite(`${where}.high`, raw.high, low, 1e9), data: packed(`${where}.data`, raw.data) };
}

export function parseStimulus(where: string, value: unknown): Stimulus {
  const raw = record(where, value);
  const rows = integer(`${where}.rows`, raw.rows, 1, payloadLimits.pixels);
  const columns = integer(`${where}.columns`, raw.columns, 1, Math.floor(payloadLimits.pixels / rows));
  const pixels = packed(`${where}.pixels`, raw.pixels);
  const size = 4 * Math.ceil((rows * columns) / 3);
  if (pixels.length !== size || !/^[A-Za-z0-9+/]*={0,2}$/.test(pixels))
    throw new PayloadError(
      `${where}.pixels has ${pixels.length} characters: ${rows} x ${columns} pixels in base64 are ${size}`,
    );
  return { rows, columns, pixels };
}
