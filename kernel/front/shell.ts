import type { IOPub } from '../protocol/iopub.js';
import type { JsonObject, Message } from '../protocol/message.js';
import type { ErrorReport } from '../common/error-report.js';
import type { History } from './history.js';
import type { Stoppable } from './stops.js';

/** A cell that is being executed. */
export interface RunningCell extends Stoppable {
  readonly id: number;
  readonly request: Message;
  /** Its execution count. */
  readonly line: number;
  readonly payload: unknown[];
  /** Where its result is kept, when it is. */
  readonly history: History | undefined;
  /** Id of the question to the user that is open. */
  question?: string | undefined;
  resolve(outcome: Outcome): void;
}

export type Outcome = { readonly status: 'ok' | 'error'; readonly expressions: JsonObject } & Partial<ErrorReport>;

type ReplyContent = JsonObject & { readonly status: 'ok' | 'error' };

/** A cell as a shell gives it to be run. */
export interface CellRun {
  readonly request: Message;
  readonly code: string;
  readonly silent: boolean;
  readonly line: number;
  readonly history: History | undefined;
  /** The cell's file is `In[label].ts`. */
  readonly label: string;
  readonly expressions: Readonly<Record<string, string>>;
}

export type RunResult = { readonly outcome: Outcome; readonly payload: readonly unknown[] };

export interface ShellOptions {
  readonly iopub: IOPub;
  readonly history: History;
  reply(request: Message, content: JsonObject): void;
  /** Compiles and runs a cell; `onStart` is called with it as soon as it is under way. */
  run(cell: CellRun, onStart: (running: RunningCell) => void): Promise<RunResult>;
}

/** What waits for its turn; a comm's message carries what to do instead of running a cell. */
interface Waiting {
  readonly request: Message;
  readonly deliver?: () => Promise<void>;
}

/**
 * A shell or subshell (JEP 91): a queue of requests that run one after the other, with an execution count and a history
 * of its own. Cells of different shells share variables and the one thread of JavaScript: each goes on while the others
 * await.
 */
export class Shell {
  private readonly waiting: Waiting[] = [];
  private working = false;
  private executionCount = 0;
  private silentCount = 0;
  private closed = false;
  running: RunningCell | undefined;

  /** `prefix` tells the files of this shell's cells from those of others. */
  constructor(
    private readonly options: ShellOptions,
    private readonly prefix = '',
  ) {}

  get history(): History {
    return this.options.history;
  }

  /** Queues an `execute_request`, or other work that must not overtake one. */
  add(request: Message, deliver?: () => Promise<void>): void {
    this.waiting.push({ request, ...(deliver && { deliver }) });
    if (!this.working) void this.work();
  }

  /** Ends the queue: a running cell goes on, what waits is answered as aborted. */
  close(): void {
    this.closed = true;
    for (const { request, deliver } of this.waiting.splice(0))
      if (deliver) void deliver();
      else this.abort(request);
  }

  private async work(): Promise<void> {
    this.working = true;
    const { iopub, reply } = this.options;
    for (let next = this.waiting.shift(); next && !this.closed; next = this.waiting.shift()) {
      const { request, deliver } = next;
      if (deliver) {
        await deliver();
        continue;
      }
      iopub.status('busy', request);
      const content = await this.execute(request).catch((error: Error) =>
        this.failure(request, {
          ename: 'KernelError',
          evalue: error.message,
          traceback: String(error.stack).split('\n'),
        }),
      );
      const stops = content.status === 'error' && request.content['stop_on_error'] !== false;
      if (stops) await whatHasArrived();
      // Decided before the reply is out: what the client sends after it has seen the error is not aborted.
      const aborted = stops ? this.waiting.filter(({ deliver }) => !deliver) : [];
      for (const late of aborted) this.waiting.splice(this.waiting.indexOf(late), 1);
      reply(request, content);
      iopub.status('idle', request);
      for (const late of aborted) this.abort(late.request);
    }
    this.working = false;
  }

  /** Answers a request that was queued behind an error. */
  private abort(request: Message): void {
    const { iopub, reply } = this.options;
    iopub.status('busy', request);
    reply(request, { status: 'aborted' });
    iopub.status('idle', request);
  }

  /** Runs one request; returns the content of its reply. */
  private async execute(request: Message): Promise<ReplyContent> {
    const { iopub, history, run } = this.options;
    const { code, silent, storeHistory, expressions } = executeContent(request.content);
    if (storeHistory) history.add(++this.executionCount, code);
    const line = this.executionCount;
    if (!silent) iopub.message('execute_input', { code, execution_count: line }, request);
    const label = `${this.prefix}${line}${storeHistory ? '' : `-${++this.silentCount}`}`;

    const { outcome, payload } = await run(
      { request, code, silent, line, history: storeHistory ? history : undefined, label, expressions },
      (running) => (this.running = running),
    );
    this.running = undefined;
    if (outcome.status === 'error') {
      const { ename = '', evalue = '', traceback = [] } = outcome;
      return { status: 'error', execution_count: line, ename, evalue, traceback };
    }
    return { status: 'ok', execution_count: line, user_expressions: outcome.expressions, payload };
  }

  /** Shows an error of the kernel's own; returns the reply's content. */
  private failure(request: Message, error: ErrorReport): ReplyContent {
    this.running = undefined;
    this.options.iopub.message('error', { ...error }, request);
    return { status: 'error', execution_count: this.executionCount, ...error };
  }
}

/**
 * Resolves when the sockets have been read: what reached them in one burst with the failing cell is in the queue then,
 * as in ipykernel.
 */
async function whatHasArrived(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
}

/** The fields of an `execute_request`, checked. */
function executeContent(content: JsonObject): {
  code: string;
  silent: boolean;
  storeHistory: boolean;
  expressions: Record<string, string>;
} {
  const code = content['code'];
  if (typeof code !== 'string') throw new Error(`An execute_request's "code" must be a string, it is ${typeof code}.`);
  const silent = content['silent'] === true;
  const given = content['user_expressions'];
  const expressions: Record<string, string> = {};
  if (typeof given === 'object' && given !== null)
    for (const [name, text] of Object.entries(given)) if (typeof text === 'string') expressions[name] = text;
  return { code, silent, storeHistory: !silent && content['store_history'] !== false, expressions };
}
