import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutApart } from './apart.js';

const to = (letters: number) => (text: string) => (text.length <= letters ? text : `${text.slice(0, letters - 1)}…`);

test('names that a cut would make equal are shown from a word before the place where they part', () => {
  const begin = 'optimizer.rate=0.001 network.hidden.0.threshold=';
  expect(cutApart([`${begin}2`, `${begin}4`, 'other'], to(20))).toEqual(['…0.threshold=2', '…0.threshold=4', 'other']);
  expect(cutApart(['x'.repeat(30) + 'a', 'x'.repeat(30) + 'b'], to(10))).toEqual(['…xxxa', '…xxxb']);
  expect(cutApart(['short', 'short', 'long enough to be cut'], to(8))).toEqual(['short', 'short', 'long en…']);
});

test('names that part in two places are told apart as well', () => {
  const names = ['hidden=100 steps=400 a', 'hidden=100 steps=400 b', 'hidden=100 rate=1'];
  const cuts = cutApart(names, to(9));
  expect(new Set(cuts).size).toBe(3);
});

test('names that begin differently and end alike are numbered', () => {
  const names = ['ann', 'bob'].flatMap((one) => [1, 2].map((k) => `${one}, of whom there is much to say ${k}`));
  expect(cutApart(names, to(12))).toEqual(['(1) …to say…', '(2) …to say…', '(3) …to say…', '(4) …to say…']);
});

test('different names stay different, equal ones equal, none longer than the cut', () => {
  const word = fc.constantFrom('rate=1', 'rate=2', 'threshold=20', 'network.hidden', ' ', ',', 'z');
  const name = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
  fc.assert(
    fc.property(fc.array(name, { maxLength: 8 }), (names) => {
      const cuts = cutApart(names, to(20));
      cuts.forEach((cut) => expect(cut.length).toBeLessThanOrEqual(20));
      names.forEach((one, k) => names.forEach((other, j) => expect(cuts[k] === cuts[j]).toBe(one === other)));
    }),
    { numRuns: 500 },
  );
});
