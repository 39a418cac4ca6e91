/**
 * A look at what HDF5's own code does not survive: it walks a damaged global heap, where texts and lists of a length of
 * their own lie, for ever.
 */
import { fail } from './hdf5-memory.js';

const signature = 0x4c4f4347; // GCOL, little-endian
const letterG = 0x47;
const headerBytes = 16; // signature, version, reserved, size of the collection
const objectBytes = 16; // index, reference count, reserved, size

/**
 * Looks at each global heap collection of a file with 8-byte lengths, as every HDF5 library writes them (file format
 * specification, III.E).
 * @throws Hdf5Error when an object of a collection has no size to go on by, or leads out of it
 */
export function checkGlobalHeaps(bytes: Uint8Array, source: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Collections begin at a multiple of 8, but anywhere in files of the latest version (h5py's libver='latest').
  for (let at = bytes.indexOf(letterG); at >= 0; at = bytes.indexOf(letterG, at + 1)) {
    if (at + headerBytes > bytes.length) return;
    if (view.getUint32(at, true) !== signature || bytes[at + 4] !== 1) continue;
    const end = at + Number(view.getBigUint64(at + 8, true));
    if (end > bytes.length || end < at + headerBytes)
      fail(source, '', `damaged: a global heap at byte ${at} ends at ${end}, the file at ${bytes.length}`);
    checkObjects(view, at + headerBytes, end, source);
  }
}

function checkObjects(view: DataView, first: number, end: number, source: string): void {
  for (let at = first; at + objectBytes <= end;) {
    const index = view.getUint16(at, true);
    const size = Number(view.getBigUint64(at + 8, true));
    // The object of index 0 is the room that is left; its size counts its own header.
    const whole = index === 0 ? size : objectBytes + Math.ceil(size / 8) * 8;
    if (whole < objectBytes || at + whole > end)
      fail(source, '', `damaged: an object of ${size} bytes at byte ${at} of a global heap that ends at ${end}`);
    at += whole;
  }
}
