/** What a network is trained on and asked about: images, or recorded spikes. */
import type { Dataset, Sample } from '../data/sets/dataset.js';
import { type EventDataset, type EventSample, isEventDataset } from '../data/sets/events.js';
import { requireSet } from '../data/sets/labelled.js';
import type { Network } from '../network/network.js';
import { describe, requireInteger, requireList, requireObject } from '../network/require.js';

/** A labelled set of images or of recordings. */
export type SampleSet = Dataset | EventDataset;
/** One image or recording. */
export type AnySample = Sample | EventSample;

/** Whether it is a set, and not one sample of it. */
export const isSampleSet = (what: AnySample | SampleSet): what is SampleSet =>
  typeof what === 'object' && what !== null && 'labels' in what;

/** @throws RangeError naming what does not fit and how to mend it: inputs, classes, or the steps of a recording */
export function requireFits({ inputs, layers, steps }: Network, dataset: SampleSet): void {
  requireSamples(dataset);
  if (dataset.inputs !== inputs) {
    throw new RangeError(
      `${dataset.name} has ${dataset.inputs} inputs a sample, the network has ${inputs}: build it with input(${dataset.shape.join(', ')})`,
    );
  }
  const outputs = layers[layers.length - 1].units;
  if (dataset.classNames.length > outputs) {
    throw new RangeError(
      `${dataset.name} has ${dataset.classNames.length} classes, the network has ${outputs} outputs: end it with dense(${dataset.classNames.length})`,
    );
  }
  if (isEventDataset(dataset)) requireSteps(dataset.name, dataset.steps, steps);
}

/** @throws TypeError for what is no data set, with what is probably meant */
function requireSamples(dataset: SampleSet): void {
  const { train, labels } = requireObject('a network', dataset, wanted) as Partial<SampleSet> & { train?: unknown };
  if (labels !== undefined) return requireSet('a network', dataset);
  const halves = train === undefined ? '' : ': give its .train or its .test';
  throw new TypeError(`a network takes ${wanted}, not ${describe(dataset)}${halves}`);
}
const wanted = 'a data set, such as (await datasets.mnist()).train';

/** @throws RangeError when a sample has other inputs than the network, or more steps */
export function requireSampleFits({ inputs, steps }: Network, sample: AnySample): void {
  const given = requireObject('a network', sample, oneSample) as Partial<Sample & EventSample>;
  if ((given.spikes ?? given.pixels) === undefined || isSampleSet(sample))
    throw new TypeError(`a network takes ${oneSample}, not ${describe(sample)}`);
  if (given.index !== undefined) requireInteger('index of a sample', given.index, 0, Number.MAX_SAFE_INTEGER);
  if (given.shape !== undefined) requireList('the shape of a sample', given.shape, 'a list such as [28, 28]');
  if ('spikes' in sample) requireObject('the spikes of a sample', sample.spikes, 'spike trains');
  else requireList('the pixels of a sample', sample.pixels, 'a list of numbers from 0 to 255');
  requireSizes(inputs, steps, sample);
}
const oneSample = 'one sample here, such as test.at(0)';

function requireSizes(inputs: number, steps: number, sample: AnySample): void {
  const given = 'spikes' in sample ? sample.spikes.neurons : sample.pixels.length;
  if (given !== inputs)
    throw new RangeError(
      `the sample of ${sample.dataset} has ${given} inputs, the network has ${inputs}: build it with input(${sample.shape.join(', ')})`,
    );
  if ('spikes' in sample) requireSteps(sample.dataset, sample.spikes.steps, steps);
}

/** A shorter recording is silent at its end; a longer one is never cut without being asked. */
function requireSteps(name: string, recorded: number, steps: number): void {
  if (recorded > steps) {
    throw new RangeError(
      `${name} has ${recorded} steps, the network simulates ${steps}: build it with { steps: ${recorded} }, or cut the recordings: dataset.cut(${steps})`,
    );
  }
}
