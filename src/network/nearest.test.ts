import { describe, expect, it } from 'vitest';
import { requireKnown } from './known.js';
import { editDistance, nearest } from './nearest.js';

describe('editDistance', () => {
  it('counts a swap of neighbours as one edit, as optimal string alignment does', () => {
    expect([
      editDistance('ab', 'ba'),
      editDistance('lable', 'label'),
      editDistance('ca', 'abc'), // Boytsov's example: 3, where Damerau's unrestricted distance is 2
      editDistance('abcdef', 'badcfe'),
    ]).toEqual([1, 1, 3, 3]);
  });

  it('is the same in both directions and never above Levenshtein’s', () => {
    const levenshtein = (a: string, b: string): number =>
      a === '' || b === ''
        ? a.length + b.length
        : Math.min(
            levenshtein(a.slice(1), b) + 1,
            levenshtein(a, b.slice(1)) + 1,
            levenshtein(a.slice(1), b.slice(1)) + Number(a[0] !== b[0]),
          );
    const words = ['', 'a', 'ab', 'ba', 'abc', 'acb', 'cab', 'aabb', 'abab', 'bbaa'];
    for (const a of words)
      for (const b of words) {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(levenshtein(a, b));
      }
  });
});

describe('nearest', () => {
  it.each([
    ['lable', ['labels', 'label', 'bytes'], ['label']],
    ['siez', ['size', 'seed'], ['size']],
    ['shfit', ['shift', 'flip'], ['shift']],
    ['mnits', ['mnist', 'shd'], ['mnist']],
    ['rate', ['beta1', 'learningRate'], ['learningRate']],
    ['learningRate', ['lr', 'floor'], ['lr']],
    ['zebra', ['lr', 'floor'], []],
  ])('%s', (typed, names, found) => {
    expect(nearest(typed, names)).toEqual(found);
  });
});

it('options in a Map are refused: its entries are no options', () => {
  expect(() => requireKnown('f()', new Map([['seed', 1]]), ['seed'])).toThrow(
    'f() takes an object of options, such as { seed: … }, not a Map',
  );
});
