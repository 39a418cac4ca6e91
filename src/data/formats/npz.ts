/** NumPy's .npz files: a ZIP of .npy files. */
import { unzipSync } from 'fflate';
import { crc32 } from '../../numeric/crc32.js';
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
  const { files, present, sums } = unpacked(bytes, names, source);
  return new Map(
    names.map((name) => {
      const file = `${name}.npy` in files ? `${name}.npy` : name;
      if (!Object.hasOwn(files, file))
        throw new DataFormatError(`${source} has no array ${JSON.stringify(name)}: it has ${present.join(', ')}`);
      if (crc32(files[file]) !== sums.get(file))
        throw new DataFormatError(`${source}: ${name} is damaged: its checksum is another than the archive says`);
      return [name, parseNpy(files[file], `${source}: ${name}`)];
    }),
  );
}

/** Names of the arrays in an archive. @throws DataFormatError: no ZIP, or damaged */
export const namesInNpz = (bytes: Uint8Array, source: string): readonly string[] => unpacked(bytes, [], source).present;

interface Unpacked {
  /** Of the wanted arrays, by their names in the archive. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Names of all arrays. */
  readonly present: readonly string[];
  readonly sums: ReadonlyMap<string, number>;
}

function unpacked(bytes: Uint8Array, names: readonly string[], source: string): Unpacked {
  const present: string[] = [];
  try {
    const files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        const array = name.replace(/\.npy$/, '');
        present.push(array);
        if (!names.includes(array)) return false;
        if (originalSize > largest)
          throw new DataFormatError(`${source}: ${array} has ${originalSize} bytes; at most ${largest} are read`);
        return true;
      },
    });
    return { files, present, sums: checksums(bytes) };
  } catch (error) {
    if (error instanceof DataFormatError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFormatError(`${source}: not a .npz file that can be read: ${reason}`, { cause: error });
  }
}

const [fileSignature, endSignature] = [0x02014b50, 0x06054b50];
const [fileBytes, endBytes] = [46, 22];

/**
 * What the archive's directory says of each file's content; fflate unpacks without a look at it. Source: PKWARE's
 * APPNOTE.TXT, 4.3.12 and 4.3.16.
 * A 64-bit directory, of archives beyond 4 GiB or 65,535 files, is not read: no such file fits into memory.
 */
function checksums(bytes: Uint8Array): Map<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - endBytes;
  while (end > 0 && view.getUint32(end, true) !== endSignature) end--;
  const sums = new Map<string, number>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 8, true); left > 0; left--) {
    if (view.getUint32(at, true) !== fileSignature) throw new Error('its directory is damaged');
    const [name, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const letters = bytes.subarray(at + fileBytes, at + fileBytes + name);
    // The flag of bit 11 says whether a name is in UTF-8, as fflate has it.
    const utf8 = (view.getUint16(at + 8, true) & 0x800) !== 0;
    const file = utf8 ? new TextDecoder().decode(letters) : String.fromCharCode(...letters);
    sums.set(file, view.getUint32(at + 16, true));
    at += fileBytes + name + extra + comment;
  }
  return sums;
}
