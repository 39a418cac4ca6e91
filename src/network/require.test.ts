import { expect, it } from 'vitest';
import { requireInteger, requireNumber } from './require.js';

it.each([
  [[3], 'epochs is [3], a list: it must be an integer from 1 to 9'],
  [['3', 4], 'epochs is a list of 2: it must be an integer from 1 to 9'],
  [{ epochs: 3 }, 'epochs is { epochs }: it must be an integer from 1 to 9'],
  ['3', 'epochs is "3", a text: it must be an integer from 1 to 9'],
  ['', 'epochs is "": it must be an integer from 1 to 9'],
  ['many', 'epochs is many: it must be an integer from 1 to 9'],
  [null, 'epochs is null: it must be an integer from 1 to 9'],
  [3n, 'epochs is 3n: it must be an integer from 1 to 9'],
  [Math.max, 'epochs is a function: it must be an integer from 1 to 9'],
])('%o in place of a number is shown as what it is', (value, message) => {
  expect(() => requireInteger('epochs', value, 1, 9)).toThrow(new RangeError(message));
  expect(() => requireNumber('epochs', value, 1, 9)).toThrow(message.replace('an integer', 'a number'));
});
