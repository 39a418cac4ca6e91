/** Spike rasters: a dot for each spike, time to the right, neurons downwards, one panel for each layer. */
import { requireNumber, requireObject } from '../network/require.js';
import type { FiringCountLoss, Loss } from '../network/rule.js';
import type { SpikeTrains } from '../network/spikes.js';
import { sourceOf } from './askRun.js';
import type { RunLike } from './runLike.js';
import { payloadLimits, plainText, rasterMime, type CountTargets, type RasterPayload } from './payload.js';
import { Plot } from './picture.js';
import { drawRaster } from './rasterDrawing.js';
import { chooseLayers, packLayers } from './rasterLayers.js';
import type { RasterLayer, RasterSample } from './rasterSample.js';
import { requirePixels } from './images.js';
import { stimulusOf, withMembranes } from './rasterExtras.js';
import { requireClass, requireOptions, requireRun, requireTrains } from './wanted.js';

export type { RunLike } from './runLike.js';

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
   * Most bytes of the packed spikes. By default the layer named `input` is joined to stay below 100 kB and the others
   * are drawn exactly up to 5 MB; a number here holds for all layers together.
   */
  maxBytes?: number;
}

/** What a raster is made of: layers, or a run, or several runs of one network to choose from. */
export type RasterSource = SpikeTrains | readonly SpikeTrains[] | RunLike | readonly RunLike[];

/**
 * Draws the spikes of one layer, several layers, or a run. Of several runs the first is drawn; JupyterLab has a slider
 * for the others.
 * @example show(raster(run));
 * @example show(raster([await net.run(test.at(0)), await net.run(test.at(1))]));
 * @throws TypeError for what is neither; RangeError naming the layer when the trains are not sorted or differ in steps
 */
export function raster(spikes: RasterSource, options: RasterOptions = {}): Plot {
  const payload = rasterPayload(spikes, options);
  const text = rasterText(payload);
  const alt = rasterAlt(payload, text);
  return new Plot({ text, alt, light: { [rasterMime]: payload }, draw: () => drawRaster(payload) });
}

/** The data part of a raster. */
export function rasterPayload(spikes: RasterSource, options: RasterOptions = {}): RasterPayload {
  requireOptions('raster()', options, ['title', 'layers', 'classNames', 'label', 'prediction', 'maxBytes']);
  requireClass('label of raster()', options.label);
  requireClass('prediction of raster()', options.prediction);
  if (options.maxBytes !== undefined)
    requireNumber('maxBytes of raster()', options.maxBytes, 1, Number.MAX_SAFE_INTEGER);
  const runs = runsOf(spikes);
  if (runs.length > payloadLimits.samples)
    throw new RangeError(`a raster of ${runs.length} samples: the limit is ${payloadLimits.samples}; choose some`);
  for (const key of ['label', 'prediction'] as const)
    if (runs.length > 1 && options[key] !== undefined)
      throw new RangeError(`${key} of raster() is of one sample, and ${runs.length} are drawn: each run has its own`);
  const steps = chooseLayers(runs[0]?.spikes ?? [], options.layers)[0].steps;
  const [first, ...further] = runs.map((run, k) => sampleOf(run, options, k, runs.length, steps));
  const targets = targetsOf(runs[0].rule?.loss);
  const source = sourceOf(runs);
  return {
    version: 1,
    ...(options.title !== undefined && { title: plainText(options.title) }),
    steps,
    axes: { x: 'time (ms)', y: 'neuron' },
    ...first,
    ...(targets && { targets }),
    ...(further.length > 0 && { samples: further }),
    ...(source !== undefined && { source }),
  };
}

function runsOf(source: RasterSource): readonly RunLike[] {
  const list = Array.isArray(source) ? (source as readonly (RunLike | SpikeTrains)[]) : [source as RunLike];
  const form = 'spike trains, a list of them, what net.run() gives, or a list of that';
  const [first] = list.map((one) => requireObject('raster()', one, form));
  if (!first || !('spikes' in first))
    return [{ spikes: list.map((one, k) => requireTrains(`layer ${k} of raster()`, one as SpikeTrains)) }];
  return list.map((one, k) => {
    const run = requireRun('raster()', one as RunLike);
    if (run.stimulus !== undefined) requirePixels(`the stimulus of run ${k}`, run.stimulus);
    return run;
  });
}

/** One run of `count`. */
function sampleOf(run: RunLike, options: RasterOptions, k: number, count: number, steps: number): RasterSample {
  const trains = chooseLayers(run.spikes, options.layers);
  if (trains[0].steps !== steps)
    throw new RangeError(
      `sample ${k} has ${trains[0].steps} steps, the first ${steps}: draw runs of one network together`,
    );
  const classNames = options.classNames ?? run.classNames;
  const className = (value: number | string | undefined): string | undefined =>
    value === undefined
      ? undefined
      : plainText(typeof value === 'number' ? (classNames?.[value] ?? String(value)) : value);
  const label = className(options.label ?? run.label);
  const prediction = className(options.prediction ?? run.prediction);
  const { layers, note } = packLayers(trains, options.maxBytes, 1 / count);
  const stimulus = run.stimulus && stimulusOf(run.stimulus);
  return {
    layers: withNames(withMembranes(layers, trains, run, 1 / count), classNames),
    ...(label !== undefined && { label }),
    ...(prediction !== undefined && { prediction }),
    ...(note && { note }),
    ...(stimulus && { stimulus }),
  };
}

function withNames(layers: readonly RasterLayer[], names: readonly string[] | undefined): readonly RasterLayer[] {
  const output = layers[layers.length - 1];
  if (!names || names.length !== output.neurons || output.neurons > payloadLimits.neuronNames) return layers;
  return [...layers.slice(0, -1), { ...output, neuronNames: names.map((name) => plainText(name)) }];
}

/** Of a loss on firing counts. */
function targetsOf(loss: Loss | undefined): CountTargets | undefined {
  if (loss?.type !== 'firingCount') return undefined;
  const { desired, undesired, margin }: FiringCountLoss = loss;
  return { desired, undesired, margin };
}

const count = (value: number, noun: string): string => `${value.toLocaleString('en')} ${noun}${value === 1 ? '' : 's'}`;

/** Its text with what else the picture says in words: title, classes, and the spikes of each layer. */
function rasterAlt({ title, label, prediction, layers }: RasterPayload, text: string): string {
  return [
    ...(title === undefined ? [] : [title]),
    text,
    ...(label === undefined ? [] : [`true class ${label}`]),
    ...(prediction === undefined ? [] : [`predicted ${prediction}`]),
    ...layers.map(({ name, neurons, spikes }) => `${name}: ${count(spikes, 'spike')} of ${count(neurons, 'neuron')}`),
  ].join('; ');
}

/** `raster: 12,345 spikes, 1,594 neurons, 400 steps, mean rate 19.4 Hz` */
function rasterText(payload: RasterPayload): string {
  const spikes = payload.layers.reduce((sum, layer) => sum + layer.spikes, 0);
  const neurons = payload.layers.reduce((sum, layer) => sum + layer.neurons, 0);
  const rate = neurons === 0 ? 0 : (1000 * spikes) / (neurons * payload.steps);
  const notes = payload.note ? ` (${payload.note})` : '';
  const samples = payload.samples ? `first of ${payload.samples.length + 1} samples: ` : '';
  return `raster: ${samples}${count(spikes, 'spike')}, ${count(neurons, 'neuron')}, ${count(payload.steps, 'step')}, mean rate ${rate.toFixed(1)} Hz${notes}`;
}
