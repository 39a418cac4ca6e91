/**
 * iniVation's AEDAT 3.1, as cAER and jAER write it and DVS Gesture has it. Source: the "AEDAT 3.1" page of iniVation's
 * documentation.
 */
import { DataFormatError } from './idx.js';
import { type Recording, RecordingBuilder } from './recording.js';

const headBytes = 28;
const polarityEvents = 1;
const eventBytes = 8;
/** Cameras by what the header's source line calls them: columns and rows. */
const sensors: readonly [name: string, columns: number, rows: number][] = [
  ['DVS128', 128, 128],
  ['DAVIS128', 128, 128],
  ['DAVIS240', 240, 180],
  ['DAVIS346', 346, 260],
  ['DAVIS640', 640, 480],
];

/**
 * The polarity events of an AEDAT 3.1 file; other events are passed over, and so are those marked as not valid.
 * @param source named in errors
 * @throws DataFormatError: another version, cut, damaged, or an event outside the camera
 */
export function parseAedat3(bytes: Uint8Array, source: string): Recording {
  const fail = (what: string): never => {
    throw new DataFormatError(`${source}: ${what}`);
  };
  const header = headerOf(bytes, fail);
  const size = sizeOf(header.lines);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events = new RecordingBuilder();
  let at = header.end;
  for (let packet = 0; at < bytes.length; packet++) {
    if (at + headBytes > bytes.length) fail(`packet ${packet} ends within its header: the file is cut`);
    const kind = view.getInt16(at, true);
    const [width, , overflow, capacity, count, valid] = [0, 1, 2, 3, 4, 5].map((n) =>
      view.getInt32(at + 4 + 4 * n, true),
    );
    const wrong = kind < 0 || width < 1 || overflow < 0 || count < 0 || capacity < count || valid < 0 || valid > count;
    if (wrong) fail(`packet ${packet} has a header that no packet has: the file is damaged`);
    at += headBytes;
    // The page of the format says that only `count` events are in the file; some writers leave room for all.
    if (at + width * count > bytes.length) fail(`packet ${packet} tells of more events than follow: the file is cut`);
    if (kind === polarityEvents) {
      if (width !== eventBytes) fail(`packet ${packet} has events of ${width} bytes; they have ${eventBytes}`);
      const found = addPacket(events, view, at, count, overflow * 2 ** 31, size, (what) =>
        fail(`event ${what} (packet ${packet}): the file is damaged`),
      );
      if (found !== valid) fail(`packet ${packet} has ${found} valid events, its header says ${valid}: damaged`);
    }
    at += width * count;
  }
  return events.finish(size);
}

function addPacket(
  events: RecordingBuilder,
  view: DataView,
  start: number,
  count: number,
  since: number,
  size: { rows: number; columns: number } | undefined,
  fail: (what: string) => never,
): number {
  let found = 0;
  for (let k = 0; k < count; k++) {
    const word = view.getUint32(start + k * eventBytes, true);
    const time = view.getInt32(start + k * eventBytes + 4, true);
    if ((word & 1) === 0) continue;
    found++;
    const [x, y] = [word >>> 17, (word >>> 2) & 0x7fff];
    if (time < 0) fail(`${k} is at time ${time}`);
    if (size && (x >= size.columns || y >= size.rows)) fail(`${k} is at x ${x}, y ${y}`);
    events.add(since + time, x, y, (word >>> 1) & 1);
  }
  return found;
}

const versionLine = /^#!AER-DAT(\d)\.(\d)\r?\n$/;

function headerOf(bytes: Uint8Array, fail: (what: string) => never): { lines: string[]; end: number } {
  const lines: string[] = [];
  let end = 0;
  while (end < bytes.length) {
    const next = bytes.indexOf(0x0a, end) + 1;
    if (next === 0 || next - end > 4096 || bytes[end] !== 0x23) break;
    lines.push(new TextDecoder('latin1').decode(bytes.subarray(end, next)));
    end = next;
    if (lines.length === 1 && versionLine.exec(lines[0])?.slice(1).join('.') !== '3.1') break;
    if (lines.at(-1)?.startsWith('#!END-HEADER')) return { lines, end };
  }
  const version = versionLine
    .exec(lines[0] ?? '')
    ?.slice(1)
    .join('.');
  if (version === undefined) return fail('not an AEDAT file: its first line is no #!AER-DAT');
  return version === '3.1'
    ? fail('its header does not end with #!END-HEADER: cut or damaged')
    : fail(`AEDAT ${version}: versions 3.1 and 4.0 are read; DV converts older ones`);
}

/** Of the one camera that the header names. */
function sizeOf(lines: readonly string[]): { rows: number; columns: number } | undefined {
  const sources = lines.filter((line) => /^#Source \d+:/.test(line));
  const found = sensors.find(([name]) => sources.length === 1 && sources[0].includes(name));
  return found && { columns: found[1], rows: found[2] };
}
