/** What `fromArrays` refuses of a caller without types: every error names the value and what to give. */
import { expect, test } from 'vitest';
import { fromArrays } from './from-arrays.js';

const features = [[1], [2], [3], [4]]; // prettier-ignore
const labels = [0, 1, 0, 1];
const recording = { channels: [0, 1], times: [0, 5] };
const events = [recording, recording, recording, recording];
const recorded = { events, labels, unit: 'ms', shape: [2] };
const tested = { features, labels };

test.each<[string, object, RegExp]>([
  ['no test set', { test: null }, /test is null: give a share such as 0.2, or .* { features, labels }/],
  ['a text as a share', { test: '0.3' }, /test is "0.3": give a share/],
  ['a list of tests', { test: [tested] }, /test is a list of 1: give a share/],
  ['a test set without labels', { test: { features } }, /fromArrays\({ test }\) needs labels/],
  [
    'a test set with a mistyped part',
    { test: { features, label: labels } },
    /no option "label": did you mean labels\?/,
  ],
  ['classes of a test set', { test: { ...tested, classNames: ['a', 'b'] } }, /no option "classNames"/],
  ['a test set of another kind', { test: { images: features, labels } }, /no option "images": .*features, labels/],
  ['a test set without samples', { test: { labels } }, /fromArrays\({ test }\) needs features/],
  ['labels of a test set', { test: { features, labels: 3 } }, /test }\): labels takes a list .*, not 3/],
  ['a text as a shape', { shape: '1', coding: 'rate' }, /own: shape takes a list of the sizes .*, not "1"/],
  ['a number as a shape', { shape: 1, coding: 'rate' }, /own: shape takes a list .*, not 1/],
  ['texts in a shape', { shape: ['1'], coding: 'rate' }, /size in own: shape is "1", a text: it must be an integer/],
  ['a text as features', { features: '1234' }, /own: the features are "1234": give one array for each sample/],
  ['an object as features', { features: { a: 1 } }, /own: the features are { a }: give one array for each sample/],
  [
    'a text as a shape of values',
    { features: { values: [1, 2], shape: '2' } },
    /shape beside values takes .*, not "2"/,
  ],
  ['no list of values', { features: { values: 2, shape: [2] } }, /own: values takes a list .*, not 2/],
  ['no features', { features: null }, /the features are null/],
  ['quiet as a text', { quiet: 'no' }, /quiet is "no": write true or false/],
])('features: %s', (_, change, message) => {
  expect(() => fromArrays({ features, labels, quiet: true, ...change } as never)).toThrow(message);
});

test.each<[string, object, RegExp]>([
  ['none', { events: null }, /events takes a list with { channels, times } of each recording, not null/],
  ['one', { events: recording }, /events takes a list with .*, not { channels, times }/],
  ['empty ones', { events: [null, null, null, null] }, /own: recording 0 takes { channels, times }, not null/],
  ['times alone', { events: [[1], [2], [3], [4]] }, /own: recording 0 takes { channels, times }, not a list of 1/],
  ['a text as a shape', { shape: '4' }, /own: shape is "4": write \[channels\] or/],
  ['a test set without labels', { test: { events } }, /test }\) needs labels/],
  ['a test set of features', { test: tested }, /no option "features": .*It knows events, labels/],
  [
    'an empty one in the test set',
    { test: { events: [null], labels: [0] } },
    /own\/test: recording 0 takes .*, not null/,
  ],
])('events: %s', (_, change, message) => {
  expect(() => fromArrays({ ...recorded, quiet: true, ...change } as never)).toThrow(message);
});
