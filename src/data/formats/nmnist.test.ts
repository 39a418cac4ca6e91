import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { spikeTimes } from '../../network/spikes.js';
import { datasets } from '../datasets.js';
import { dataFolders } from '#data-platform';
import { DataFormatError, plainBytes } from './idx.js';
import { binEvents, stabilise } from '../encode/camera.js';
import { type CameraEvents, parseCameraEvents } from './nmnist.js';
import { parseTar } from './tar.js';

const event = (x: number, y: number, on: number, time: number): number[] => [
  x,
  y,
  (on << 7) | (time >> 16),
  (time >> 8) & 255,
  time & 255,
];
const bytes = (...events: number[][]): Uint8Array => Uint8Array.from(events.flat());
const at = (x: number, y: number, time: number): CameraEvents => parseCameraEvents(bytes(event(x, y, 1, time)));

describe('parseCameraEvents', () => {
  test('reads x, y, polarity and 23 bits of microseconds', () => {
    const read = parseCameraEvents(bytes(event(0, 33, 1, 0), event(33, 0, 0, 0x7fffff), event(5, 6, 1, 70_000)));
    expect(read).toEqual({
      x: Uint8Array.of(0, 33, 5),
      y: Uint8Array.of(33, 0, 6),
      polarity: Uint8Array.of(1, 0, 1),
      time: Uint32Array.of(0, 0x7fffff, 70_000),
    });
  });

  test('a mark at row 240 adds 2^13 microseconds to what follows', () => {
    expect([...parseCameraEvents(bytes(event(1, 1, 1, 8000), event(0, 240, 0, 0), event(1, 1, 1, 10))).time]).toEqual([
      8000, 8202,
    ]);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /f\.bin: empty/],
    [
      'a truncated file',
      bytes(event(1, 1, 1, 5), event(1, 1, 1, 5)).subarray(0, 8),
      /f\.bin: 8 bytes is not a multiple of 5: .*truncated/,
    ],
    [
      'a pixel outside the camera',
      bytes(event(1, 1, 1, 5), event(34, 2, 1, 5)),
      /f\.bin: event 1 is at x 34, y 2, outside 0 \.\. 33/,
    ],
    ['another kind of file', new TextEncoder().encode('<html>not found</html>...'), /event 0 is at x 60, y 104/],
  ])('refuses %s', (_, content, message) => {
    expect(() => parseCameraEvents(content, 'f.bin')).toThrow(DataFormatError);
    expect(() => parseCameraEvents(content, 'f.bin')).toThrow(message);
  });
});

describe('stabilise', () => {
  // displacement of the three saccades: (0,0) -> (3.5,7) -> (7,0) -> (0,0)
  test.each([
    [0, 20, 20],
    [52_500, 18, 17], // (1.75, 3.5): 18.25, 16.5
    [105_000, 17, 13], // (3.5, 7): 16.5
    [157_500, 15, 17], // (5.25, 3.5): 14.75, 16.5
    [210_000, 13, 20], // (7, 0)
    [262_500, 17, 20], // (3.5, 0): 16.5
    [315_000, 20, 20],
  ])('at %d us moves (20, 20) to (%d, %d)', (time, x, y) => {
    const moved = stabilise(at(20, 20, time));
    expect([moved.x[0], moved.y[0], moved.time[0]]).toEqual([x, y, time]);
  });
  test('drops what leaves the frame', () => {
    expect(stabilise(at(2, 20, 210_000)).x.length).toBe(0);
    expect(stabilise(at(20, 33, 314_000)).x.length).toBe(1);
    expect(stabilise(at(33, 33, 336_000)).x.length).toBe(0); // after 315 ms the formula moves to the right
  });
});

test('binEvents puts bin ceil(time / 600) at the step after it, once for each input', () => {
  const trains = binEvents(
    parseCameraEvents(
      bytes(
        event(3, 2, 1, 600),
        event(3, 2, 1, 601),
        event(3, 2, 1, 1200),
        event(3, 2, 0, 1),
        event(0, 0, 0, 599 * 600),
      ),
    ),
  );
  expect([trains.neurons, trains.steps, trains.times.length]).toEqual([2312, 540, 3]);
  expect([...spikeTimes(trains, 34 * 34 + 2 * 34 + 3)]).toEqual([2, 3]);
  expect([...spikeTimes(trains, 2 * 34 + 3)]).toEqual([2]);
});

