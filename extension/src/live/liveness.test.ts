import { expect, test } from 'vitest';
import { firstHeard, livenessOf } from './liveness.js';

const clock = (): string => '21:05:00';

test.each([
  [1000, 'busy', 'training'],
  [1000, undefined, 'training'],
  [1000, 'idle', 'training'], // a training nobody waits for
  [1000, 'gone', 'stopped'],
  [60_000, 'busy', { noNewsSince: '21:05:00' }],
  [60_000, undefined, { noNewsSince: '21:05:00' }],
  [60_000, 'idle', 'stopped'],
  [60_000, 'gone', 'stopped'],
] as const)('news %d ms old, kernel %s: %j', (age, kernel, expected) => {
  expect(livenessOf(1e12, 1e12 + age, kernel, clock)).toEqual(expected);
});

test('news of another day come with their day', () => {
  const told = livenessOf(Date.UTC(2026, 0, 5, 12), Date.UTC(2026, 2, 5, 12), 'busy');
  expect(told).toMatchObject({ noNewsSince: expect.stringMatching(/^5 Jan 2026, \d\d:\d\d:\d\d$/) });
});

test.each([
  ['busy', 'training'],
  ['idle', 'stopped'],
  ['gone', 'stopped'],
  [undefined, 'unknown'],
] as const)('news that do not say when they were made, kernel %s: %s', (kernel, expected) => {
  expect(livenessOf(firstHeard(undefined, 1e12, kernel), 1e12, kernel, clock)).toEqual(expected);
});

test('news from the future are as old as now: the clock of the other machine is ahead', () => {
  expect(firstHeard(2e12, 1e12, 'idle')).toBe(1e12);
  expect(firstHeard(5e11, 1e12, 'busy')).toBe(5e11);
});
