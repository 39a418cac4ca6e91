/** The compiler's start-up snapshot: used when it fits, and never in the way. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';

const cache = mkdtempSync(join(tmpdir(), 'spikelab-cache-'));
const folder = join(cache, 'compiler');
const notebook = mkdtempSync(join(tmpdir(), 'spikelab-notebook-'));
const dist = (file: string) => fileURLToPath(new URL(`../../dist/${file}`, import.meta.url));
afterAll(() => {
  rmSync(cache, { recursive: true, force: true });
  rmSync(notebook, { recursive: true, force: true });
});

/** Runs two cells; returns whether the compiler was started from a snapshot. */
async function session(): Promise<boolean> {
  const client = await Client.start({ cwd: notebook, env: { SPIKELAB_CACHE: cache } });
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

describe.skipIf(missingBuild || (process.platform === 'win32' && 'ps is not there'))('the snapshot', () => {
  test('starts the compiler with the types of the notebook, and is passed over when it does not fit', async () => {
    writeFileSync(join(notebook, 'local.ts'), 'export const two = 2;');
    expect(await session()).toBe(false);
    // The record's name is the kernel's business: it is found by building, with the program that the kernel uses.
    const { findSnapshotRecord } = (await import(dist('kernel/compiler/compiler-snapshot.js'))) as {
      findSnapshotRecord(env: object): string;
    };
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
});
