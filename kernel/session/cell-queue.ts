import type { LibraryDescription } from '../language/cell-compiler.js';
import type { IOPub } from '../protocol/iopub.js';
import type { JsonObject, Message } from '../protocol/message.js';
import type { ChannelMessage } from './channel.js';
import { CommRegistry } from './comm-registry.js';
import type { CompilerProcess } from './compiler-process.js';
import type { ErrorReport } from './error-report.js';
import { ExecutionProcess } from './execution-process.js';
import type { History } from './history.js';
import { callGuard, loopGuard } from './runtime-names.js';

export interface CellQueueOptions {
  readonly folder: string;
  readonly iopub: IOPub;
  readonly compiler: CompilerProcess;
  readonly history: History;
  reply(request: Message, content: JsonObject): void;
  /** Sends a question to the client that sent `request`; returns its id. */
  ask(request: Message, content: JsonObject): string;
  onLibrary(library: LibraryDescription): void;
}

/** A second stop within this time is the same stop, pressed twice. */
const secondStopMs = 1000;
/** A cell that did not end so long after the stop takes the execution process with it. */
const giveUpMs = 10_000;
/** Cells whose late output still finds its way back. */
const rememberedCells = 1000;

type Outcome = { readonly status: 'ok' | 'error'; readonly expressions: JsonObject } & Partial<ErrorReport>;

type ReplyContent = JsonObject & { readonly status: 'ok' | 'error' };

interface RunningCell {
  readonly id: number;
  readonly request: Message;
  readonly line: number;
  readonly payload: unknown[];
  /** Id of the question to the user that is open. */
  question?: string | undefined;
  resolve(outcome: Outcome): void;
  interruptedAt?: number;
}

/** What waits for its turn; a comm's message carries what to do instead of running a cell. */
interface Waiting {
  readonly request: Message;
  readonly deliver?: () => Promise<void>;
}

/** Runs `execute_request`s one after the other in the execution child, and routes what comes back. */
export class CellQueue {
  private readonly waiting: Waiting[] = [];
  readonly comms = new CommRegistry();
  /** Messages to comms that are being handled, by their number. */
  private readonly delivering = new Map<number, () => void>();
  private working = false;
  private running: RunningCell | undefined;
  private readonly requests = new Map<number, Message>();
  private process: ExecutionProcess;
  private counter = 0;
  /** Number of the cell that ran last: text without an owner is taken for its. */
  private latest = 0;
  private executionCount = 0;
  private generation = 0;
  private closed = false;

  constructor(private readonly options: CellQueueOptions) {
    this.process = this.startProcess();
  }

  add(request: Message): void {
    this.enqueue({ request });
  }

  private enqueue(item: Waiting): void {
    this.waiting.push(item);
    if (!this.working) void this.work();
  }

  /**
   * Hands a comm message to its handler; resolves when that has run. One for an open comm does not wait for cells in the queue;
   * any other does, because a cell before it may be what opens the comm or registers its target.
   */
  comm(request: Message): Promise<void> {
    if (this.comms.has(request.content)) return this.deliver(request);
    return new Promise((resolve) => this.enqueue({ request, deliver: () => this.deliver(request).finally(resolve) }));
  }

  private deliver(request: Message): Promise<void> {
    const { header, content, metadata, buffers } = request;
    this.comms.follow(header.msg_type, content);
    const id = ++this.counter;
    this.remember(id, request);
    return new Promise((resolve) => {
      this.delivering.set(id, resolve);
      this.process.send({ op: 'comm', type: header.msg_type, content, metadata }, id, buffers);
    });
  }

  /** The user's answer to a question of the running cell. */
  answer(reply: Message): void {
    const cell = this.running;
    const asked = reply.parentHeader.msg_id;
    const { value } = reply.content;
    // An answer that comes too late, or to another question, is nobody's.
    if (!cell?.question || (typeof asked === 'string' && asked !== cell.question)) return;
    cell.question = undefined;
    this.process.send({ op: 'input', reply: { value: typeof value === 'string' ? value : String(value ?? '') } });
  }

  pauseOutput(pause: boolean): void {
    this.process.pauseOutput(pause);
  }

