/** Spike rasters: a dot for each spike, time to the right, neurons downwards, one panel for each layer. */
import type { Loss } from '../network/rule.js';
import type { SpikeTrains } from '../network/spikes.js';
import { requireInteger } from '../network/require.js';
import { packSpikes } from './codec.js';
import { joinings, joinTrains } from './join.js';
import { payloadLimits, plainText, rasterMime, rowsOf, type RasterLayer, type RasterPayload } from './payload.js';
import { Plot } from './picture.js';
import { drawRaster } from './rasterDrawing.js';

/** What a run offers to a plot. */
export interface RunLike {
  /** From input to output. */
  readonly spikes: readonly SpikeTrains[];
  /** True class of the sample: its index or its name. */
  readonly label?: number | string;
  /** Class the network chose. */
  readonly prediction?: number | string;
  readonly classNames?: readonly string[];
  /** For the targets of `counts`. */
  readonly rule?: { readonly loss: Loss };
}

export interface RasterOptions {
  /** Default: label and prediction, when known. */
  title?: string;
  /** Names of the layers to draw; default all. */
  layers?: readonly string[];
  /** Names of the output neurons. */
  classNames?: readonly string[];
  label?: number | string;
  prediction?: number | string;
  /**
   * Most bytes of the packed spikes. By default the layer named `input` is joined to stay below 100 kB and the others are
   * drawn exactly up to 5 MB; a number here holds for all layers together.
   */
  maxBytes?: number;
}

/** Aim for the packed spikes, so that with its PNG (up to 50 kB) an output stays below 150 kB. */
const aim = 95_000;
const warnAbove = 1_000_000;
const hardLimit = 5_000_000;

/**
 * Draws the spikes of one layer, several layers, or a run.
 * @example show(raster(run));
 * @throws RangeError naming the layer when the trains are not sorted or differ in steps
 */
export function raster(spikes: SpikeTrains | readonly SpikeTrains[] | RunLike, options: RasterOptions = {}): Plot {
  const payload = rasterPayload(spikes, options);
  return new Plot({ text: rasterText(payload), light: { [rasterMime]: payload }, draw: () => drawRaster(payload) });
}

/** The data part of a raster. */
export function rasterPayload(
  spikes: SpikeTrains | readonly SpikeTrains[] | RunLike,
  options: RasterOptions = {},
): RasterPayload {
  const run: RunLike = 'spikes' in spikes ? spikes : { spikes: 'offsets' in spikes ? [spikes] : spikes };
  const trains = choose(run.spikes, options.layers);
  const classNames = options.classNames ?? run.classNames;
  const className = (value: number | string | undefined): string | undefined =>
    value === undefined
      ? undefined
      : plainText(typeof value === 'number' ? (classNames?.[value] ?? String(value)) : value);
  const label = className(options.label ?? run.label);
  const prediction = className(options.prediction ?? run.prediction);
  const { layers, note } = packLayers(trains, options.maxBytes);
  const output = layers[layers.length - 1];
  const named = classNames && classNames.length === output.neurons && output.neurons <= payloadLimits.neuronNames;
  return {
    version: 1,
    ...(options.title !== undefined && { title: plainText(options.title) }),
    steps: trains[0].steps,
    axes: { x: 'time (ms)', y: 'neuron' },
    layers: named
      ? [...layers.slice(0, -1), { ...output, neuronNames: classNames.map((name) => plainText(name)) }]
      : layers,
    ...(label !== undefined && { label }),
    ...(prediction !== undefined && { prediction }),
    ...(note && { note }),
  };
}

/** `raster: 12,345 spikes, 1,594 neurons, 400 steps, mean rate 19.4 Hz` */
function rasterText(payload: RasterPayload): string {
  const spikes = payload.layers.reduce((sum, layer) => sum + layer.spikes, 0);
  const neurons = payload.layers.reduce((sum, layer) => sum + layer.neurons, 0);
  const rate = neurons === 0 ? 0 : (1000 * spikes) / (neurons * payload.steps);
  const count = (value: number, noun: string): string =>
    `${value.toLocaleString('en')} ${noun}${value === 1 ? '' : 's'}`;
  const notes = payload.note ? ` (${payload.note})` : '';
  return `raster: ${count(spikes, 'spike')}, ${count(neurons, 'neuron')}, ${count(payload.steps, 'step')}, mean rate ${rate.toFixed(1)} Hz${notes}`;
}

