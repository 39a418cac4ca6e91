import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { datasets } from '../datasets.js';
import { CannotWriteError } from '../cannot-write.js';
import { writeAtomic } from '../platform.node.js';
import { fetchInto, NetworkError } from './download.js';
import { DataFormatError } from '../formats/idx.js';
import { MissingDataError, OfflineError } from './locate.js';
import { loadEntryPart } from './parts.js';
import type { DataFile, DataSetEntry } from './registry.js';

// a set of four made-up images, 2 x 3, and the server that is its home
const header = (...dimensions: number[]): number[] => [
  0,
  0,
  8,
  dimensions.length,
  ...dimensions.flatMap((size) => [0, 0, 0, size]),
];
const imageFile = Uint8Array.of(...header(4, 2, 3), ...Array.from({ length: 24 }, (_, k) => k * 9));
const labelFile = Uint8Array.of(...header(4), 0, 1, 1, 0);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const describeFile = (name: string, raw: Uint8Array): DataFile => ({
  name,
  raw: sha256(raw),
  bytes: gzipSync(raw).length,
});

let scratch: string;
let server: Server;
let home: string;
let requests: { path: string; range: string | undefined }[];
let answer: (path: string, response: ServerResponse, range: string | undefined) => void;
const files: Record<string, Uint8Array> = { '/images.gz': gzipSync(imageFile), '/labels.gz': gzipSync(labelFile) };

function entry(change: Partial<DataSetEntry> = {}): DataSetEntry {
  const part = { images: describeFile('images.gz', imageFile), labels: describeFile('labels.gz', labelFile), count: 4 };
  return {
    name: 'made-up',
    title: '',
    license: '',
    home: 'its home page',
    mirrors: [home],
    folders: ['made-up'],
    rows: 2,
    columns: 3,
    transposed: false,
    firstLabel: 0,
    classNames: ['a', 'b'],
    parts: { train: part, test: part },
    ...change,
  };
}
const cacheFiles = (): string[] =>
  existsSync(join(scratch, 'cache/data/made-up')) ? readdirSync(join(scratch, 'cache/data/made-up')).sort() : [];

beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'spikelab-data-'));
  mkdirSync(join(scratch, 'data/made-up'), { recursive: true });
  vi.stubEnv('SPIKELAB_DATA', join(scratch, 'data'));
  vi.stubEnv('SPIKELAB_CACHE', join(scratch, 'cache'));
  requests = [];
  answer = (path, response) => response.end(files[path]);
  server = createServer((request, response) => {
    requests.push({ path: request.url!, range: request.headers.range });
    answer(request.url!, response, request.headers.range);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  home = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(scratch, { recursive: true });
});

