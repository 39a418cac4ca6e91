/** One's own arrays as data sets. */
import { requireKnown } from '../../network/known.js';
import { requireList, requireObject } from '../../network/require.js';
import type { Dataset } from '../sets/dataset.js';
import type { EventDataset } from '../sets/events.js';
import { type EventParts, fromEvents } from './from-events.js';
import { type FeatureParts, fromFeatures, fromImages, type Halves, type ImageParts } from './from-features.js';
import { requireTest } from './parts.js';

/**
 * Training and test set from arrays: features (any numbers: scaled, and coded as rates, populations or latencies),
 * images (bytes), or events (channel and time). Values are copied and checked; a fifth of the samples, drawn by class,
 * is for the test unless said otherwise.
 * @throws RangeError naming the value that does not fit: its sample, its place and what was expected
 * @example const { train, test } = datasets.fromArrays({ features: rows, labels: species })
 * @example datasets.fromArrays({ events: [{ channels: [0, 5], times: [1.5, 20] }, …], labels, unit: 'ms', shape: [8] })
 */
export function fromArrays(parts: EventParts): Halves<EventDataset>;
export function fromArrays(parts: FeatureParts & { coding: 'latency' }): Halves<EventDataset>;
export function fromArrays(parts: ImageParts | (FeatureParts & { coding?: 'rate' | 'population' })): Halves<Dataset>;
export function fromArrays(parts: FeatureParts): Halves<Dataset> | Halves<EventDataset>;
export function fromArrays(parts: FeatureParts | ImageParts | EventParts): Halves<Dataset> | Halves<EventDataset> {
  requireObject('fromArrays()', parts, 'an object such as { features: rows, labels }');
  const kinds = ['features', 'images', 'events'].filter((kind) => kind in parts);
  if (kinds.length !== 1)
    throw new RangeError(
      `fromArrays takes one of features, images and events, not ${kinds.join(' and ') || Object.keys(parts).join(', ') || 'none'}: write { features: rows, labels }`,
    );
  const [kind] = kinds;
  requireSamples('fromArrays', kind, parts);
  const form = `a test set of its own, { ${kind}, labels }`;
  requireTest('fromArrays', parts.test, { form, is: (test) => isObject(test) });
  if (isObject(parts.test)) {
    requireKnown('fromArrays({ test })', parts.test, [kind, 'labels']);
    requireSamples('fromArrays({ test })', kind, parts.test);
  }
  if ('events' in parts) return fromEvents(parts);
  return 'images' in parts ? fromImages(parts) : fromFeatures(parts);
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws RangeError or TypeError for samples without labels, labels without samples, and events that are no list */
function requireSamples(what: string, kind: string, given: object): void {
  const { labels, [kind]: samples } = given as Record<string, unknown>;
  if (samples === undefined) throw new RangeError(`${what} needs ${kind}: { ${kind}, labels }`);
  if (labels === undefined) throw new RangeError(`${what} needs labels: one for each sample`);
  requireList(`${what}: labels`, labels, 'a list with one for each sample');
  if (kind === 'events') requireList(`${what}: events`, samples, 'a list with { channels, times } of each recording');
}
