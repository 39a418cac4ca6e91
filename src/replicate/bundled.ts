/**
 * Reads a bundle back, as hostile as any file from elsewhere: a zip file's names stay in its folder, and each file has
 * the sha256 that it should.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { sha256 } from '#data-platform';
import { readWholeFile } from '#train-platform';
import { crateFile, workflowFile } from './crate.js';
import type { Check, VerifiedRun } from './verified.js';

/** Bytes that a zip file may hold in all: a thousand seeds of the largest preset are below it. */
const largest = 16e9;
/** Records and pictures shrink to a tenth; what is said to grow so much more fills memory or disk. */
const densest = 100;
const roomy = 1e6;

/**
 * Calls `work` with the folder; a zip file is unpacked meanwhile. @throws Error when the file is no zip file or a name
 * in it leaves its folder
 */
export async function withBundle<T>(folder: string, work: (folder: string) => Promise<T>): Promise<T> {
  if (!folder.endsWith('.zip')) return work(folder);
  const unpacked = await mkdtemp(path.join(os.tmpdir(), 'spikelab-bundle-'));
  try {
    for (const [name, bytes] of entriesOf(await readWholeFile(folder), folder)) {
      const file = path.join(unpacked, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    return await work(await topOf(unpacked));
  } catch (error) {
    // Where it was unpacked is gone when this is read.
    if (error instanceof Error) error.message = error.message.replaceAll(unpacked, folder);
    throw error;
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** The folder in which everything lies, where a program packed a folder and not what is in it. */
async function topOf(unpacked: string): Promise<string> {
  const entries = (await readdir(unpacked, { withFileTypes: true })).filter(
    ({ name }) => !/^(\.|__MACOSX$)/.test(name),
  );
  return entries.length === 1 && entries[0].isDirectory() && !/^seed-\d+$/.test(entries[0].name)
    ? path.join(unpacked, entries[0].name)
    : unpacked;
}

function entriesOf(zip: Uint8Array, file: string): [string, Uint8Array][] {
  let total = 0;
  try {
    const entries = unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        total += originalSize;
        if (total > Math.min(largest, roomy + densest * zip.length))
          throw new RangeError(`its ${zip.length} bytes would unpack to more than ${total}: a bundle is not so dense`);
        if (!isInside(name)) throw new RangeError(`the name ${JSON.stringify(name)} leaves its folder`);
        return !name.endsWith('/');
      },
    });
    const within = Object.keys(entries).find((name) =>
      [...name.matchAll(/\//g)].some(({ index }) => Object.hasOwn(entries, name.slice(0, index))),
    );
    if (within !== undefined) throw new RangeError(`${JSON.stringify(within)} lies in a file of it`);
    return Object.entries(entries);
  } catch (cause) {
    throw new Error(`${file} is no bundle (${(cause as Error).message}): give the file that spikelab bundle wrote`, {
      cause,
    });
  }
}

/** Whether a name of a bundle stays in it, on any system. */
function isInside(name: string): boolean {
  return name !== '' && !/^[/\\]|[\\:\0]/.test(name) && !name.split('/').includes('..');
}

/**
 * The files of a bundle against the sha256 that its metadata names; nothing for a folder that is none. @throws Error
 * when the metadata is damaged
 */
export async function verifyBundle(folder: string): Promise<VerifiedRun[]> {
  const metadata = path.join(folder, crateFile);
  if (!existsSync(metadata)) return existsSync(path.join(folder, workflowFile)) ? [withoutMetadata(metadata)] : [];
  const checks: Check[] = [];
  const listed = new Set([crateFile]);
  const whole = await realpath(folder);
  for (const { name, recorded } of filesOf(await readWholeFile(metadata), metadata)) {
    listed.add(name);
    const found = await contentOf(path.join(folder, name), whole);
    checks.push({ what: `sha256 of ${name}`, recorded, found, same: found === recorded });
  }
  const inside = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
  const more = inside.filter((name) => !listed.has(name) && !path.basename(name).startsWith('.'));
  const notes = more.map((name) => `${name} is not in its metadata: nothing tells whether it belongs to it`);
  return [{ folder: metadata, same: checks.length > 0 && checks.every(({ same }) => same), checks, notes }];
}

/** sha256 of a file that lies in the bundle, or what it is instead. */
async function contentOf(file: string, whole: string): Promise<string> {
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined) return 'there is no such file';
  if (!real.startsWith(whole + path.sep)) return 'a link that leads out of the bundle';
  return (await stat(real)).isFile() ? sha256(await readWholeFile(real)) : 'not a file';
}

function withoutMetadata(metadata: string): VerifiedRun {
  const check = { what: crateFile, recorded: 'the sha256 of each file', found: 'there is no such file', same: false };
  return { folder: metadata, same: false, checks: [check], notes: [] };
}

function filesOf(bytes: Uint8Array, file: string): { name: string; recorded: string }[] {
  const wrong = (what: string): Error => new Error(`${file} is not the metadata of a bundle: ${what}`);
  let graph: unknown;
  try {
    graph = (JSON.parse(new TextDecoder().decode(bytes)) as { '@graph'?: unknown } | null)?.['@graph'];
  } catch (cause) {
    throw wrong((cause as Error).message);
  }
  if (!Array.isArray(graph)) throw wrong('it has no @graph');
  return (graph as unknown[]).flatMap((entity) => {
    const {
      '@id': name,
      '@type': type,
      sha256: recorded,
    } = (entity ?? {}) as { '@id'?: unknown; '@type'?: unknown; sha256?: unknown };
    if (recorded === undefined && ![type].flat().includes('File')) return [];
    if (typeof name !== 'string' || !isInside(name)) throw wrong(`${JSON.stringify(name)} is no file of it`);
    if (typeof recorded !== 'string' || !/^[0-9a-f]{64}$/.test(recorded)) throw wrong(`the sha256 of ${name} is none`);
    return [{ name, recorded }];
  });
}
