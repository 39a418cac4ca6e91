import type { LibraryDescription } from '../language/cell-compiler.js';
import type { IOPub } from '../protocol/iopub.js';
import type { JsonObject, Message } from '../protocol/message.js';
import type { ChannelMessage } from './channel.js';
import { CommRegistry } from './comm-registry.js';
import type { CompilerProcess } from './compiler-process.js';
import { Debugger } from './debugger/debugger.js';
import type { ErrorReport } from './error-report.js';
import { ExecutionProcess } from './execution-process.js';
import type { History } from './history.js';
import { Inspector } from './inspector.js';
import { callGuard, loopGuard } from './runtime-names.js';
import { Shells } from './shells.js';
import type { CellRun, Outcome, RunningCell, RunResult } from './shell.js';

export interface CellsOptions {
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

/** Compiles cells, runs them in the execution child, and routes what comes back. */
export class Cells {
  readonly comms = new CommRegistry();
  readonly shells: Shells;
  readonly inspector: Inspector;
  readonly debugger: Debugger;
  /** Messages to comms that are being handled, by their number. */
  private readonly delivering = new Map<number, () => void>();
  private readonly requests = new Map<number, Message>();
  private process: ExecutionProcess;
  /** Ends when the cell compiled last is under way: cells of several shells are checked and started one at a time. */
  private starting: Promise<unknown> = Promise.resolve();
  private counter = 0;
  /** Number of the cell that ran last: text without an owner is taken for its. */
  private latest = 0;
  private generation = 0;
  private closed = false;

  constructor(private readonly options: CellsOptions) {
    const { iopub, history, compiler, reply } = options;
    this.shells = new Shells({ iopub, history, reply, run: (cell, onStart) => this.run(cell, onStart) });
    this.inspector = new Inspector((message) => this.process.send(message));
    this.debugger = new Debugger({
      inspector: this.inspector,
      onEvent: (event) => iopub.message('debug_event', { ...event }, undefined),
      emit: (code) => compiler.emit(code),
      declare: (name) => compiler.declare(name),
    });
    this.process = this.startProcess();
  }

