/** Spike trains to the layers of a raster's payload: as they are where they fit, else with neighbours joined. */
import type { SpikeTrains } from '../network/spikes.js';
import { packSpikes } from './codec.js';
import { joinings, joinTrains } from './join.js';
import { payloadLimits, plainText, rowsOf, type RasterLayer } from './payload.js';
import { guess } from '../network/nearest.js';

/** Aim for the packed spikes, so that with its PNG (up to 50 kB) an output stays below 150 kB. */
const aim = 95_000;
const warnAbove = 1_000_000;
const hardLimit = 5_000_000;

/** The layers to draw, of trains that have been checked. @throws RangeError naming the layer that does not fit */
export function chooseLayers(all: readonly SpikeTrains[], names?: readonly string[]): readonly SpikeTrains[] {
  const known = all.map((one) => one.name).join(', ');
  const trains = names
    ? names.map(
        (name) =>
          all.find((one) => one.name === name) ??
          fail(
            `no layer ${name} among ${known}: ${guess(
              name,
              all.map((one) => one.name),
            )}choose from those`,
          ),
      )
    : all;
  if (trains.length === 0) fail('a raster of no layers: give at least one SpikeTrains');
  if (trains.length > payloadLimits.layers)
    fail(
      `a raster of ${trains.length} layers: the limit is ${payloadLimits.layers}; choose some with { layers: [...] }`,
    );
  for (const one of trains) {
    if (one.steps !== trains[0].steps)
      fail(
        `layer ${one.name} has ${one.steps} steps, ${trains[0].name} ${trains[0].steps}: draw layers of one run together`,
      );
  }
  return trains;
}

/** @param share of the limits, where several samples are in one raster */
export function packLayers(
  trains: readonly SpikeTrains[],
  maxBytes: number | undefined,
  share = 1,
): { layers: RasterLayer[]; note: string } {
  const neurons = trains.reduce((sum, one) => sum + one.neurons, 0);
  // Of the rows, too, each layer gives in proportion.
  const rowShare = Math.min(1, (share * payloadLimits.rows) / Math.max(1, neurons));
  const limit = (maxBytes ?? hardLimit) * share;
  const exact = trains.map((one) => packWithin(one, limit, rowShare));
  const size = (layers: readonly RasterLayer[]): number => layers.reduce((sum, layer) => sum + layer.data.length, 0);
  const input = trains.findIndex((one) => one.name === 'input');
  let layers = exact;
  if (maxBytes === undefined && size(layers) > aim && input >= 0) {
    const room = Math.max(aim / 4, aim - (size(layers) - layers[input].data.length));
    layers = layers.with(input, packWithin(trains[input], room, rowShare));
  }
  if (size(layers) > limit) {
    const kept = limit / size(layers); // each layer gives in proportion
    layers = layers.map((layer, index) => packWithin(trains[index], layer.data.length * kept, rowShare));
  }
  const notes = layers
    .filter(isJoined)
    .map((layer) => `${layer.name}: a mark joins ${layer.neuronsPerRow} neurons × ${layer.stepsPerColumn} ms`);
  const bytes = size(layers);
  if (bytes > warnAbove * share)
    notes.push(`large output, ${(bytes / share / 1e6).toFixed(1)} MB: choose layers or set maxBytes`);
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
