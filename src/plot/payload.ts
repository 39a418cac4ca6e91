/**
 * What a raster looks like as JSON: the contract between the library, saved notebooks and the JupyterLab extension
 * (curves: `curvesPayload.ts`). A renderer gets these from anybody's notebook, so `parseRasterPayload` believes
 * nothing: it returns a fresh, checked object or throws a `PayloadError`. Runs in browsers and in Node.
 */
import { finite, integer, kind, list, optionalText, PayloadError, record, text } from './check.js';
import { payloadLimits } from './limits.js';
import { parseSample, rowsOf, type RasterSample } from './rasterSample.js';

export { PayloadError, plainText } from './check.js';
export { payloadLimits } from './limits.js';
export { rowsOf, type RasterLayer, type RasterSample, type Stimulus } from './rasterSample.js';

export const rasterMime = 'application/vnd.spikelab.raster.v1+json';
export const curvesMime = 'application/vnd.spikelab.curves.v1+json';
export const vegaLiteMime = 'application/vnd.vegalite.v5+json';

/** The version both payloads carry; a reader of version 1 refuses any other. */
export const payloadVersion = 1;

/** What the loss asks of the output: firing counts of a whole sample, and how far from them costs nothing. */
export interface CountTargets {
  readonly desired: number;
  readonly undesired: number;
  readonly margin: number;
}

/** `application/vnd.spikelab.raster.v1+json` */
export interface RasterPayload extends RasterSample {
  readonly version: 1;
  readonly title?: string;
  /** Simulated steps (1 ms each): the time axis is 0 .. steps. */
  readonly steps: number;
  /** Axis titles with their units. */
  readonly axes: { readonly x: string; readonly y: string };
  /** Of the firing counts of the last layer, where it has a target for each class. */
  readonly targets?: CountTargets;
  /** Further samples of the same network, which take the place of the first one by one. */
  readonly samples?: readonly RasterSample[];
  /** What the kernel that made it knows it by: it can be asked for the membranes of its neurons. */
  readonly source?: string;
}

/**
 * Checks a raster payload of unknown origin. The packed spikes are checked when they are unpacked (`codec.ts`).
 * @throws PayloadError
 */
export function parseRasterPayload(value: unknown): RasterPayload {
  const raw = record('raster', value);
  requireVersion(raw);
  const axes = record('axes', raw.axes);
  const first = parseSample('', raw);
  const further =
    raw.samples === undefined
      ? undefined
      : list('samples', raw.samples, payloadLimits.samples - 1).map((sample, k) =>
          parseSample(`samples[${k}].`, record(`samples[${k}]`, sample)),
        );
  const layers = [first, ...(further ?? [])].flatMap((sample) => sample.layers);
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
    ...first,
    ...(raw.targets !== undefined && { targets: parseTargets(raw.targets) }),
    ...(further && { samples: further }),
    ...optionalText(raw, 'source'),
  };
}

function parseTargets(value: unknown): CountTargets {
  const raw = record('targets', value);
  const count = (key: keyof CountTargets): number => finite(`targets.${key}`, raw[key], 0, payloadLimits.steps);
  return { desired: count('desired'), undesired: count('undesired'), margin: count('margin') };
}

/** Refuses what another version wrote. @throws PayloadError */
export function requireVersion(raw: Record<string, unknown>): void {
  if (raw.version !== payloadVersion) {
    throw new PayloadError(
      `payload version is ${kind(raw.version)}: this reader knows version ${payloadVersion}; update Spikelab`,
    );
  }
}
