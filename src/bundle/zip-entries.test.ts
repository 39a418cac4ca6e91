/** Zip files made by fflate, and what somebody could change in their directory. */
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { unpacked, zipEntries } from './zip-entries.js';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content);
const long = 'spike '.repeat(1000);

/** Changes a field of the n-th entry of the directory: a number of two or four bytes. */
function changed(zip: Uint8Array, n: number, field: number, value: number, bytes: 2 | 4 = 4): Uint8Array {
  const copy = zip.slice();
  const view = new DataView(copy.buffer);
  const places = [...copy].flatMap((_, k) =>
    k + 4 <= copy.length && view.getUint32(k, true) === 0x02014b50 ? [k] : [],
  );
  if (bytes === 2) view.setUint16(places[n] + field, value, true);
  else view.setUint32(places[n] + field, value, true);
  return copy;
}
const compressed = 20;
const size = 24;

describe('a zip file', () => {
  it('has the entries that were packed, stored or deflated', () => {
    const zip = zipSync({
      'a/ü.txt': [bytesOf(long), { level: 9 }],
      b: [bytesOf('stored'), { level: 0 }],
      empty: bytesOf(''),
    });
    const entries = zipEntries(zip);
    expect(entries.map((entry) => [entry.name, text(unpacked(entry))])).toEqual([
      ['a/ü.txt', long],
      ['b', 'stored'],
      ['empty', ''],
    ]);
    expect(entries[0].packed.length).toBeLessThan(100);
    const commented = Buffer.concat([zip, bytesOf('seeds 0 and 1')]);
    commented.writeUInt16LE(13, zip.length - 2);
    expect(zipEntries(commented)).toHaveLength(3);
  });

  const two = zipSync({ a: bytesOf(long), b: [bytesOf(long), { level: 0 }] });
  const local = new DataView(two.buffer).getUint32(two.length - 22 + 16, true); // where the directory begins
  it.each<[string, Uint8Array, string]>([
    ['entries over the same bytes', changed(two, 1, 42, 0), '"b" shares its bytes with "a"'],
    ['a stored entry that says less than it has', changed(two, 1, size, 0), '"b" has 6000 bytes where 0 are said'],
    ['a deflated entry that says less than it has', changed(two, 0, size, 10), '"a" has more than the 10 bytes'],
    ['one that says more', changed(two, 0, size, 6001), '"a" has 6000 bytes where 6001 are said'],
    ['an entry that is longer than the file', changed(two, 1, compressed, 1e6), '"b" is cut off'],
    ['an entry that is elsewhere', changed(two, 0, 42, local), '"a" is not where its directory says'],
    ['an encrypted entry', changed(two, 0, 8, 1, 2), '"a" is encrypted: pack it without a password'],
    ['another method', changed(two, 0, 10, 14, 2), '"a" is packed by method 14: pack it by deflate (8), or store it'],
    ['the zip64 form', changed(two, 0, size, 0xffffffff), 'it has the zip64 form'],
    ['a damaged directory', changed(two, 0, 28, 60_000, 2), 'its directory is damaged at entry 1 of 2'],
    ['no directory', two.subarray(0, 300), 'it has no directory'],
    ['other bytes', bytesOf('report'), 'it does not begin as zip files do'],
  ])('with %s is refused', (_, zip, why) => {
    expect(() => zipEntries(zip).map(unpacked)).toThrow(why);
  });
});
