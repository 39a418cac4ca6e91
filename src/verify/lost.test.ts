/** verify-run where something was taken away: metadata, records, data, the right folder, or the run itself. */
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { terminatePool } from '../engine/pool.js';
import { bundleRun } from '../bundle/bundle.js';
import { replicate } from '../replicate/replicate.js';
import { failed, verify } from '../../test/verify/bundles.js';

let scratch: string;
const at = (...names: string[]): string => path.join(scratch, ...names);
const tiny = { data: { name: 'strokes', size: 60 }, network: { hidden: [6], steps: 20 }, epochs: 1 };
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-verify-lost-'));
  await replicate({ ...tiny, name: 'tiny' }, { seeds: [0, 1], out: at('rep'), silent: true, threads: 1 });
  await bundleRun(at('rep', 'seed-0'), { out: at('one'), license: 'CC0-1.0' });
});
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

async function copied(from: string, to: string): Promise<string> {
  await rm(at(to), { recursive: true, force: true });
  await cp(at(from), at(to), { recursive: true });
  return at(to);
}
async function zipped(out: string, names: readonly string[], more: Record<string, Uint8Array> = {}): Promise<string> {
  const entries = await Promise.all(names.map(async (name) => [name, await readFile(at('one', name))] as const));
  await writeFile(at(out), zipSync({ ...Object.fromEntries(entries), ...more }));
  return at(out);
}

it('sees that the metadata is gone where there is a bundle’s script', async () => {
  await mkdir(at('bare'));
  for (const kept of ['report.json', 'workflow.sh']) await cp(at('one', kept), at('bare', kept));
  const [files, ...others] = await verify(at('bare'));
  expect([failed([files]), files.checks[0].found, others]).toEqual([
    ['ro-crate-metadata.json'],
    'there is no such file beside workflow.sh',
    [],
  ]);
});

it.each(['settings.json', 'environment.json', 'epochs.csv'])(
  'names %s beside a record, which may be one’s own',
  async (name) => {
    await mkdir(at('beside'));
    for (const kept of ['report.json', name]) await cp(at('one', kept), at('beside', kept));
    const [run, ...others] = await verify(at('beside'));
    await rm(at('beside'), { recursive: true });
    expect([run.same, run.notes.at(-1), others]).toEqual([
      true,
      `nothing confirms ${name}: only the records were compared`,
      [],
    ]);
  },
);

it('says of a zip file without metadata that no sha256 was compared', async () => {
  const verified = await verify(await zipped('plain.zip', ['report.json', 'checkpoint.safetensors']));
  expect(failed(verified)).toEqual([]);
  expect(verified[0].notes).toContain('there is no ro-crate-metadata.json: no file was compared with its sha256');
  expect((await verify(at('rep', 'seed-0')))[0].notes.join()).not.toContain('sha256');
});

it('names files of a system that are not looked at', async () => {
  const bundle = await copied('one', 'hidden');
  await mkdir(at('hidden', '.git'));
  for (const name of ['.DS_Store', '.git/config', '.git/report.json']) await writeFile(at('hidden', name), '99.9 %');
  const [files] = await verify(bundle);
  expect([files.same, files.notes]).toEqual([
    true,
    [
      'not in its metadata, and not looked at: .DS_Store, .git/config, .git/report.json, as systems and programs leave them',
    ],
  ]);
  const names = ['report.json', 'ro-crate-metadata.json'];
  const entries = await Promise.all(names.map(async (name) => [`mine/${name}`, await readFile(at('one', name))]));
  const own = { '__MACOSX/report.json': new Uint8Array(3), '.hidden': new Uint8Array(1) };
  await writeFile(at('mac.zip'), zipSync({ ...Object.fromEntries(entries), ...own } as Record<string, Uint8Array>));
  expect((await verify(at('mac.zip')))[0].notes[0]).toContain('not looked at: __MACOSX/report.json, .hidden, as');
});

it('sees a run in the folder of another seed, and a second copy of one', async () => {
  const folder = await copied('rep', 'moved');
  await rename(at('moved', 'seed-1'), at('moved', 'seed-7'));
  await cp(at('moved', 'seed-0'), at('moved', 'seed-00'), { recursive: true });
  const verified = await verify(folder);
  const wrong = verified.flatMap(({ checks }) => checks.filter(({ what }) => what === 'folder of the run'));
  expect(wrong.map(({ recorded, found }) => [recorded, found])).toEqual([
    ['seed-00', 'seed-0'],
    ['seed-7', 'seed-1'],
  ]);
});

it('keeps what it found of a bundle whose data is not there', async () => {
  const folder = await copied('rep', 'own');
  for (const seed of ['seed-0', 'seed-1']) {
    const file = at('own', seed, 'report.json');
    const report = JSON.parse(await readFile(file, 'utf8')) as { experiment: object };
    const data = { from: 'csv', file: 'gone.csv', label: 'class' };
    await writeFile(file, JSON.stringify({ ...report, experiment: { ...report.experiment, data } }));
  }
  await bundleRun(folder, { out: at('own.zip'), license: 'CC0-1.0' });
  await bundleRun(folder, { out: at('own-bundle'), license: 'CC0-1.0' });
  await writeFile(at('own-bundle', 'epochs.csv'), 'seed\n');
  const verified = await verify(at('own-bundle'));
  expect(failed(verified).slice(0, 5)).toEqual([
    'sha256 of epochs.csv',
    'what epochs.csv says',
    'what ro-crate-metadata.json says', // the size of epochs.csv
    'repetition',
    'repetition',
  ]);
  expect(verified[1].checks[0].found).toContain('gone.csv, is not where it lay');
  expect(failed(await verify(at('own.zip'))).slice(0, 2)).toEqual(['repetition', 'repetition']);
  await expect(verify(at('own', 'seed-0'))).rejects.toThrow('gone.csv, is not where it lay');
});

it('says what it was given, where that is no run', async (context) => {
  const metadata = path.join(await copied('one', 'emptied'), 'ro-crate-metadata.json');
  await writeFile(metadata, '{"@graph": []}');
  await expect(verify(at('emptied'))).rejects.toThrow('lists no report.json of a run: get the bundle as it was packed');
  await mkdir(at('early'));
  await cp(at('rep', 'report.json'), at('early', 'report.json'));
  const early = 'early holds a replication of which no seed has a record yet: let one end an epoch first';
  await expect(verify(at('early'))).rejects.toThrow(early);
  await expect(bundleRun(at('early'), { out: at('x.zip'), license: 'CC0-1.0' })).rejects.toThrow(early);
  const twice = (await readFile(at('one', 'report.json'), 'utf8')).replace('{', '{"seed": 7,');
  await writeFile(at('twice.json'), twice);
  await expect(verify(at('twice.json'))).rejects.toThrow('"seed" stands twice in one object: leave one out');
  if (process.platform === 'win32') return context.skip('Windows has no FIFOs');
  execFileSync('mkfifo', [at('fifo')]);
  for (const device of [at('fifo'), '/dev/null'])
    await expect(verify(device)).rejects.toThrow(`${device} is a device or a pipe: give`);
});

it('says when it is stopped that nothing was changed, and where there is no room to unpack', async () => {
  const stop = AbortSignal.abort();
  await expect(verify(at('one'), { signal: stop })).rejects.toThrow(
    'stopped before all was compared: no file was changed',
  );
  const zip = await zipped('room.zip', ['report.json']);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = at('nowhere');
  try {
    await expect(verify(zip)).rejects.toThrow(
      `room.zip cannot be unpacked in ${at('nowhere')} (there is no such folder): set TMPDIR to a folder`,
    );
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
});
