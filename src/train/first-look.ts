/**
 * What the first samples of a run say about the data and the network, before hours are spent: warnings with what to
 * change.
 */
import { requireSet } from '../data/sets/labelled.js';
import { requireInteger } from '../network/require.js';
import { isEventDataset } from '../data/sets/events.js';
import { pixelScale } from '../data/encode/poisson.js';
import type { Network } from '../network/network.js';
import type { SpikeTrains } from '../network/spikes.js';
import { layerHealth } from './health.js';
import type { FitOptions } from './options.js';
import type { Observer } from './progress.js';
import { type AnySample, requireFits, type SampleSet } from './samples.js';

/** Samples that are looked at. */
const firstSamples = 10;

/** Below this many spikes a sample there is next to nothing to learn from. */
const fewSpikes = 5;
/**
 * No value above this part of full rate: data in another unit (0 to 1, 0 to 16), which thresholds cannot make up for,
 * since few spikes say little.
 */
const smallUnit = 64;
/** Above this part of the steps an input that fires has hardly any silence left to tell it from others. */
const alwaysOn = 0.9;
/**
 * Part of a layer's counts that are at their limit; and of the layer below that must fire before the silence of a whole
 * layer is its own fault. The paper's own convolutional network begins with layers of which 1 % fires, and learns.
 */
const [mostlySaturated, someFire] = [0.3, 0.1];

/** Mean spikes of an input in a step, over a data set: for `classifier({ inputRate })`. */
export function meanInputRate(dataset: SampleSet): number {
  requireSet('meanInputRate()', dataset);
  if (isEventDataset(dataset)) {
    let spikes = 0;
    for (const { spikes: trains } of dataset) spikes += trains.times.length;
    return spikes / (dataset.length * dataset.inputs * dataset.steps);
  }
  let sum = 0;
  for (const pixel of dataset.pixels) sum += pixel;
  return sum / dataset.pixels.length / (255 * pixelScale);
}

/**
 * One sentence for each thing that is wrong: inputs that hardly fire or always do, layers that are silent or saturated,
 * classes that never occur.
 * @param runs for each sample looked at, the spikes of the input and every layer
 */
export function firstLook(network: Network, dataset: SampleSet, runs: readonly (readonly SpikeTrains[])[]): string[] {
  if (runs.length === 0) return [];
  const inputs = inputWarning(network, dataset, runs);
  // Layers without input are silent for that reason.
  const layers = inputs.length > 0 ? [] : layerWarnings(network, runs);
  return [...inputs, ...layers, ...classWarning(dataset)];
}

function inputWarning(
  { inputs, steps }: Network,
  dataset: SampleSet,
  runs: readonly (readonly SpikeTrains[])[],
): string[] {
  const spikes = runs.reduce((sum, [input]) => sum + input.times.length, 0) / runs.length;
  const largest = isEventDataset(dataset) ? undefined : dataset.pixels.reduce((most, p) => Math.max(most, p), 0);
  // A latency is one spike of an input, and may be all there is.
  const least = largest === undefined ? Math.min(fewSpikes, inputs / 2) : fewSpikes;
  if (spikes < least || (largest !== undefined && largest <= smallUnit)) {
    const few = spikes < least ? 'hardly fire' : 'fire little';
    return [`the inputs ${few} (${spikes.toFixed(1)} spikes a sample): ${scaleAdvice(dataset.name, largest)}`];
  }
  if (!isEventDataset(dataset))
    return isConstant(dataset) ? [`all samples of ${dataset.name} are the same: was something lost on the way?`] : [];
  const rate = spikes / (inputs * steps);
  return rate > alwaysOn
    ? [
        `the inputs fire in ${(100 * rate).toFixed(0)} % of the steps: use shorter bins, so that silence tells them apart`,
      ]
    : [];
}

function scaleAdvice(name: string, largest: number | undefined): string {
  if (largest === undefined) return 'are the times of the recordings in steps of the network?';
  if (largest === 0) return `every value in ${name} is 0: was its file read rightly?`;
  if (largest > smallUnit) return 'is most of each sample 0? Use more steps';
  return `the largest value in ${name} is ${largest}, and 255 is full rate: scale it up, for instance by ${Math.floor(255 / largest)}`;
}

/** Whether every sample has the same values; ends at the first that has not. */
function isConstant({ pixels, length }: { readonly pixels: Uint8Array; readonly length: number }): boolean {
  return length > 1 && pixels.every((p, k) => p === pixels[k % (pixels.length / length)]);
}

function layerWarnings(network: Network, runs: readonly (readonly SpikeTrains[])[]): string[] {
  const health = layerHealth(network, runs);
  return health.flatMap(({ layer, silent, saturated, meanCount }, k) => {
    const { threshold } = network.layers[k];
    if (silent === 1 && (k === 0 || 1 - health[k - 1].silent >= someFire))
      return [
        `${layer} never fires: lower its threshold (${round(threshold)}), for instance to ${round(threshold / 4)}`,
      ];
    if (saturated >= mostlySaturated)
      return [
        `${layer} fires at its limit (${meanCount.toFixed(0)} spikes a sample): raise its threshold (${round(threshold)}), for instance to ${round(4 * threshold)}`,
      ];
    return [];
  });
}

function classWarning({ name, classNames, labels }: SampleSet): string[] {
  const seen = new Set(labels);
  const absent = classNames.filter((_, label) => !seen.has(label));
  if (absent.length === 0) return [];
  const list = absent.length > 5 ? `${absent.slice(0, 5).join(', ')} and ${absent.length - 5} more` : absent.join(', ');
  return [
    `${absent.length === 1 ? 'class' : 'classes'} ${list} never occur${absent.length === 1 ? 's' : ''} in ${name}: is it sorted, or cut?`,
  ];
}

const round = (value: number): string => `${Number(value.toPrecision(3))}`;

/** A network that can be asked. */
interface Asked {
  readonly network: Network;
  run(sample: AnySample): Promise<{ readonly spikes: readonly SpikeTrains[] }>;
}

/** The spikes of the first samples, input and every layer. */
export async function firstRuns(net: Asked, dataset: SampleSet, samples: number): Promise<(readonly SpikeTrains[])[]> {
  const runs: (readonly SpikeTrains[])[] = [];
  requireFits(net.network, dataset);
  requireInteger('samples to look at', samples, 1, 1_000_000);
  for (let n = 0; n < Math.min(samples, dataset.length); n++) runs.push((await net.run(dataset.at(n))).spikes);
  return runs;
}

/**
 * Has the observer say what the first samples show, if it is anything bad. Data that does not fit is what training
 * itself refuses.
 */
export async function noteFirstLook(
  net: Asked,
  dataset: SampleSet,
  observer: Observer,
  { silent, health }: FitOptions,
): Promise<void> {
  if (silent === true || health === false) return;
  try {
    requireFits(net.network, dataset);
  } catch {
    return;
  }
  const warnings = firstLook(net.network, dataset, await firstRuns(net, dataset, firstSamples));
  if (warnings.length === 0) return;
  const lines = warnings.map((warning) => `  - ${warning}`).join('\n');
  observer.note(
    `A look at the first samples, before training:\n${lines}\n  net.health(data) has the figures; fit(data, { health: false }) does not look.`,
  );
}
