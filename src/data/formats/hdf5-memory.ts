/** h5wasm with files in its own memory, and the shapes of what is in them. */
import type { File, Group } from 'h5wasm';
import { freshHdf5 } from '#data-platform';

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
/** A dataset of lists of numbers, each of a length of its own. */
export interface Hdf5Lists {
  readonly lists: readonly Hdf5Array[];
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
export type Hdf5Node = Hdf5Numbers | Hdf5Texts | Hdf5Lists | Hdf5Group;

/** @internal h5wasm's own */
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
/** Modules whose memory a damaged file has broken; nothing they say afterwards is to be trusted. */
let broken = 0;
let current: Promise<typeof import('h5wasm')> | undefined;

/**
 * Opens a file of h5wasm's memory for `work` and gives its bytes afterwards.
 * @param bytes the file's, to read it; undefined for a new one
 * @internal takes a file of h5wasm
 */
export async function fileInMemory(
  mode: 'r' | 'w',
  bytes: Uint8Array | undefined,
  source: string,
  work: (file: File) => void,
): Promise<Uint8Array> {
  const { default: h5wasm } = await (current ??= broken === 0 ? import('h5wasm') : freshHdf5(broken));
  const { FS, activate_throwing_error_handler: throwErrors } = await h5wasm.ready;
  throwErrors(); // else errors are printed, and the work goes on without what failed
  const name = `/spikelab-${++opened}.h5`;
  try {
    if (bytes) FS.writeFile(name, bytes);
    const file = new h5wasm.File(name, mode);
    try {
      work(file);
      if (mode === 'w') file.flush();
    } catch (error) {
      noteBroken(error); // closing a broken module's file may fail as well, and hide this
      throw error;
    } finally {
      file.close();
    }
    return bytes ?? FS.readFile(name).slice();
  } catch (error) {
    noteBroken(error);
    if (error instanceof Hdf5Error) throw error;
    const reason = lastReason(error);
    // HDF5 looks for what unpacks other kinds in a folder of plugins, of which the module has none.
    if (/\bplugin\b|required filter/.test(reason))
      return fail(
        source,
        '',
        "compressed in another way than gzip: write it with compression='gzip', or without",
        error,
      );
    return fail(source, '', `damaged, or not HDF5 that can be read: ${reason}`, error);
  } finally {
    if (FS.analyzePath(name).exists) FS.unlink(name); // files are in JavaScript's memory, not the module's
  }
}

/** After a trap the next file gets a module of its own. */
function noteBroken(error: unknown): void {
  if (!(error instanceof WebAssembly.RuntimeError) || !current) return;
  broken++;
  current = undefined;
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