  /** Stops the running cell; pressed again after a second, or after ten seconds, replaces the execution process. */
  interrupt(): void {
    this.generation++;
    this.process.send({ op: 'interrupt' });
    const cell = this.running;
    if (!cell) return;
    const now = performance.now();
    if (cell.interruptedAt === undefined) {
      cell.interruptedAt = now;
      setTimeout(() => this.running === cell && this.giveUp(cell), giveUpMs).unref();
    } else if (now - cell.interruptedAt > secondStopMs) this.giveUp(cell);
  }

  close(): void {
    this.closed = true;
    this.process.kill();
  }

  private async work(): Promise<void> {
    this.working = true;
    for (let next = this.waiting.shift(); next && !this.closed; next = this.waiting.shift()) {
      const { request, deliver } = next;
      if (deliver) {
        await deliver();
        continue;
      }
      this.options.iopub.status('busy', request);
      const content = await this.run(request).catch((error: Error) =>
        this.failure(request, { ename: 'KernelError', evalue: error.message, traceback: String(error.stack).split('\n') }),
      );
      // Decided before the reply is out: what the client sends after it has seen the error is not aborted.
      const aborted = content.status === 'error' && request.content['stop_on_error'] !== false ? this.waiting.filter(({ deliver }) => !deliver) : [];
      for (const late of aborted) this.waiting.splice(this.waiting.indexOf(late), 1);
      this.options.reply(request, content);
      this.options.iopub.status('idle', request);
      for (const late of aborted) this.abort(late.request);
    }
    this.working = false;
  }

  /** Answers a request that was queued behind an error. */
  private abort(request: Message): void {
    this.options.iopub.status('busy', request);
    this.options.reply(request, { status: 'aborted' });
    this.options.iopub.status('idle', request);
  }

  /** Runs one request; returns the content of its reply. */
  private async run(request: Message): Promise<ReplyContent> {
    const { iopub, compiler, history } = this.options;
    const { code, silent, storeHistory, expressions } = executeContent(request.content);
    if (storeHistory) {
      this.executionCount++;
      history.add(this.executionCount, code);
    }
    const line = this.executionCount;
    if (!silent) iopub.message('execute_input', { code, execution_count: line }, request);

    const id = ++this.counter;
    const label = storeHistory ? String(line) : `${line}-${id}`;
    const generation = this.generation;
    const compiled = await compiler.compile({ code, label, generation, expressions });
    if ('error' in compiled) return this.failure(request, compiled.error, silent);
    if (this.generation !== generation) return this.failure(request, interruptedBeforeStart, silent);
    compiler.commit();

    const payload: unknown[] = [];
    const outcome = await new Promise<Outcome>((resolve) => {
      this.latest = id;
      this.running = { id, request, line, payload, resolve };
      this.remember(id, request);
      this.process.send(
        { op: 'execute', label, code, ...compiled.cell, guards: { loop: loopGuard(generation), call: callGuard(generation) }, showValue: !silent },
        id,
      );
    });
    this.running = undefined;
    // What native code wrote to the raw pipes is read in the next turns of the event loop.
    await new Promise(setImmediate);
    iopub.flush();
    if (outcome.status === 'error') {
      const { ename, evalue, traceback } = outcome;
      return { status: 'error', execution_count: line, ename, evalue, traceback };
    }
    return { status: 'ok', execution_count: line, user_expressions: outcome.expressions, payload };
  }

  /** Shows an error that did not come from running code; returns the reply's content. */
  private failure(request: Message, error: ErrorReport, silent = false): ReplyContent {
    if (!silent) this.options.iopub.message('error', { ...error }, request);
    return { status: 'error', execution_count: this.executionCount, ...error };
  }

  private startProcess(): ExecutionProcess {
    return new ExecutionProcess(this.options.folder, {
      text: (cell, stream, text) => this.options.iopub.text(this.requests.get(cell === 0 ? this.latest : cell), stream, text),
      message: (cell, message, buffers) => this.receive(cell, message, buffers),
      died: (reason) => this.died(reason),
    });
  }

