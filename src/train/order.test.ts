import { expect, it } from 'vitest';
import { sampleOrder } from './order.js';

const length = 60_000;
const moved = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).filter((sample, place) => sample !== b[place]).length;

it.each(['shuffled', 'swapped'] as const)(
  '%s: each sample once, the same for the same seed and epoch, another for others',
  (order) => {
    const first = sampleOrder(order, length, 1, 0);
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, n) => n));
    expect(sampleOrder(order, length, 1, 0)).toEqual(first);
    expect(moved(sampleOrder(order, length, 2, 0), first)).toBeGreaterThan(1000);
    expect(moved(sampleOrder(order, length, 1, 1), first)).toBeGreaterThan(1000);
  },
);

it('swapped: 5,000 exchanges move about 15 % of the samples, and those of each epoch add to those before', () => {
  const file = Uint32Array.from({ length }, (_, n) => n);
  const orders = [file, ...[0, 1, 2].map((epoch) => sampleOrder('swapped', length, 7, epoch))];
  // A place escapes all of the 10,000 draws with (1 - 1/60,000)^10,000 = 0.846.
  for (let epoch = 1; epoch < orders.length; epoch++) {
    expect(Math.abs(moved(orders[epoch], orders[epoch - 1]) / length - 0.154)).toBeLessThan(0.01);
    expect(Math.abs(moved(orders[epoch], file) / length - (1 - 0.846 ** epoch))).toBeLessThan(0.01);
  }
});

it('swapped: works on one sample', () => {
  expect([...sampleOrder('swapped', 1, 3, 4)]).toEqual([0]);
});
