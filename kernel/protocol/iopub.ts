import type { JsonObject, Message, Outgoing, OutgoingContent } from './message.js';

export type StreamName = 'stdout' | 'stderr';

/** Milliseconds that stream text waits for more, and the size in characters at which it no longer waits. */
const coalesceMs = 15;
const coalesceLimit = 65536;

/**
 * What goes out on iopub, in order. Text of one stream and one cell is collected for a few milliseconds, so that ten
 * thousand `console.log`s are a handful of messages; any other message first sends the text that came before it.
 */
export class IOPub {
  private parent: Message | undefined;
  private stream: StreamName = 'stdout';
  private parts: string[] = [];
  private size = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly send: (out: Outgoing) => void) {}

  /** Adds text to a stream of the cell that `parent` asked for. */
  text(parent: Message | undefined, stream: StreamName, text: string): void {
    if (text === '') return;
    if (this.size > 0 && (parent !== this.parent || stream !== this.stream)) this.flush();
    this.parent = parent;
    this.stream = stream;
    this.parts.push(text);
    this.size += text.length;
    if (this.size >= coalesceLimit) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), coalesceMs);
  }

  /** Sends any other message, after the text so far. */
  message(
    type: string,
    content: OutgoingContent,
    parent: Message | undefined,
    extra?: { metadata?: JsonObject; buffers?: readonly Uint8Array[] },
  ): void {
    this.flush();
    this.send({ type, content, parent, ...extra });
  }

  status(state: 'starting' | 'busy' | 'idle', parent: Message | undefined): void {
    this.message('status', { execution_state: state }, parent);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.size === 0) return;
    const text = this.parts.join('');
    this.parts = [];
    this.size = 0;
    this.send({ type: 'stream', content: { name: this.stream, text }, parent: this.parent });
  }
}