const packed = dataFolders()
  .map((root) => join(root, 'nmnist-small/nmnist-small.tar.gz'))
  .find((path) => existsSync(path));
const why = packed ? '' : ' (skipped: no nmnist-small in SPIKELAB_DATA)';

describe.skipIf(!packed)(`the packed subset${why}`, () => {
  test('has the published lists and the figures of an independent reader', async () => {
    const files = parseTar(plainBytes(new Uint8Array(readFileSync(packed!)), packed!));
    const sha = (name: string): string =>
      createHash('sha256')
        .update(files.get(`nmnist-small/${name}`)!)
        .digest('hex');
    expect(sha('train1K.txt')).toBe('0c9a71729b400e9e24c1d7d4852f86dbf9bf931877bb9257a18af3780f6dc02d');
    expect(sha('test100.txt')).toBe('21d53e374a5ef29d5634083b3131f420539ad86cef7bf032fdc3b281dcb41357');
    const { train, test: held, name } = await datasets.nmnist({ size: 'small' });
    expect([name, train.name, train.length, held.length, train.inputs, train.steps]).toEqual([
      'nmnist-small',
      'nmnist-small/train',
      1000,
      100,
      2312,
      540,
    ]);
    expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]); // MNIST's order
    expect([...held.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    // counted with numpy from the same files: spikes, and the sum of input + 3 * step over them
    const figures = (set: typeof train, index: number): number[] => {
      const { spikes } = set.at(index);
      let sum = 0;
      for (let j = 0; j < spikes.neurons; j++) for (const t of spikeTimes(spikes, j)) sum += j + 3 * t;
      return [spikes.times.length, sum];
    };
    expect(figures(train, 0)).toEqual([4645, 8212887]);
    expect(figures(train, 1)).toEqual([4981, 9157463]);
    expect(figures(held, 0)).toEqual([3297, 5937598]);
    expect(figures(held, 99)).toEqual([4852, 8749946]);
    expect(train.times.length).toBe(4_104_103);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1); // a stop is noticed while recordings are read, long before the end
    await expect(datasets.load('nmnist', { size: 'small', signal: controller.signal })).rejects.toThrow(
      controller.signal.reason as Error,
    );
    const few = await datasets.load('nmnist', { size: 20 });
    expect([few.train.length, few.test.length, few.train.sha256]).toEqual([20, 2, train.slice(0, 20).sha256]);
  });
});

describe('the published layout', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'spikelab-nmnist-'));
  afterAll(() => rmSync(scratch, { recursive: true }));
  for (const [file, content] of [
    ['Train/5/00001.bin', bytes(event(1, 1, 1, 5))],
    ['Train/0/00002.bin', bytes(event(2, 2, 1, 5))],
    ['Train/4/00003.bin', bytes(event(3, 3, 1, 5))],
    ['Train/4/notes.txt', Uint8Array.of(1)],
    ['Test/7/00001.bin', bytes(event(4, 4, 1, 5))],
  ] as const) {
    mkdirSync(join(scratch, file, '..'), { recursive: true });
    writeFileSync(join(scratch, file), content);
  }

  test('is read in the order of the file numbers', async () => {
    const { name, train, test: held } = await datasets.nmnist({ dataDir: scratch, steps: 300 });
    expect([name, train.steps, [...train.labels], [...held.labels]]).toEqual(['nmnist', 300, [5, 0, 4], [7]]);
    expect([...train].map(({ spikes }) => spikes.offsets.findIndex((count) => count > 0) - 1)).toEqual(
      [1, 2, 3].map((k) => 34 * 34 + 35 * k),
    );
  });

  test('a corrupt file is named', async () => {
    writeFileSync(join(scratch, 'Test/7/00004.bin'), Uint8Array.of(1, 2, 3));
    await expect(datasets.nmnist({ dataDir: scratch })).rejects.toThrow(/00004\.bin: 3 bytes is not a multiple of 5/);
  });

  test('missing: says where it looked and where the set is', async () => {
    await expect(datasets.nmnist({ dataDir: '/nowhere' })).rejects.toThrow(
      /no folders Train and Test in\n {2}\/nowhere\n[^]*garrickorchard.*size: 'small'/,
    );
    await expect(datasets.nmnist({ size: 'tiny' as 'small' })).rejects.toThrow(/size is "tiny"/);
    await expect(datasets.nmnist({ size: 0 })).rejects.toThrow(/size is 0: it must be an integer from 1/);
  });
});
