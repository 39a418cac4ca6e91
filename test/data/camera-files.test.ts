/**
 * Files of cameras and folders of images, as the programs of the field wrote them (camera_files.py says which, and what
 * they hold): read as data sets.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasets } from '../../src/data/datasets.js';
import { parseAedat3 } from '../../src/data/formats/aedat3.js';
import { parseAedat4 } from '../../src/data/formats/aedat4.js';
import { parseDat } from '../../src/data/formats/dat.js';
import { parsePng, toGrey } from '../../src/data/formats/png-image.js';
import type { Recording } from '../../src/data/formats/recording.js';
import { parseRecording } from '../../src/data/own/recordings.js';
import { spikesFromEvents } from '../../src/data/encode/spikes-from-events.js';
import type { Dataset } from '../../src/data/sets/dataset.js';
import type { EventDataset } from '../../src/data/sets/events.js';
import { spikelab } from '../cli/command.js';
import { hostOf } from './host.js';

const folder = fileURLToPath(new URL('camera', import.meta.url));
const at = (name: string): string => join(folder, name);
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(at(name)));
const expected = JSON.parse(readFileSync(at('expected.json'), 'utf8')) as {
  aedat4: number[][];
  aedat3: number[][];
  dat: number[][];
  npy: number[][];
  cochlea: number[][];
  windows: number[][];
  images: Record<string, number[][] | number[][][]>;
};
const listed = ({ time, x, y, polarity }: Recording): number[][] =>
  Array.from(time, (t, k) => [t, x[k], y[k], polarity[k]]);
const quiet = { quiet: true };

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'spikelab-camera-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const made = (name: string, files: Record<string, string>): string => {
  const place = join(scratch, name);
  for (const [path, file] of Object.entries(files)) {
    mkdirSync(join(place, path, '..'), { recursive: true });
    cpSync(at(file), join(place, path));
  }
  return place;
};

const aedat4 = ['none', 'lz4', 'lz4-high', 'zstd', 'zstd-high'].map((name) => `${name}.aedat4`);

describe('what other programs wrote', () => {
  it.each(aedat4)('%s holds the events that dv-processing was given', (name) => {
    const read = parseAedat4(bytes(name), name);
    expect(listed(read)).toEqual(expected.aedat4);
    expect([read.columns, read.rows]).toEqual([40, 30]);
  });

  it.each(['gesture.aedat', 'mixed.aedat'])('%s: AEDAT 3.1, other packets and invalid events passed over', (name) => {
    const read = parseAedat3(bytes(name), name);
    expect(listed(read)).toEqual(expected.aedat3.filter((_, k) => name === 'gesture.aedat' || k !== 7));
    expect([read.columns, read.rows]).toEqual([128, 128]);
  });

  it.each(['expelliarmus.dat', 'sized.dat'])('%s', (name) => {
    const read = parseDat(bytes(name), name);
    expect(listed(read)).toEqual(expected.dat);
    expect(read.columns).toBe(name === 'sized.dat' ? 40 : undefined);
  });

  it("Tonic's structured arrays, of a camera and of a cochlea", () => {
    expect(listed(parseRecording(bytes('tonic.npy'), 'tonic', 'npy'))).toEqual(expected.npy);
    for (const name of ['spikingjelly.npz', 'structured.npz'])
      expect(listed(parseRecording(bytes(name), name, 'npz'))).toEqual(expected.npy);
    const { time, x } = parseRecording(bytes('cochlea.npy'), 'cochlea', 'npy');
    expect(Array.from(time, (t, k) => [t, x[k]])).toEqual(expected.cochlea);
  });

  it.each(['grey', 'bits', 'colour', 'opaque', 'palette', 'palette4'])(
    '%s.png has the pixels that Pillow sees',
    (name) => {
      const { planes, pixels } = parsePng(bytes(`${name}.png`), name);
      const all = expected.images[name].flat<number[][] | number[][][], 1>();
      const seen = planes === 1 ? all : [0, 1, 2].flatMap((plane) => all.map((pixel) => (pixel as number[])[plane]));
      expect([...pixels]).toEqual(seen);
    },
  );

  it('grey of colours as Pillow weighs them', () => {
    const grey = toGrey({ rows: 1, columns: 2, planes: 3, pixels: Uint8Array.of(255, 10, 0, 200, 128, 30) });
    expect([...grey.pixels]).toEqual([91, 124]); // Image.convert('L') of (255, 0, 128) and (10, 200, 30)
  });

  it.each([
    ['glass', /pixel 0 is see-through/],
    ['wide', /16 bits a value/],
  ])('%s.png is refused', (name, message) => {
    expect(() => parsePng(bytes(`${name}.png`), name)).toThrow(message);
  });
});

/** The rule of fromArrays on expected events: step floor(t / bin) + 1, channel (polarity, row, column). */
function spikesOf(list: readonly number[][], inputs: number, columns: number, binUs: number, steps: number): string {
  const start = list[0][0];
  const spikes = spikesFromEvents(
    inputs,
    steps,
    list.map(([, x, y, p]) => (p * (inputs / 2 / columns) + y) * columns + x),
    list.map(([t]) => Math.floor((t - start) / binUs) + 1),
  );
  return [...spikes.offsets, ...spikes.times].join();
}
const setOf = (set: EventDataset): string[] =>
  [...set].map(({ spikes }) => [...spikes.offsets, ...spikes.times].join());

