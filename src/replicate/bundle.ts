/** Packs a run or a replication into one folder or zip file that a reviewer can open, check and repeat: an RO-Crate. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { sha256 } from '#data-platform';
import { cannotWrite, readWholeFile, writeFileAtomic } from '#train-platform';
import { commandOf, recordedExperiment } from './command.js';
import { type CrateFile, crateFile, crateOf, readmeFile, workflowFile } from './crate.js';
import { seedFolders } from './earlier-runs.js';
import { inFolder } from './lock.js';
import { parseRunReport, type RecordedRun } from './recorded-run.js';
import { holdsRun, reportOf } from './run-folder.js';

export interface BundleOptions {
  /** A folder, or a file whose name ends in `.zip`. It must not be there yet. */
  readonly out: string;
  /** SPDX identifier of the licence of the results. */
  readonly license: string;
  readonly authors?: readonly string[];
  /** Whether the weights come along, some megabytes a seed. Default true. */
  readonly checkpoints?: boolean;
}

export interface Bundle {
  readonly out: string;
  readonly files: number;
  readonly bytes: number;
}

/** What a run leaves, and what it is. Nothing else of the folder comes along. */
const kinds: readonly (readonly [name: RegExp, type: string, what: string])[] = [
  [/^(seed-\d+\/)?report\.json$/, 'application/json', 'record of a run: figures, hashes, settings, machine'],
  [
    /^(seed-\d+\/)?checkpoint\.safetensors$/,
    'application/octet-stream',
    'weights and state of training: it goes on to the same bits',
  ],
  [/^(seed-\d+\/)?averaged\.safetensors$/, 'application/octet-stream', 'mean weights of the last epochs, as tested'],
  [/^report\.md$/, 'text/markdown', 'the results beside those of the paper'],
  [/^report\.html$/, 'text/html', 'the results beside those of the paper, with pictures'],
  [/^(comparison|curves)\.png$/, 'image/png', 'picture of the report'],
];

/**
 * Writes the bundle of the folder of `train` or `replicate`: what the runs left, `settings.json`, `environment.json`,
 * `epochs.csv`, `workflow.sh` and `ro-crate-metadata.json` with the sha256 of each file.
 * @throws RangeError when `folder` holds no run, `out` is there, or the licence is no SPDX identifier; FolderInUse
 * while the run goes on
 */
