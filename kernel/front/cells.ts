import type { LibraryDescription } from '../compiler/cell-compiler.js';
import type { IOPub } from '../protocol/iopub.js';
import type { JsonObject, Message } from '../protocol/message.js';
import type { ChannelMessage } from '../common/channel.js';
import { CommMessages } from './comm-messages.js';
import { CommRegistry } from './comm-registry.js';
import type { CompilerProcess } from './compiler-process.js';
import { Debugger } from '../debugger/debugger.js';
import type { ErrorReport } from '../common/error-report.js';
import { Execution } from './execution.js';
import type { History } from './history.js';
import { Inspector } from '../common/inspector.js';
import { Output } from './output.js';
import { Parents } from './parents.js';
import { interruptedBeforeStart, Preparation, type Refused } from './preparation.js';
import { Questions } from './questions.js';
import { callGuard, loopGuard } from '../common/runtime-names.js';
import { Shells } from './shells.js';
import type { CellRun, Outcome, RunningCell, RunResult } from './shell.js';
import { Stops } from './stops.js';
import type { Watchman } from './watchman.js';

export interface CellsOptions {
  readonly folder: string;
  readonly watchman: Watchman;
  readonly iopub: IOPub;
  readonly compiler: CompilerProcess;
  readonly history: History;
  reply(request: Message, content: JsonObject): void;
  /** Sends a question to the client that sent `request`; returns its id. */
  ask(request: Message, content: JsonObject): string;
  onLibrary(library: LibraryDescription): void;
}

/** Compiles cells, runs them in the execution child, stops them, and routes what comes back. */
export class Cells {
  readonly comms = new CommRegistry();
  readonly shells: Shells;
  readonly inspector: Inspector;
  readonly debugger: Debugger;
  private readonly execution: Execution;
  private readonly parents = new Parents();
  private readonly output: Output;
  private readonly commMessages: CommMessages;
  private readonly questions: Questions;
  private readonly preparation: Preparation;
  private readonly stops: Stops;
  /** Ends when the cell compiled last is under way: cells of several shells are checked and started one at a time. */
  private starting: Promise<unknown> = Promise.resolve();
  private counter = 0;
  private generation = 0;

  constructor(private readonly options: CellsOptions) {
    const { folder, watchman, iopub, history, compiler, reply, ask } = options;
    this.shells = new Shells({ iopub, history, reply, run: (cell, onStart) => this.run(cell, onStart) });
    this.inspector = new Inspector((message) => this.execution.send(message));
    this.debugger = new Debugger({
      inspector: this.inspector,
      onEvent: (event) => iopub.message('debug_event', { ...event }, undefined),
      compiler,
    });
    this.preparation = new Preparation(compiler, this.debugger, (request, text) =>
      iopub.message('stream', { name: 'stdout', text }, request),
    );
    this.output = new Output(iopub, this.parents, this.comms);
    this.execution = new Execution({
      folder,
      watchman,
      text: (cell, stream, text) => this.output.text(cell, stream, text),
      message: (cell, message, buffers) => this.receive(cell, message, buffers),
      died: (error, restarted) => this.died(error, restarted),
    });
    this.commMessages = new CommMessages(this.comms, this.parents, this.execution);
    this.stops = new Stops(
      () => [...this.shells.running(), ...this.commMessages.handling()],
      () => this.execution.replace('it did not stop after an interrupt'),
    );
    this.questions = new Questions({
      running: () => this.shells.running(),
      ask: (request, content) => {
        iopub.flush();
        return ask(request, content);
      },
      reply: (message) => this.execution.send(message),
    });
  }

  /**
   * Hands a comm message to its handler; resolves when that has run. One for an open comm does not wait for cells in
   * the queue; any other does, because a cell before it may be what opens the comm or registers its target.
   */
  comm(request: Message): Promise<void> {
    const shell = this.shells.of(request);
    const deliver = (): Promise<void> => this.commMessages.deliver(++this.counter, request);
    if (this.comms.has(request.content)) return deliver();
    return new Promise((resolve, reject) => shell.add(request, () => deliver().then(resolve, reject)));
  }

