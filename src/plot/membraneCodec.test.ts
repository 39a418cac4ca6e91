import fc from 'fast-check';
import { deflateSync, strFromU8 } from 'fflate';
import { expect, test } from 'vitest';
import { packMembranes, unpackMembrane } from './membraneCodec.js';
import { PayloadError } from './check.js';

test('any membranes come back within half a level, each neuron by itself', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 5 }),
      fc.infiniteStream(fc.float({ min: -50, max: 50, noNaN: true })),
      (steps, units, stream) => {
        const values = Float32Array.from({ length: steps * units }, () => stream.next().value as number);
        const packed = packMembranes(values, steps, units);
        for (let n = 0; n < units; n++) {
          const one = unpackMembrane(packed, 'hidden', steps, units, n);
          for (let t = 0; t < steps; t++)
            expect(Math.abs(one[t] - values[t * units + n])).toBeLessThanOrEqual(
              (packed.high - packed.low) / 510 + 1e-5,
            );
        }
      },
    ),
  );
});

test('what is not the membranes of so many neurons and steps is refused, a bomb at its limit', () => {
  const packed = packMembranes(new Float32Array(12), 4, 3);
  const bomb = btoa(strFromU8(deflateSync(new Uint8Array(1 << 24)), true));
  for (const data of ['', '!', packed.data.slice(0, 4), bomb])
    expect(() => unpackMembrane({ ...packed, data }, 'hidden', 4, 3, 0)).toThrow(PayloadError);
  expect(() => unpackMembrane(packed, 'hidden', 5, 3, 0)).toThrow('layer hidden: packed membranes are damaged');
  expect(() => unpackMembrane(packed, 'hidden', 1 << 16, 1 << 10, 0)).toThrow('the limit is 4194304 values');
});
