/** What the readers of files take and refuse; that they read what other programs write is tested in test/data. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { MissingDataError } from '../registry/locate.js';
import { fromAedat4, fromDat } from './from-camera.js';
import { fromCsv } from './from-csv.js';
import { fromFolder } from './from-folder.js';
import { fromHdf5, fromShd } from './from-hdf5.js';
import { fromNpy, fromNpz } from './from-numpy.js';

const folder = mkdtempSync(join(tmpdir(), 'spikelab-readers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());
const text = (...lines: string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'));

/** A file of `np.save`: one dimension of bytes, or a structured array of events. */
function npy(descr: string, count: number, body: Uint8Array): Uint8Array {
  const head = `{'descr': ${descr}, 'fortran_order': False, 'shape': (${count},), }`.padEnd(117) + '\n';
  const bytes = new Uint8Array(10 + head.length + body.length);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, head.length, 0]);
  bytes.set(new TextEncoder().encode(head), 10);
  bytes.set(body, 10 + head.length);
  return bytes;
}
const column = npy("'|u1'", 4, Uint8Array.of(1, 2, 3, 4));
const labels = npy("'|u1'", 4, Uint8Array.of(0, 1, 0, 1));
const recording = npy("[('t', '|u1'), ('x', '|u1')]", 3, Uint8Array.of(0, 0, 50, 1, 200, 2));

describe('options that would be passed over are refused', () => {
  const quiet = { quiet: true };
  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['kind of fromNpy', () => fromNpy(column, labels, { kind: 'image' as never }), /fromNpy: kind is "image": choose/],
    ['kind of fromNpy', () => fromNpy(column, labels, { kind: 'events' as never }), /'features', 'images'/],
    ['test of fromNpy', () => fromNpy(column, labels, { test: 'x.npy' as never }), /fromNpy: test is "x.npy": give a/],
    ['unit of fromShd', () => fromShd('none.h5', { unit: 'ms' } as never), /fromShd has no option "unit"/],
    ['shape of fromShd', () => fromShd('none.h5', { shape: [9] } as never), /no option "shape": .*channels/],
    ['classes of fromShd', () => fromShd('none.h5', { classNames: ['a'] } as never), /no option "classNames"/],
    ['test of fromShd', () => fromShd('none.h5', { test: ['a.h5'] as never }), /fromShd: test is a list of 1: give/],
    ['test of fromFolder', () => fromFolder('none', { test: 'x' as never }), /fromFolder: test is "x": give a share/],
    ['test of fromDat', () => fromDat('none', { test: null as never }), /fromDat: test is null: .*{ file, label }/],
    ['test of fromDat', () => fromDat([], { test: 'held' as never }), /fromDat: test is "held"/],
    ['test of fromAedat4', () => fromAedat4('none', { test: {} as never }), /fromAedat4: test is {/],
  ])('%s', async (_, read, message) => {
    await expect(read()).rejects.toThrow(message);
  });

  test.each([null, {}, ['b.csv'], new ArrayBuffer(8), true])('fromCsv: test %o', async (given) => {
    const read = fromCsv(text('x,label', '1,a', '2,b'), { test: given as never, ...quiet });
    await expect(read).rejects.toThrow(/fromCsv: test is .*: give a share such as 0.2, or the path of a file/);
  });

  const events = { channels: 'c', times: 't' };
  test.each<[object, RegExp]>([
    [{ events: { ...events, polarity: 'p' }, labels: 'y' }, /fromNpz: events has no option "polarity"/],
    [{ events: { channel: 'c', times: 't' }, labels: 'y' }, /no option "channel": did you mean channels\?/],
    [{ events: { times: 't' }, labels: 'y' }, /fromNpz needs events.channels: the name of the array in the file/],
    [
      { events, labels: 'y', test: { events: { ...events, time: 't' }, labels: 'y' } },
      /test: events has no option "time"/,
    ],
    [{ events }, /fromNpz needs labels: the name of the array in the file/],
    [{ features: 'x', labels: 'y', test: { features: 'x' } }, /fromNpz: test needs labels/],
    [
      { features: 'x', labels: 'y', test: { labels: 'y' } },
      /fromNpz: test needs the name .* features, images or events/,
    ],
    [{ features: 3, labels: 'y' }, /fromNpz: features takes the name of an array in the file, not 3/],
    [{ labels: 'y' }, /fromNpz needs the name of the array of the samples/],
    [{ features: 'x', labels: 'y', test: null }, /fromNpz: test is null: give a share/],
    [{ features: 'x', labels: 'y', test: 'x_test' }, /fromNpz: test is "x_test": give a share/],
    [{ events: 'e', labels: 'y' }, /fromNpz: events takes an object of options, such as { channels/],
  ])('fromNpz and fromHdf5: %o', async (options, message) => {
    await expect(fromNpz('none.npz', options as never)).rejects.toThrow(message);
    await expect(fromHdf5('none.h5', options as never)).rejects.toThrow(
      new RegExp(message.source.replace('fromNpz', 'fromHdf5')),
    );
  });
});

