import { writeSync } from 'node:fs';
import { encodeChannelMessage, encodeText, type ChannelMessage, frameKind } from '../common/channel.js';
import { cutAt, firstOf } from '../common/cut-text.js';
import { wellFormedJson } from '../protocol/well-formed.js';
import { currentCell } from './cell.js';
import { asKernel } from './own-language.js';
import { displayAliases, outputPlace, type ShownContent } from './output-place.js';
import { Atomics, Buffer, Int32Array, SharedArrayBuffer, String, uncurryThis } from '../common/intrinsics.js';

/** The pipe to the front process. One pipe for text and messages, so that their order is kept. */
const outputFd = 3;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Characters of one text frame: larger texts go in pieces, so that neither side holds them twice. */
const pieceLength = 65536;

const { wait } = Atomics;
const subarray: (bytes: Buffer, from: number) => Buffer = uncurryThis((Buffer.prototype as Buffer).subarray);
const slice = uncurryThis(String.prototype.slice);

/**
 * What a write that was cut off by a termination left over: it goes first, or the frames after it could not be read.
 */
let unfinished: Buffer | undefined;

/**
 * Writes at once and waits when the pipe is full: output arrives while a cell computes, survives a crash right after
 * it, and a flood is slowed down instead of growing in memory.
 */
function writeAll(bytes: Buffer): void {
  const before = unfinished;
  if (before) writeRest(before);
  writeRest(bytes);
}

function writeRest(bytes: Buffer): void {
  for (unfinished = bytes; unfinished.length > 0;) {
    try {
      unfinished = subarray(unfinished, writeSync(outputFd, unfinished));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      wait(sleeper, 0, 0, 1);
    }
  }
  unfinished = undefined;
}

/** Id of the cell under which output of the running code stands. */
const outputCell = (): number => outputPlace()?.cell ?? currentCell()?.id ?? 0;

/** Sends text of a stream for the current cell. */
export function sendText(stream: 'stdout' | 'stderr', text: string): void {
  const place = outputPlace();
  if (place?.text) return place.text(stream, text);
  const cell = outputCell();
  for (let from = 0, to = 0; from < text.length; from = to) {
    to = cutAt(text, from + pieceLength < text.length ? from + pieceLength : text.length);
    writeAll(encodeText(frameKind[stream], cell, to - from === text.length ? text : slice(text, from, to)));
  }
}

/** Sends a message, for the current cell unless another is named. */
export function sendMessage(
  message: ChannelMessage,
  cell = currentCell()?.id ?? 0,
  buffers: readonly Uint8Array[] = [],
): void {
  asKernel(() => writeAll(encodeChannelMessage(message, cell, buffers)));
}

/** Characters of a result's text that the history may want. */
const historyText = 10_000;

/**
 * Sends what shows a value: the content of a message of type `type`, made into JSON here and passed on by the front
 * process as it is, because it may be large. Without `cell` it goes where the running code's output goes. `text`: what
 * the history keeps of it.
 */
export function sendShown(
  type: 'execute_result' | 'display_data' | 'update_display_data',
  content: ShownContent,
  cell?: number,
  text?: string,
): void {
  asKernel(() => show(type, content, cell, text));
}

function show(...[type, content, cell, text]: Parameters<typeof sendShown>): void {
  const place = cell === undefined ? outputPlace() : undefined;
  if (type === 'display_data' && place?.display) return place.display(content);
  const shown = type === 'update_display_data' ? withKnownId(content) : content;
  sendMessage(
    { op: 'show', type, text: text === undefined ? text : firstOf(text, historyText) },
    cell ?? outputCell(),
    [Buffer.from(wellFormedJson(shown), 'utf8')],
  );
}

function withKnownId(content: ShownContent): ShownContent {
  const alias = displayAliases.get(content.transient?.display_id ?? '');
  return alias === undefined ? content : { ...content, transient: { display_id: alias } };
}

/** Clears what the running code shows. */
export function sendClear(wait: boolean): void {
  const place = outputPlace();
  if (place?.clear) place.clear();
  else sendMessage({ op: 'clear', wait }, outputCell());
}
