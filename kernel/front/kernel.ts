import type { LibraryDescription } from '../compiler/cell-compiler.js';
import type { ConnectionInfo } from '../protocol/connection.js';
import { IOPub } from '../protocol/iopub.js';
import type { JsonObject, Message } from '../protocol/message.js';
import { Sockets, type RequestChannel } from '../protocol/sockets.js';
import { Cells } from './cells.js';
import { CompilerProcess } from './compiler-process.js';
import { HistoryFile, historyPath } from './history-file.js';
import { History } from './history.js';
import { collectWhenIdle } from '../common/idle-collection.js';
import { kernelInfo } from './kernel-info.js';
import { Watchman } from './watchman.js';
import { LiveValues } from './live-values.js';
import { toCodePoints, toUtf16 } from '../common/text-offsets.js';

/** Milliseconds after which the process ends although something holds it, and those that closing may take before. */
const exitMs = 500;
const closeMs = 10_000;

/**
 * The front process: answers Jupyter's requests. Code, completion and output are the work of other processes, so that
 * no request waits for a cell and the heartbeat never stops.
 */
export class Kernel {
  private readonly sockets: Sockets;
  private readonly iopub: IOPub;
  private readonly compiler: CompilerProcess;
  private readonly cells: Cells;
  private readonly values: LiveValues;
  private readonly watchman = new Watchman();
  private readonly collection = collectWhenIdle(1500, 2 * 2 ** 20);
  private closing: Promise<void> | undefined;

  constructor(info: ConnectionInfo, folder: string) {
    this.sockets = new Sockets(info);
    this.iopub = new IOPub((out) => this.sockets.publish(out));
    let setLibrary: (library: LibraryDescription) => void = () => {};
    const library = new Promise<LibraryDescription>((resolve) => (setLibrary = resolve));
    this.compiler = new CompilerProcess(folder, library, this.watchman);
    this.cells = new Cells({
      folder,
      watchman: this.watchman,
      iopub: this.iopub,
      compiler: this.compiler,
      history: new History(new HistoryFile(historyPath())),
      reply: (request, content) => this.answer('shell', request, content),
      ask: (request, content) => this.sockets.reply('stdin', { type: 'input_request', content, parent: request }),
      onLibrary: setLibrary,
    });
    this.values = new LiveValues(this.cells.inspector);
    this.sockets.onPressure = (pause) => this.cells.pauseOutput(pause);
  }

  async open(): Promise<void> {
    await this.sockets.open((channel, message) => this.receive(channel, message));
    this.iopub.status('starting', undefined);
  }

  /** The stop button, or SIGINT. */
  interrupt(): void {
    this.cells.interrupt();
  }

  /** Ends every process this kernel started, then the sockets. */
  private close(): Promise<void> {
    return (this.closing ??= (async () => {
      this.cells.close();
      this.compiler.kill();
      this.watchman.dismiss();
      this.iopub.flush();
      await this.sockets.close();
    })());
  }

  /**
   * Closes, and lets the process end by itself: then ZeroMQ delivers what it still holds, the last reply too;
   * `process.exit` cuts that off.
   */
  async end(): Promise<void> {
    setTimeout(() => process.exit(1), closeMs).unref();
    await this.close();
    setTimeout(() => process.exit(), exitMs).unref();
  }

  private receive(channel: RequestChannel, request: Message): void {
    this.collection.touch();
    const type = request.header.msg_type;
    if (type === 'input_reply') return this.cells.answer(request);
    if (type === 'execute_request' && channel === 'shell') return this.execute(request);
    const handler = this.handlers[type];
    if (!handler)
      return void process.stderr.write(
        `spikelab kernel: ${type} on ${channel} is not a request this kernel knows; ignored.\n`,
      );
    this.respond(channel, request, () => {
      if (channel === 'shell') this.cells.shells.of(request); // refuses a subshell that does not exist
      return handler(request.content, request);
    });
  }

  private execute(request: Message): void {
    try {
      this.cells.shells.of(request).add(request);
    } catch (error) {
      this.respond('shell', request, async () => {
        throw error;
      });
    }
  }

  /** Works on a request and answers it, in between a busy and an idle status. */
  private respond(
    channel: RequestChannel,
    request: Message,
    work: () => Promise<JsonObject | undefined> | JsonObject | undefined,
  ): void {
    const type = request.header.msg_type;
    this.iopub.status('busy', request);
    void Promise.resolve()
      .then(work)
      .catch((error: unknown) => errorReply(error))
      .then((content) => {
        if (content && type.endsWith('_request')) this.answer(channel, request, content);
        this.iopub.status('idle', request);
        if (type === 'shutdown_request') void this.end();
      });
  }

