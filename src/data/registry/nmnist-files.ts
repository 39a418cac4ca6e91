/**
 * Finds N-MNIST on disk: the published layout (`Train/<class>/*.bin`, `Test/<class>/*.bin`) or a packed subset with
 * lists of labels.
 */
import { requireKnown } from '../../network/known.js';
import { eventCounts, type EventSetSize } from '../formats/event-size.js';
import { EventPacker } from '../formats/event-packer.js';
import type { EventDataset } from '../sets/events.js';
import { dataFolders, joinPath, listFolder, readIfPresent } from '#data-platform';
import { DataFormatError, plainBytes } from '../formats/idx.js';
import { MissingDataError } from './locate.js';
import { binEvents, stabilise } from '../encode/camera.js';
import { nmnistShape, parseCameraEvents } from '../formats/nmnist.js';
import { parseTar } from '../formats/tar.js';

export interface NmnistOptions {
  /**
   * `full`: 60,000 + 10,000 recordings (default). The first ones, by `EventSetSize`; up to 1,000 + 100 are also found
   * in the packed subset.
   */
  size?: EventSetSize;
  /** Folder to look in instead of `SPIKELAB_DATA`. */
  dataDir?: string;
  /** T. Default 540 steps, the paper's. */
  steps?: number;
  /** Width of a step, microseconds. Default 600, the authors'. */
  binWidth?: number;
  signal?: AbortSignal;
}

const classNames = [...'0123456789'];
/** Training recordings of the packed subset. */
const packedCount = 1_000;
const archive = 'nmnist-small.tar.gz';

interface Recording {
  readonly name: string;
  readonly number: number;
  readonly label: number;
  readonly read: () => Promise<Uint8Array>;
}

/**
 * Training and test recordings, stabilised and binned, in the order of MNIST.
 * @throws MissingDataError that says where it looked; DataFormatError for a damaged file; the signal's reason when it
 * fires
 */
export async function loadNmnist(
  options: NmnistOptions = {},
): Promise<{ name: string; train: EventDataset; test: EventDataset }> {
  requireKnown('datasets.nmnist()', options, ['size', 'dataDir', 'steps', 'binWidth', 'signal', 'quiet']);
  const count = eventCounts(options.size ?? 'full');
  const mayBePacked = count.train <= packedCount;
  const places: string[] = [];
  for (const folder of candidates(options)) {
    places.push(folder);
    const found = (await findFolders(folder)) ?? (mayBePacked ? await findPacked(folder) : undefined);
    if (!found) continue;
    const name = mayBePacked ? 'nmnist-small' : 'nmnist';
    return {
      name,
      train: await readAll(`${name}/train`, found.train.slice(0, count.train), options),
      test: await readAll(`${name}/test`, found.test.slice(0, count.test), options),
    };
  }
  throw new MissingDataError(
    `nmnist: no folders Train and Test${mayBePacked ? ` and no ${archive}` : ''} in\n${places.map((place) => `  ${place}`).join('\n')}\n` +
      `Unpack Train.zip and Test.zip of https://www.garrickorchard.com/datasets/n-mnist there, or set SPIKELAB_DATA to the folder above it${mayBePacked ? '' : ", or use { size: 'small' } (--samples 1000), which the packed subset is enough for"}.`,
  );
}

function candidates({ dataDir }: NmnistOptions): string[] {
  const roots = dataDir === undefined ? dataFolders() : [dataDir];
  const below = roots.flatMap((root) =>
    ['nmnist', 'N-MNIST', 'NMNIST', 'nmnist-small'].map((name) => joinPath(root, name)),
  );
  return dataDir === undefined ? below : [dataDir, ...below];
}

type Halves = { train: Recording[]; test: Recording[] };

async function findFolders(folder: string): Promise<Halves | undefined> {
  const [train, test] = await Promise.all(['Train', 'Test'].map((half) => listRecordings(joinPath(folder, half))));
  return train && test ? { train, test } : undefined;
}

async function listRecordings(folder: string): Promise<Recording[] | undefined> {
  const classes = await listFolder(folder);
  if (!classes) return undefined;
  const found: Recording[] = [];
  for (const { name: label, folder: isFolder } of classes) {
    if (!isFolder || !classNames.includes(label)) continue;
    for (const { name } of (await listFolder(joinPath(folder, label))) ?? []) {
      const number = /^(\d+)\.(bin|bs2)$/.exec(name)?.[1];
      const path = joinPath(folder, label, name);
      if (number !== undefined)
        found.push({ name: path, number: Number(number), label: Number(label), read: () => readOrFail(path) });
    }
  }
  if (found.length === 0)
    throw new DataFormatError(`${folder}: holds no recordings: expected <class 0..9>/<number>.bin`);
  return found.sort((a, b) => a.number - b.number); // file numbers follow MNIST
}

/**
 * The packed subset: `<number>.bs2` files with the labels in `train1K.txt` and `test100.txt`, lines `number<TAB>label`.
 */
async function findPacked(folder: string): Promise<Halves | undefined> {
  const path = joinPath(folder, archive);
  const bytes = await readIfPresent(path);
  if (!bytes) return undefined;
  const files = parseTar(plainBytes(bytes, path), path);
  const half = (list: string): Recording[] => {
    const lines = files.get(`nmnist-small/${list}`);
    if (!lines) throw new DataFormatError(`${path}: holds no nmnist-small/${list}`);
    return new TextDecoder()
      .decode(lines)
      .split('\n')
      .filter((line) => /^\d/.test(line))
      .map((line) => {
        const [number, label] = line.trim().split(/\s+/).map(Number);
        const content = files.get(`nmnist-small/${number}.bs2`);
        if (!content || !(label >= 0 && label <= 9))
          throw new DataFormatError(`${path}: ${list}: line "${line.trim()}" names no file or no class`);
        return { name: `${path}: ${number}.bs2`, number, label, read: () => Promise.resolve(content) };
      });
  };
  return { train: half('train1K.txt'), test: half('test100.txt') };
}

async function readAll(
  name: string,
  recordings: readonly Recording[],
  { steps = 540, binWidth = 600, signal }: NmnistOptions,
): Promise<EventDataset> {
  const packer = new EventPacker({ name, shape: nmnistShape, steps, classNames });
  const together = 64; // files read at once
  for (let start = 0; start < recordings.length; start += together) {
    await new Promise((resume) => setTimeout(resume)); // lets interrupts and output through
    signal?.throwIfAborted();
    const batch = recordings.slice(start, start + together);
    const contents = await Promise.all(batch.map((recording) => recording.read()));
    batch.forEach((recording, k) => {
      const events = stabilise(parseCameraEvents(contents[k], recording.name));
      packer.add(recording.label, binEvents(events, steps, binWidth));
    });
  }
  return packer.finish();
}

async function readOrFail(path: string): Promise<Uint8Array> {
  return (
    (await readIfPresent(path)) ?? Promise.reject(new MissingDataError(`${path} has gone while it was being read`))
  );
}
