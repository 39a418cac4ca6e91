/**
 * iniVation's AEDAT 4, as DV and dv-processing write it. Source: the "AEDAT 4.0" page of iniVation's documentation, and
 * its FlatBuffers schemas.
 */
import { ByteBuffer } from 'flatbuffers';
import { DataFormatError } from './idx.js';
import { unpackLz4 } from './lz4.js';
import { type Recording, RecordingBuilder } from './recording.js';
import { unpackZstd } from './zstd.js';

export const aedat4Line = '#!AER-DAT4.0\r\n';
/** Bytes of one packet once unpacked. */
const mostBytes = 2 ** 28;
const eventBytes = 16;
const unpackers = [
  (bytes: Uint8Array): Uint8Array => bytes,
  ...[unpackLz4, unpackLz4, unpackZstd, unpackZstd].map((unpack) => (bytes: Uint8Array) => unpack(bytes, mostBytes)),
];

/**
 * The events of an AEDAT 4 file: of its first camera; frames, inertial and trigger data are passed over.
 * @param source named in errors
 * @throws DataFormatError: cut, damaged, without events, or an event outside the camera
 */
export function parseAedat4(bytes: Uint8Array, source: string): Recording {
  let doing = 'its header';
  try {
    const { compression, table, streams, start } = headerOf(bytes);
    const unpack = unpackers.at(compression) ?? refuse(`compression ${compression} is not known`);
    const camera = streams.find(({ kind }) => kind === 'EVTS') ?? refuse('it has no stream of events');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = table < 0 ? bytes.length : table;
    const events = new RecordingBuilder();
    let at = start;
    for (let packet = 0; at < end; packet++) {
      doing = `packet ${packet}`;
      if (at + 8 > end) refuse('it ends within its header: the file is cut');
      const [stream, size] = [view.getInt32(at, true), view.getInt32(at + 4, true)];
      at += 8;
      if (!streams.some(({ id }) => id === stream)) refuse(`it is of stream ${stream}, which does not exist`);
      if (size < 1 || at + size > end) refuse(`${size} bytes, of which ${end - at} follow: the file is cut or damaged`);
      if (stream === camera.id) addPacket(events, unpack(bytes.subarray(at, at + size)), camera);
      at += size;
    }
    return events.finish(camera.size);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFormatError(`${source}: not an AEDAT 4 file that can be read: ${doing}: ${reason}`, { cause: error });
  }
}

