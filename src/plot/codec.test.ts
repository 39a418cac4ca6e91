import fc from 'fast-check';
import { inflateRawSync, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { packSpikeTrains } from '../network/spikes.js';
import { packSpikes, unpackLayer, unpackSpikes } from './codec.js';
import { PayloadError, payloadLimits } from './payload.js';

const trains = fc
  .record({
    steps: fc.integer({ min: 1, max: 65536 }),
    rows: fc.array(fc.array(fc.nat(65535), { maxLength: 40 }), { maxLength: 30 }),
  })
  .map(({ steps, rows }) =>
    packSpikeTrains(
      'layer',
      steps,
      rows.map((row) => [...new Set(row.map((t) => t % steps))].sort((a, b) => a - b)),
    ),
  );

describe('packed spikes', () => {
  test('come back as they were', () => {
    fc.assert(
      fc.property(
        trains,
        (t) => void expect(unpackSpikes(packSpikes(t), t.name, t.neurons, t.steps, t.times.length)).toEqual(t),
      ),
    );
  });

  test('have the documented bytes, seen by zlib', () => {
    const packed = packSpikes(packSpikeTrains('a', 1000, [[0, 1, 999], [], [300]]));
    expect([...inflateRawSync(Buffer.from(packed, 'base64'))]).toEqual([3, 0, 0, 0xe5, 0x07, 0, 1, 0xac, 0x02]);
  });

  test('are read from another deflater, in pieces', () => {
    const steps = 65536;
    const bytes = Buffer.concat([Buffer.from([0x80, 0x80, 0x04]), Buffer.alloc(steps)]); // one neuron that always fires
    const out = unpackSpikes(deflateRawSync(bytes).toString('base64'), 'a', 1, steps, steps);
    expect(out.times[0]).toBe(0);
    expect(out.times[steps - 1]).toBe(steps - 1);
  });

  test('refuse random bytes, and changed ones, with a PayloadError', () => {
    const size = fc.record({ neurons: fc.nat(50), steps: fc.integer({ min: 1, max: 70000 }), spikes: fc.nat(200) });
    const refusedOrSound = (packed: string, neurons: number, steps: number, spikes: number): void => {
      try {
        const out = unpackSpikes(packed, 'x', neurons, steps, spikes);
        expect(out.times.length).toBe(spikes);
        expect(out.offsets.length).toBe(neurons + 1);
        expect(out.times.every((t) => t < steps)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(PayloadError);
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), size, (raw, s) =>
        refusedOrSound(Buffer.from(raw).toString('base64'), s.neurons, s.steps, s.spikes),
      ),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), size, (raw, s) =>
        refusedOrSound(deflateRawSync(raw).toString('base64'), s.neurons, s.steps, s.spikes),
      ),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.string(), size, (raw, s) => refusedOrSound(raw, s.neurons, s.steps, s.spikes)));
    fc.assert(
      fc.property(trains, fc.nat(), fc.nat(255), (t, place, value) => {
        const raw = Buffer.from(packSpikes(t), 'base64');
        raw[place % raw.length] = value;
        refusedOrSound(raw.toString('base64'), t.neurons, t.steps, t.times.length);
      }),
    );
  });

  test('refuse a bomb quickly and without its memory', () => {
    const bomb = deflateRawSync(Buffer.alloc(200_000_000)).toString('base64');
    const before = process.memoryUsage().arrayBuffers;
    expect(() => unpackSpikes(bomb, 'x', 10, 100, 10)).toThrow(/inflate beyond 70 bytes/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });

  test.each([
    ['too many neurons', payloadLimits.neurons + 1, 10, 0],
    ['too many spikes', 1, 10, payloadLimits.spikes + 1],
    ['no steps', 1, 0, 0],
    ['not a number', NaN, 10, 0],
  ])('refuse %s', (_, neurons, steps, spikes) => {
    expect(() => unpackSpikes('', 'x', neurons, steps, spikes)).toThrow(PayloadError);
  });

  test('refuse a wrong count in either direction and trailing bytes', () => {
    const packed = packSpikes(packSpikeTrains('a', 10, [[1, 2, 3]]));
    expect(() => unpackSpikes(packed, 'a', 1, 10, 2)).toThrow(/more spikes than announced/);
    expect(() => unpackSpikes(packed, 'a', 1, 10, 4)).toThrow(/too short/);
    expect(() => unpackSpikes(packed, 'a', 1, 3, 3)).toThrow(/step 3 of 3/);
    expect(() => unpackSpikes(deflateRawSync(Buffer.from([0, 0])).toString('base64'), 'a', 1, 3, 0)).toThrow(
      /left over/,
    );
    expect(() => unpackSpikes(packed.slice(0, 4), 'a', 1, 10, 3)).toThrow(PayloadError);
  });

  test('cannot be made from unsorted or late spikes', () => {
    expect(() => packSpikes(packSpikeTrains('a', 10, [[3, 3]]))).toThrow(/must ascend/);
    expect(() => packSpikes(packSpikeTrains('a', 10, [[10]]))).toThrow(/below the number of steps/);
  });

  test('scale back to steps when columns were joined', () => {
    const packed = packSpikes(packSpikeTrains('a', 25, [[0, 24], [3]]));
    const layer = {
      name: 'a',
      neurons: 7,
      neuronsPerRow: 4,
      stepsPerColumn: 4,
      spikes: 9,
      packedSpikes: 3,
      data: packed,
    };
    const out = unpackLayer(layer, 100);
    expect([...out.times]).toEqual([0, 96, 12]);
    expect(out).toMatchObject({ neurons: 2, steps: 100 });
  });
});
