import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { spikeTimes } from '../../network/spikes.js';
import { datasets } from '../datasets.js';
import { readEvents, writeEvents } from '../formats/event-file.js';
import { dataFolders } from '#data-platform';
import { DataFormatError } from '../formats/idx.js';
import { encodeSpeech, hearing8k, ti46Hearing } from './speech.js';
import { parseTar } from '../formats/tar.js';

/** A mono 16-bit WAV of a tone, `seconds` long. */
function tone(rate: number, frequency: number, seconds = 0.3): Uint8Array {
  const count = Math.round(rate * seconds);
  const bytes = Buffer.alloc(44 + 2 * count);
  bytes.write('RIFF');
  bytes.writeUInt32LE(36 + 2 * count, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * rate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * count, 40);
  for (let k = 0; k < count; k++)
    bytes.writeInt16LE(Math.round(6000 * Math.sin((2 * Math.PI * frequency * k) / rate)), 44 + 2 * k);
  return new Uint8Array(bytes);
}

let scratch: string;
const put = (path: string, bytes: Uint8Array): void => {
  mkdirSync(join(scratch, path, '..'), { recursive: true });
  writeFileSync(join(scratch, path), bytes);
};
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'spikelab-speech-'));
  vi.stubEnv('SPIKELAB_CACHE', join(scratch, 'cache'));
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(scratch, { recursive: true });
});

const packed = dataFolders()
  .map((root) => join(root, 'fsdd/fsdd.tar'))
  .find((path) => existsSync(path));
test.skipIf(!packed)(
  `real recordings give the spikes of an independent chain${packed ? '' : ' (skipped: no fsdd in SPIKELAB_DATA)'}`,
  () => {
    const files = parseTar(new Uint8Array(readFileSync(packed!)));
    expect([...files.keys()].filter((name) => name.endsWith('.wav')).length).toBe(3000);
    // Python: wave, PyPI lyon 1.0.0, and BSA in numpy; the sum is of channel + 3 * step over all spikes
    for (const [name, spikes, sum, channel40] of [
      ['0_george_0', 1233, 403486, [132, 142, 151, 159]],
      ['7_theo_12', 658, 176898, []],
      ['3_yweweler_49', 868, 253399, [19, 29, 37, 44, 51, 58]],
    ] as const) {
      const trains = encodeSpeech(files.get(`recordings/${name}.wav`)!, name, hearing8k);
      let found = 0;
      for (let c = 0; c < 78; c++) for (const t of spikeTimes(trains, c)) found += c + 3 * t;
      expect([trains.neurons, trains.steps, trains.times.length, found]).toEqual([78, 700, spikes, sum]);
      expect([...spikeTimes(trains, 40)].slice(0, 6)).toEqual(channel40);
    }
  },
);