function choose(all: readonly SpikeTrains[], names?: readonly string[]): readonly SpikeTrains[] {
  const known = all.map((one) => one.name).join(', ');
  const trains = names
    ? names.map(
        (name) => all.find((one) => one.name === name) ?? fail(`no layer ${name} among ${known}: choose from those`),
      )
    : all;
  if (trains.length === 0) fail('a raster of no layers: give at least one SpikeTrains');
  if (trains.length > payloadLimits.layers)
    fail(
      `a raster of ${trains.length} layers: the limit is ${payloadLimits.layers}; choose some with { layers: [...] }`,
    );
  for (const one of trains) {
    requireInteger(`steps of layer ${one.name}`, one.steps, 1, payloadLimits.steps);
    requireInteger(`neurons of layer ${one.name}`, one.neurons, 0, payloadLimits.neurons);
    if (one.steps !== trains[0].steps)
      fail(
        `layer ${one.name} has ${one.steps} steps, ${trains[0].name} ${trains[0].steps}: draw layers of one run together`,
      );
    if (one.offsets.length !== one.neurons + 1 || one.offsets[one.neurons] !== one.times.length) {
      fail(
        `layer ${one.name}: ${one.offsets.length} offsets up to ${one.offsets.at(-1)} for ${one.neurons} neurons and ${one.times.length} spikes; make it with packSpikeTrains()`,
      );
    }
  }
  return trains;
}

function packLayers(
  trains: readonly SpikeTrains[],
  maxBytes: number | undefined,
): { layers: RasterLayer[]; note: string } {
  const neurons = trains.reduce((sum, one) => sum + one.neurons, 0);
  const rowShare = Math.min(1, payloadLimits.rows / Math.max(1, neurons)); // of the rows, too, each layer gives in proportion
  const exact = trains.map((one) => packWithin(one, maxBytes ?? hardLimit, rowShare));
  const size = (layers: readonly RasterLayer[]): number => layers.reduce((sum, layer) => sum + layer.data.length, 0);
  const input = trains.findIndex((one) => one.name === 'input');
  let layers = exact;
  const limit = maxBytes ?? hardLimit;
  if (maxBytes === undefined && size(layers) > aim && input >= 0) {
    const room = Math.max(aim / 4, aim - (size(layers) - layers[input].data.length));
    layers = layers.with(input, packWithin(trains[input], room, rowShare));
  }
  if (size(layers) > limit) {
    const share = limit / size(layers); // each layer gives in proportion
    layers = layers.map((layer, index) => packWithin(trains[index], layer.data.length * share, rowShare));
  }
  const notes = layers
    .filter(isJoined)
    .map((layer) => `${layer.name}: a mark joins ${layer.neuronsPerRow} neurons × ${layer.stepsPerColumn} ms`);
  const bytes = size(layers);
  if (bytes > warnAbove) notes.push(`large output, ${(bytes / 1e6).toFixed(1)} MB: choose layers or set maxBytes`);
  return { layers, note: plainText(notes.join('; ')) };
}

function isJoined(layer: RasterLayer): boolean {
  return layer.neuronsPerRow > 1 || layer.stepsPerColumn > 1;
}

/** Packs a layer exactly if that takes at most `bytes` and its share of rows, else with as little joining as does. */
function packWithin(trains: SpikeTrains, bytes: number, rowShare: number): RasterLayer {
  let best: RasterLayer | undefined;
  for (const joining of joinings(trains.neurons, trains.steps)) {
    if (trains.neurons > 1 && rowsOf({ neurons: trains.neurons, ...joining }) > trains.neurons * rowShare) continue;
    const joined = joinTrains(trains, joining);
    // A spike takes some bits even deflated: packing what is far too large would only cost time.
    const hopeless = joined.times.length > payloadLimits.spikes || joined.times.length > 8 * bytes + 1000;
    if (hopeless) continue;
    best = {
      name: plainText(trains.name),
      neurons: trains.neurons,
      ...joining,
      spikes: trains.times.length,
      packedSpikes: joined.times.length,
      data: packSpikes(joined),
    };
    if (best.data.length <= bytes) return best;
  }
  return best ?? fail(`layer ${trains.name} does not fit into ${bytes} bytes: raise maxBytes`);
}

function fail(message: string): never {
  throw new RangeError(message);
}
