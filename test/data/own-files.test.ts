/** Files of other programs: written by NumPy and h5py, read as data sets; cut and damaged ones are refused. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasets } from '../../src/data/datasets.js';
import { float16Array } from '../../src/data/formats/float16.js';
import { Hdf5Error, readHdf5Datasets } from '../../src/data/formats/hdf5.js';
import { DataFormatError } from '../../src/data/formats/idx.js';
import { parseNpy } from '../../src/data/formats/npy.js';
import { parseNpz } from '../../src/data/formats/npz.js';
import type { EventDataset } from '../../src/data/sets/events.js';
import { spikeTimes } from '../../src/network/spikes.js';
import { type Ended, spikelab } from '../cli/command.js';
import { hostOf } from './host.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const python = here(process.platform === 'win32' ? '../../.venv/Scripts/python.exe' : '../../.venv/bin/python');
const missing =
  spawnSync(python, ['-c', 'import numpy, h5py']).status !== 0 && 'no NumPy and h5py in .venv: npm run setup';

type Spikes = [channel: number, step: number][];
let folder: string;
let written: { features: number[][]; images: number[][]; spikes: Record<'train' | 'test', Spikes[]> };
const at = (name: string): string => join(folder, name);
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(at(name)));
const quiet = { quiet: true };

beforeAll(() => {
  if (missing) return;
  folder = mkdtempSync(join(tmpdir(), 'spikelab-own-'));
  const { stdout, stderr, status } = spawnSync(python, [here('own_files.py'), folder], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (status !== 0) throw new Error(stderr);
  written = JSON.parse(stdout) as typeof written;
});
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(missing)('NumPy', () => {
  const kinds = [
    'i1',
    'i2',
    'i2big',
    'i4',
    'i4big',
    'i8',
    'i8big',
    'u1',
    'u2',
    'u2big',
    'u4',
    'u8',
    'f2',
    'f2big',
    'f4',
    'f4big',
    'f8',
    'f8big',
  ];
  it.each([...kinds, 'fortran', 'version2'])('%s.npy is 0 .. 23 in the shape [6, 2, 2]', (name) => {
    const array = parseNpy(bytes(`${name}.npy`), name);
    expect(array).toEqual({ values: Float64Array.from({ length: 24 }, (_, n) => n), shape: [6, 2, 2] });
  });

  it('booleans, texts and structured arrays', () => {
    expect(parseNpy(bytes('bool.npy'), 'bool')).toEqual({ values: Float64Array.of(0, 1, 0, 1, 0, 1), shape: [6] });
    expect(parseNpy(bytes('text.npy'), 'text')).toMatchObject({
      values: ['köln', 'bonn', 'köln', 'bonn', 'köln', 'bonn'],
    });
    expect(parseNpy(bytes('bytes.npy'), 'bytes')).toMatchObject({ values: ['a', 'bc', 'a', 'bc', 'a', 'bc'] });
    const { fields } = parseNpy(bytes('camera.npy'), 'camera') as { fields: Record<string, Float64Array> };
    expect({ ...fields }).toEqual({
      t: Float64Array.of(5, 1000, 2 ** 40),
      x: Float64Array.of(1, 2, 3),
      y: new Float64Array(3),
      p: Float64Array.of(1, 0, 1),
    });
  });

  it.each([
    ['objects', /Python objects/],
    ['complex', /type <c16/],
  ])('refuses %s', (name, message) => {
    expect(() => parseNpy(bytes(`${name}.npy`), name)).toThrow(message);
  });

  it('fromNpy joins samples and labels', async () => {
    const { train, test } = await datasets.fromNpy(at('u1.npy'), at('text.npy'), {
      kind: 'images',
      test: 1 / 3,
      ...quiet,
    });
    expect([train.length, test.length, train.classNames, train.shape, train.name]).toEqual([
      4,
      2,
      ['bonn', 'köln'],
      [2, 2],
      'u1/train',
    ]);
  });

  it.each(['plain.npz', 'packed.npz'])(
    '%s: images with a test set of their own, events with their starts',
    async (name) => {
      const { train, test } = await datasets.fromNpz(at(name), {
        images: 'x_train',
        labels: 'y_train',
        test: { images: 'x_test', labels: 'y_test' },
      });
      expect([train.shape, train.length, test.length]).toEqual([[4, 5], 30, 9]);
      expect([...train.pixels]).toEqual(written.images.flat());
      expect(test.sha256).toBe(train.slice(0, 9).sha256);
      const recorded = await datasets.fromNpz(at(name), {
        events: { channels: 'channels', times: 'times', starts: 'starts' },
        labels: 'y_train',
        unit: 's',
        shape: [8],
        ...quiet,
      });
      expect([recorded.train.length, recorded.test.length, recorded.train.inputs]).toEqual([24, 6, 8]);
      await expect(datasets.fromNpz(at(name), { images: 'x_trian', labels: 'y_train' })).rejects.toThrow(
        /no array "x_trian": it has x_train/,
      );
      await expect(datasets.fromNpz(at(name), { image: 'x_train', labels: 'y_train' } as never)).rejects.toThrow(
        /did you mean images/,
      );
    },
  );
});

describe.skipIf(missing)('HDF5', () => {
  it('reads every number of 16 bits as NumPy does', async () => {
    const found = await readHdf5Datasets(bytes('halves.h5'), ['halves', 'scalar', 'absent', 'halves/below'], 'halves');
    const { values } = found.get('halves') as { values: Float32Array };
    expect(Float64Array.from(values.filter(Number.isFinite))).toEqual(new Float64Array(bytes('halves.f64').buffer));
    expect(values.filter(Number.isNaN).length).toBe(2 * 1023);
    expect(found.get('scalar')).toEqual({ values: Float32Array.of(1.5), shape: [] });
    expect([...found.keys()]).toEqual(['halves', 'scalar']);
    expect(float16Array(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff))).toEqual(
      Float32Array.of(1, -2, 2 ** -24, 65504),
    );
  });

  it.each(['group/x', 'big'])('%s: numbers in chunks, compressed, in either byte order', async (features) => {
    const options = { features, coding: 'rate' as const, scale: [-4, 14] as const, test: 0.5, ...quiet };
    const { train, test } = (await datasets.fromHdf5(at('arrays.h5'), { ...options, labels: 'names' })) as Awaited<
      ReturnType<typeof datasets.fromNpz>
    > & { train: { pixels: Uint8Array }; test: { pixels: Uint8Array } };
    expect(train.classNames).toEqual(['class 0', 'class 1', 'class 2']);
    const all = [...(train as Iterable<{ pixels: Uint8Array }>), ...(test as Iterable<{ pixels: Uint8Array }>)].map(
      ({ pixels }) => pixels.join(),
    );
    const expected = written.features.map((row) => row.map((x) => Math.round((255 * (x + 4)) / 18)).join());
    expect(all.sort()).toEqual(expected.sort());
  });

  it('labels may be integers of 64 bits or booleans; a dataset that is not there is named', async () => {
    for (const labels of ['y', 'flags']) {
      const { train } = await datasets.fromHdf5(at('arrays.h5'), { features: 'big', labels, ...quiet });
      expect(train.classNames).toEqual(labels === 'y' ? ['0', '1', '2'] : ['0', '1']);
    }
    await expect(datasets.fromHdf5(at('arrays.h5'), { features: 'nothing', labels: 'y' })).rejects.toThrow(
      /no dataset "nothing": It has big, flags, group\/x, names, y/,
    );
    await expect(datasets.fromHdf5(at('arrays.h5'), { features: 'group/X', labels: 'y' })).rejects.toThrow(
      /did you mean group\/x\?/,
    );
    const slash = { features: '/group/x', labels: '/y', ...quiet };
    const given = await datasets.fromHdf5(at('arrays.h5'), slash);
    const matlab = await datasets.fromHdf5(at('behind.h5'), slash);
    expect(matlab.train.sha256).toBe(given.train.sha256);
    await expect(datasets.fromHdf5(at('arrays.h5'), { features: 'group', labels: 'y' })).rejects.toThrow(
      /a group or a link/,
    );
  });

  it('fromShd: lists of unequal lengths, half precision, seconds', async () => {
    const { train, test } = await datasets.fromShd(at('shd_train.h5'), {
      test: at('shd_test.h5'),
      binMs: 4,
      downsample: 7,
      ...quiet,
    });
    const spikesOf = (set: EventDataset): Spikes[] =>
      [...set].map(({ spikes }) =>
        Array.from({ length: set.inputs }, (_, j) =>
          [...spikeTimes(spikes, j)].map((t): [number, number] => [j, t]),
        ).flat(),
      );
    expect([train.length, test.length, train.inputs, train.classNames]).toEqual([
      600,
      40,
      100,
      ['null', 'eins', 'two', 'three'],
    ]);
    expect([...train.labels.subarray(0, 5)]).toEqual([0, 1, 2, 3, 0]);
    expect(spikesOf(train)).toEqual(written.spikes.train);
    expect(spikesOf(test)).toEqual(written.spikes.test);
    await expect(datasets.fromShd(at('arrays.h5'))).rejects.toThrow(/no dataset "spikes\/units"/);
  });

  it('shd by name: the same file packed by gzip, in the folder of data', async () => {
    mkdirSync(at('shd'));
    for (const part of ['train', 'test'])
      writeFileSync(at(`shd/shd_${part}.h5.gz`), gzipSync(readFileSync(at(`shd_${part}.h5`))));
    const { train, test, name } = await datasets.load('shd', { dataDir: folder, size: 100, ...quiet });
    const whole = await datasets.fromShd(at('shd_train.h5'), {
      test: at('shd_test.h5'),
      binMs: 4,
      downsample: 7,
      cut: 350,
      ...quiet,
    });
    expect([name, train.length, test.length, train.shape]).toEqual(['shd', 100, 10, [100]]);
    expect((train as EventDataset).steps).toBe(350);
    expect(train.sha256).toBe(whole.train.slice(0, 100).sha256);
    await expect(datasets.ssc({ dataDir: folder })).rejects.toThrow(/no ssc_train.h5 and ssc_test.h5 .*in\n/);
  });
});

describe.skipIf(missing)('spikelab download', () => {
  const digest = (kind: string, from: string): string => createHash(kind).update(readFileSync(from)).digest('hex');

  it('shd from a host that cuts its first answer, checked by its list; then train finds it', async () => {
    const parts = ['train', 'test'].map((part) => `shd_${part}.h5.gz`);
    const files = Object.fromEntries(parts.map((part) => [part, at(`host-${part}`)]));
    for (const part of parts) writeFileSync(files[part], gzipSync(readFileSync(at(part.slice(0, -3)))));
    const sums = parts.map((part) => `${digest('md5', files[part])}  ${part}\n`).join('');
    const host = await hostOf({ ...files, 'md5sums.txt': new TextEncoder().encode(sums) }, parts[0]);
    const env = { SPIKELAB_CACHE: at('cache'), SPIKELAB_DATA: at('no-data') };
    const run = (...args: string[]): Promise<Ended> => spikelab(args, undefined, env);
    try {
      const wrong = await run('download', 'shd', '--from', host.address, '--sha256', '0'.repeat(64));
      expect([wrong.code, wrong.err]).toEqual([
        1,
        expect.stringMatching(
          /shd_train.h5.gz has another sha256\n {2}expected 0{64}\n {2}found {4}[0-9a-f]{64}\nthe download was deleted/,
        ),
      ]);
      const half = readFileSync(files[parts[0]]).length >> 1;
      expect(host.asked).toEqual(['md5sums.txt', parts[0], `${parts[0]} ${half}-`]); // it went on where it was cut
      const got = await run('download', 'shd', '--from', host.address);
      expect([got.code, got.err]).toEqual([0, '']);
      expect(got.out.split('\n').slice(-3)).toEqual([
        ...parts.map((part) => `${digest('sha256', files[part])}  ${at(`cache/data/shd/${part}`)}`),
        '',
      ]);
      const before = host.asked.length;
      expect((await run('download', 'shd', '--from', host.address, '--json')).code).toBe(0); // at hand
      expect(host.asked.slice(before)).toEqual(['md5sums.txt']);
      const small = ['--samples', '120', '--epochs', '2', '--set', 'network.output.units=4', '--seed', '1'];
      const trained = await run('train', 'shd', ...small, '--out', at('runs/shd'), '--json');
      expect([trained.code, trained.err]).toEqual([0, '']);
      const report = JSON.parse(trained.out) as { dataset: string; samples: number; completedEpochs: number };
      expect(report).toMatchObject({ samples: 120, completedEpochs: 2 });
      expect((await run('verify-run', at('runs/shd'))).code).toBe(0);
      const none = await run('train', 'ssc', '--samples', '10', '--out', at('runs/ssc'));
      expect([none.code, none.err]).toEqual([1, expect.stringContaining('Run: spikelab download ssc')]);
    } finally {
      host.close();
    }
  });

  it('refuses what it cannot fetch, naming it', async () => {
    const host = await hostOf({});
    try {
      const to = ['--to', at('fetched')];
      for (const [args, code, message] of [
        [['mnistt'], 64, '"mnistt" cannot be downloaded: did you mean mnist?'],
        [['shd', '--from', 'ftp://x', ...to], 64, '--from is "ftp://x": give an address that begins with http'],
        [['shd', '--sha256', 'abc'], 64, '--sha256 is "abc": give 64 hexadecimal digits'],
        [[`${host.address}/`, ...to], 64, 'ends in no name of a file'],
        [[`${host.address}/%2e%2e%2fout`, ...to], 64, 'ends in no name of a file'],
        [[`${host.address}/none.aedat`, ...to], 1, /127\.0\.0\.1:\d+: HTTP 404/],
        [['http://127.0.0.1:1/none.aedat', ...to], 1, '127.0.0.1:1: '],
      ] as const) {
        const { code: ended, err } = await spikelab(['download', ...args]);
        expect(ended, err).toBe(code);
        expect(err).toMatch(message);
      }
    } finally {
      host.close();
    }
  });
});

describe.skipIf(missing)('CSV', () => {
  it('numbers and classes as they were written, quotes in names included', async () => {
    const { train, test } = await datasets.fromCsv(at('classes.csv'), {
      coding: 'rate',
      scale: [-4, 14],
      test: 0.5,
      ...quiet,
    });
    expect([train.name, train.classNames, train.inputs, train.length + test.length]).toEqual([
      'classes/train',
      ['blue', 'green', 'red'],
      3,
      150,
    ]);
    const all = [...train, ...test].map(({ pixels }) => pixels.join());
    expect(all.sort()).toEqual(
      written.features.map((row) => row.map((x) => Math.round((255 * (x + 4)) / 18)).join()).sort(),
    );
    const some = await datasets.fromCsv(at('classes.csv'), { features: ['the "depth"', 0], fields: 4, ...quiet });
    expect(some.train.shape).toEqual([2, 4]);
  });

  const csv = (text: string, options: object = {}) =>
    datasets.fromCsv(new TextEncoder().encode(text), { ...quiet, ...options });
  it('semicolons, tabs, no names, a byte order mark, other line ends', async () => {
    const rows = 'a,label\n1,x\n2,y\n3,x\n4,y\n5,x\n6,y\n7,x\n8,y\n9,x\n10,y\n';
    const plain = await csv(rows);
    for (const text of [
      rows.replaceAll(',', ';'),
      rows.replaceAll(',', '\t'),
      `\ufeff${rows}`,
      rows.replaceAll('\n', '\r\n'),
    ])
      expect((await csv(text)).train.sha256).toBe(plain.train.sha256);
    const numbers = rows.replace('a,label\n', '').replaceAll('x', '0').replaceAll('y', '1');
    expect((await csv(numbers, { label: 1 })).train.pixels).toEqual(plain.train.pixels);
    expect((await csv(rows, { test: new TextEncoder().encode(rows) })).test.length).toBe(10);
  });

  it.each<[string, object, RegExp]>([
    ['a,label\n1,x\n,y\n', {}, /line 3, column a is empty/],
    ['a,label\n1,x\n2,\n', {}, /line 3, column label is empty/],
    ['a,label\n1,x\nNaN,y\n', {}, /line 3, column a is "NaN", no number/],
    ['a;label\n1,5;x\n2;y\n', {}, /line 2, column a is "1,5", no number: write decimal points/],
    ['a,label\n1,x,3\n2,y\n', {}, /line 2 has 3 cells, the first 2/],
    ['a,labels\n1,x\n2,y\n', {}, /no column "label": did you mean labels\? It has a, labels/],
    ['a,a\n1,x\n', {}, /two columns are called "a"/],
    [',a,label\n0,1,x\n1,2,y\n', {}, /column 0 has no name, as an index that pandas writes.*features: \["a", …\]/],
    ['a,label,\n1,x,\n2,y,\n', {}, /column 2 has no name/],
    ['a,label\n0x10,x\n1,y\n', {}, /line 2, column a is "0x10", no number/],
    [
      'a,label\n1,0.37\n2,0.74\n3,1.11\n',
      {},
      /label label has 3 different fractions in 3 lines, a measurement and no class/,
    ],
    ['a,label\n1,x\n2,y\n3,"x\n4,y\n', {}, /a quote is opened and not closed, in line 4 or below/],
    ['a,label\n1,x\n2,y\n', { features: ['a', 0] }, /the features name column a twice/],
    ['label\nx\ny\n', {}, /the features are no column at all/],
    ['a,label\n1,x\n2,y\n', { header: 'yes' }, /header is "yes": write true or false/],
    ['', {}, /no line/],
    ['a,label\n', {}, /no line below/],
    ['a,label\n1,x\n2,y\n', { labl: 'a' }, /no option "labl": did you mean label/],
  ])('refuses %j', async (text, options, message) => {
    await expect(csv(text, options)).rejects.toThrow(message);
  });

  it('takes names and columns in any language, and a nameless column that is asked for', async () => {
    const rows = 'Länge;Größe\n1;klein\n2;groß\n3;klein\n4;groß\n';
    expect((await csv(rows, { label: 'Größe', test: 0.5 })).train.classNames).toEqual(['groß', 'klein']);
    const indexed = ',a,label\n0,1,x\n1,2,y\n2,3,x\n3,4,y\n';
    expect((await csv(indexed, { features: ['a'], coding: 'rate', test: 0.5 })).train.shape).toEqual([1]);
  });

  it('never takes a sample for names, nor names for a sample', async () => {
    // iris.data has no names; pandas names columns 0, 1, 2, … unless it is told otherwise
    const samples = '5.1,3.5,setosa\n4.9,3.0,setosa\n7.0,3.2,versicolor\n6.4,3.2,versicolor\n';
    const whole = await csv(samples, { label: 2, test: 0.5 });
    expect([whole.train.length + whole.test.length, whole.train.classNames]).toEqual([4, ['setosa', 'versicolor']]);
    for (const [names, label] of [
      ['0,1,2', 2],
      ['0,1,2', '2'],
      ['0,1,kind', 2],
      ['2019,2020,kind', 'kind'],
    ] as const) {
      const { train, test } = await csv(`${names}\n${samples}`, {
        label,
        test: 0.5,
        ...(names === '0,1,2' && { header: true }),
      });
      expect([names, train.length + test.length, train.classNames]).toEqual([names, 4, ['setosa', 'versicolor']]);
    }
    const numbers = '0,1,2\n3,4,1\n5,6,2\n';
    for (const [text, options] of [
      [numbers, { label: 2 }],
      [`2019,2020,kind\n${samples}`, { label: 2 }],
      ['5.1,3.5,setosa\n7.0,3.2,versicolor\n', { label: 2 }],
    ] as const)
      await expect(csv(text, options)).rejects.toThrow(/can be names or a sample: write header: true or header: false/);
    await expect(csv(samples)).rejects.toThrow(
      /no column "label": .*If the first line is a sample, write header: false/,
    );
    const twice = { test: new TextEncoder().encode(samples), label: 2, header: false };
    expect((await csv(samples, twice)).test.length).toBe(4);
  });

  it('names a file that is not there', async () => {
    await expect(datasets.fromCsv('nowhere/none.csv')).rejects.toThrow(/there is no file nowhere\/none.csv/);
  });
});

/** Cut anywhere, or with a few bits turned: an error of ours, or arrays of the lengths that the file tells of. */
describe.skipIf(missing)('damaged files', () => {
  const damaged = (original: Uint8Array, cut: number, flips: number[]): Uint8Array => {
    const copy = original.slice(0, Math.floor(cut * original.length));
    for (const flip of flips) if (copy.length > 0) copy[Math.floor(flip / 8) % copy.length] ^= 1 << (flip % 8);
    return copy;
  };
  const cuts = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 0.999, noNaN: true }));
  const flips = fc.array(fc.nat(2 ** 20), { maxLength: 4 });

  it('NumPy', () => {
    fc.assert(
      fc.property(fc.constantFrom('i8', 'f2big', 'text', 'camera', 'fortran'), cuts, flips, (name, cut, turned) => {
        try {
          const array = parseNpy(damaged(bytes(`${name}.npy`), cut, turned), name);
          const count = array.shape.reduce((a, b) => a * b, 1);
          const arrays = 'fields' in array ? Object.values(array.fields) : [array.values];
          expect(arrays.every(({ length }) => length === count)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(DataFormatError);
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each(['plain.npz', 'packed.npz'])('%s with a bit turned: refused, or the same values', (name) => {
    const original = bytes(name);
    const read = (content: Uint8Array): unknown => [...parseNpz(content, ['x_train', 'times'], name)];
    const whole = read(original);
    let refused = 0;
    for (let k = 0; k < original.length; k += 41) {
      const turned = original.slice();
      turned[k] ^= 1 << (k % 8);
      try {
        expect(read(turned), `byte ${k}`).toEqual(whole);
      } catch (error) {
        if (!(error instanceof DataFormatError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(20);
  });

  it('archives', () => {
    const original = bytes('packed.npz');
    fc.assert(
      fc.property(cuts, flips, (cut, turned) => {
        try {
          parseNpz(damaged(original, cut, turned), ['x_train', 'times'], 'packed');
        } catch (error) {
          expect(error).toBeInstanceOf(DataFormatError);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('HDF5', async () => {
    const original = bytes('shd_test.h5');
    await fc.assert(
      fc.asyncProperty(cuts, flips, async (cut, turned) => {
        const file = damaged(original, cut, turned);
        try {
          await datasets.fromShd(file, quiet);
        } catch (error) {
          const known = [Hdf5Error, DataFormatError, RangeError].some((kind) => error instanceof kind);
          expect(known, String(error)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
    // A heap of texts whose first object says that it is the room left, and has no room: HDF5 walks it for ever.
    const latest = bytes('latest.h5');
    const heap = Buffer.from(latest).indexOf('GCOL');
    expect(heap % 8).not.toBe(0);
    expect((await datasets.fromHdf5(latest, { features: 'x', labels: 'y', ...quiet })).train.classNames.length).toBe(3);
    latest[heap + 16] ^= 1;
    await expect(datasets.fromHdf5(latest, { features: 'x', labels: 'y' })).rejects.toThrow(/of a global heap/);
    writeFileSync(at('again.h5'), original); // the module still reads whole files
    expect((await datasets.fromShd(at('again.h5'), quiet)).train.length).toBe(32);
  });
});