  /** The user's answer to a question of a running cell. */
  answer(reply: Message): void {
    this.questions.answer(reply);
  }

  pauseOutput(pause: boolean): void {
    this.execution.pauseOutput(pause);
  }

  /**
   * Stops what runs; pressed again after a second, or after ten seconds, replaces the execution process if that does
   * not help.
   */
  interrupt(): void {
    this.generation++;
    this.preparation.refuse(interruptedBeforeStart);
    this.options.compiler.interrupt();
    this.debugger.interrupt();
    this.execution.send({ op: 'interrupt' });
    this.stops.pressed();
  }

  close(): void {
    this.execution.close();
    this.inspector.reset();
  }

  /** Checks a cell, starts it, waits for its end. */
  private async run(cell: CellRun, onStart: (running: RunningCell) => void): Promise<RunResult> {
    const { request, silent, line, history } = cell;
    const payload: unknown[] = [];
    const generation = this.generation;
    const started = this.starting.then(() =>
      this.start(cell, generation, (id, resolve) => {
        onStart({ id, request, line, history, payload, resolve });
        this.parents.beginCell(id, request);
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
    this.parents.endCell(start.id);
    return { outcome, payload };
  }

  /**
   * Checks a cell and starts it. Returns a promise of its end (in an object, not to be awaited with the start), or why
   * it was not started.
   */
  private async start(
    cell: CellRun,
    generation: number,
    onStart: (id: number, resolve: (outcome: Outcome) => void) => void,
  ): Promise<Refused | { id: number; ended: Promise<Outcome> }> {
    const failure = this.execution.ensure();
    if (failure) return { refused: failure };
    const prepared = await this.preparation.prepare(cell, generation);
    // Nothing is awaited between this and the start: an interrupt would go to nobody.
    if (this.generation !== generation) return interruptedBeforeStart;
    if ('refused' in prepared) return prepared;
    const { code, line, label, silent } = cell;
    const id = ++this.counter;
    const ended = new Promise<Outcome>((resolve) => onStart(id, resolve));
    const guards = { loop: loopGuard(generation), call: callGuard(generation) };
    this.execution.send(
      {
        op: 'execute',
        label,
        line,
        code,
        ...prepared.cell,
        guards,
        showValue: !silent,
        loud: this.debugger.stopsAtExceptions,
      },
      id,
    );
    this.options.compiler.commit(code);
    return { id, ended };
  }

  private receive(cell: number, message: ChannelMessage, buffers: readonly Uint8Array[]): void {
    const running = this.shells.running().find(({ id }) => id === cell);
    switch (message.op) {
      case 'library':
        return this.options.onLibrary({
          file: message['file'] as string | undefined,
          globals: message['globals'] as string[],
        });
      case 'inspected':
      case 'inspectorEvent':
        return this.inspector.receive(message);
      case 'done':
        running?.resolve(message as unknown as Outcome);
        return this.commMessages.done(cell);
      case 'input':
        return this.questions.ask(running, message);
      case 'payload':
        running?.payload.push(message['payload']);
        return;
      default:
        this.output.show(cell, running, message, buffers);
    }
  }

  /** The execution process is gone: say why, answer whoever waits for it. */
  private died(error: ErrorReport, restarted: boolean): void {
    const { iopub, compiler } = this.options;
    const cells = this.shells.running();
    const request = cells[0]?.request ?? this.parents.of(0);
    for (const asked of cells.length > 0 ? cells.map((cell) => cell.request) : [request])
      iopub.message('error', { ...error }, asked);
    for (const id of this.comms.clear()) iopub.message('comm_close', { comm_id: id, data: {} }, request);
    this.inspector.reset();
    compiler.forget();
    this.commMessages.lost();
    if (restarted) void this.debugger.restarted();
    else this.preparation.refuse({ refused: error });
    for (const { resolve } of cells) resolve({ status: 'error', expressions: {}, ...error });
  }
}
