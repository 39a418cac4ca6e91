/** What an experiment from elsewhere may name as its data: devices, pipes, folders, endless and very many files. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ExperimentData } from './experiment.js';
import { openData } from './read.js';

/** Folders whose listings somebody else made up. */
const madeUp = vi.hoisted(() => new Map<string, { name: string; folder: boolean }[]>());
vi.mock('#data-platform', async (original) => {
  const platform = await original<typeof import('#data-platform')>();
  const listFolder: typeof platform.listFolder = async (place) =>
    [...madeUp].find(([start]) => place.startsWith(start))?.[1] ?? platform.listFolder(place);
  return { ...platform, listFolder };
});

let scratch: string;
const at = (...names: string[]): string => path.join(scratch, ...names);
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-open-data-'));
  await writeFile(at('good.csv'), 'a,class\n1,x\n2,y\n3,x\n4,y\n');
  const event = new Uint8Array(Uint32Array.from([500, 3]).buffer);
  await writeFile(
    at('good.dat'),
    Buffer.concat([Buffer.from('% Width 16\n% Height 16\n% Version 2\n\x0c\x08', 'latin1'), event]),
  );
  await mkdir(at('classes', 'x'), { recursive: true });
  await mkdir(at('folder'));
  if (process.platform === 'win32') return;
  execFileSync('mkfifo', [at('fifo'), at('classes', 'x', '1.png')]);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const opened = (data: object): Promise<unknown> => openData(data as ExperimentData, { quiet: true });

describe('data that is no file', () => {
  /** Each path that an experiment has. */
  const places: [string, (file: string) => object][] = [
    ['csv', (file) => ({ from: 'csv', file, label: 'class' })],
    ['test of csv', (file) => ({ from: 'csv', file: at('good.csv'), label: 'class', test: file })],
    ['npy', (file) => ({ from: 'npy', file, labels: at('good.csv') })],
    ['npz', (file) => ({ from: 'npz', file, images: 'x', labels: 'y' })],
    ['hdf5', (file) => ({ from: 'hdf5', file, images: 'x', labels: 'y' })],
    ['shd', (file) => ({ from: 'shd', file })],
    ['dat', (file) => ({ from: 'dat', file: [{ file, label: 'a' }] })],
    ['labels of dat', (file) => ({ from: 'dat', file: [{ file: at('good.dat'), labels: file }] })],
    ['aedat4', (file) => ({ from: 'aedat4', file: [{ file, label: 'a' }] })],
  ];
  it.each(places)('is not opened as %s', async (_, data) => {
    const devices = process.platform === 'win32' ? [] : [at('fifo'), '/dev/zero', '/dev/null'];
    for (const device of devices) {
      const end = expect(opened(data(device))).rejects;
      await end.toThrow(`${device} is a device or a pipe, which may never end: give a file`);
    }
    await expect(opened(data(at('folder')))).rejects.toThrow(/folder/);
  });

  it('is not opened in a folder of classes', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no FIFOs');
    await expect(opened({ from: 'folder', file: at('classes') })).rejects.toThrow('1.png is a device or a pipe');
  });

  it('is not longer than what is read at once', async () => {
    const file = await open(at('huge.csv'), 'w');
    await file.truncate(3e9); // takes no room
    await file.close();
    await expect(opened({ from: 'csv', file: at('huge.csv'), label: 'class' })).rejects.toThrow(
      'huge.csv has 3000000000 bytes, and at most 2147483647 are read at once: split the file',
    );
  });

  it('is no folder with more files than any set has', async () => {
    const files = Array.from({ length: 600_000 }, (_, k) => ({ name: `${k}.txt`, folder: false }));
    madeUp.set(at('disk'), [...files, { name: 'below', folder: true }]);
    await expect(opened({ from: 'folder', file: at('disk') })).rejects.toThrow(
      'disk holds more than 1000000 files and folders: give the folder of one data set',
    );
  });
});

it('digits that are drawn are stopped by a signal', async () => {
  const stop = new AbortController();
  const strokes = openData({ name: 'strokes', size: 1_000_000 }, { quiet: true, signal: stop.signal });
  setTimeout(() => stop.abort(new Error('enough')), 50);
  await expect(strokes).rejects.toThrow('enough');
});
