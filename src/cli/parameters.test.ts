import { describe, expect, test } from 'vitest';
import { addParameter, joinParameters, parametersCell, parameterValue, unknownParameters } from './parameters.js';

const cellOf = (...args: string[]): string =>
  parametersCell(
    joinParameters(args).reduce<Record<string, unknown>>(
      (earlier, one) => addParameter(one.replace('--parameters=', ''), earlier),
      {},
    ),
  );

describe('parameters on the command line', () => {
  test.each([
    ['3', '3'],
    ['-0', '-0'],
    ['-0.0', '-0'],
    ['-1.5e-3', '-0.0015'],
    ['007', '7'],
    ['9007199254740993', '9007199254740993n'],
    ['-inf', '-Infinity'],
    ['nan', 'NaN'],
    ['None', 'null'],
    ['True', 'true'],
    ['', '""'],
    ['a=b', '"a=b"'],
    ['say "hi"\n${x} \\ ö 🙂', '"say \\"hi\\"\\n${x} \\\\ ö 🙂"'],
    ['{"a": {"b": [null, -0, "c"]}, "__proto__": 1}', '{"a": {"b": [null, -0, "c"]}, ["__proto__"]: 1}'],
    ['[1,', '"[1,"'],
    // Words that every object has.
    ['constructor', '"constructor"'],
    ['toString', '"toString"'],
    ['__proto__', '"__proto__"'],
  ])('%j becomes %s', (text, literal) => {
    expect(cellOf('-p', 'x', text)).toBe(`// Parameters\nlet x: any = ${literal};`);
  });

  test('the last of several values counts, and names that no variable can have are refused', () => {
    expect(cellOf('-p', 'x', '1', '-p', 'größe', '2', '-p', 'x', '3')).toBe(
      '// Parameters\nlet x: any = 3;\nlet größe: any = 2;',
    );
    for (const name of ['class', 'await', 'my-name', '1x', '', 'a b', 'x;y', 'undefined'])
      expect(() => parametersCell({ [name]: 1 }), name).toThrow('a parameter is named as a variable');
    expect(() => addParameter('seed')).toThrow('-p seed has no value: write -p NAME VALUE');
    expect(() => joinParameters(['-p', 'seed'])).toThrow('-p seed has no value');
    expect(parameterValue('hasOwnProperty')).toBe('hasOwnProperty');
  });

  test('names that the cell of parameters does not have', () => {
    const cells = [{ source: 'let a = 1, b = 2;\nconst [c] = [3];', metadata: { tags: ['parameters'] } }];
    expect(unknownParameters(cells, ['a', 'b', 'c', 'd'])).toEqual(['d']);
    expect(unknownParameters([{ source: 'let a = 1;' }], ['a'])).toEqual(['a']);
  });
});
