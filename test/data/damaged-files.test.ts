/**
 * Files of cameras, images and packed frames that are cut or damaged: refused, or read as far as they are whole; never
 * a hang, never wrong data.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAedat3 } from '../../src/data/formats/aedat3.js';
import { parseAedat4 } from '../../src/data/formats/aedat4.js';
import { parseDat } from '../../src/data/formats/dat.js';
import { DataFormatError } from '../../src/data/formats/idx.js';
import { unpackLz4 } from '../../src/data/formats/lz4.js';
import { parsePng } from '../../src/data/formats/png-image.js';
import type { Recording } from '../../src/data/formats/recording.js';
import { xxh32 } from '../../src/data/formats/xxh32.js';
import { unpackZstd } from '../../src/data/formats/zstd.js';
import { parseRecording } from '../../src/data/own/recordings.js';

const at = (name: string): string => fileURLToPath(new URL(`camera/${name}`, import.meta.url));
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(at(name)));
const expected = JSON.parse(readFileSync(at('expected.json'), 'utf8')) as Record<
  'aedat4' | 'aedat3' | 'dat',
  number[][]
>;
const listed = ({ time, x, y, polarity }: Recording): number[][] =>
  Array.from(time, (t, k) => [t, x[k], y[k], polarity[k]]);
const aedat4 = ['none', 'lz4', 'lz4-high', 'zstd', 'zstd-high'].map((name) => `${name}.aedat4`);

describe('packed frames', () => {
  it.each(['linked.lz4', 'apart.lz4'])('%s: an LZ4 frame with checksums', (name) => {
    const text = Array.from({ length: 6_000 }, (_, n) => `${n} spikes, `)
      .join('')
      .slice(0, 70_000);
    const frame = bytes(name);
    expect(new TextDecoder().decode(unpackLz4(frame, 1e6))).toBe(text);
    for (let k = 0; k < frame.length; k += 61) {
      const turned = frame.slice();
      turned[k] ^= 4;
      expect(() => unpackLz4(turned, 1e6), `byte ${k}`).toThrow();
      expect(() => unpackLz4(frame.subarray(0, k), 1e6), `cut at ${k}`).toThrow();
    }
  });

  it('XXH32 as its authors give it', () => {
    const text = (letters: string): Uint8Array => new TextEncoder().encode(letters);
    // xxhsum -H0 of xxHash
    expect(xxh32(text(''))).toBe(0x02cc5d05);
    expect(xxh32(text('a'))).toBe(0x550d7456);
    expect(xxh32(text('Nobody inspects the spammish repetition'))).toBe(0xe2293b2f);
  });
});

/**
 * Cut anywhere, or with a few bits turned: an error of ours, or events that lie in the sensor and are no more than the
 * file has room for.
 */
describe('damaged files', () => {
  const damaged = (original: Uint8Array, cut: number, flips: number[]): Uint8Array => {
    const copy = original.slice(0, Math.floor(cut * original.length));
    for (const flip of flips) if (copy.length > 0) copy[Math.floor(flip / 8) % copy.length] ^= 1 << (flip % 8);
    return copy;
  };
  const cuts = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 0.999, noNaN: true }));
  const flips = fc.array(fc.nat(2 ** 16), { maxLength: 4 });
  const parsers: Record<string, (bytes: Uint8Array, source: string) => unknown> = {
    ...Object.fromEntries(aedat4.map((name) => [name, parseAedat4])),
    'gesture.aedat': parseAedat3,
    'mixed.aedat': parseAedat3,
    'sized.dat': parseDat,
    'tonic.npy': (content, source) => parseRecording(content, source, 'npy'),
    'spikingjelly.npz': (content, source) => parseRecording(content, source, 'npz'),
    'structured.npz': (content, source) => parseRecording(content, source, 'npz'),
    'colour.png': parsePng,
    'palette4.png': parsePng,
  };

  it.each(Object.keys(parsers))('%s', (name) => {
    const original = bytes(name);
    fc.assert(
      fc.property(cuts, flips, (cut, turned) => {
        try {
          const read = parsers[name](damaged(original, cut, turned), name) as Partial<Recording>;
          if (read.time) {
            // The mixed file has three more of another kind, whose packet can become one of these.
            expect(read.time.length).toBeLessThanOrEqual(name === 'mixed.aedat' ? 303 : 300);
            expect(read.time.every((t) => Number.isInteger(t) && t >= 0)).toBe(true);
          }
          if (read.columns && read.x) expect(read.x.every((x) => x < (read.columns as number))).toBe(true);
        } catch (error) {
          expect(error, String(error)).toBeInstanceOf(DataFormatError);
        }
      }),
      { numRuns: 250 },
    );
  });

  it.each([...aedat4, 'gesture.aedat', 'sized.dat', 'tonic.npy', 'spikingjelly.npz', 'structured.npz', 'colour.png'])(
    '%s cut anywhere is refused',
    (name) => {
      const original = bytes(name);
      const list = { 'gesture.aedat': expected.aedat3, 'sized.dat': expected.dat }[name];
      for (let length = 0; length < original.length; length += 7)
        try {
          const read = listed(parsers[name](original.slice(0, length), name) as Recording);
          // AEDAT 4 has a table behind its events; the other two, cut between events or packets, cannot be told from
          // whole ones.
          expect(read, `${length} bytes`).toEqual(list ? list.slice(0, read.length) : expected.aedat4);
        } catch (error) {
          expect(error, String(error)).toBeInstanceOf(DataFormatError);
        }
    },
  );

  it('a small frame that unpacks to very much', () => {
    const lz4 = Uint8Array.from(Buffer.from('04224d184040c0060000001f610100ffff00000000', 'hex'));
    expect(() => unpackLz4(lz4, 100)).toThrow(/more than 100 bytes|ends too early/);
    // A run of 128 KiB in three bytes, eight times; no content size, window 1 KiB.
    const block = [0x02, 0x00, 0x10, 0x61];
    const [start, end] = [Buffer.from('28b52ffd0038', 'hex'), Buffer.from('03000061', 'hex')];
    const zstd = Uint8Array.from([...start, ...Array.from({ length: 8 }, () => block).flat(), ...end]);
    expect(() => unpackZstd(zstd, 200_000)).toThrow(/more than 200000 bytes/);
  });
});
