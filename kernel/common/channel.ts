import type { JsonObject } from '../protocol/message.js';
import { Buffer, Error, JSON, RangeError, uncurryThis } from './intrinsics.js';

/**
 * Frames on the pipes between the front process and the execution child. Each is
 * u32 length of the rest · u8 kind · u32 cell · payload        (little endian) Text frames carry UTF-8 as payload.
 * Message frames carry u32 length of JSON · JSON · u32 number of buffers · (u32 length · bytes)*.
 */
export const frameKind = { message: 0, stdout: 1, stderr: 2 } as const;

const { allocUnsafe, byteLength } = Buffer;
const methods = Buffer.prototype as Buffer;
const writeU32: (bytes: Buffer, value: number, offset: number) => number = uncurryThis(methods.writeUInt32LE);
const writeU8: (bytes: Buffer, value: number, offset: number) => number = uncurryThis(methods.writeUInt8);
const writeText: (bytes: Buffer, text: string, offset: number) => number = uncurryThis(
  methods.write as (text: string, offset: number) => number,
);

const lengthBytes = 4;
const headBytes = 9;
/** Bytes of a frame without its length: what claims to be longer is text of somebody else's. */
const longestFrame = 2 ** 30;

export interface Frame {
  readonly kind: number;
  /** The cell this frame belongs to, 0 for none. */
  readonly cell: number;
  readonly payload: Buffer;
}

/** A message between the processes; `op` says what it is about. */
export interface ChannelMessage extends JsonObject {
  readonly op: string;
}

/** What came over a pipe was not written by this module. */
export class DamagedChannel extends Error {}

function writeHead(bytes: Buffer, kind: number, cell: number): void {
  if (bytes.length - lengthBytes > longestFrame)
    throw new RangeError(
      `A message of ${bytes.length} bytes is too long: the notebook takes ${longestFrame}. Show or send it in parts.`,
    );
  writeU32(bytes, bytes.length - lengthBytes, 0);
  writeU8(bytes, kind, lengthBytes);
  writeU32(bytes, cell, lengthBytes + 1);
}

/** In one piece and with few calls: there can be many, and code that is new to V8 is slow. */
export function encodeText(kind: 1 | 2, cell: number, text: string): Buffer {
  const bytes = allocUnsafe(headBytes + byteLength(text));
  writeHead(bytes, kind, cell);
  writeText(bytes, text, headBytes);
  return bytes;
}

export function encodeChannelMessage(message: ChannelMessage, cell = 0, buffers: readonly Uint8Array[] = []): Buffer {
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const json = Buffer.from(JSON.stringify(message), 'utf8');
  const bytes = Buffer.concat([
    Buffer.allocUnsafe(headBytes),
    u32(json.length),
    json,
    u32(buffers.length),
    ...buffers.flatMap((buffer) => [u32(buffer.byteLength), buffer]),
  ]);
  writeHead(bytes, frameKind.message, cell);
  return bytes;
}

/** @throws DamagedChannel */
export function decodeChannelMessage(payload: Buffer): { message: ChannelMessage; buffers: Buffer[] } {
  try {
    const jsonEnd = 4 + payload.readUInt32LE(0);
    const message = JSON.parse(payload.toString('utf8', 4, jsonEnd)) as ChannelMessage;
    const buffers: Buffer[] = [];
    let at = jsonEnd + 4;
    for (let n = payload.readUInt32LE(jsonEnd); n > 0; n--) {
      const length = payload.readUInt32LE(at);
      buffers.push(payload.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    return { message, buffers };
  } catch (error) {
    throw new DamagedChannel((error as Error).message);
  }
}

/**
 * Cuts a byte stream into frames. Chunks of a large frame are joined once, when the frame is complete. @throws
 * DamagedChannel at bytes that are no frames
 */
export class FrameReader {
  private chunks: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly onFrame: (frame: Frame) => void) {}

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    if (this.bytes < this.needed()) return;
    const all = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks);
    let at = 0;
    try {
      for (let end = frameEnd(all, at); end <= all.length; end = frameEnd(all, at)) {
        const frame = {
          kind: all.readUInt8(at + lengthBytes),
          cell: all.readUInt32LE(at + lengthBytes + 1),
          payload: all.subarray(at + headBytes, end),
        };
        at = end;
        this.onFrame(frame);
      }
    } finally {
      // A copy: the rest must not keep a large frame before it in memory.
      this.chunks = at < all.length ? [Buffer.from(all.subarray(at))] : [];
      this.bytes = all.length - at;
    }
  }

  /** Bytes until the next frame is whole, as far as can be said without joining the chunks. */
  private needed(): number {
    if (this.chunks[0].length < lengthBytes && this.bytes >= lengthBytes) this.chunks = [Buffer.concat(this.chunks)];
    return frameEnd(this.chunks[0], 0);
  }
}

/** Where the frame that begins at `at` ends; beyond everything as long as that is not known. */
function frameEnd(bytes: Buffer, at: number): number {
  if (bytes.length - at < lengthBytes) return Infinity;
  const length = bytes.readUInt32LE(at);
  if (length < headBytes - lengthBytes || length > longestFrame) throw new DamagedChannel(`a frame of ${length} bytes`);
  return at + lengthBytes + length;
}
