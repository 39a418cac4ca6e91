/** The data of an experiment: by name, or read by the reader that `from` names. */
import { datasets } from '../data/index.js';
import type { AnyTrainTest, CsvOptions, NamedOptions } from '../data/index.js';
import type { ExperimentData, ListedFile, OwnData } from './experiment.js';

export interface LoadOptions {
  /** Folder that holds the named sets. */
  readonly dataDir?: string;
  /** Whether missing data may be downloaded. Default true. */
  readonly download?: boolean;
  readonly signal?: AbortSignal;
  /** No line of progress and none of what became of the data. */
  readonly quiet?: boolean;
}

/** @throws MissingDataError, DataFormatError, RangeError as the readers do */
export async function loadData(given: ExperimentData, options: LoadOptions = {}): Promise<AnyTrainTest> {
  const { heldOut, ...data } = given;
  const whole = await loadWhole(data, options);
  return heldOut === undefined ? whole : withHeldOut(whole, heldOut);
}

/** Drawn with seed 1, whatever the seed of a run: its settings are chosen on the same samples. */
function withHeldOut({ name, train }: AnyTrainTest, heldOut: number): AnyTrainTest {
  if (heldOut >= train.length)
    throw new RangeError(
      `data.heldOut is ${heldOut}: ${name} has ${train.length} training samples; it must be 1 .. ${train.length - 1}`,
    );
  const [rest, held] = train.stratified(1 - heldOut / train.length);
  return { name, train: rest, test: held };
}

async function loadWhole(data: ExperimentData, options: LoadOptions): Promise<AnyTrainTest> {
  const { dataDir, download, signal, quiet } = options;
  const told = quiet ? { quiet } : {};
  if (!isOwn(data))
    return datasets.load(data.name, {
      ...(data.size !== undefined && { size: data.size }),
      ...(dataDir !== undefined && { dataDir }),
      ...(download !== undefined && { download }),
      ...(signal && { signal }),
      ...told,
    });
  switch (data.from) {
    case 'csv': {
      const { from: _, file, ...rest } = data;
      return datasets.fromCsv(file, { ...rest, ...told } as CsvOptions);
    }
    case 'npy': {
      const { from: _, file, labels, ...rest } = data;
      return datasets.fromNpy(file, labels, { ...rest, ...told });
    }
    case 'npz': {
      const { from: _, file, ...rest } = data;
      return datasets.fromNpz(file, { ...rest, ...told } as NamedOptions);
    }
    case 'hdf5': {
      const { from: _, file, ...rest } = data;
      return datasets.fromHdf5(file, { ...rest, ...told } as NamedOptions);
    }
    case 'shd': {
      const { from: _, file, ...rest } = data;
      return datasets.fromShd(file, { ...rest, ...told });
    }
    case 'folder': {
      const { from: _, file, ...rest } = data;
      return datasets.fromFolder(file, { ...rest, ...told });
    }
    case 'aedat4':
    case 'dat': {
      const { from, file, ...rest } = data;
      const read = from === 'dat' ? datasets.fromDat : datasets.fromAedat4;
      return read(file, { ...rest, ...told });
    }
  }
}

export const isOwn = (data: ExperimentData): data is OwnData => 'from' in data;

/** How reports call the data: its name, and how much of it. */
export function dataName(data: ExperimentData): { name: string; size: 'full' | number } {
  if (isOwn(data)) return { name: data.name ?? nameOf(data), size: 'full' };
  return { name: data.name, size: data.size ?? 'full' };
}

function nameOf({ file, from }: OwnData): string {
  const first = typeof file === 'string' ? file : file[0].file;
  const last = first.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '');
  return last.replace(/\.[^.]*$/, '') || from;
}

/** The same data with each path in it replaced. */
export function withPaths(data: ExperimentData, replace: (path: string) => string): ExperimentData {
  if (!isOwn(data)) return data;
  const each = (files: string | readonly ListedFile[]): string | readonly ListedFile[] =>
    typeof files === 'string'
      ? replace(files)
      : files.map(({ file, labels, ...rest }) => ({
          ...rest,
          file: replace(file),
          ...(labels !== undefined && { labels: replace(labels) }),
        }));
  const test = (data as { test?: unknown }).test;
  return {
    ...data,
    file: each(data.file),
    ...(data.from === 'npy' && { labels: replace(data.labels) }),
    ...((typeof test === 'string' || Array.isArray(test)) && { test: each(test as string | ListedFile[]) }),
  } as OwnData;
}
