/**
 * The entries of a zip file that may come from anywhere, by its central directory
 * (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3). What shrank is unpacked no further than the file
 * says: a library that is told a size too small would go on for as long as the bytes do.
 */
import { inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  /** Bytes that it has, so the file says. */
  readonly size: number;
  /** As they lie in the file, and how: stored as they are, or deflated. */
  readonly packed: Uint8Array;
  readonly deflated: boolean;
}

const signature = { entry: 0x02014b50, local: 0x04034b50, end: 0x06054b50 };
/** Bytes of the end of the directory, of an entry in it, and of the header before its bytes, without their texts. */
const fixed = { end: 22, entry: 46, local: 30 };
const longestComment = 65_535;

/** @throws RangeError for a damaged file, one whose entries lie over one another, and forms that no bundle needs */
export function zipEntries(zip: Uint8Array): ZipEntry[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  if (zip[0] !== 0x50 || zip[1] !== 0x4b) throw new RangeError('it does not begin as zip files do');
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  const entries: (ZipEntry & { readonly from: number; readonly to: number })[] = [];
  let at = view.getUint32(end + 16, true);
  for (let n = 0; n < count; n++) {
    if (at + fixed.entry > end || view.getUint32(at, true) !== signature.entry)
      throw new RangeError(`its directory is damaged at entry ${n + 1} of ${count}`);
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [bytes, size, place] = [20, 24, 42].map((field) => view.getUint32(at + field, true));
    const [nameBytes, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const next = at + fixed.entry + nameBytes + extra + comment;
    if (next > end) throw new RangeError(`its directory is damaged at entry ${n + 1} of ${count}`);
    const from = at + fixed.entry;
    const name = new TextDecoder(flags & 0x800 ? 'utf-8' : 'latin1').decode(zip.subarray(from, from + nameBytes));
    if ([bytes, size, place].includes(0xffff_ffff)) throw new RangeError('it has the zip64 form: pack it without');
    if (flags & 1) throw new RangeError(`${JSON.stringify(name)} is encrypted: pack it without a password`);
    if (method !== 0 && method !== 8)
      throw new RangeError(
        `${JSON.stringify(name)} is packed by method ${method}: pack it by deflate (8), or store it`,
      );
    const start = startOf(view, place, name);
    if (start + bytes > zip.length) throw new RangeError(`${JSON.stringify(name)} is cut off`);
    const packed = zip.subarray(start, start + bytes);
    entries.push({ name, size, packed, deflated: method === 8, from: place, to: start + bytes });
    at = next;
  }
  const placed = entries.toSorted((a, b) => a.from - b.from);
  const over = placed.findIndex(({ from }, k) => from < (placed[k - 1]?.to ?? 0));
  if (over >= 0)
    throw new RangeError(
      `${JSON.stringify(placed[over].name)} shares its bytes with ${JSON.stringify(placed[over - 1].name)}`,
    );
  return entries;
}

/** The place of the end of the directory, which a comment may follow. */
function endOf(view: DataView): number {
  const last = view.byteLength - fixed.end;
  for (let at = last; at >= Math.max(0, last - longestComment); at--)
    if (view.getUint32(at, true) === signature.end) return at;
  throw new RangeError('it has no directory: it is cut off, or no zip file');
}

/** Where an entry's bytes begin, behind its header. */
function startOf(view: DataView, place: number, name: string): number {
  if (place + fixed.local > view.byteLength || view.getUint32(place, true) !== signature.local)
    throw new RangeError(`${JSON.stringify(name)} is not where its directory says`);
  return place + fixed.local + view.getUint16(place + 26, true) + view.getUint16(place + 28, true);
}

/** @throws RangeError when it has more bytes than the file says, or fewer */
export function unpacked({ name, size, packed, deflated }: ZipEntry): Uint8Array {
  const wrong = (why: string, cause?: unknown): RangeError =>
    new RangeError(`${JSON.stringify(name)} ${why}`, { cause });
  if (!deflated && packed.length !== size) throw wrong(`has ${packed.length} bytes where ${size} are said`);
  if (!deflated) return packed;
  let bytes: Uint8Array;
  try {
    bytes = inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw wrong('is damaged', cause);
    throw wrong(`has more than the ${size} bytes that are said`, cause);
  }
  if (bytes.length !== size) throw wrong(`has ${bytes.length} bytes where ${size} are said`);
  return bytes;
}
