import { expect, test } from 'vitest';
import { DataFormatError } from './idx.js';
import { parseSound } from './wav.js';

interface Wav {
  code?: number;
  channels?: number;
  rate?: number;
  bits?: number;
  samples?: number[];
  before?: Uint8Array;
}

/** A WAV file as the 1991 specification lays it out. */
function wav({
  code = 1,
  channels = 1,
  rate = 12_500,
  bits = 16,
  samples = [0, 16384, -32768, 32767],
  before = new Uint8Array(0),
}: Wav = {}): Uint8Array {
  const size = samples.length * 2;
  const bytes = new Uint8Array(44 + before.length + size);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  tag(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  [code, channels].forEach((value, k) => view.setUint16(20 + 2 * k, value, true));
  view.setUint32(24, rate, true);
  view.setUint32(28, (rate * channels * bits) / 8, true);
  view.setUint16(32, (channels * bits) / 8, true);
  view.setUint16(34, bits, true);
  bytes.set(before, 36);
  tag(36 + before.length, 'data');
  view.setUint32(40 + before.length, size, true);
  samples.forEach((sample, k) => view.setInt16(44 + before.length + 2 * k, sample, true));
  return bytes;
}

test('reads 16-bit mono samples as fractions of full scale', () => {
  expect(parseSound(wav(), 'a.wav', 12_500)).toEqual({
    rate: 12_500,
    samples: Float64Array.of(0, 0.5, -1, 32767 / 32768),
  });
});

test('skips other parts, also of odd length', () => {
  const list = Uint8Array.of(0x4c, 0x49, 0x53, 0x54, 3, 0, 0, 0, 1, 2, 3, 0);
  expect(parseSound(wav({ before: list })).samples.length).toBe(4);
});

test.each<[string, Uint8Array, RegExp]>([
  ['another rate', wav({ rate: 44_100 }), /a\.wav: 44100 samples a second, expected 12500: convert it.*sox/],
  ['stereo', wav({ channels: 2 }), /a\.wav: stereo, expected mono/],
  ['six channels', wav({ channels: 6 }), /6 channels, expected mono/],
  ['8 bits', wav({ bits: 8 }), /8-bit samples of encoding 1, expected 16-bit PCM/],
  ['floating point', wav({ code: 3, bits: 32 }), /32-bit samples of encoding 3/],
  ['mu-law', wav({ code: 7, bits: 8 }), /encoding 7/],
  ['a truncated file', wav().subarray(0, 48), /truncated: its part "data" announces 8 bytes, 4 follow/],
  ['a file cut before its samples', wav().subarray(0, 36), /truncated: no samples/],
  ['no samples', wav({ samples: [] }), /holds no samples/],
  ['rate 0', wav({ rate: 0 }), /0 samples a second/],
  ['an empty file', new Uint8Array(0), /not a WAV file/],
  ['an MP3', Uint8Array.of(0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, 0, 0, 0), /not a WAV file: it starts with "ID3/],
])('refuses %s', (_, bytes, message) => {
  expect(() => parseSound(bytes, 'a.wav', 12_500)).toThrow(DataFormatError);
  expect(() => parseSound(bytes, 'a.wav', 12_500)).toThrow(message);
});

/** A NIST SPHERE file, header as in the corpus's documentation. */
function sphere(fields: Record<string, string>, samples: number[], bigEndian = false): Uint8Array {
  const header = `NIST_1A\n   1024\n${Object.entries(fields)
    .map(([name, value]) => `${name} ${/^\d+$/.test(value) ? '-i' : `-s${value.length}`} ${value}`)
    .join('\n')}\nend_head\n`;
  const bytes = new Uint8Array(1024 + 2 * samples.length);
  bytes.set(new TextEncoder().encode(header.padEnd(1024)));
  const view = new DataView(bytes.buffer);
  samples.forEach((sample, k) => view.setInt16(1024 + 2 * k, sample, !bigEndian));
  return bytes;
}
/** What it announces is there: only the limit can refuse it. */
function hugeSphere(): Uint8Array {
  const bytes = new Uint8Array(600_000).fill(32);
  bytes.set(new TextEncoder().encode('NIST_1A\n 500000\n'));
  return bytes;
}
const ti46 = {
  channel_count: '1',
  sample_count: '3',
  sample_rate: '12500',
  sample_n_bytes: '2',
  sample_byte_format: '01',
};

test('reads NIST SPHERE of either byte order', () => {
  const expected = { rate: 12_500, samples: Float64Array.of(1 / 32768, -0.5, 0.25) };
  expect(parseSound(sphere(ti46, [1, -16384, 8192]))).toEqual(expected);
  expect(parseSound(sphere({ ...ti46, sample_byte_format: '10' }, [1, -16384, 8192], true))).toEqual(expected);
});

test.each<[string, Uint8Array, RegExp]>([
  [
    'compressed',
    sphere({ ...ti46, sample_coding: 'pcm,embedded-shorten-v2.00' }, [1, 2, 3]),
    /coding pcm,embedded-shorten-v2\.00.*sph2pipe/,
  ],
  ['stereo', sphere({ ...ti46, channel_count: '2' }, [1, 2, 3]), /stereo/],
  ['truncated', sphere(ti46, [1, 2]), /truncated: its header announces 3 samples, 2 follow/],
  ['cut within the header', sphere(ti46, [1]).subarray(0, 500), /SPHERE header is truncated/],
  [
    'of a header without a size',
    Uint8Array.from(sphere(ti46, [1]), (byte, k) => (k >= 8 && k < 16 ? 0xff : byte)),
    /a\.wav: its NIST SPHERE header announces "ÿÿÿÿÿÿÿÿ" bytes/,
  ],
  ['of a huge header', hugeSphere(), /a\.wav: its NIST SPHERE header announces "500000" bytes, not 16 to 65536/],
  ['without a count', sphere({ ...ti46, sample_count: 'x' }, [1]), /holds no samples/],
])('refuses SPHERE that is %s', (_, bytes, message) => {
  expect(() => parseSound(bytes, 'a.wav')).toThrow(message);
});