describe('as data sets', () => {
  it('fromAedat4 of files, times from the first event on', async () => {
    const files = aedat4.map((file, n) => ({ file: at(file), label: n % 2 }));
    const { train, test } = await datasets.fromAedat4(files, { test: files.slice(0, 2), binMs: 2, ...quiet });
    expect([train.shape, train.steps, train.length, test.length, train.name]).toEqual([
      [2, 30, 40],
      31,
      5,
      2,
      'none/train',
    ]);
    for (const spikes of [...setOf(train), ...setOf(test)])
      expect(spikes).toBe(spikesOf(expected.aedat4, 2400, 40, 2000, 31));
  });

  it("DVS Gesture's list of parts", async () => {
    const file = { file: at('gesture.aedat'), labels: at('gesture_labels.csv') };
    const { train } = await datasets.fromAedat4([file], { test: [file], binMs: 1, ...quiet });
    expect([train.length, train.classNames, [...train.labels], train.steps]).toEqual([2, ['1', '2'], [1, 0], 21]);
    const [, from, to] = expected.windows[1];
    const inside = expected.aedat3.filter(([t]) => t >= from && t < to);
    const spikes = spikesFromEvents(
      32768,
      train.steps,
      inside.map(([, x, y, p]) => (p * 128 + y) * 128 + x),
      inside.map(([t]) => Math.floor((t - from) / 1000) + 1),
    );
    expect(setOf(train)[1]).toBe([...spikes.offsets, ...spikes.times].join());
    const list = new TextEncoder().encode('class,startTime_usec,endTime_usec\n1,5,9\n');
    await expect(datasets.fromAedat4([{ ...file, labels: list }])).rejects.toThrow(/no event from 5 to 9 us/);
  });

  it('a DVS Gesture recording with its list: downloaded, read and trained on by the command', async () => {
    const names = ['gesture.aedat', 'gesture_labels.csv'];
    const host = await hostOf(Object.fromEntries(names.map((name) => [name, at(name)])));
    const to = join(scratch, 'fetched');
    try {
      const digest = createHash('sha256')
        .update(readFileSync(at(names[0])))
        .digest('hex');
      const from = [`${host.address}/moved/${names[0]}`, `${host.address}/${names[1]}`];
      const got = await spikelab(['download', ...from, '--to', to, '--sha256', digest]);
      expect([got.code, got.err]).toEqual([0, '']);
      const list = names.map((name) => join(to, name));
      const one = [{ file: list[0], labels: list[1] }];
      const experiment = {
        data: { from: 'aedat4', file: one, test: one, binMs: 1, downsample: 8 },
        network: { hidden: [100] },
        rule: { optimizer: { rate: 0.01 } },
        epochs: 30,
      };
      writeFileSync(join(to, 'gesture.json'), JSON.stringify(experiment));
      const run = await spikelab(['train', join(to, 'gesture.json'), '--out', join(to, 'run'), '--json']);
      expect([run.code, run.err]).toEqual([0, '']);
      const { testAccuracy, network } = JSON.parse(run.out) as {
        testAccuracy: number;
        network: { inputShape: number[] };
      };
      expect(network.inputShape).toEqual([2, 16, 16]);
      expect(testAccuracy).toBe(1); // the two gestures are learnt by heart
    } finally {
      host.close();
    }
  });

  it('fromDat of a folder, with the size of the sensor or without', async () => {
    const place = made('dat', {
      'a/1.dat': 'sized.dat',
      'a/2.dat': 'sized.dat',
      'b/1.dat': 'sized.dat',
      'b/2.dat': 'sized.dat',
    });
    const { train, test } = await datasets.fromDat(place, { test: 0.5, ...quiet });
    expect([train.length, test.length, train.shape, train.classNames]).toEqual([2, 2, [2, 30, 40], ['a', 'b']]);
    const one = [
      { file: at('expelliarmus.dat'), label: 'x' },
      { file: at('sized.dat'), label: 'y' },
    ];
    await expect(datasets.fromDat(one)).rejects.toThrow(/does not tell the size of its sensor/);
    const options = { shape: [1, 30, 40], downsample: 10, test: one, ...quiet };
    expect((await datasets.fromDat(one, options)).train.shape).toEqual([1, 3, 4]);
    await expect(datasets.fromDat(one, { ...options, shape: [2, 20, 40] })).rejects.toThrow(/outside the shape/);
  });

  it('fromFolder of images: classes by name, two parts, grey', async () => {
    const files = {
      'train/cat/1.png': 'grey.png',
      'train/dog/1.png': 'bits.png',
      'test/dog/1.PNG': 'grey.png',
      'train/cat/notes.txt': 'gesture_labels.csv',
    };
    const { train, test } = (await datasets.fromFolder(made('pets', files), quiet)) as {
      train: Dataset;
      test: Dataset;
    };
    expect([train.shape, train.classNames, [...train.labels], [...test.labels]]).toEqual([
      [4, 5],
      ['cat', 'dog'],
      [0, 1],
      [1],
    ]);
    expect([...train.at(0).pixels]).toEqual(expected.images.grey.flat());
    const colours = made('colours', {
      'a/1.png': 'colour.png',
      'a/2.png': 'palette.png',
      'b/1.png': 'opaque.png',
      'b/2.png': 'opaque.png',
    });
    expect((await datasets.fromFolder(colours, { test: 0.5, ...quiet })).train.shape).toEqual([3, 4, 5]);
    expect((await datasets.fromFolder(colours, { test: 0.5, colour: 'grey', ...quiet })).train.shape).toEqual([4, 5]);
  });

  it('fromFolder of recordings', async () => {
    const place = made('npy', {
      'a/1.npy': 'tonic.npy',
      'b/1.npy': 'tonic.npy',
      'b/2.npy': 'tonic.npy',
      'a/2.npy': 'tonic.npy',
    });
    const options = { shape: [2, 30, 40], binMs: 2, start: 'file' as const, test: 0.5, ...quiet };
    const { train } = (await datasets.fromFolder(place, options)) as { train: EventDataset };
    const shifted = [[0, 0, 0, 0], ...expected.npy]; // start: 'file' counts from 0
    expect(train.length).toBe(2);
    const spikes = spikesFromEvents(
      2400,
      train.steps,
      shifted.slice(1).map(([, x, y, p]) => (p * 30 + y) * 40 + x),
      shifted.slice(1).map(([t]) => Math.floor(t / 2000) + 1),
    );
    expect(setOf(train)[0]).toBe([...spikes.offsets, ...spikes.times].join());
    const ear = made('ear', {
      'a/1.npy': 'cochlea.npy',
      'b/1.npy': 'cochlea.npy',
      'a/2.npy': 'cochlea.npy',
      'b/2.npy': 'cochlea.npy',
    });
    expect((await datasets.fromFolder(ear, { shape: [70], test: 0.5, ...quiet })).train.shape).toEqual([70]);
  });

  it('a PNG whose pixels or texts would fill the memory is refused, or read without them', () => {
    const crc32 = (data: Uint8Array): number => {
      let crc = ~0;
      for (const byte of data) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
      }
      return ~crc >>> 0;
    };
    const chunk = (kind: string, data: Uint8Array): Buffer => {
      const body = Buffer.concat([Buffer.from(kind), data]);
      const ends = Buffer.alloc(8);
      ends.writeUInt32BE(data.length, 0);
      ends.writeUInt32BE(crc32(body), 4);
      return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
    };
    const image = (pixels: Uint8Array, ...more: Buffer[]): Uint8Array => {
      const head = Buffer.from([0, 0, 0, 5, 0, 0, 0, 4, 8, 0, 0, 0, 0]);
      const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
      const chunks = [chunk('IHDR', head), ...more, chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))];
      return new Uint8Array(Buffer.concat([start, ...chunks]));
    };
    const rows = Buffer.alloc(24, 7).fill(0, 0, 1).fill(0, 6, 7).fill(0, 12, 13).fill(0, 18, 19);
    expect([...new Set(parsePng(image(rows), 'own').pixels)]).toEqual([7]);
    expect(() => parsePng(image(Buffer.alloc(10_000_000)), 'own')).toThrow(/more than such an image can have/);
    const text = Buffer.concat([Buffer.from('note\0\0'), deflateSync(Buffer.alloc(10_000_000))]);
    const profile = Buffer.concat([Buffer.from('p\0\0'), Buffer.from('no deflate')]);
    expect(parsePng(image(rows, chunk('zTXt', text), chunk('iCCP', profile)), 'own').pixels).toHaveLength(20);
  });

  it('refuses with what to do', async () => {
    const mixed = made('mixed', { 'a/1.png': 'grey.png', 'b/1.dat': 'sized.dat' });
    await expect(datasets.fromFolder(mixed)).rejects.toThrow(/images and recordings/);
    const sizes = made('sizes', { 'a/1.png': 'grey.png', 'b/1.png': 'colour.png' });
    await expect(datasets.fromFolder(sizes)).rejects.toThrow(/colour: 'grey' makes them alike/);
    const empty = made('empty', { 'a/1.png': 'grey.png', 'b/photo.jpg': 'gesture_labels.csv' });
    await expect(datasets.fromFolder(empty)).rejects.toThrow(/b has no file with the ending .*photo\.jpg/);
    const alone = made('alone', { 'train/a/1.png': 'grey.png', 'train/b/1.png': 'grey.png' });
    await expect(datasets.fromFolder(alone)).rejects.toThrow(/has train alone: give it as the folder, or add test/);
    const beside = made('beside', { 'train/a/1.png': 'grey.png', 'test/a/1.png': 'grey.png', 'b/1.png': 'grey.png' });
    await expect(datasets.fromFolder(beside)).rejects.toThrow(/has b beside train and test/);
    await expect(datasets.fromFolder(join(scratch, 'nowhere'))).rejects.toThrow(/there is no folder/);
    await expect(datasets.fromFolder(sizes, { colours: 'grey' } as never)).rejects.toThrow(/did you mean colour\?/);
    await expect(datasets.fromFolder(sizes, { binMs: 2, colour: 'grey' })).rejects.toThrow(/binMs is of recordings/);
    await expect(datasets.fromAedat4(mixed)).rejects.toThrow(/no <class>\/<file> with the ending .aedat4, .aedat/);
    await expect(datasets.fromDat([{ file: at('sized.dat') }])).rejects.toThrow(/needs a label, or labels/);
    await expect(datasets.fromDat([{ file: at('lz4.aedat4'), label: 0 }])).rejects.toThrow(/does not begin with %/);
    writeFileSync(join(scratch, 'old.aedat'), '#!AER-DAT2.0\r\n');
    await expect(datasets.fromAedat4([{ file: join(scratch, 'old.aedat'), label: 0 }])).rejects.toThrow(
      /AEDAT 2.0: versions/,
    );
  });
});