describe('files at hand', () => {
  const put = (name: string, bytes: Uint8Array): void => writeFileSync(join(scratch, 'data/made-up', name), bytes);
  const read = (change?: Partial<DataSetEntry>): Promise<unknown> =>
    loadEntryPart(entry(change), 'train', { download: false });

  test('are read gzipped or not, and compressed anew', async () => {
    put('images', imageFile);
    put('labels.gz', gzipSync(labelFile, { level: 1 }));
    const set = await loadEntryPart(entry(), 'train', { download: false });
    expect([...set.at(1).pixels]).toEqual([54, 63, 72, 81, 90, 99]);
    expect([...set.labels]).toEqual([0, 1, 1, 0]);
    expect(requests).toEqual([]);
  });

  test('are transposed and counted from the first label', async () => {
    put('images.gz', files['/images.gz']);
    const letters = Uint8Array.of(...header(4), 1, 2, 2, 1);
    put('labels.gz', gzipSync(letters));
    const part = { images: describeFile('images.gz', imageFile), labels: describeFile('labels.gz', letters), count: 4 };
    const square = { rows: 2, columns: 3, transposed: true, firstLabel: 1, parts: { train: part, test: part } };
    const set = await loadEntryPart(entry(square), 'train', { download: false });
    expect([...set.at(0).pixels]).toEqual([0, 27, 9, 36, 18, 45]); // rows 0 9 18 / 27 36 45 read down the columns
    expect([...set.labels]).toEqual([0, 1, 1, 0]);
  });

  test('dataDir is searched itself and by folder, instead of SPIKELAB_DATA', async () => {
    mkdirSync(join(scratch, 'mine'));
    writeFileSync(join(scratch, 'mine/images'), imageFile);
    writeFileSync(join(scratch, 'mine/labels'), labelFile);
    expect((await loadEntryPart(entry(), 'test', { dataDir: join(scratch, 'mine'), download: false })).name).toBe(
      'made-up/test',
    );
    await expect(read()).rejects.toThrow(MissingDataError);
  });

  test('missing: the error says where it looked and what to do', async () => {
    const error = await read().catch((reason: unknown) => reason as Error);
    expect(error).toBeInstanceOf(MissingDataError);
    expect((error as Error).message).toContain(join(scratch, 'data', 'made-up'));
    expect((error as Error).message).toContain(`${join(scratch, 'cache', 'data', 'made-up')} (no such folder)`);
    expect((error as Error).message).toMatch(
      /Copy the files from http:\/\/127\.0\.0\.1:\d+\/ to .*SPIKELAB_DATA.*download: true.*strokes\(\)/,
    );
    await expect(loadEntryPart(entry(), 'train', { dataDir: '/nowhere', download: false })).rejects.toThrow(
      /\/nowhere \(no such folder\)/,
    );
  });

  test('unzipped files of which only the gzip digest is known are refused, the published ones are not', async () => {
    const only = (file: DataFile, gz: Uint8Array): DataFile => ({ name: file.name, gz: sha256(gz), bytes: file.bytes });
    const part = {
      images: only(describeFile('images.gz', imageFile), files['/images.gz']),
      labels: only(describeFile('labels.gz', labelFile), files['/labels.gz']),
      count: 4,
    };
    const set = { parts: { train: part, test: part } };
    put('labels.gz', files['/labels.gz']);
    put('images', imageFile);
    await expect(read(set)).rejects.toThrow(
      /made-up.images: only the sha256 of images\.gz is known, not of what is in it: give the \.gz file as it was published/,
    );
    rmSync(join(scratch, 'data/made-up/images'));
    put('images.gz', gzipSync(imageFile, { level: 1 }));
    await expect(read(set)).rejects.toThrow(/images\.gz: wrong sha256\n/);
    put('images.gz', files['/images.gz']);
    await expect(read(set)).resolves.toMatchObject({ length: 4 });
  });

  test.each<[string, () => void, RegExp]>([
    [
      'wrong sha256',
      () => put('images.gz', gzipSync(imageFile.map((x, k) => (k === 30 ? x ^ 1 : x)))),
      /images\.gz: wrong sha256 after gunzip\n  expected [0-9a-f]{64}\n  found    [0-9a-f]{64}\nDelete/,
    ],
    [
      'truncated gzip',
      () => put('images.gz', files['/images.gz'].subarray(0, 30)),
      /images\.gz: damaged or truncated gzip/,
    ],
    ['truncated plain', () => put('images', imageFile.subarray(0, 30)), /images: wrong sha256\n/],
    ['an empty file', () => put('images.gz', new Uint8Array(0)), /images\.gz: wrong sha256/],
  ])('%s is refused, not skipped', async (_, damage, message) => {
    put('labels.gz', files['/labels.gz']);
    damage();
    await expect(read()).rejects.toThrow(DataFormatError);
    await expect(read()).rejects.toThrow(message);
    await expect(loadEntryPart(entry(), 'train')).rejects.toThrow(message); // nor replaced by a download
  });

  test('whose digest is right must have the right counts and shapes too', async () => {
    const five = Uint8Array.of(...header(5), 0, 1, 1, 0, 1);
    put('images', imageFile);
    put('labels', five);
    const asPut = (name: string): DataFile =>
      describeFile(`${name}.gz`, new Uint8Array(readFileSync(join(scratch, 'data/made-up', name))));
    const parts = (count: number): Partial<DataSetEntry> => {
      const part = { images: asPut('images'), labels: asPut('labels'), count };
      return { parts: { train: part, test: part } };
    };
    await expect(read(parts(4))).rejects.toThrow(/made-up\/train: 4 images but 5 labels/);
    put('labels', labelFile);
    await expect(read(parts(6))).rejects.toThrow(
      /4 images of 2 x 3, expected 6 of 2 x 3: the file belongs to another set/,
    );
    await expect(read({ ...parts(4), rows: 3, columns: 2 })).rejects.toThrow(/expected 4 of 3 x 2/);
    put('labels', Uint8Array.of(...header(4), 0, 1, 2, 0));
    await expect(read(parts(4))).rejects.toThrow(/label 2 of sample 2 is not a class/);
    await expect(read({ ...parts(4), firstLabel: 1 })).rejects.toThrow(/label 0 of sample 0 is below 1/);
    put('images', labelFile);
    await expect(read(parts(4))).rejects.toThrow(/wrong magic number 0x00000801, expected 0x00000803/);
  });
});

