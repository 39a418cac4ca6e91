/** Authors and licence: of a bundle that is packed again, and those that are none. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasets } from '../data/index.js';
import { terminatePool } from '../engine/pool.js';
import { type Bundle, type BundleOptions, bundleRun } from './bundle.js';
import { creditsOf } from './credits.js';
import { trainInFolder } from '../replicate/run-folder.js';
import { verifyRun } from '../verify/verify-run.js';

let scratch: string;
const at = (...names: string[]): string => path.join(scratch, ...names);
const bundle = (from: string, out: string, options: Partial<BundleOptions> = {}): Promise<Bundle> =>
  bundleRun(at(from), { ...options, out: at(out) });
const ada = { license: 'CC0-1.0', authors: ['Ada Lovelace', 'Mary Shelley'] };

beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-credits-'));
  const experiment = { name: 'tiny', data: { name: 'strokes', size: 60 }, network: { hidden: [5], steps: 20 } };
  const data = await datasets.load('strokes', { size: 60, quiet: true });
  await trainInFolder({ experiment, data, out: at('run'), silent: true, threads: 1 });
  await bundle('run', 'first', ada);
});
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

describe('a bundle that is packed again', () => {
  it('keeps authors and licence, unless others are given', async () => {
    const { license } = await bundle('first', 'again');
    expect([license, await creditsOf(at('again'))]).toEqual(['CC0-1.0', ada]);
    await bundle('again', 'other', { license: 'MIT' });
    expect(await creditsOf(at('other'))).toEqual({ ...ada, license: 'MIT' });
    await bundle('again', 'mine', { authors: ['Grace Hopper'] });
    expect(await creditsOf(at('mine'))).toEqual({ ...ada, authors: ['Grace Hopper'] });
    await bundle('run', 'new');
    expect(await creditsOf(at('new'))).toEqual({ license: 'CC-BY-4.0', authors: [] });
  });

  it('is written whole or not at all', async () => {
    const before = await readdir(scratch);
    for (const out of ['stopped', 'stopped.zip'])
      await expect(bundle('run', out, { signal: AbortSignal.abort() })).rejects.toThrow('was not written');
    let looks = 0;
    const signal = Object.defineProperty(new AbortController().signal, 'aborted', { get: () => ++looks > 6 });
    await expect(bundle('run', 'stopped', { signal })).rejects.toThrow('stopped: ');
    expect(await readdir(scratch)).toEqual(before);
    await expect(bundleRun(at('run'), { out: '' })).rejects.toThrow('is there already');
  });
});

it.each<[Partial<BundleOptions>, string]>([
  [{ authors: [''] }, 'author "" is no name of 1 to 200 characters: give for instance "Ada Lovelace"'],
  [{ authors: ['Ada', ' \t'] }, 'author " \\t" is no name'],
  [{ authors: ['Ada\nLovelace'] }, 'author "Ada\\nLovelace" is no name'],
  [{ license: 'all rights' }, 'licence "all rights" is no SPDX identifier: give for instance CC-BY-4.0'],
])('%j is refused', async (options, why) => {
  await expect(bundle('run', 'refused', options)).rejects.toThrow(why);
});

it.each([
  ['CC0-1.0', 'all rights reserved, 99.9 %', 'licence "all rights reserved, 99.9 %" is no SPDX identifier'],
  ['Ada Lovelace', ' ', 'author " " is no name of 1 to 200 characters'],
])('verify-run refuses metadata with %s as %s', async (from, to, why) => {
  await rm(at('forged'), { recursive: true, force: true });
  await cp(at('first'), at('forged'), { recursive: true });
  const file = at('forged', 'ro-crate-metadata.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll(from, to));
  const [{ checks }] = await verifyRun(at('forged'), { quiet: true, threads: 1, seconds: 0 });
  expect(checks.filter(({ same }) => !same).map(({ found }) => found)).toEqual([expect.stringContaining(why)]);
});