describe('spoken digits', () => {
  test('are split by take, mixed in order, and encoded once', async () => {
    for (const take of [0, 5, 12])
      for (const digit of [3, 7])
        put(`fsdd/recordings/${digit}_theo_${take}.wav`, tone(8000, 200 + 100 * digit + take));
    put('fsdd/recordings/README.md', Uint8Array.of(1));
    const { name, train, test: held } = await datasets.spokenDigits({ dataDir: scratch });
    expect([name, train.name, train.inputs, train.steps, [...train.labels], [...held.labels]]).toEqual([
      'fsdd',
      'fsdd/train',
      78,
      700,
      [3, 7, 3, 7],
      [3, 7],
    ]);
    expect(train.at(0).spikes).toEqual(encodeSpeech(tone(8000, 505), '', hearing8k));
    const kept = readdirSync(join(scratch, 'cache/encoded'));
    expect(kept.length).toBe(2);
    expect((await datasets.spokenDigits({ dataDir: scratch })).train.sha256).toBe(train.sha256);
    const few = await datasets.load('spoken-digits', { dataDir: scratch, size: 3 });
    expect([few.train.name, few.train.length, few.test.length]).toEqual(['fsdd/train[0:3]', 3, 1]);
    // other settings, other file; a damaged one is made anew
    await datasets.spokenDigits({ dataDir: scratch, steps: 300 });
    expect(readdirSync(join(scratch, 'cache/encoded')).length).toBe(4);
    for (const file of kept) writeFileSync(join(scratch, 'cache/encoded', file), 'damaged');
    expect((await datasets.spokenDigits({ dataDir: scratch })).train.sha256).toBe(train.sha256);
  });

  test('a recording of another rate, in stereo or cut short is named', async () => {
    put('recordings/1_jackson_7.wav', tone(8000, 300));
    put('recordings/1_jackson_0.wav', tone(16_000, 300));
    await expect(datasets.spokenDigits({ dataDir: scratch })).rejects.toThrow(
      /1_jackson_0\.wav: 16000 samples a second, expected 8000/,
    );
    const stereo = tone(8000, 300);
    stereo[22] = 2;
    put('recordings/1_jackson_0.wav', stereo);
    await expect(datasets.spokenDigits({ dataDir: scratch })).rejects.toThrow(
      /1_jackson_0\.wav: stereo, expected mono/,
    );
    put('recordings/1_jackson_0.wav', tone(8000, 300).subarray(0, 1000));
    await expect(datasets.spokenDigits({ dataDir: scratch })).rejects.toThrow(/1_jackson_0\.wav: truncated/);
  });

  test('missing: the error says where it looked', async () => {
    await expect(datasets.spokenDigits({ dataDir: join(scratch, 'none') })).rejects.toThrow(
      /no fsdd\.tar or recordings[^]*none[^]*Clone https/,
    );
    put('recordings/1_jackson_7.wav', tone(8000, 300));
    await expect(datasets.spokenDigits({ dataDir: scratch })).rejects.toThrow(/no recordings of the test part among 1/);
  });

  test('are heard without a word when asked', async () => {
    for (const take of [0, 7]) put(`recordings/1_jackson_${take}.wav`, tone(8000, 300));
    await datasets.load('spoken-digits', { dataDir: scratch, quiet: true });
    expect(console.log).not.toHaveBeenCalled();
    rmSync(join(scratch, 'cache'), { recursive: true });
    await datasets.load('spoken-digits', { dataDir: scratch });
    expect(console.log).toHaveBeenCalledWith('fsdd: 2 recordings heard');
  });

  test('stops when aborted', async () => {
    put('recordings/1_jackson_7.wav', tone(8000, 300));
    await expect(datasets.spokenDigits({ dataDir: scratch, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe('TI46', () => {
  test('files named as on the disc are read: session se is training, s1 .. s8 test', async () => {
    put('ti46/ti_alpha/train/f1/0af1set0.wav', tone(12_500, 400));
    put('ti46/ti_alpha/train/f1/0bf1set0.wav', tone(12_500, 500));
    put('ti46/ti_alpha/train/m8/0zm8set9.wav', tone(12_500, 600));
    put('ti46/TI_ALPHA/TEST/F1/0AF1S1T0.WAV', tone(12_500, 700));
    put('ti46/ti20/train/f1/07f1set0.wav', tone(12_500, 400));
    put('ti46/ti20/test/f1/07f1s8t1.wav', tone(12_500, 450));
    put('ti46/ti20/train/f1/ENf1set0.wav', tone(12_500, 400));
    const letters = await datasets.ti46({ dataDir: scratch });
    expect([
      letters.name,
      letters.train.classNames.length,
      [...letters.train.labels],
      [...letters.test.labels],
    ]).toEqual(['ti46-letters', 26, [0, 1, 25], [0]]);
    expect(letters.train.at(1).spikes).toEqual(encodeSpeech(tone(12_500, 500), '', ti46Hearing));
    expect((await datasets.load('ti46-letters', { dataDir: scratch })).train.sha256).toBe(letters.train.sha256);
    const digits = await datasets.ti46({ dataDir: scratch, words: 'digits' });
    expect([[...digits.train.labels], [...digits.test.labels]]).toEqual([[7], [7]]);
  });

  test('missing: the licence is named', async () => {
    await expect(datasets.ti46({ dataDir: scratch })).rejects.toThrow(/LDC93S9/);
    await expect(datasets.ti46({ words: 'all' as 'letters' })).rejects.toThrow(/words is "all"/);
  });
});

describe('the file of encoded spikes', () => {
  test('keeps everything and refuses damage', async () => {
    put('recordings/1_jackson_7.wav', tone(8000, 300));
    put('recordings/2_jackson_8.wav', tone(8000, 900));
    put('recordings/1_jackson_0.wav', tone(8000, 300));
    const { train } = await datasets.spokenDigits({ dataDir: scratch });
    const bytes = writeEvents(train);
    const read = readEvents(bytes, 'x');
    expect([read.name, read.shape, read.steps, read.sha256, [...read.starts]]).toEqual([
      train.name,
      train.shape,
      train.steps,
      train.sha256,
      [...train.starts],
    ]);
    expect(readEvents(writeEvents(train.slice(1)), 'x').sha256).toBe(train.slice(1).sha256);
    const text = new TextDecoder('latin1').decode(bytes);
    const changed = (from: string, to: string): Uint8Array =>
      Uint8Array.from(text.replace(from, to), (character) => character.charCodeAt(0));
    const impossible = [
      changed(`"shape":[78]`, '"shape":["x"]'),
      changed(`"shape":[78]`, '"shape":[-3]'),
      changed(`"steps":${train.steps}`, '"steps":1'),
      changed(`"classNames":[`, '"classNames":[7,'),
      changed(`"name":"`, '"name":3,"x":"'),
    ];
    for (const damaged of [
      ...impossible,
      bytes.subarray(0, -1),
      new Uint8Array(0),
      new TextEncoder().encode('{"format":"spikelab-events-1"}\n'),
      bytes.map((byte, k) => (k === bytes.length - 5 ? byte ^ 1 : byte)),
      bytes.map((byte, k) => (k === bytes.indexOf(10) + 4 ? 255 : byte)),
    ]) {
      expect(() => readEvents(damaged, 'x.spikes')).toThrow(DataFormatError);
      expect(() => readEvents(damaged, 'x.spikes')).toThrow(/x\.spikes: .*delete it/);
    }
  });
});