  private async comm(request: Message): Promise<undefined> {
    if (typeof request.content['comm_id'] !== 'string')
      throw new Error(`The "comm_id" of a ${request.header.msg_type} must be a string.`);
    await this.cells.comm(request);
    return undefined;
  }

  private answer(channel: RequestChannel, request: Message, content: JsonObject): void {
    this.sockets.reply(channel, {
      type: request.header.msg_type.replace(/_request$/, '_reply'),
      content,
      parent: request,
    });
  }

  private readonly handlers: Readonly<
    Record<string, (content: JsonObject, request: Message) => Promise<JsonObject | undefined> | JsonObject | undefined>
  > = {
    kernel_info_request: () => kernelInfo(),
    connect_request: () => ({ status: 'ok', ...this.sockets.ports }),
    interrupt_request: () => {
      this.interrupt();
      return { status: 'ok' };
    },
    shutdown_request: (content, request) => {
      const reply = { status: 'ok', restart: content['restart'] === true };
      this.cells.close();
      this.iopub.message('shutdown_reply', reply, request);
      return reply;
    },
    history_request: (content, request) => ({
      status: 'ok',
      history: this.cells.shells.of(request).history.query(content),
    }),
    debug_request: (content) => this.cells.debugger.request(content),
    create_subshell_request: () => ({ status: 'ok', subshell_id: this.cells.shells.create() }),
    delete_subshell_request: (content) => {
      this.cells.shells.delete(content['subshell_id']);
      return { status: 'ok' };
    },
    list_subshell_request: () => ({ status: 'ok', subshell_id: this.cells.shells.list() }),
    comm_info_request: (content) => ({ status: 'ok', comms: this.cells.comms.info(content['target_name']) }),
    comm_open: (_content, request) => this.comm(request),
    comm_msg: (_content, request) => this.comm(request),
    comm_close: (_content, request) => this.comm(request),

    complete_request: async (content) => {
      const { code, cursor } = codeAndCursor(content);
      const known = await this.compiler.complete(code, cursor);
      const { start, end, entries } =
        known.entries.length > 0 || known.inText ? known : ((await this.values.complete(code, cursor)) ?? known);
      const [cursor_start, cursor_end] = [toCodePoints(code, start), toCodePoints(code, end)];
      const types = entries.map(({ text, kind }) => ({ text, type: kind, start: cursor_start, end: cursor_end }));
      return {
        status: 'ok',
        matches: entries.map(({ text }) => text),
        cursor_start,
        cursor_end,
        metadata: { _jupyter_types_experimental: types },
      };
    },
    inspect_request: async (content) => {
      const { code, cursor } = codeAndCursor(content);
      const known = await this.compiler.inspect(code, cursor, content['detail_level'] === 1 ? 1 : 0);
      // `any` says nothing: the value does.
      const live =
        !known || /(^|: )any$/.test(known.text.split('\n')[0]) ? await this.values.inspect(code, cursor) : undefined;
      const found =
        known && live
          ? { text: `${known.text}\n\n${live.text}`, markdown: `${known.markdown}\n\n${live.markdown}` }
          : (known ?? live);
      return {
        status: 'ok',
        found: found !== undefined,
        data: found ? { 'text/plain': found.text, 'text/markdown': found.markdown } : {},
        metadata: {},
      };
    },
    is_complete_request: async (content) => ({ ...(await this.compiler.isComplete(codeAndCursor(content).code)) }),
  };
}

function codeAndCursor(content: JsonObject): { code: string; cursor: number } {
  const code = content['code'];
  if (typeof code !== 'string') throw new Error(`The request's "code" must be a string, it is ${typeof code}.`);
  const cursor = content['cursor_pos'];
  return { code, cursor: typeof cursor === 'number' ? toUtf16(code, cursor) : code.length };
}

function errorReply(error: unknown): JsonObject {
  const { name, message, stack } =
    error instanceof Error ? error : { name: 'Error', message: String(error), stack: String(error) };
  process.stderr.write(`spikelab kernel: ${stack}\n`);
  return { status: 'error', ename: name, evalue: message, traceback: [`${name}: ${message}`] };
}
