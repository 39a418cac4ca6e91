/** Prophesee's .dat files. Source: https://docs.prophesee.ai/stable/data/file_formats/dat.html */
import { DataFormatError } from './idx.js';
import type { Recording } from './recording.js';

const eventBytes = 8;
/** Event2d and EventCD: the same eight bytes. */
const eventTypes = [0x00, 0x0c];

/**
 * Events of a .dat file of contrast detection.
 * @param source named in errors
 * @throws DataFormatError: cut, of other events, or an event outside the sensor that the header tells of
 */
export function parseDat(bytes: Uint8Array, source: string): Recording {
  const fail = (what: string): never => {
    throw new DataFormatError(`${source}: ${what}`);
  };
  const header = new Map<string, string>();
  let at = 0;
  while (bytes[at] === 0x25) {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0 || end - at > 1024) fail('a header line without an end: cut, or no .dat file');
    const [, key, value] = /^% *(\S+) *(.*)$/.exec(new TextDecoder('latin1').decode(bytes.subarray(at, end))) ?? [];
    if (key) header.set(key.toLowerCase(), value.trim());
    at = end + 1;
  }
  if (at === 0) fail('not a .dat file: it does not begin with %');
  if (at + 2 > bytes.length) fail('it ends after its header: the file is cut');
  if (!eventTypes.includes(bytes[at]))
    fail(`events of type ${bytes[at]}: contrast detection (${eventTypes.join(' or ')}) is read`);
  if (bytes[at + 1] !== eventBytes) fail(`events of ${bytes[at + 1]} bytes; they have ${eventBytes}`);
  at += 2;
  if ((bytes.length - at) % eventBytes !== 0)
    fail(`${bytes.length - at} bytes of events is not a multiple of ${eventBytes}: the file is cut`);
  const size = sizeOf(header, fail);
  const count = (bytes.length - at) / eventBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const [x, y] = [new Uint16Array(count), new Uint16Array(count)];
  const polarity = new Uint8Array(count);
  const time = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    time[k] = view.getUint32(k * eventBytes, true);
    const word = view.getUint32(k * eventBytes + 4, true);
    [x[k], y[k], polarity[k]] = [word & 0x3fff, (word >>> 14) & 0x3fff, (word >>> 28) & 1];
    if (word >>> 29 !== 0) fail(`event ${k} has bits that no event has: the file is damaged`);
    if (size && (x[k] >= size.columns || y[k] >= size.rows))
      fail(`event ${k} is at x ${x[k]}, y ${y[k]}, outside ${size.columns} x ${size.rows}: the file is damaged`);
  }
  return { x, y, polarity, time, ...size };
}

function sizeOf(
  header: ReadonlyMap<string, string>,
  fail: (what: string) => never,
): { rows: number; columns: number } | undefined {
  const [width, height] = [header.get('width'), header.get('height')];
  if (width === undefined || height === undefined) return undefined;
  const [columns, rows] = [Number(width), Number(height)];
  if (![columns, rows].every((size) => Number.isInteger(size) && size > 0 && size <= 0x4000))
    return fail(`a sensor of ${width} x ${height}: the header is damaged`);
  return { rows, columns };
}
