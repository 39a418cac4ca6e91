import { writeSync } from 'node:fs';
import { encodeChannelMessage, encodeText, type ChannelMessage, frameKind } from '../channel.js';
import { currentCell } from './cell.js';

/** The pipe to the front process. One pipe for text and messages, so that their order is kept. */
const outputFd = 3;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes at once and waits when the pipe is full: output arrives while a cell computes, survives a crash right after it,
 * and a flood is slowed down instead of growing in memory.
 */
function writeAll(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(outputFd, bytes, at, bytes.length - at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
}

/** Sends text of a stream for the current cell. */
export function sendText(stream: 'stdout' | 'stderr', text: string): void {
  if (text !== '') writeAll(encodeText(frameKind[stream], currentCell()?.id ?? 0, text));
}

/** Sends a message, for the current cell unless another is named. */
export function sendMessage(message: ChannelMessage, cell = currentCell()?.id ?? 0, buffers: readonly Uint8Array[] = []): void {
  writeAll(encodeChannelMessage(message, cell, buffers));
}