describe('fromCsv', () => {
  const rows = (...cells: string[]): Uint8Array => text('x,label', ...cells.map((cell, n) => `${n},${cell}`));
  test.each(['NA', 'nan', 'NULL', 'N/A', 'None', '?'])('a label %s is refused by its line', async (cell) => {
    await expect(fromCsv(rows('x', 'y', cell, 'x'), { quiet: true })).rejects.toThrow(
      `line 4, column label is "${cell}", a missing value and no class: give a number or a name, or leave the sample out; if a class is called so, list all of them in classNames`,
    );
  });

  test('a class that is called as a missing value is one when classNames says so; another spelling of a number is its class', async () => {
    const classNames = ['eins', 'null'];
    const { train } = await fromCsv(rows('null', 'eins', 'null', 'eins'), { classNames, test: 0.5, quiet: true });
    expect(train.classNames).toEqual(classNames);
    const other = { test: rows('2.0', '01'), quiet: true };
    const { train: numbers, test: held } = await fromCsv(rows('1', '1', '2', '1'), other);
    expect([numbers.classNames, [...numbers.labels], [...held.labels]]).toEqual([
      ['1', '2'],
      [0, 0, 1, 0],
      [1, 0],
    ]);
  });

  test('features and classNames are lists', async () => {
    const read = (options: object): Promise<unknown> => fromCsv(rows('a', 'b'), options);
    await expect(read({ features: 'x' })).rejects.toThrow(/fromCsv: features takes a list of columns, .* not "x"/);
    await expect(read({ classNames: 2 })).rejects.toThrow(/fromCsv: classNames takes a list of names, not 2/);
  });
});

test('a folder where a file is wanted', async () => {
  for (const read of [
    () => fromCsv(folder),
    () => fromShd(folder),
    () => fromNpy(folder, labels),
    () => fromDat([{ file: folder, label: 1 }]),
  ]) {
    const error = await read().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MissingDataError);
    expect(String(error)).toContain(`${folder} is a folder, not a file: give the path of a file in it`);
  }
});

describe('fromFolder', () => {
  const made = (name: string, ...files: string[]): string => {
    for (const file of files) {
      mkdirSync(dirname(join(folder, name, file)), { recursive: true });
      writeFileSync(join(folder, name, file), recording);
    }
    return join(folder, name);
  };
  const options = { shape: [4], binMs: 0.01, test: 0.5 };
  const four = ['a/1.npy', 'a/2.npy', 'b/1.npy', 'b/2.npy'];

  test('says how many files were left out: of other kinds, beside the classes, and below them', async () => {
    const say = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const more = ['stray.npy', 'read.me', 'a/one/3.npy', 'a/one/two/4.npy', 'b/notes.txt', '.hidden', 'a/.git/5.npy'];
    const place = made('strays', ...four, ...more);
    const { train, test: held } = await fromFolder(place, options);
    expect([train.length, held.length]).toEqual([2, 2]);
    expect(say.mock.calls.flat().slice(0, 2)).toEqual([
      `strays: 2 files of other kinds were left out, for instance ${join(place, 'read.me')}`,
      `strays: 3 files that are not in <class>/<file> were left out, for instance ${join(place, 'stray.npy')}`,
    ]);
    say.mockClear();
    const halves = made('halves', ...four.flatMap((file) => [`train/${file}`, `test/${file}`]), 'test/6.npy', '7.npy');
    await fromFolder(halves, { shape: [4], binMs: 0.01 });
    expect(say.mock.calls.flat()[0]).toBe(
      `halves: 2 files that are not in <class>/<file> were left out, for instance ${join(halves, '7.npy')}`,
    );
    await expect(fromFolder(made('deep', 'a/1.npy', 'b/one/1.npy'), options)).rejects.toThrow(
      /b has no file with the ending .* \(others are, for instance .*1\.npy\)/,
    );
  });

  test('each folder is a class, also one called null or 01', async () => {
    const files = ['null', '1', '01'].flatMap((name) => [`${name}/1.npy`, `${name}/2.npy`]);
    const { train } = await fromFolder(made('names', ...files), { ...options, quiet: true });
    expect([train.classNames, [...train.labels].sort()]).toEqual([
      ['01', '1', 'null'],
      [0, 1, 2],
    ]);
  });

  test.each(['4', 5, []])('shape %j', async (shape) => {
    const read = fromFolder(made('shapes', ...four), { ...options, shape: shape as never });
    await expect(read).rejects.toThrow(/^shape is .*: write \[2, rows, columns\]/);
  });
});
