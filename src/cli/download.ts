/**
 * `spikelab download <what...>`: data by name into the cache, or any file by its address; checked, and gone on with
 * after a cut.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { datasets, DataFormatError } from '../data/index.js';
import { fetchInto, fetchPatiently, NetworkError } from '../data/registry/download.js';
import { registry } from '../data/registry/registry.js';
import { withLock } from '../data/registry/lock.js';
import { consoleProgress } from '../data/registry/progress.js';
import { heidelbergFiles, heidelbergHost } from '../data/own/heidelberg.js';
import { cacheFolder, makeFolder } from '#data-platform';
import { guess } from '../network/nearest.js';
import { stopOnSignals } from './signals.js';

interface Options {
  to?: string;
  from?: string;
  sha256?: string[];
  json?: boolean;
}

/** One file, and what it is compared with. */
interface Wanted {
  readonly address: string;
  readonly file: string;
  readonly sha256?: string;
  /** Of the host's own list. */
  readonly md5?: string;
}

const largest = 2 ** 33; // bytes

export function registerDownloadCommand(program: Command): void {
  program
    .command('download')
    .description('fetch data sets by name, or files by their addresses; a cut download goes on where it ended')
    .argument('<what...>', 'mnist, fashion-mnist, emnist-…, shd, ssc; or addresses of files')
    .option('--to <dir>', 'folder of shd, ssc and of files (default: that of the sets in the cache; for files, here)')
    .option('--from <address>', 'another host of the files of shd and ssc, for instance a mirror in the house')
    .option(
      '--sha256 <hex>',
      'what the first file must have, again for the second, and so on',
      (hex: string, before: string[] | undefined) => [...(before ?? []), checkDigest(hex)],
    )
    .option('--json', 'print one line of JSON: file, sha256 and bytes of each')
    .action(download);
}

async function download(what: string[], { to, from, sha256 = [], json }: Options): Promise<void> {
  const { signal, release } = stopOnSignals();
  const got: { file: string; sha256: string; bytes: number }[] = [];
  try {
    const wanted: Wanted[] = [];
    for (const one of what) {
      if (/^https?:\/\//i.test(one)) wanted.push(fileAt(one, to ?? '.'));
      else if (one === 'shd' || one === 'ssc')
        wanted.push(...(await heidelberg(one, from ?? heidelbergHost, to, signal)));
      else await registered(one, signal);
    }
    if (sha256.length > wanted.length)
      throw new RangeError(`${sha256.length} of --sha256 for ${wanted.length} files: give one a file, in their order`);
    for (const [n, one] of wanted.entries())
      got.push(await fetched({ ...one, ...(sha256[n] !== undefined && { sha256: sha256[n] }) }, signal, json ?? false));
  } finally {
    release();
  }
  if (json) console.log(JSON.stringify(got));
  else for (const { file, sha256: digest } of got) console.log(`${digest}  ${file}`); // as sha256sum writes and reads them
}

/** The sets whose files the registry knows by sha256: into the cache. */
async function registered(name: string, signal: AbortSignal): Promise<void> {
  const names = registry.map((entry) => entry.name);
  if (!names.includes(name)) {
    const near = guess(name, [...names, 'shd', 'ssc']);
    throw new RangeError(
      `${JSON.stringify(name)} cannot be downloaded: ${near}Give ${names.join(', ')}, shd, ssc, or the address of a file`,
    );
  }
  const { train, test } = await datasets.load(name, { signal });
  console.log(`${name}: ${train.length} + ${test.length} samples`);
}

function fileAt(address: string, folder: string): Wanted {
  const name = decodeURIComponent(path.posix.basename(new URL(address).pathname));
  if (name === '' || name === '..' || /[\\/\0]/.test(name))
    throw new RangeError(`${address} ends in no name of a file: give the address of one`);
  return { address, file: path.join(folder, name) };
}

/** The files as they are published, with the digests of the host's list. */
async function heidelberg(
  name: 'shd' | 'ssc',
  from: string,
  to: string | undefined,
  signal: AbortSignal,
): Promise<Wanted[]> {
  const host = from.endsWith('/') ? from : `${from}/`;
  if (!/^https?:\/\//i.test(host))
    throw new RangeError(`--from is ${JSON.stringify(from)}: give an address that begins with http`);
  const folder = to ?? path.join(cacheFolder(), 'data', name);
  await makeFolder(path.resolve(folder));
  const list = path.join(folder, `md5sums.txt.${process.pid}`);
  const sums = new Map<string, string>();
  try {
    await fetchInto(`${host}md5sums.txt`, list, { limit: 1 << 20, signal });
    for (const [, md5, file] of (await readFile(list, 'utf8')).matchAll(/^([0-9a-f]{32})\s+\*?(\S+)$/gim))
      sums.set(file, md5.toLowerCase());
  } catch (error) {
    if (!(error instanceof NetworkError && error.message.includes('HTTP 4'))) throw error; // a mirror without a list
  } finally {
    await rm(list, { force: true });
  }
  return heidelbergFiles(name).map((file) => {
    const md5 = sums.get(file);
    return { address: host + file, file: path.join(folder, file), ...(md5 !== undefined && { md5 }) };
  });
}

async function fetched(
  wanted: Wanted,
  signal: AbortSignal,
  quiet: boolean,
): Promise<{ file: string; sha256: string; bytes: number }> {
  const { address, file } = wanted;
  await makeFolder(path.resolve(path.dirname(file)));
  return withLock(
    `${file}.lock`,
    async () => {
      if (existsSync(file)) {
        const there = await digests(file);
        requireSame(wanted, there, `${file} is there already and has another`, 'move it away, or give its own digest');
        return { file, sha256: there.sha256, bytes: there.bytes };
      }
      const part = `${file}.part`;
      // Nothing would tell two versions apart.
      if (wanted.sha256 === undefined && wanted.md5 === undefined) await rm(part, { force: true });
      const report = quiet ? undefined : consoleProgress(path.basename(file));
      await fetchPatiently(address, part, {
        limit: largest,
        signal,
        ...(report && {
          onProgress: (received, total) => report.update(path.basename(file), received, total ?? received),
        }),
      }).finally(() => report?.end());
      const found = await digests(part);
      try {
        requireSame(
          wanted,
          found,
          `${address} has another`,
          'the download was deleted; run again, or look at the digest',
        );
      } catch (error) {
        await rm(part, { force: true }); // never continued from bytes that proved wrong
        throw error;
      }
      await rename(part, file);
      return { file, sha256: found.sha256, bytes: found.bytes };
    },
    signal,
  );
}

function requireSame(wanted: Wanted, found: { sha256: string; md5: string }, what: string, fix: string): void {
  const kind = wanted.sha256 === undefined ? 'md5' : 'sha256';
  const expected = wanted[kind];
  if (expected === undefined || expected === found[kind]) return;
  throw new DataFormatError(`${what} ${kind}\n  expected ${expected}\n  found    ${found[kind]}\n${fix}`);
}

async function digests(file: string): Promise<{ sha256: string; md5: string; bytes: number }> {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  let bytes = 0;
  for await (const chunk of createReadStream(file)) {
    const piece = chunk as Buffer;
    sha256.update(piece);
    md5.update(piece);
    bytes += piece.length;
  }
  return { sha256: sha256.digest('hex'), md5: md5.digest('hex'), bytes };
}

function checkDigest(hex: string): string {
  if (!/^[0-9a-f]{64}$/i.test(hex))
    throw new RangeError(`--sha256 is ${JSON.stringify(hex)}: give 64 hexadecimal digits`);
  return hex.toLowerCase();
}
