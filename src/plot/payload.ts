/**
 * What a raster looks like as JSON: the contract between the library, saved notebooks and the JupyterLab extension (curves: `curvesPayload.ts`).
 * A renderer gets these from anybody's notebook, so `parseRasterPayload` believes nothing: it returns a fresh, checked object or throws a
 * `PayloadError`. Runs in browsers and in Node.
 */
import { integer, kind, list, maxText, optionalText, PayloadError, record, text } from './check.js';

export { PayloadError, plainText } from './check.js';

export const rasterMime = 'application/vnd.spikelab.raster.v1+json';
export const curvesMime = 'application/vnd.spikelab.curves.v1+json';
export const vegaLiteMime = 'application/vnd.vegalite.v5+json';

/** The version both payloads carry; a reader of version 1 refuses any other. */
export const payloadVersion = 1;

/** The most a payload may hold. */
export const payloadLimits = {
  layers: 64,
  /** Neurons of one layer. */
  neurons: 1 << 20,
  /** Rows of all layers together; a layer of more neurons joins some (`neuronsPerRow`). */
  rows: 1 << 20,
  steps: 1 << 16,
  /** Spikes of all layers together. */
  spikes: 1 << 24,
  /** Characters of one layer's packed spikes. */
  packed: 1 << 25,
  /** Characters of a title, name, label or note; longer ones are refused. */
  text: maxText,
  neuronNames: 4096,
  series: 64,
  /** Points of all series together. */
  points: 200_000,
} as const;

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
}

/** `application/vnd.spikelab.raster.v1+json` */
export interface RasterPayload {
  readonly version: 1;
  readonly title?: string;
  /** Simulated steps (1 ms each): the time axis is 0 .. steps. */
  readonly steps: number;
  /** Axis titles with their units. */
  readonly axes: { readonly x: string; readonly y: string };
  /** From input to output. */
  readonly layers: readonly RasterLayer[];
  /** True class of the sample. */
  readonly label?: string;
  /** Class the network chose. */
  readonly prediction?: string;
  /** To be shown on the plot: what was joined or left out. */
  readonly note?: string;
}

/**
 * Checks a raster payload of unknown origin. The packed spikes are checked when they are unpacked (`codec.ts`).
 * @throws PayloadError
 */
export function parseRasterPayload(value: unknown): RasterPayload {
  const raw = record('raster', value);
  requireVersion(raw);
  const axes = record('axes', raw.axes);
  const layers = list('layers', raw.layers, payloadLimits.layers).map((layer, index) =>
    parseLayer(`layers[${index}]`, layer),
  );
  const spikes = layers.reduce((sum, layer) => sum + layer.packedSpikes, 0);
  if (spikes > payloadLimits.spikes)
    throw new PayloadError(`raster of ${spikes} spikes: the limit is ${payloadLimits.spikes}`);
  const rows = layers.reduce((sum, layer) => sum + rowsOf(layer), 0);
  if (rows > payloadLimits.rows)
    throw new PayloadError(`raster of ${rows} rows: the limit is ${payloadLimits.rows}; join neurons (neuronsPerRow)`);
  return {
    version: 1,
    ...optionalText(raw, 'title'),
    steps: integer('steps', raw.steps, 1, payloadLimits.steps),
    axes: { x: text('axes.x', axes.x), y: text('axes.y', axes.y) },
    layers,
    ...optionalText(raw, 'label'),
    ...optionalText(raw, 'prediction'),
    ...optionalText(raw, 'note'),
  };
}

/** Rows that a layer takes in the plot. */
export function rowsOf({ neurons, neuronsPerRow }: Pick<RasterLayer, 'neurons' | 'neuronsPerRow'>): number {
  return Math.ceil(neurons / neuronsPerRow);
}

function parseLayer(where: string, value: unknown): RasterLayer {
  const raw = record(where, value);
  const neurons = integer(`${where}.neurons`, raw.neurons, 0, payloadLimits.neurons);
  if (typeof raw.data !== 'string')
    throw new PayloadError(`${where}.data is ${kind(raw.data)}: it must be a base64 string`);
  if (raw.data.length > payloadLimits.packed)
    throw new PayloadError(`${where}.data has ${raw.data.length} characters: the limit is ${payloadLimits.packed}`);
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
    data: raw.data,
    ...(names && { neuronNames: names.map((name, n) => text(`${where}.neuronNames[${n}]`, name)) }),
  };
}

/** Refuses what another version wrote. @throws PayloadError */
export function requireVersion(raw: Record<string, unknown>): void {
  if (raw.version !== payloadVersion) {
    throw new PayloadError(
      `payload version is ${kind(raw.version)}: this reader knows version ${payloadVersion}; update Spikelab`,
    );
  }
}
