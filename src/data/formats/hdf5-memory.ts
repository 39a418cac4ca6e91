/** h5wasm with files in its own memory, and the shapes of what is in them. */
import type { File, Group } from 'h5wasm';

/** Numbers of a dataset. Integers of 64 bits are BigInt64Array. */
export type Hdf5Array =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A dataset of numbers; an empty shape is a scalar. */
export interface Hdf5Numbers {
  readonly values: Hdf5Array;
  /** For instance `[units, inputs]`. */
  readonly shape: readonly number[];
}
/** A dataset of texts; an empty shape is one text. */
export interface Hdf5Texts {
  readonly texts: readonly string[];
  readonly shape: readonly number[];
}
export interface Hdf5Group {
  readonly members: Readonly<Record<string, Hdf5Node>>;
  readonly attributes?: Readonly<Record<string, string | Hdf5Numbers>>;
}
export type Hdf5Node = Hdf5Numbers | Hdf5Texts | Hdf5Group;

export type OpenGroup = Group;

/** A file that is no HDF5 file, is damaged, or holds what Spikelab does not read. */
export class Hdf5Error extends Error {
  override readonly name = 'Hdf5Error';
}

/** @throws Hdf5Error that names the file and the place in it */
export function fail(source: string, path: string, what: string, cause?: unknown): never {
  throw new Hdf5Error(`${source}: ${path === '' ? '' : `${path}: `}${what}`, { cause });
}

let opened = 0;

/**
 * Opens a file of h5wasm's memory for `work` and gives its bytes afterwards.
 * @param bytes the file's, to read it; undefined for a new one
 */
export async function fileInMemory(
  mode: 'r' | 'w',
  bytes: Uint8Array | undefined,
  source: string,
  work: (file: File) => void,
): Promise<Uint8Array> {
  const { default: h5wasm } = await import('h5wasm');
  const { FS, activate_throwing_error_handler: throwErrors } = await h5wasm.ready;
  throwErrors(); // else errors are printed, and the work goes on without what failed
  const name = `/spikelab-${++opened}.h5`;
  try {
    if (bytes) FS.writeFile(name, bytes);
    const file = new h5wasm.File(name, mode);
    try {
      work(file);
      if (mode === 'w') file.flush();
    } finally {
      file.close();
    }
    return FS.readFile(name).slice();
  } catch (error) {
    if (error instanceof Hdf5Error) throw error;
    return fail(source, '', `damaged, or not HDF5 that can be read: ${lastReason(error)}`, error);
  } finally {
    if (FS.analyzePath(name).exists) FS.unlink(name);
  }
}

/** The innermost entry of HDF5's error stack: the line that says what is wrong. */
function lastReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (
    text
      .match(/\(\): (.*)/g)
      ?.at(-1)
      ?.slice(4) ?? text.split('\n')[0]
  );
}
