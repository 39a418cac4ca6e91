import { expect, test } from 'vitest';
import { table } from './table.js';
import { displaySymbol } from './display.js';

const rows = [
  { variant: 'a|b <i>*', 'accuracy, %': 98.5, change: '−0.3' },
  { variant: 'plain', 'accuracy, %': 7, change: '' },
];

test('a table is Markdown whose cells are no markup, numbers to the right', () => {
  expect(table(rows)[displaySymbol]()['text/markdown']).toBe(
    [
      '| variant | accuracy, % | change |',
      '| --- | --: | --: |',
      '| a\\|b &lt;i\\>\\* | 98.5 | −0.3 |',
      '| plain | 7 |  |',
    ].join('\n'),
  );
});

test('a table is text in aligned columns', () => {
  expect(String(table(rows))).toBe(
    [
      'variant   accuracy, %  change',
      '--------  -----------  ------',
      'a|b <i>*         98.5    −0.3',
      'plain               7',
    ].join('\n'),
  );
});

test('a table of nothing, or of too much, is refused', () => {
  expect(() => table([])).toThrow('a table of 0 rows: the limit is 1 to 500');
  expect(() => table(Array.from({ length: 501 }, () => ({ a: 1 })))).toThrow('501 rows');
});
