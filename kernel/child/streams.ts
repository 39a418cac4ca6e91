import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { asKernel } from './own-language.js';
import { sendMessage, sendText } from './pipe.js';
import { Buffer, Object, TypeError, Uint8Array } from '../common/intrinsics.js';

/** A text's bytes in the encoding that `write` was given with it; without one, or UTF-8, the text. */
function encoded(text: string, encoding: unknown): string | Uint8Array {
  if (typeof encoding !== 'string' || encoding === '' || encoding === 'utf8' || encoding === 'buffer') return text;
  return asKernel(() => {
    if (!Buffer.isEncoding(encoding))
      throw Object.assign(new TypeError(`Unknown encoding: ${encoding}`), { code: 'ERR_UNKNOWN_ENCODING' });
    return Buffer.from(text, encoding);
  });
}

/**
 * A stream like `process.stdout` that goes to the notebook. `write` bypasses the stream's own buffer: it is
 * synchronous.
 */
function notebookStream(name: 'stdout' | 'stderr'): Writable {
  const stream = new Writable({
    decodeStrings: false,
    autoDestroy: false,
    emitClose: false,
    write: (_chunk, _encoding, done) => done(),
  });
  const decoder = new StringDecoder('utf8'); // bytes of one character may come in two writes
  const write = (chunk: unknown, encoding?: unknown, done?: unknown): boolean => {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array))
      throw new TypeError(`process.${name}.write takes a string or a Uint8Array, not ${typeof chunk}.`);
    const bytes = typeof chunk === 'string' ? encoded(chunk, encoding) : chunk;
    sendText(
      name,
      typeof bytes === 'string'
        ? bytes
        : asKernel(() => decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))),
    );
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') queueMicrotask(() => (callback as () => void)());
    return true;
  };
  /** The notebook's output stays open after it, as Node's own does: other code prints, too. */
  const end = (...args: unknown[]): Writable => {
    const done = args.find((arg) => typeof arg === 'function');
    if (args[0] !== undefined && args[0] !== null && args[0] !== done)
      write(args[0], typeof args[1] === 'string' ? args[1] : undefined);
    process.nextTick(() => {
      stream.emit('finish');
      if (done) (done as () => void)();
    });
    return stream;
  };
  Object.assign(stream, {
    write,
    end,
    destroy: () => stream,
    columns: 100,
    fd: name === 'stdout' ? 1 : 2,
  });
  return stream;
}

/** Puts `process.stdout`, `process.stderr` and `console` on the notebook's output. */
export function installStreams(): void {
  const stdout = notebookStream('stdout');
  const stderr = notebookStream('stderr');
  Object.defineProperty(process, 'stdout', { configurable: true, enumerable: true, value: stdout });
  Object.defineProperty(process, 'stderr', { configurable: true, enumerable: true, value: stderr });
  // Not Node's console: V8's inspector would keep the arguments of its last thousand calls alive.
  // These streams never fail, and to be ready for it takes a third of the time of a line.
  const console = new Console({ stdout, stderr, colorMode: false, ignoreErrors: false });
  // What only Node's own has: `Console`, V8's `profile`, `timeStamp`, `context` and their like.
  for (const [key, value] of Object.entries(globalThis.console))
    if (!(key in console)) Object.assign(console, { [key]: value as unknown });
  // A terminal would be asked to; here it is the cell's outputs.
  console.clear = () => sendMessage({ op: 'clear', wait: false });
  Object.defineProperty(globalThis, 'console', { configurable: true, writable: true, value: console });
}