/** FlatBuffers checks no bounds: beyond the end it reads zeros. */
class CheckedBuffer extends ByteBuffer {
  override readUint16(at: number): number {
    return this.#inside(at, 2) ? super.readUint16(at) : 0;
  }
  override readInt32(at: number): number {
    return this.#inside(at, 4) ? super.readInt32(at) : 0;
  }
  override readInt64(at: number): bigint {
    return this.#inside(at, 8) ? super.readInt64(at) : 0n;
  }
  /** Place of a field of the table at `table`, undefined when it has its default. */
  field(table: number, number: number): number | undefined {
    const offset = this.__offset(table, 4 + 2 * number);
    return offset === 0 ? undefined : table + offset;
  }
  /** Where the elements of the vector at `at` begin, and how many of `size` bytes they are; all lie inside. */
  vector(at: number, size: number): { start: number; count: number } {
    const [start, count] = [this.__vector(at), this.__vector_len(at)];
    if (count < 0 || (count > 0 && !this.#inside(start, count * size))) refuse(`a list of ${count} elements`);
    return { start, count };
  }
  #inside(at: number, count: number): boolean {
    return at >= 0 && at + count <= this.capacity() ? true : refuse('it refers to a place outside itself');
  }
}

interface Stream {
  readonly id: number;
  readonly kind: string | undefined;
  readonly size?: { readonly rows: number; readonly columns: number };
}

function headerOf(bytes: Uint8Array): { compression: number; table: number; streams: Stream[]; start: number } {
  const head = aedat4Line.length;
  if (new TextDecoder('latin1').decode(bytes.subarray(0, head)) !== aedat4Line) refuse(`not ${aedat4Line.trim()}`);
  const { root, buffer, end } = rootOf(bytes.subarray(head), 'IOHE');
  const [compression, table, info] = [0, 1, 2].map((number) => buffer.field(root, number));
  const text = info === undefined ? refuse('it names no streams') : buffer.vector(info, 1);
  const xml = new TextDecoder().decode(buffer.bytes().subarray(text.start, text.start + text.count));
  const place = table === undefined ? -1 : Number(buffer.readInt64(table));
  const start = head + end;
  if (place !== -1 && (place < start || place > bytes.length)) refuse(`its table is at ${place}: cut or damaged`);
  const streams = streamsOf(xml);
  return { compression: compression === undefined ? 0 : buffer.readInt32(compression), table: place, streams, start };
}

/** A FlatBuffer behind its size and with its four letters. */
function rootOf(bytes: Uint8Array, letters: string): { root: number; buffer: CheckedBuffer; end: number } {
  const whole = new CheckedBuffer(bytes);
  const size = whole.readInt32(0);
  if (size < 8 || size > bytes.length - 4) refuse(`${size} bytes, of which ${bytes.length - 4} follow`);
  const buffer = new CheckedBuffer(bytes.subarray(4, 4 + size));
  if (!buffer.__has_identifier(letters)) refuse(`it is not of the kind ${letters}`);
  return { root: buffer.__indirect(0), buffer, end: 4 + size };
}

/** The streams that the tree of settings in the header tells of. */
function streamsOf(xml: string): Stream[] {
  const settings = new Map<string, Map<string, string>>();
  const path: string[] = [];
  const tokens = /<node name="([^"]*)"[^>]*?(\/?)>|<\/node>|<attr key="([^"]*)"[^>]*>([^<]*)<\/attr>/g;
  for (const [token, node, closed, key, value] of xml.matchAll(tokens)) {
    if (node !== undefined && closed === '') path.push(node);
    else if (token === '</node>') path.pop();
    else if (key !== undefined) {
      const at = path.join('/');
      settings.set(at, (settings.get(at) ?? new Map<string, string>()).set(key, value));
    }
  }
  return [...settings].flatMap(([at, values]): Stream[] => {
    const id = /(?:^|\/)outInfo\/(\d+)$/.exec(at)?.[1];
    if (id === undefined) return [];
    const info = settings.get(`${at}/info`);
    const [columns, rows] = ['sizeX', 'sizeY'].map((name) => Number(info?.get(name)));
    const sized = [columns, rows].every((size) => Number.isInteger(size) && size > 0 && size <= 65_536);
    return [{ id: Number(id), kind: values.get('typeIdentifier'), ...(sized && { size: { rows, columns } }) }];
  });
}

/** Events are structs: time (64 bits), x, y (16 bits), polarity (8 bits), three bytes of nothing. */
function addPacket(events: RecordingBuilder, bytes: Uint8Array, { size }: Stream): void {
  const { root, buffer } = rootOf(bytes, 'EVTS');
  const elements = buffer.field(root, 0);
  if (elements === undefined) return;
  const { start, count } = buffer.vector(elements, eventBytes);
  const content = buffer.bytes();
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  for (let k = 0; k < count; k++) {
    const at = start + k * eventBytes;
    const time = view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
    const [x, y, polarity] = [view.getInt16(at + 8, true), view.getInt16(at + 10, true), view.getUint8(at + 12)];
    if (time < 0 || time > Number.MAX_SAFE_INTEGER) refuse(`event ${k} is at time ${time}`);
    if (x < 0 || y < 0 || (size && (x >= size.columns || y >= size.rows))) refuse(`event ${k} is at x ${x}, y ${y}`);
    if (polarity > 1) refuse(`event ${k} has the polarity ${polarity}`);
    events.add(time, x, y, polarity);
  }
}

function refuse(what: string): never {
  throw new Error(what);
}
