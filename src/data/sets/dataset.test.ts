import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { classCounts, createDataset } from './dataset.js';

const parts = () => ({
  name: 'tiny/train',
  shape: [1, 2],
  classNames: ['a', 'b', 'c'],
  pixels: Uint8Array.of(0, 1, 10, 11, 20, 21, 30, 31),
  labels: Uint8Array.of(2, 0, 1, 0),
});

test('a data set gives its samples, slices without copying, and copies a subset', () => {
  const set = createDataset(parts());
  expect([set.length, set.inputs]).toEqual([4, 2]);
  expect(set.at(1)).toEqual({
    pixels: Uint8Array.of(10, 11),
    shape: [1, 2],
    label: 0,
    index: 1,
    dataset: 'tiny/train',
  });
  const middle = set.slice(1, 3);
  expect(middle.pixels.buffer).toBe(set.pixels.buffer);
  expect([...middle].map((sample) => [sample.index, sample.label, ...sample.pixels])).toEqual([
    [0, 0, 10, 11],
    [1, 1, 20, 21],
  ]);
  const picked = set.subset([3, 0]);
  expect([...picked.pixels]).toEqual([30, 31, 0, 1]);
  expect([...picked.labels]).toEqual([0, 2]);
  expect(classCounts(set)).toEqual([2, 1, 1]);
  expect(classCounts(set).map((n) => 1 / n)).toEqual([0.5, 1, 1]);
  expect(set.slice(0)).toBe(set);
});

test.each([0, 3, undefined, null, 'ab', {}])(
  'a subset of %j, which is no list, is refused and slice named',
  (given) => {
    const subset = (): unknown => createDataset(parts()).subset(given as never);
    expect(subset).toThrow(TypeError);
    expect(subset).toThrow(/list of sample numbers.*slice/);
  },
);

test('sha256 is of pixels followed by labels', () => {
  const { pixels, labels } = parts();
  expect(createDataset(parts()).sha256).toBe(createHash('sha256').update(pixels).update(labels).digest('hex'));
  // FIPS 180-2, appendix B.1: the three bytes "abc"
  const abc = createDataset({
    name: 'abc',
    shape: [2],
    classNames: Array.from({ length: 256 }, String),
    pixels: Uint8Array.of(97, 98),
    labels: Uint8Array.of(99),
  });
  expect(abc.sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('a data set cannot be changed by assignment', () => {
  const set = createDataset(parts());
  expect(() => Object.assign(set, { name: 'other' })).toThrow(TypeError);
  expect(() => (set.classNames as string[]).push('d')).toThrow(TypeError);
});

test.each([
  [{ labels: Uint8Array.of(0, 1) }, /8 pixels are 4 images of 2, but there are 2 labels/],
  [{ labels: Uint8Array.of(0, 1, 3, 0) }, /label 3 of sample 2 is not a class: there are 3/],
  [{ labels: new Uint8Array(0), pixels: new Uint8Array(0) }, /empty/],
  [{ shape: [0, 2] }, /shape \[0, 2\]/],
  [{ classNames: ['one'] }, /2 to 256 class names/],
  [{ populatoin: true }, /no option "populatoin": did you mean population\?/],
  [{ population: 'no' }, /population }\) is "no": write true or false/],
])('refuses %o', (change, message) => {
  expect(() => createDataset({ ...parts(), ...(change as object) })).toThrow(message);
});

test('refuses samples and slices that do not exist', () => {
  const set = createDataset(parts());
  for (const index of [-1, 4, 0.5, NaN]) expect(() => set.at(index)).toThrow(/samples are 0 \.\. 3/);
  for (const [from, to] of [
    [0, 5],
    [3, 3],
    [-1, 2],
    [2, 1],
  ])
    expect(() => set.slice(from, to)).toThrow(RangeError);
  expect(() => set.subset([])).toThrow(RangeError);
  expect(() => set.subset([4])).toThrow(RangeError);
});

test.each([
  Float32Array.of(0, 0.5, NaN, 300, 1, 1, 1, 1),
  [0, 0.5, NaN, 300, 1, 1, 1, 1],
  new Uint16Array(8),
  undefined,
])('refuses pixels that are no bytes: %o', (pixels) => {
  expect(() => createDataset({ ...parts(), pixels: pixels as unknown as Uint8Array })).toThrow(
    /pixels is a .*datasets.fromArrays/,
  );
});
