import { expect, it } from 'vitest';
import { parseJson } from './json.js';

it('reads what JSON.parse reads', () => {
  const text = ' {"a": [1, {"a": "{\\"a\\":[", "b\\\\": "a:"}], "b": {"a": null}, "": [[], {}]}\n';
  expect(parseJson(text)).toEqual(JSON.parse(text));
  for (const value of ['3', '"x\\""', 'null']) expect(parseJson(value)).toEqual(JSON.parse(value));
  expect(() => parseJson('{"a": 1')).toThrow(SyntaxError);
});

it.each(['{"x": {"a": 1, "b": 2, "a": 3}}', '[{"a":1,"\\u0061" :2}]', '{"__proto__": 1, "__proto__": 2}'])(
  'refuses %s: one of two equal keys would be lost',
  (text) => expect(() => parseJson(text)).toThrow(/" stands twice in one object: leave one out/),
);

it('refuses what is nested deeper than 100 levels', () => {
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  expect(parseJson(nested(100))).toHaveLength(1);
  expect(parseJson(`[${nested(99)}, ${nested(99)}]`)).toHaveLength(2);
  expect(() => parseJson(nested(101))).toThrow('it is nested deeper than 100 levels at position 100: write fewer');
  expect(() => parseJson(nested(200_000))).toThrow(SyntaxError);
});