export async function bundleRun(folder: string, options: BundleOptions): Promise<Bundle> {
  const { out, license, authors = [], checkpoints = true } = options;
  if (!/^[A-Za-z0-9][A-Za-z0-9.+-]{0,99}$/.test(license))
    throw new RangeError(`licence ${JSON.stringify(license)} is no SPDX identifier: give for instance CC-BY-4.0`);
  if (existsSync(out)) throw new RangeError(`${out} is there already: choose another --out, or remove it`);
  if (!existsSync(folder)) throw new RangeError(`${folder} is not there: give the --out folder of train or replicate`);
  if (path.resolve(out).startsWith(path.resolve(folder) + path.sep))
    throw new RangeError(`${out} lies inside ${folder}, which is packed: choose an --out beside it`);
  const contents = await inFolder(folder, () => read(folder, checkpoints));
  const { runs, command, ended } = contents;
  const files = new Map([...contents.files, ...derived(runs, command)]);
  const described = [...files].map(([name, bytes]) => describe(name, bytes));
  const crate = crateOf({ runs, command, files: described, license, authors, ended, made: new Date() });
  files.set(crateFile, encode(`${JSON.stringify(crate, null, 2)}\n`));
  await (out.endsWith('.zip') ? writeZip(out, files) : writeFolder(out, files));
  return { out, files: files.size, bytes: [...files.values()].reduce((sum, { byteLength }) => sum + byteLength, 0) };
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Contents {
  readonly runs: readonly RecordedRun[];
  readonly command: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly ended: Date;
}

async function read(folder: string, checkpoints: boolean): Promise<Contents> {
  const seeds = await seedFolders(folder);
  if (seeds.length === 0 && !existsSync(reportOf(folder)))
    throw new RangeError(
      holdsRun(folder)
        ? `${folder} holds a run that was killed before it wrote a report: let it end an epoch first (train --resume)`
        : `${folder} holds no run: give the --out folder of train or replicate, or one setting's of a sweep`,
    );
  const files = new Map<string, Uint8Array>();
  let ended = 0;
  for (const part of ['', ...seeds.map((seed) => `${seed}/`)])
    for (const name of (await readdir(path.join(folder, part))).sort()) {
      const inside = part + name;
      if (!kinds.some(([kind]) => kind.test(inside)) || (!checkpoints && name.endsWith('.safetensors'))) continue;
      const file = path.join(folder, inside);
      files.set(inside, await readWholeFile(file));
      ended = Math.max(ended, (await stat(file)).mtimeMs);
    }
  const reports = seeds.length > 0 ? seeds.map((seed) => `${seed}/report.json`) : ['report.json'];
  const runs = reports.map((name) => parseRunReport(files.get(name)!, path.join(folder, name)));
  const [run] = runs;
  const ratesOf = (one: RecordedRun): string => JSON.stringify(recordedExperiment(one).rule?.optimizer?.rates);
  const other = runs.findIndex((one) => ratesOf(one) !== ratesOf(run));
  if (other > 0)
    throw new RangeError(
      `${folder}: ${seeds[other]} was trained with other learning rates than ${seeds[0]}, so that no one command makes both again: bundle their folders one by one`,
    );
  const command = commandOf({
    experiment: { ...recordedExperiment(run), epochs: Math.max(1, ...runs.map(({ epochs }) => epochs.length)) },
    seeds: seeds.length > 0 ? runs.map(({ seed }) => seed) : run.seed,
    out: path.basename(path.resolve(folder)),
    record: 'report.json',
  });
  return { runs, command, files, ended: new Date(ended) };
}

/** Files that say again what the records hold, each for one question. */
function derived(runs: readonly RecordedRun[], command: string): [string, Uint8Array][] {
  const [{ preset, network, rule, data, dataset, samples, dataSha256, lastTest, versions }] = runs;
  const settings = {
    preset,
    seeds: runs.map(({ seed }) => seed),
    data: {
      ...data,
      training: { name: dataset, samples, sha256: dataSha256 },
      ...(lastTest && { test: { name: lastTest.dataset, samples: lastTest.samples, sha256: lastTest.dataSha256 } }),
    },
    network,
    rule,
  };
  const environment = { versions, runs: runs.map(({ seed, machine, parts }) => ({ seed, machine, parts })) };
  const rows = runs.flatMap(({ seed, epochs }) =>
    epochs.map(({ epoch, trainAccuracy, testAccuracy, cost, seconds, learningRate }) =>
      [seed, epoch, trainAccuracy, testAccuracy ?? '', cost, seconds, learningRate].join(','),
    ),
  );
  const log = ['seed,epoch,trainAccuracy,testAccuracy,cost,seconds,learningRate', ...rows];
  const readme = [
    `# ${preset}, seeds ${runs.map(({ seed }) => seed).join(', ')}`,
    `Training runs of spikelab ${versions.spikelab} (numeric version ${versions.numeric}), packed by \`spikelab bundle\`. \`report.md\`, where it is, has the results.`,
    'Check the files, and repeat a part of each run to the same bits:\n\n```sh\nnpx spikelab verify-run .\n```',
    'All of it again:\n\n```sh\nsh workflow.sh\n```',
    'The training data is not in here: its name and sha256 stand in `settings.json`.',
  ];
  const script = `#!/bin/sh\n# Makes the runs of this bundle again, to the same bits, with spikelab ${versions.spikelab} (numeric version ${versions.numeric}).\nset -e\n${command}\n`;
  return [
    ['settings.json', encode(`${JSON.stringify(settings, null, 2)}\n`)],
    ['environment.json', encode(`${JSON.stringify(environment, null, 2)}\n`)],
    ['epochs.csv', encode(`${log.join('\n')}\n`)],
    [readmeFile, encode(`${readme.join('\n\n')}\n`)],
    [workflowFile, encode(script)],
  ];
}

const derivedKinds: Readonly<Record<string, readonly [type: string, what: string]>> = {
  'settings.json': ['application/json', 'each setting: data with its hash, network, learning rule, seeds'],
  'environment.json': ['application/json', 'versions and machines of each part of each run'],
  'epochs.csv': ['text/csv', 'log: figures of each epoch of each run; seconds are wall-clock time'],
  [readmeFile]: ['text/markdown', 'what this is, and how to check and repeat it'],
  [workflowFile]: ['text/x-shellscript', 'the command that makes the runs again'],
};

function describe(name: string, bytes: Uint8Array): CrateFile {
  const [, type, what] = kinds.find(([kind]) => kind.test(name)) ?? [undefined, ...derivedKinds[name]];
  return { path: name, bytes: bytes.byteLength, sha256: sha256(bytes), type, what };
}

async function writeZip(out: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  // Weights do not get smaller: they are stored as they are.
  const zippable: Zippable = {};
  for (const [name, bytes] of files) zippable[name] = [bytes, { level: name.endsWith('.safetensors') ? 0 : 6 }];
  await writeFileAtomic(out, [zipSync(zippable)]);
}

async function writeFolder(out: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const draft = `${path.resolve(out)}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    for (const [name, bytes] of files) {
      const file = path.join(draft, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    await rename(draft, path.resolve(out));
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    throw await cannotWrite(
      out,
      [...files.values()].reduce((sum, { byteLength }) => sum + byteLength, 0),
      cause,
    );
  }
}