  /**
   * Hands a comm message to its handler; resolves when that has run. One for an open comm does not wait for cells in the queue;
   * any other does, because a cell before it may be what opens the comm or registers its target.
   */
  comm(request: Message): Promise<void> {
    const shell = this.shells.of(request);
    if (this.comms.has(request.content)) return this.deliver(request);
    return new Promise((resolve) => shell.add(request, () => this.deliver(request).finally(resolve)));
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

  /** The user's answer to a question of a running cell. */
  answer(reply: Message): void {
    const asked = reply.parentHeader.msg_id;
    const { value } = reply.content;
    // An answer that comes too late, or to another question, is nobody's.
    const cell = this.shells.running().find(({ question }) => question !== undefined && (typeof asked !== 'string' || asked === question));
    if (!cell) return;
    cell.question = undefined;
    this.process.send({ op: 'input', reply: { value: typeof value === 'string' ? value : String(value ?? '') } });
  }

  pauseOutput(pause: boolean): void {
    this.process.pauseOutput(pause);
  }

  /** Stops the running cells; pressed again after a second, or after ten seconds, replaces the execution process. */
  interrupt(): void {
    this.generation++;
    this.debugger.interrupt();
    this.process.send({ op: 'interrupt' });
    const now = performance.now();
    for (const cell of this.shells.running()) {
      if (cell.interruptedAt === undefined) {
        cell.interruptedAt = now;
        setTimeout(() => this.giveUp(cell), giveUpMs).unref();
      } else if (now - cell.interruptedAt > secondStopMs) this.giveUp(cell);
    }
  }

  close(): void {
    this.closed = true;
    this.process.kill();
  }

  /** Checks a cell, starts it, waits for its end. */
  private async run(cell: CellRun, onStart: (running: RunningCell) => void): Promise<RunResult> {
    const { request, silent, line, history } = cell;
    const payload: unknown[] = [];
    const started = this.starting.then(() =>
      this.start(cell, (id, resolve) => {
        onStart({ id, request, line, history, payload, resolve });
        this.latest = id;
        this.remember(id, request);
      }),
    );
    this.starting = started.catch(() => {});
    const start = await started;
    if ('refused' in start) {
      if (!silent) this.options.iopub.message('error', { ...start.refused }, request);
      return { outcome: { status: 'error', expressions: {}, ...start.refused }, payload };
    }
    const outcome = await start.ended;
    // What native code wrote to the raw pipes is read in the next turns of the event loop.
    await new Promise(setImmediate);
    this.options.iopub.flush();
    return { outcome, payload };
  }

  /** Checks a cell and starts it. Returns a promise of its end (in an object, not to be awaited with the start), or why it was not started. */
  private async start({ code, label, silent, expressions }: CellRun, onStart: (id: number, resolve: (outcome: Outcome) => void) => void): Promise<{ refused: ErrorReport } | { ended: Promise<Outcome> }> {
    const { compiler } = this.options;
    const generation = this.generation;
    const compiled = await compiler.compile({ code, label, generation, expressions });
    if ('error' in compiled) return { refused: compiled.error };
    await this.debugger.beforeCell({ label, code, ...compiled.cell });
    // Nothing is awaited between this and the start: an interrupt would go to nobody.
    if (this.generation !== generation) return { refused: interruptedBeforeStart };
    const id = ++this.counter;
    const ended = new Promise<Outcome>((resolve) => onStart(id, resolve));
    const guards = { loop: loopGuard(generation), call: callGuard(generation) };
    this.process.send({ op: 'execute', label, code, ...compiled.cell, guards, showValue: !silent, loud: this.debugger.stopsAtExceptions }, id);
    compiler.commit();
    return { ended };
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
      case 'inspected':
      case 'inspectorEvent':
        return this.inspector.receive(message);
      case 'result': {
        const running = this.runningCell(cell);
        const content = { execution_count: running?.line ?? 0, data: message['data'], metadata: message['metadata'] };
        const text = (message['data'] as JsonObject)['text/plain'];
        if (running && typeof text === 'string') running.history?.setOutput(running.line, text);
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
        this.runningCell(cell)?.resolve(message as unknown as Outcome);
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
        this.runningCell(cell)?.payload.push(message['payload']);
        return;
    }
  }

  /** A cell asks the user; whoever asks sleeps until there is an answer. */
  private ask(cell: number, { prompt, password }: ChannelMessage): void {
    const running = this.runningCell(cell);
    const refuse = (refused: string): void => this.process.send({ op: 'input', reply: { refused } });
    if (!running) return refuse('Only the running cell can ask for input, not its background tasks or comms.');
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
    const cells = this.shells.running();
    const request = cells[0]?.request ?? this.requests.get(this.latest);
    for (const asked of cells.length > 0 ? cells.map((cell) => cell.request) : [request]) this.options.iopub.message('error', { ...error, traceback }, asked);
    for (const id of this.comms.clear()) this.options.iopub.message('comm_close', { comm_id: id, data: {} }, request);
    this.inspector.reset();
    this.process = this.startProcess();
    void this.debugger.restarted();
    for (const resolve of this.delivering.values()) resolve();
    this.delivering.clear();
    for (const { resolve } of cells) resolve({ status: 'error', expressions: {}, ...error, traceback });
  }

  private giveUp(cell: RunningCell): void {
    if (!this.shells.running().includes(cell)) return;
    this.process.kill();
    this.died('it did not stop after an interrupt');
  }

  private runningCell(id: number): RunningCell | undefined {
    return this.shells.running().find((cell) => cell.id === id);
  }

  /** What later output needs of a request; its code and buffers may be large. */
  private remember(id: number, request: Message): void {
    this.requests.set(id, { ...request, content: { silent: request.content['silent'] }, buffers: [] });
    this.requests.delete(id - rememberedCells);
  }
}

const interruptedBeforeStart: ErrorReport = { ename: 'Interrupted', evalue: 'The cell was interrupted before it started.', traceback: ['\x1b[31mInterrupted\x1b[39m: The cell was interrupted before it started.'] };
