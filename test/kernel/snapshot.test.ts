/** The compiler's start-up snapshot: used when it fits, and never in the way. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { Client, missingBuild } from './client.js';

const cache = mkdtempSync(join(tmpdir(), 'spikelab-cache-'));
const folder = join(cache, 'compiler');
const notebook = mkdtempSync(join(tmpdir(), 'spikelab-notebook-'));
const dist = (file: string) => fileURLToPath(new URL(`../../dist/${file}`, import.meta.url));
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => {
  rmSync(cache, { recursive: true, force: true });
  rmSync(notebook, { recursive: true, force: true });
});

/** Runs two cells; returns whether the compiler was started from a snapshot. */
async function session(places: 'own' | '' = 'own'): Promise<boolean> {
  const client = await Client.start({ cwd: notebook, env: { SPIKELAB_CACHE: cache, SPIKELAB_SNAPSHOT: places } });
  expect((await client.execute('import { two } from "./local"; two + 1')).result).toBe('3');
  expect((await client.execute('const wrong: string = snn.dense(3)')).error?.evalue).toContain(
    'not assignable to type',
  );
  // While a snapshot is built, Node has not all of this yet.
  expect(
    (
      await client.execute(
        '[WebAssembly.validate(new Uint8Array(1)), Atomics.isLockFree(4), "".isWellFormed(), new ArrayBuffer(1, { maxByteLength: 2 }).resizable].length',
      )
    ).result,
  ).toBe('4');
  expect((await client.execute('new Set([1]).union(new Set([2])).size')).error === undefined).toBe(
    'union' in Set.prototype,
  );
  const { stdout } = spawnSync('ps', ['-eo', 'ppid,args'], { encoding: 'utf8' });
  const compiler = stdout
    .split('\n')
    .find((line) => line.includes('compiler/main.js') && Number.parseInt(line) === client.process.pid);
  await client.shutdown();
  return compiler?.includes('--snapshot-blob') ?? false;
}

interface Snapshots {
  findSnapshotRecord(env: object): string;
  ensureSnapshot(library: object): boolean;
  cleanSnapshots(record: string): void;
  readonly sharedSnapshots: string;
}
const snapshots = async (): Promise<Snapshots> =>
  (await import(dist('kernel/compiler/compiler-snapshot.js'))) as Snapshots;

describe.skipIf(missingBuild || (process.platform === 'win32' && 'ps is not there'))('the snapshot', () => {
  test('starts the compiler with the types of the notebook, and is passed over when it does not fit', async () => {
    writeFileSync(join(notebook, 'local.ts'), 'export const two = 2;');
    expect(await session()).toBe(false);
    // The record's name is the kernel's business: it is found by building, with the program that the kernel uses.
    const { findSnapshotRecord } = await snapshots();
    const record = findSnapshotRecord({ SPIKELAB_CACHE: cache });
    const library = JSON.stringify({ file: dist('src/index.js'), globals: [] });
    expect(spawnSync(process.execPath, [dist('kernel/compiler/build-snapshot.js'), record, library]).status).toBe(0);
    expect(await session()).toBe(true);

    const [blob] = readdirSync(folder).filter((name) => name.endsWith('.blob'));
    const whole = readFileSync(join(folder, blob));
    writeFileSync(join(folder, blob), whole.subarray(0, 1000));
    expect(await session()).toBe(false); // tried, failed, started the plain way
    expect(readdirSync(folder)).toEqual([blob]);

    const other = join(cache, 'changed.d.ts');
    mkdirSync(folder, { recursive: true });
    writeFileSync(other, '');
    writeFileSync(record, JSON.stringify({ blob: join(folder, blob), files: [[other, 0, 0]] }));
    utimesSync(other, 5, 5);
    expect(await session()).toBe(false);
  });

  test('of the installation serves users who have none, and leaves nothing in their caches', async () => {
    const { ensureSnapshot, sharedSnapshots } = await snapshots();
    const empty = join(cache, 'of a second user');
    vi.stubEnv('SPIKELAB_CACHE', empty);
    expect(ensureSnapshot({ file: dist('src/index.js'), globals: [] })).toBe(true);
    expect(readdirSync(sharedSnapshots).map((name) => extname(name))).toEqual(
      expect.arrayContaining(['.blob', '.json']),
    );
    expect(existsSync(empty)).toBe(false);
    rmSync(folder, { recursive: true, force: true });
    expect(await session('')).toBe(true);
    expect(existsSync(folder)).toBe(false);
  });

  test('is removed when what it was made of has changed, and when no record names it', async () => {
    const { cleanSnapshots } = await snapshots();
    const place = mkdtempSync(join(cache, 'old-'));
    const file = (name: string, text: string) => writeFileSync(join(place, name), text);
    const { mtimeMs, size } = statSync(join(notebook, 'local.ts'));
    const record = (blob: string, time: number) =>
      JSON.stringify({ blob: join(place, blob), files: [[join(notebook, 'local.ts'), time, size]] });
    file('good.json', record('good-1.blob', mtimeMs));
    file('changed.json', record('changed-1.blob', mtimeMs - 1));
    for (const name of ['good-1.blob', 'changed-1.blob', 'new-1.blob', 'lost-1.blob', 'mine-1.blob']) file(name, '');
    for (const name of ['changed-1.blob', 'lost-1.blob']) utimesSync(join(place, name), 5, 5);
    cleanSnapshots(join(place, 'mine.json'));
    expect(readdirSync(place).sort()).toEqual(['good-1.blob', 'good.json', 'new-1.blob']);
  });
});
