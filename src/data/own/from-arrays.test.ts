import { afterEach, describe, expect, test, vi } from 'vitest';
import { firingCounts, spikeTimes } from '../../network/spikes.js';
import { fromArrays } from './from-arrays.js';
import type { EventParts } from './from-events.js';
import type { FeatureParts } from './from-features.js';

const rows = [[0, 10, 7], [2, 20, 7], [4, 30, 7], [6, 40, 7], [8, 50, 7], [10, 60, 7]]; // prettier-ignore
const labels = [0, 1, 0, 1, 0, 1];
const own = { test: { features: [[-5, 35, 9], [5, 99, 7]], labels: [1, 0] }, quiet: true }; // prettier-ignore

afterEach(() => vi.restoreAllMocks());

describe('features', () => {
  test('minmax is fitted on the training part and carried to the test part', () => {
    const { train, test: tested } = fromArrays({ features: rows, labels, ...own, coding: 'rate' });
    expect([...train.pixels]).toEqual([0, 0, 0, 51, 51, 0, 102, 102, 0, 153, 153, 0, 204, 204, 0, 255, 255, 0]);
    expect([...tested.pixels]).toEqual([0, 128, 0, 128, 255, 0]); // -5 and 99 lie outside
    expect([train.name, tested.name, train.shape]).toEqual(['own/train', 'own/test', [3]]);
  });

  test('standard puts the mean in the middle, and three deviations of all values at the ends', () => {
    // numpy: rows 0..10 in steps of 2: mean 5, std 3.4156502553198664 (ddof 0); u = (x - 5) / (6 * std) + 0.5
    const { train } = fromArrays({ features: rows, labels, ...own, scale: 'standard', coding: 'rate' });
    const expected = [0, 2, 4, 6, 8, 10].map((x) => Math.round(255 * ((x - 5) / (6 * 3.4156502553198664) + 0.5)));
    expect([...train].map(({ pixels }) => pixels[0])).toEqual(expected);
  });

  test('a given scale is used as it is', () => {
    const { train } = fromArrays({ features: rows, labels, ...own, scale: [0, 20], coding: 'rate' });
    expect([...train.at(1).pixels]).toEqual([26, 255, 89]);
  });

  test('population: neuron k answers most to k/(fields - 1)', () => {
    const { train } = fromArrays({ features: rows, labels, ...own, coding: 'population', fields: 3 });
    const near = Math.round(255 * Math.exp(-0.5));
    const far = Math.round(255 * Math.exp(-2));
    expect(train.shape).toEqual([3, 3]);
    expect([...train.at(0).pixels].slice(0, 3)).toEqual([255, near, far]);
    expect([...train.at(5).pixels].slice(0, 3)).toEqual([far, near, 255]);
  });

  test('latency: the larger the earlier', () => {
    const { train } = fromArrays({ features: rows, labels, ...own, coding: 'latency', steps: 12 });
    expect([...train].map(({ spikes }) => spikeTimes(spikes, 0)[0])).toEqual([11, 9, 7, 5, 3, 1]);
  });

  test('says once what became of the scale', () => {
    const say = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    fromArrays({ features: rows, labels, ...own, quiet: false, name: 'iris' });
    expect(say.mock.calls).toEqual([
      [
        'iris: 6 + 2 samples, 2 classes, 3 features coded as population; scale minmax of the training part: 0 .. 10, 10 .. 60, 7 .. 7 to 0 .. 1; ' +
          '3 test values outside were cut; 1 features are constant and say nothing',
      ],
    ]);
  });

  test('classes in order: numbers by their size, then texts; integers of 64 bits are features too', () => {
    const names = ['1a', '10', '2', 'b', '1a', '10'];
    const orders = [names, names.toReversed()].map((given) =>
      fromArrays({ features: rows, labels: given, quiet: true }),
    );
    for (const { train } of orders) expect(train.classNames).toEqual(['2', '10', '1a', 'b']);
    const wide = rows.map((row) => BigInt64Array.from(row, BigInt)) as never;
    const [a, b] = [rows, wide].map((features) => fromArrays({ features, labels, ...own }));
    expect(b.train.sha256).toBe(a.train.sha256);
  });

  test('a fifth is for the test, by class, drawn from the seed', () => {
    const features = Array.from({ length: 50 }, (_, n) => [n]);
    const names = features.map((_, n) => (n < 40 ? 'common' : 'rare'));
    const { train, test: tested } = fromArrays({ features, labels: names, quiet: true });
    expect([train.length, tested.length, train.classNames]).toEqual([40, 10, ['common', 'rare']]);
    expect([...tested.labels].filter((label) => label === 1).length).toBe(2);
    const again = fromArrays({ features, labels: names, quiet: true });
    expect(again.train.sha256).toBe(train.sha256);
    expect(fromArrays({ features, labels: names, quiet: true, seed: 2 }).train.sha256).not.toBe(train.sha256);
  });

  test.each<[Partial<FeatureParts>, RegExp]>([
    [{ features: [[1], [NaN], [3], [4], [5], [6]] }, /feature 0 of sample 1 is NaN/],
    [{ features: [[1], [2], [3], [4], [Infinity], [6]] }, /feature 0 of sample 4 is Infinity/],
    [{ features: [[1], ['2' as unknown as number], [3], [4], [5], [6]] }, /feature 0 of sample 1 is "2"/],
    [{ features: [[1, 2], [3], [4], [5], [6], [7]] }, /sample 1 has 1 features, sample 0 has 2/],
    [{ features: rows.slice(1) }, /5 samples and 6 labels/],
    [{ features: new Float32Array(6) as never }, /one flat array/],
    [{ features: { values: new Float32Array(12), shape: [6, 3] } }, /12 values do not have the shape \[6, 3\]/],
    [{ labels: [1, 2, 1, 2, 1, 2] }, /no sample has label 0, but some have 2: classes are counted from 0/],
    [{ labels: [0, 0.5, 1, 1, 1, 1] }, /label 0.5 of sample 1/],
    [
      { labels: ['a', 'b', 'c', 'a', 'b', 'c'], classNames: ['a', 'b'] },
      /label "c" of sample 2 is no class: they are a, b/,
    ],
    [{ features: [[0], [1e308], [-1e308], [4], [5], [6]] }, /values of feature 0 are too large .*'minmax'/],
    [{ features: [[0], [1e200], [2], [4], [5], [6]], scale: 'standard' }, /too large to be scaled by 'standard'/],
    [{ labels: ['a', undefined, 'b', 'a', 'b', 'a'] as never }, /label 1 is undefined, no class/],
    [{ labels: [0, null, 1, 0, 1, 0] as never }, /label 1 is null, no class/],
    [{ labels: ['a', '', 'b', 'a', 'b', 'a'] }, /label 1 is "", no class/],
    [{ labels: ['a', 'b', 'a', 'b', 'a', 'b'], classNames: ['a', 'b', 'a'] }, /class name 2 is "a"/],
    [{ labels, classNames: [0, 1] as never }, /class name 0 is 0: give each class a text/],
    [{ seed: 1.5 }, /seed is 1.5: it must be an integer/],
    [{ scale: 'minmx' as never }, /scale is "minmx": choose 'minmax'/],
    [{ scale: [2, 1] }, /low end must be below/],
    [{ coding: 'rates' as never }, /coding is "rates"/],
    [{ labls: labels } as never, /no option "labls": did you mean labels\?/],
  ])('refuses %o', (change, message) => {
    expect(() => fromArrays({ features: rows, labels, quiet: true, ...change })).toThrow(message);
  });
});

