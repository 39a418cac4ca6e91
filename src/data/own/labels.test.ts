import { describe, expect, test } from 'vitest';
import { classesOf, type Labels } from './labels.js';

const of = (labels: Labels, classNames?: string[]): [readonly string[], number[]] => {
  const classes = classesOf('own', labels, classNames);
  return [classes.classNames, [...classes.labels]];
};

describe('missing values', () => {
  test.each(['NA', 'nan', 'NaN', '-nan', 'null', 'NULL', 'N/A', 'None', '?', '<NA>', ' NA ', ' '])(
    '%j is no class of its own',
    (value) => {
      expect(() => of(['x', 'y', value])).toThrow(
        `label 2 is ${JSON.stringify(value)}, a missing value and no class: give a number or a name, or leave the sample out; if a class is called so, list all of them in classNames`,
      );
    },
  );

  test('NaN among numbers or names is none either', () => {
    for (const labels of [[0, 1, NaN], ['a', 'b', NaN], Float32Array.of(0, 1, NaN)])
      expect(() => of(labels)).toThrow(/label 2 is NaN, a missing value/);
    expect(() => of([0, 1, NaN], ['0', '1', 'NaN'])).toThrow(/label 2 is NaN/);
  });

  test('are a class where classNames says so, and words that only look alike always', () => {
    expect(of(['eins', 'null'], ['null', 'eins'])).toEqual([
      ['null', 'eins'],
      [1, 0],
    ]);
    expect(of(['none', 'Na', 'nano'])).toEqual([['Na', 'nano', 'none'], [2, 0, 1]]); // prettier-ignore
  });
});

describe('spellings of one number', () => {
  test.each([
    [['1', '2', '1.0'], '"1" and "1.0" (samples 0 and 2)'],
    [['a', '01', '1'], '"01" and "1" (samples 1 and 2)'],
    [['1.000000000000000000e+00', '0', '1'], '"1.000000000000000000e+00" and "1" (samples 0 and 2)'],
    [['1.1', '1.10', '1.2'], '"1.1" and "1.10" (samples 0 and 1)'],
  ])('%j: refused, unless classNames has both', (labels, both) => {
    expect(() => of(labels)).toThrow(
      `own: labels ${both} are one number in two spellings: write one of them; if they are two classes, list all of them in classNames`,
    );
    expect(of(labels, labels)[1]).toEqual([0, 1, 2]);
  });

  test.each([
    [['1.0', '2.0', '1.0'], ['1.0', '2.0'], [0, 1, 0]],
    [['9007199254740993', '9007199254740992'], ['9007199254740992', '9007199254740993'], [1, 0]],
    [['1a', '01a', '1 a'], ['01a', '1 a', '1a'], [2, 0, 1]],
  ])('%j: one each', (labels, names, places) => {
    expect(of(labels)).toEqual([names, places]);
  }); // prettier-ignore

  test('are found among the classes of the training part', () => {
    expect(of(['1.0', '02', '2'], ['1', '2'])[1]).toEqual([0, 1, 1]);
    expect(of(['1', '1.0'], ['1.0', '1'])[1]).toEqual([1, 0]); // both are classes: as written
    expect(() => of(['01'], ['1.0', '1'])).toThrow(/label "01" of sample 0 is no class: they are 1.0, 1/);
  });
});

describe('numbers against named classes', () => {
  test('are places, or names where only that fits', () => {
    expect(of([1, 0], ['cat', 'dog'])[1]).toEqual([1, 0]);
    expect(of([0, 2, 1], ['10', '20', '30'])[1]).toEqual([0, 2, 1]);
    expect(of([0, 1, 2], ['1', '2', '3'])[1]).toEqual([0, 1, 2]);
    expect(of([1, 2, 3], ['1', '2', '3'])[1]).toEqual([0, 1, 2]);
    expect(of([11, 1], ['1', '2', '11'])[1]).toEqual([2, 0]);
    expect(of(BigInt64Array.of(2n, 1n), ['1.0', '2.0'])[1]).toEqual([1, 0]);
    expect(of([0.5, 1.5], ['1.5', '0.5'])[1]).toEqual([1, 0]);
    expect(of([2, 0], ['0', '1', '2'])[1]).toEqual([2, 0]); // both are the same
    expect(of([0, 1, 2], ['0', '1', 'other'])[1]).toEqual([0, 1, 2]);
  });

  test('are refused where neither fits', () => {
    expect(() => of([1, 2], ['cat', 'dog'])).toThrow(
      /label 2 of sample 1 is no class: they are cat, dog, and places are counted/,
    );
    expect(() => of([0, 3], ['0', '1', '2'])).toThrow(/label 3 of sample 1 is no class: they are 0, 1, 2/);
    expect(() => of([0, 3], ['1', '2', '3'])).toThrow(/label 0 of sample 0 is no class: they are 1, 2, 3/);
  });

  test('are refused where both fit and differ', () => {
    for (const names of [
      ['1', '2', '3'],
      ['1', '2', 'other'],
      ['2', '1', '0'],
    ])
      expect(() => of([1, 2], names)).toThrow(
        /^own: label \d of sample \d can be the class called \d or the one at place \d/,
      );
    expect(() => of([1, 2, 1], ['1', '2', '3'])).toThrow(
      "own: label 1 of sample 0 can be the class called 1 or the one at place 1, counted from 0 (1, 2, 3): give names, such as '1', which are labels.map(String) or, of places, labels.map((n) => classNames[n])",
    );
  });
});
