import { describe, expect, test } from 'vitest';
import { fromArrays } from './from-arrays.js';
import type { EventParts } from './from-events.js';
import { fromRecordings } from './recordings.js';

/** Recordings of 100 events over 800 ms, in times of the given unit. */
const recorded = (perMs: number, count = 4): EventParts['events'] =>
  Array.from({ length: count }, (_, n) => ({
    channels: Array.from({ length: 100 }, (_, k) => (n + k) % 4),
    times: Array.from({ length: 100 }, (_, k) => k * 8.08 * perMs),
  }));
const labels = [0, 1, 0, 1];
const parts = { labels, shape: [4], quiet: true, test: 0.5 };

describe('a wrong unit is refused, with cut and without', () => {
  test.each<[string, Partial<EventParts>, RegExp]>([
    [
      'microseconds called seconds, nothing left',
      { events: recorded(1000).map((r) => ({ ...r, times: Array.from(r.times, (t) => t + 5000) })), unit: 's' },
      /cut 100 leaves no event of 4 of 4 recordings; the first of recording 0 is at step 5000001: is unit 's' right/,
    ],
    ['milliseconds called seconds', { events: recorded(1), unit: 's' }, /cut 100 leaves the events of the first step/],
    ['microseconds called milliseconds', { events: recorded(1000), unit: 'ms' }, /of the first step alone; .* 799921/],
    [
      'milliseconds called seconds, some events before cut',
      {
        events: recorded(1).map((r) => ({ ...r, times: Array.from(r.times, (t, k) => (k < 9 ? k / 100 : t)) })),
        unit: 's',
      },
      /cut 100 leaves less than 1\/250 of recordings of 799921 steps: is unit 's' right/,
    ],
    [
      'the test set alone',
      { events: recorded(1), unit: 'ms', test: { events: recorded(1000), labels } },
      /own\/test: cut 100 leaves the events of the first step alone/,
    ],
    [
      'the test set alone, too small',
      { events: recorded(1), unit: 'ms', test: { events: recorded(0.001), labels } },
      /own\/test: all events lie in the first bin/,
    ],
    ['without cut', { events: recorded(1), unit: 's', cut: undefined }, /needs 799922 steps, at most 4096/],
  ])('%s', (_, given, message) => {
    expect(() => fromArrays({ ...parts, cut: 100, ...given } as EventParts)).toThrow(message);
  });

  test('a right one is not: long recordings, a silent one, a short cut', () => {
    expect(fromArrays({ ...parts, events: recorded(1), unit: 'ms', cut: 100 }).train.steps).toBe(100);
    expect(fromArrays({ ...parts, events: recorded(1), unit: 'ms', cut: 2 }).train.steps).toBe(2);
    expect(fromArrays({ ...parts, events: recorded(1000), unit: 'us', cut: 20 }).train.steps).toBe(20);
    const minute = recorded(1).map((r) => ({
      ...r,
      times: Array.from(r.times, (t, k) => (k < 9 ? k + 1 : Math.round(75 * t))),
    }));
    for (const unit of ['ms', 'steps'] as const)
      expect(fromArrays({ ...parts, events: minute, unit, cut: 250 }).train.steps).toBe(250);
    expect(fromArrays({ ...parts, events: minute, unit: 'steps', cut: 16 }).train.steps).toBe(16);
    const one = { events: [{ channels: [0, 1], times: [0.2, 0.6] }], labels: [1] };
    expect(fromArrays({ ...parts, events: recorded(1), unit: 'ms', cut: 100, test: one }).test.length).toBe(1);
    const late = { channels: [0], times: [500] };
    const events = [...recorded(1, 3), late];
    expect(fromArrays({ ...parts, events, unit: 'ms', cut: 100 }).train.steps).toBe(100);
  });

  test('times that count from long before the recording, of a file', () => {
    const recording = {
      rows: 2,
      columns: 2,
      time: Float64Array.of(1.7e15, 1.7e15 + 5000),
      x: Uint16Array.of(0, 1),
      y: Uint16Array.of(0, 1),
      polarity: Uint8Array.of(0, 1),
    };
    const files = labels.map((label) => ({ source: 'a.dat', recording, label }));
    const read = (start: 'file' | 'first') => fromRecordings('own', files, 0.5, { start, cut: 100, quiet: true });
    expect(() => read('file')).toThrow(/leaves no event of 4 of 4 recordings.* do times begin with each recording\?/);
    expect([...read('first').train.times]).toEqual([1, 6, 1, 6]);
  });
});