  private receive(cell: number, message: ChannelMessage, buffers: readonly Uint8Array[]): void {
    const { iopub } = this.options;
    const request = this.requests.get(cell);
    switch (message.op) {
      case 'library':
        return this.options.onLibrary({ file: message['file'] as string | undefined, globals: message['globals'] as string[] });
      case 'result': {
        const content = { execution_count: this.running?.line ?? this.executionCount, data: message['data'], metadata: message['metadata'] };
        const text = (message['data'] as JsonObject)['text/plain'];
        if (typeof text === 'string') this.options.history.setOutput(content.execution_count, text);
        return iopub.message('execute_result', content, request);
      }
      case 'display': {
        const displayId = message['displayId'];
        const content = { data: message['data'], metadata: message['metadata'], transient: displayId === undefined ? {} : { display_id: displayId } };
        return iopub.message(message['update'] === true ? 'update_display_data' : 'display_data', content, request);
      }
      case 'clear':
        return iopub.message('clear_output', { wait: message['wait'] === true }, request);
      case 'error':
        if (request?.content['silent'] === true) return;
        return iopub.message('error', { ename: message['ename'], evalue: message['evalue'], traceback: message['traceback'] }, request);
      case 'done':
        if (this.running?.id === cell) this.running.resolve(message as unknown as Outcome);
        this.delivering.get(cell)?.();
        this.delivering.delete(cell);
        return;
      case 'comm': {
        const content = message['content'] as JsonObject;
        this.comms.follow(message['type'], content);
        return iopub.message(String(message['type']), content, request, { metadata: message['metadata'] as JsonObject, buffers });
      }
      case 'input':
        return this.ask(cell, message);
      case 'payload':
        if (this.running?.id === cell) this.running.payload.push(message['payload']);
        return;
    }
  }

  /** A cell asks the user; whoever asks sleeps until there is an answer. */
  private ask(cell: number, { prompt, password }: ChannelMessage): void {
    const { running } = this;
    const refuse = (refused: string): void => this.process.send({ op: 'input', reply: { refused } });
    if (!running || running.id !== cell) return refuse('Only the running cell can ask for input, not its background tasks or comms.');
    if (running.request.content['allow_stdin'] !== true) return refuse('This front end does not answer questions (allow_stdin is false): give the value in the cell instead.');
    this.options.iopub.flush();
    running.question = this.options.ask(running.request, { prompt, password: password === true });
  }

  /** The execution process is gone: say why, answer the cell, start anew. */
  private died(reason: string): void {
    if (this.closed) return;
    const error: ErrorReport = {
      ename: 'ProcessDied',
      evalue: `The process that runs the cells ended: ${reason}. Its variables are lost; a new one has been started.`,
      traceback: [],
    };
    const traceback = [`\x1b[31m${error.ename}\x1b[39m: ${error.evalue}`];
    const cell = this.running;
    const request = cell?.request ?? this.requests.get(this.latest);
    this.options.iopub.message('error', { ...error, traceback }, request);
    for (const id of this.comms.clear()) this.options.iopub.message('comm_close', { comm_id: id, data: {} }, request);
    this.process = this.startProcess();
    for (const resolve of this.delivering.values()) resolve();
    this.delivering.clear();
    cell?.resolve({ status: 'error', expressions: {}, ...error, traceback });
  }

  private giveUp(cell: RunningCell): void {
    if (this.running !== cell) return;
    this.process.kill();
    this.died('it did not stop after an interrupt');
  }

  private remember(id: number, request: Message): void {
    this.requests.set(id, request);
    this.requests.delete(id - rememberedCells);
  }
}

const interruptedBeforeStart: ErrorReport = { ename: 'Interrupted', evalue: 'The cell was interrupted before it started.', traceback: ['\x1b[31mInterrupted\x1b[39m: The cell was interrupted before it started.'] };

/** The fields of an `execute_request`, checked. */
function executeContent(content: JsonObject): { code: string; silent: boolean; storeHistory: boolean; expressions: Record<string, string> } {
  const code = content['code'];
  if (typeof code !== 'string') throw new Error(`An execute_request's "code" must be a string, it is ${typeof code}.`);
  const silent = content['silent'] === true;
  const given = content['user_expressions'];
  const expressions: Record<string, string> = {};
  if (typeof given === 'object' && given !== null) for (const [name, text] of Object.entries(given)) if (typeof text === 'string') expressions[name] = text;
  return { code, silent, storeHistory: !silent && content['store_history'] !== false, expressions };
}
