/** NumPy's .npz files: a ZIP of .npy files. */
import { unzipSync } from 'fflate';
import { DataFormatError } from './idx.js';
import { type NpyArray, type NpyRecords, parseNpy } from './npy.js';

const largest = 2 ** 31; // bytes of one array once unpacked: a small file may name a huge one

/**
 * The arrays of the given names.
 * @param source named in errors
 * @throws DataFormatError: no ZIP, damaged, or without one of the names
 */
export function parseNpz(
  bytes: Uint8Array,
  names: readonly string[],
  source: string,
): Map<string, NpyArray | NpyRecords> {
  const present: string[] = [];
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        const array = name.replace(/\.npy$/, '');
        present.push(array);
        if (!names.includes(array)) return false;
        if (originalSize > largest)
          throw new DataFormatError(`${source}: ${array} has ${originalSize} bytes; at most ${largest} are read`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof DataFormatError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFormatError(`${source}: not a .npz file that can be read: ${reason}`, { cause: error });
  }
  return new Map(
    names.map((name) => {
      const content = files[`${name}.npy`] ?? files[name];
      if (!content)
        throw new DataFormatError(`${source} has no array ${JSON.stringify(name)}: it has ${present.join(', ')}`);
      return [name, parseNpy(content, `${source}: ${name}`)];
    }),
  );
}
