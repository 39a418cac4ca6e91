import type { JsonObject } from '../protocol/message.js';

/**
 * Frames on the pipes between the front process and the execution child. Each is
 *   u32 length of the rest · u8 kind · u32 cell · payload        (little endian)
 * Text frames carry UTF-8 as payload. Message frames carry u32 length of JSON · JSON · u32 number of buffers · (u32 length · bytes)*.
 */
export const frameKind = { message: 0, stdout: 1, stderr: 2 } as const;

const headBytes = 9;

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

function frame(kind: number, cell: number, parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const head = Buffer.allocUnsafe(headBytes);
  head.writeUInt32LE(length + headBytes - 4, 0);
  head.writeUInt8(kind, 4);
  head.writeUInt32LE(cell, 5);
  return Buffer.concat([head, ...parts]);
}

export function encodeText(kind: 1 | 2, cell: number, text: string): Buffer {
  return frame(kind, cell, [Buffer.from(text, 'utf8')]);
}

export function encodeChannelMessage(message: ChannelMessage, cell = 0, buffers: readonly Uint8Array[] = []): Buffer {
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const json = Buffer.from(JSON.stringify(message), 'utf8');
  return frame(frameKind.message, cell, [
    u32(json.length),
    json,
    u32(buffers.length),
    ...buffers.flatMap((buffer) => [u32(buffer.byteLength), buffer]),
  ]);
}

export function decodeChannelMessage(payload: Buffer): { message: ChannelMessage; buffers: Buffer[] } {
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
}

/** Cuts a byte stream into frames. Chunks of a large frame are joined once, when the frame is complete. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly onFrame: (frame: Frame) => void) {}

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    while (this.bytes >= 4) {
      if (this.chunks[0].length < 4) this.chunks = [Buffer.concat(this.chunks)];
      const total = 4 + this.chunks[0].readUInt32LE(0);
      if (this.bytes < total) return;
      if (this.chunks[0].length < total) this.chunks = [Buffer.concat(this.chunks)];
      const first = this.chunks[0];
      const whole = first.subarray(0, total);
      if (first.length > total) this.chunks[0] = first.subarray(total);
      else this.chunks.shift();
      this.bytes -= total;
      this.onFrame({ kind: whole.readUInt8(4), cell: whole.readUInt32LE(5), payload: whole.subarray(headBytes) });
    }
  }
}
