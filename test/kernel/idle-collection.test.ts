/** Collections when nothing is asked, seen by what they take away. */
import { setTimeout as pause } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { collectWhenIdle } from '../../kernel/common/idle-collection.js';

/** Eight MB that nobody holds. */
const garbage = (): WeakRef<number[]> => new WeakRef(Array.from({ length: 1e6 }, (_, n) => n));

test('waits until the last request has ended, then takes the garbage away; the user has no gc of it', async () => {
  const collection = collectWhenIdle(50, 2 ** 20);
  collection.hold();
  collection.hold();
  const dropped = garbage();
  collection.release();
  await pause(300);
  expect(dropped.deref()).toBeDefined();
  collection.release();
  await pause(1500); // not polled: who looks at it keeps it alive
  expect(dropped.deref()).toBeUndefined();
  expect(runInNewContext('typeof gc')).toBe('undefined');
});

test('leaves a large heap alone', async () => {
  const collection = collectWhenIdle(20, 2 ** 20, 1);
  const dropped = garbage();
  collection.hold();
  collection.release();
  await pause(300);
  expect(dropped.deref()).toBeDefined();
});

test('counts the memory of typed arrays', async () => {
  const collection = collectWhenIdle(50, 64 * 2 ** 20);
  collection.now();
  await pause(800); // all three
  const before = process.memoryUsage().external;
  const arrays = Array.from({ length: 10 }, () => new Float32Array(4e6).fill(1));
  expect(arrays.length).toBe(10);
  arrays.splice(0);
  collection.hold();
  collection.release();
  await expect.poll(() => process.memoryUsage().external - before).toBeLessThan(16 * 2 ** 20);
});