describe('downloads', () => {
  const load = (change?: Partial<DataSetEntry>, options = {}): ReturnType<typeof loadEntryPart> =>
    loadEntryPart(entry(change), 'train', options);

  test('go to the cache once, with progress', async () => {
    const seen: [string, number, number][] = [];
    const set = await load(
      {},
      { onProgress: (file: string, received: number, total: number) => seen.push([file, received, total]) },
    );
    expect([...set.labels]).toEqual([0, 1, 1, 0]);
    expect(cacheFiles()).toEqual(['images.gz', 'labels.gz']);
    const size = files['/images.gz'].length;
    expect(seen.filter(([file]) => file === 'images.gz').at(-1)).toEqual(['images.gz', size, size]);
    await load();
    expect(requests.length).toBe(2);
  });

  test('with a wrong digest are refused and leave nothing behind', async () => {
    answer = (path, response) => response.end(gzipSync(files[path]));
    await expect(load()).rejects.toThrow(/images\.gz could not be downloaded[^]*wrong sha256/);
    expect(cacheFiles()).toEqual([]);
  });

  test('take the next mirror when one answers wrongly', async () => {
    answer = (path, response) =>
      path.startsWith('/bad/') ? response.end('<html>moved</html>') : response.end(files[path]);
    expect((await load({ mirrors: [`${home}bad/`, home] })).length).toBe(4);
    answer = (path, response) => (path.startsWith('/bad/') ? response.writeHead(404).end() : response.end(files[path]));
    rmSync(join(scratch, 'cache'), { recursive: true });
    expect((await load({ mirrors: [`${home}bad/`, home] })).length).toBe(4);
    await expect(load({ mirrors: [`${home}bad/`], folders: ['other'] })).rejects.toThrow(/HTTP 404/);
  });

  test('that are cut continue where they stopped', async () => {
    let cuts = 2;
    answer = (path, response, range) => {
      const bytes = files[path];
      const from = range ? Number(/^bytes=(\d+)-$/.exec(range)![1]) : 0;
      response.writeHead(range ? 206 : 200, {
        'content-length': bytes.length - from,
        ...(range ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
      });
      if (path !== '/images.gz' || cuts-- <= 0) return response.end(bytes.subarray(from));
      response.write(bytes.subarray(from, from + 10), () => setTimeout(() => response.destroy(), 20));
      return undefined;
    };
    expect((await load()).length).toBe(4);
    expect(requests.filter(({ path }) => path === '/images.gz').map(({ range }) => range)).toEqual([
      undefined,
      'bytes=10-',
      'bytes=20-',
    ]);
  });

  test('from a server that cannot continue start again', async () => {
    let cuts = 1;
    answer = (path, response) => {
      const bytes = files[path];
      response.writeHead(200, { 'content-length': bytes.length });
      if (path !== '/images.gz' || cuts-- <= 0) return response.end(bytes);
      response.write(bytes.subarray(0, 10), () => setTimeout(() => response.destroy(), 20));
      return undefined;
    };
    expect((await load()).length).toBe(4);
  });

  test('that stay cut never leave a file under the final name', async () => {
    answer = (path, response) => {
      response.writeHead(200, { 'content-length': files[path].length });
      response.write(files[path].subarray(0, 10), () => setTimeout(() => response.destroy(), 20));
    };
    await expect(load()).rejects.toThrow(MissingDataError);
    expect(cacheFiles()).toEqual(['images.gz.part']);
    answer = (path, response) => response.end(files[path]);
    expect((await load()).length).toBe(4); // the part did not spoil the next attempt
    expect(cacheFiles()).toEqual(['images.gz', 'labels.gz']);
  });

  test('of a hostile length are stopped', async () => {
    answer = (_, response) => response.end(new Uint8Array(1_000_000));
    await expect(load()).rejects.toThrow(/sent more than 65\d+ bytes/);
    expect(cacheFiles().every((name) => name.endsWith('.part'))).toBe(true);
  });

  test('two at once fetch each file once', async () => {
    answer = (path, response) => void setTimeout(() => response.end(files[path]), 100);
    const [a, b] = await Promise.all([load(), load()]);
    expect(a.sha256).toBe(b.sha256);
    expect(requests.length).toBe(2);
    expect(cacheFiles()).toEqual(['images.gz', 'labels.gz']);
  });

  test('a lock whose owner was killed does not block', async () => {
    mkdirSync(join(scratch, 'cache/data/made-up'), { recursive: true });
    const lock = join(scratch, 'cache/data/made-up/images.gz.lock');
    writeFileSync(lock, '1\n');
    utimesSync(lock, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    expect((await load()).length).toBe(4);
  });

  test('without a connection end with an OfflineError', async () => {
    await new Promise((done) => server.close(done));
    const error = await load().catch((reason: unknown) => reason as Error);
    expect(error).toBeInstanceOf(OfflineError);
    expect((error as Error).message).toMatch(
      /no connection to download images\.gz\n  127\.0\.0\.1:\d+: ECONNREFUSED\nCopy the files/,
    );
    server.listen(0);
  });

  test('silence is noticed: no answer, or no data', async () => {
    const path = join(scratch, 'part');
    answer = () => undefined;
    await expect(fetchInto(home, path, { limit: 10, connectTimeout: 50 })).rejects.toThrow(/no answer within 0\.05 s/);
    answer = (_, response) => void response.write('x');
    const error = await fetchInto(home, path, { limit: 10, stallTimeout: 50 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ answered: true, message: expect.stringMatching(/no data for 0\.05 s/) as string });
  });

  test('stop when aborted', async () => {
    answer = (_, response) => void response.write('x');
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    await expect(load({}, { signal: stop.signal })).rejects.toThrow(/abort/i);
    expect(cacheFiles().filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  test('a cache that cannot be written is named, with the fix', async () => {
    writeFileSync(join(scratch, 'cache'), 'a file where the folder should be');
    await expect(load()).rejects.toThrow(CannotWriteError);
    await expect(load()).rejects.toThrow(/cannot write .*cache.*SPIKELAB_CACHE/);
  });

  test('an archive is fetched once for all its files', async () => {
    const zip = zipSync({
      'gzip/images.gz': files['/images.gz'],
      'gzip/labels.gz': files['/labels.gz'],
      'gzip/other.gz': Uint8Array.of(1),
    });
    answer = (_, response) => response.end(zip);
    const archive = { url: `${home}all.zip`, sha256: sha256(zip), bytes: zip.length, folder: 'gzip' };
    expect((await load({ mirrors: [], archive })).length).toBe(4);
    expect(requests.map(({ path }) => path)).toEqual(['/all.zip']);
    expect(cacheFiles().filter((name) => name.endsWith('.lock') || name.endsWith('.part'))).toEqual([]);
    rmSync(join(scratch, 'cache'), { recursive: true });
    await expect(load({ mirrors: [], archive: { ...archive, sha256: sha256(labelFile) } })).rejects.toThrow(
      /all\.zip: wrong sha256/,
    );
    expect(cacheFiles()).toEqual([]);
  });
});

test('mnistOrStrokes without files or connection draws digits and says so', async () => {
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    const { name, train } = await datasets.mnistOrStrokes({ download: false, size: 30 });
    expect([name, train.length]).toEqual(['strokes', 30]);
    expect(said.mock.calls.flat().join('\n')).toMatch(
      /built-in stroke digits, 30 \+ 6 samples, because MNIST is not at hand/,
    );
    writeFileSync(join(scratch, 'cache'), 'a cache that cannot be written');
    expect((await datasets.mnistOrStrokes({ size: 30 })).name).toBe('strokes');
    mkdirSync(join(scratch, 'data/mnist'));
    writeFileSync(join(scratch, 'data/mnist/train-images-idx3-ubyte.gz'), 'damaged');
    await expect(datasets.mnistOrStrokes({ download: false })).rejects.toThrow(DataFormatError);
  } finally {
    said.mockRestore();
  }
});

test('a draft that a killed write left goes at the next one, after an hour; one being written stays', async () => {
  const file = join(scratch, 'kept.bin');
  const [left, fresh] = [`${file}.tmp-1234567`, `${file}.tmp-1234568`];
  for (const draft of [left, fresh]) writeFileSync(draft, 'half');
  const twoHoursAgo = new Date(Date.now() - 7_200_000);
  utimesSync(left, twoHoursAgo, twoHoursAgo);
  await writeAtomic(file, Uint8Array.of(1));
  expect([existsSync(left), existsSync(fresh), readFileSync(file).length]).toEqual([false, true, 1]);
});
