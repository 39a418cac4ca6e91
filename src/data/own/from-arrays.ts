/** One's own arrays as data sets. */
import { requireList, requireObject } from '../../network/require.js';
import type { Dataset } from '../sets/dataset.js';
import type { EventDataset } from '../sets/events.js';
import { type EventParts, fromEvents } from './from-events.js';
import { type FeatureParts, fromFeatures, fromImages, type Halves, type ImageParts } from './from-features.js';

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
  if (parts.labels === undefined) throw new RangeError('fromArrays needs labels: one for each sample');
  requireList('fromArrays({ labels })', parts.labels, 'a list with one for each sample');
  if ('events' in parts) return fromEvents(parts);
  return 'images' in parts ? fromImages(parts) : fromFeatures(parts);
}