describe('images', () => {
  test('bytes with their shape, as NumPy gives them', () => {
    const images = { values: Uint8Array.from({ length: 24 }, (_, n) => 10 * n), shape: [6, 2, 2] };
    const { train, test: tested } = fromArrays({
      images,
      labels: BigInt64Array.of(0n, 1n, 0n, 1n, 0n, 1n),
      test: 1 / 3,
    });
    expect([train.length, tested.length, train.shape]).toEqual([4, 2, [2, 2]]);
    for (const { pixels } of [...train, ...tested]) expect(pixels[3] - pixels[0]).toBe(30);
  });

  test.each([
    [300, /is 300, no byte/],
    [0.5, /is 0.5, no byte/],
    [-1, /is -1, no byte/],
    [NaN, /is NaN/],
  ])('refuses %f', (value, message) => {
    const images = [[1, 2], [3, value], [1, 2], [3, 4]]; // prettier-ignore
    expect(() => fromArrays({ images, labels: [0, 1, 0, 1] })).toThrow(message);
  });
});

describe('events', () => {
  const parts: EventParts = {
    events: [
      { channels: [0, 3, 3, 1], times: [0, 1.9, 2, 5.4] },
      { channels: [2], times: [9] },
    ],
    labels: ['one', 'two'],
    unit: 'ms',
    shape: [4],
    test: { events: [{ channels: [], times: [] }], labels: ['two'] },
    quiet: true,
  };

  test('an event at time t is a spike at step floor(t / binMs) + 1', () => {
    const { train, test: tested } = fromArrays({ ...parts, binMs: 2 });
    expect([train.steps, train.inputs, tested.length]).toEqual([6, 4, 1]); // 9 ms is in step 5
    const { spikes } = train.at(0);
    expect([0, 1, 2, 3].map((j) => [...spikeTimes(spikes, j)])).toEqual([[1], [3], [], [1, 2]]);
    expect(firingCounts(tested.at(0).spikes).every((n) => n === 0)).toBe(true);
  });

  test('the same recording in each unit is the same set', () => {
    const sha = (unit: EventParts['unit'], factor: number): string =>
      fromArrays({
        ...parts,
        unit,
        events: parts.events.map(({ channels, times }) => ({ channels, times: Array.from(times, (t) => t * factor) })),
      }).train.sha256;
    expect(sha('s', 0.001)).toBe(sha('ms', 1));
    expect(sha('us', 1000)).toBe(sha('ms', 1));
  });

  test('whole bins stay whole, whatever the unit makes of them in doubles', () => {
    const times = Array.from({ length: 2000 }, (_, n) => n / 1000);
    const { train } = fromArrays({
      ...parts,
      unit: 's',
      events: [{ channels: times.map(() => 0), times }],
      labels: ['one'],
      classNames: ['one', 'two'],
    });
    expect([...train.at(0).spikes.times]).toEqual(times.map((_, n) => n + 1));
  });

  test('cut leaves out the end, downsample joins neighbours', () => {
    expect([...fromArrays({ ...parts, cut: 3 }).train.times]).toEqual([1, 2]);
    const camera = { ...parts, shape: [2, 2, 4], downsample: 2, unit: 'steps' as const };
    const { train } = fromArrays({
      ...camera,
      events: [
        { channels: [0, 3, 4, 15], times: [1, 2, 3, 4] }, // polarity 0: (0,0), (0,3), (1,0); polarity 1: (1,3)
        { channels: [1], times: [1] },
      ],
    });
    expect(train.shape).toEqual([2, 1, 2]);
    expect([0, 1, 2, 3].map((j) => [...spikeTimes(train.at(0).spikes, j)])).toEqual([[1, 3], [2], [], [4]]);
  });

  const with0 = (channels: number[], times: number[]): Partial<EventParts> => ({
    events: [{ channels, times }, parts.events[1]],
  });
  test.each<[string, Partial<EventParts>, RegExp]>([
    ['no unit', { unit: undefined }, /unit is missing/],
    ['another unit', { unit: 'sec' as never }, /unit is "sec"/],
    [
      'a channel counted from 1',
      with0([1, 4], [0, 1]),
      /event 1 of recording 0 is of channel 4: channels are 0 \.\. 3/,
    ],
    ['a fraction of a channel', with0([0.5], [0]), /event 0 of recording 0 is of channel 0.5/],
    ['a negative time', with0([0], [-1]), /event 0 of recording 0 is at time -1/],
    ['NaN', with0([0], [NaN]), /event 0 of recording 0 is at time NaN/],
    ['unsorted times', with0([0, 1], [5, 4]), /event 1 of recording 0 is at time 4, before/],
    ['a fraction of a step', { unit: 'steps', ...with0([0], [1.5]) }, /is at step 1.5/],
    ['step 0', { unit: 'steps', ...with0([0], [0]) }, /is at step 0/],
    ['microseconds called seconds', { unit: 's' }, /needs 9002 steps, at most 4096/],
    ['seconds called microseconds', { unit: 'us' }, /all events lie in the first bin/],
    ['a time that is missing', with0([0], [null as never]), /event 0 of recording 0 is at time null/],
    ['a channel as a text', with0(['1' as never], [0]), /event 0 of recording 0 is of channel "1"/],
    ['unequal lists', with0([0, 1], [1]), /recording 0 has 2 channels and 1 times/],
    ['bins of steps', { unit: 'steps', binMs: 2 }, /leave binMs out/],
    ['a mistyped option', { binms: 2 } as never, /no option "binms": did you mean binMs/],
    ['no shape', { shape: undefined }, /shape is undefined/],
  ])('refuses %s', (_, change, message) => {
    expect(() => fromArrays({ ...parts, ...change })).toThrow(message);
  });
});

test('refuses none or several kinds', () => {
  expect(() => fromArrays({ labels } as never)).toThrow(/one of features, images and events, not labels/);
  expect(() => fromArrays({ features: rows, images: rows, labels } as never)).toThrow(/not features and images/);
});
