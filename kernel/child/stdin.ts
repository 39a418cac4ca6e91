import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import readline, { type Interface } from 'node:readline';
import promises from 'node:readline/promises';
import { Readable } from 'node:stream';
import { after, afterTurn } from '../common/own-timers.js';
import { currentCell } from './cell.js';
import { readInput } from './input.js';
import { Interrupted } from './interrupts.js';
import { Object, Promise, Set, WeakSet, performance } from '../common/intrinsics.js';

/**
 * Milliseconds that a line may take to be understood: prompts for a terminal answer some turns after they have read.
 */
const restMs = 50;

type Listener = (...args: never[]) => void;

/** A question that waits for its line. */
interface Question {
  readonly prompt: string;
  /** Where the question is a promise: fails it. */
  readonly fail?: (error: unknown) => void;
  /** Takes the question back, so that the next line is not its answer. */
  readonly drop?: () => void;
}

/**
 * `process.stdin` of cells: a line for each question to the user. It asks only when somebody wants a line, which is not
 * so when a `readline` interface has merely been made.
 */
class NotebookInput extends Readable {
  readonly fd = 0;
  question: Question | undefined;
  /** While `readline` sets itself up, its listeners are no wish for a line. */
  settingUp = false;
  readonly interfaces = new Set<Interface>();
  private readonly ofReadline = new WeakSet<Listener>();
  private isRead = false;
  private looks = false;
  /**
   * Where the last wish for a line came from: the cell that asks. A look may have been begun by what an earlier cell
   * left behind.
   */
  private asWisher = AsyncLocalStorage.snapshot();
  /** Until when the last line may still be on its way to whoever wanted it. */
  private rests = 0;

  override on(event: string | symbol, listener: Listener): this {
    if (this.settingUp) this.ofReadline.add(listener);
    super.on(event, listener as (...args: unknown[]) => void);
    // `readline` leaves the stream paused when it closes: who listens now would wait for ever.
    if (event === 'data' && !this.settingUp && this.readableFlowing === false) this.resume();
    this.wish();
    return this;
  }

  /** Somebody may want a line. */
  wish(): void {
    this.asWisher = AsyncLocalStorage.snapshot();
    this.look();
  }

  setRawMode(): this {
    return this;
  }

  override _read(): void {
    this.isRead = true;
    this.look();
  }

  /** Asks in the next turn, when a line is wanted then. */
  private look(): void {
    if (this.looks) return;
    this.looks = true;
    const look = (): void => {
      this.looks = false;
      if (this.isRead && this.isWanted()) this.asWisher(() => this.ask());
    };
    if (performance.now() < this.rests) after(look, restMs);
    else afterTurn(look);
  }

  private isWanted(): boolean {
    const listens = (...events: string[]): boolean =>
      events.some((event) => (this.listeners(event) as Listener[]).some((listener) => !this.ofReadline.has(listener)));
    // Who listens for `readable` takes for himself; to a paused stream's others nothing comes.
    const others = listens('readable') || (listens('data', 'keypress') && this.readableFlowing !== false);
    const lines = [...this.interfaces].some((one) => one.listenerCount('line') > 0);
    return this.question !== undefined || others || lines;
  }

  private ask(): void {
    const { question } = this;
    this.question = undefined;
    try {
      const line = readInput(question?.prompt ?? '', false);
      this.isRead = false;
      this.rests = performance.now() + restMs;
      this.push(`${line}\n`);
    } catch (error) {
      leave(this);
      const fail = question?.fail ?? currentCell()?.rejectAwait;
      if (question?.drop) afterTurn(question.drop); // after what waits for it has failed
      if (error instanceof Interrupted) return;
      if (fail) fail(error);
      else throw error;
    }
  }
}

let input = new NotebookInput();

/**
 * A question that was stopped or refused leaves its listeners on the stream, where they would take the answers to later
 * questions: these get a stream of their own. Who holds the old one can go on with it.
 */
function leave(asked: NotebookInput): void {
  if (input !== asked) return;
  input = new NotebookInput();
  syncBuiltinESMExports(); // `import { stdin } from 'node:process'`
}

/** Makes `process.stdin` and `node:readline` ask through the notebook. */
export function installInput(): void {
  const get = (): NotebookInput => (input.destroyed ? (input = new NotebookInput()) : input);
  Object.defineProperty(process, 'stdin', { configurable: true, enumerable: true, get });
  type Make = new (...args: unknown[]) => Interface;
  for (const module of [readline, promises] as unknown as { Interface: Make; createInterface: unknown }[]) {
    const Native = module.Interface;
    module.Interface = class Interface extends Native {
      constructor(...args: unknown[]) {
        input.settingUp = true;
        try {
          super(...args);
        } finally {
          input.settingUp = false;
        }
        askThroughNotebook(this);
      }
    };
    module.createInterface = (...args: unknown[]) => new module.Interface(...args);
  }
  syncBuiltinESMExports();
}

function askThroughNotebook(lines: Interface & { readonly input?: unknown }): void {
  const stdin = input;
  if (lines.input !== stdin) return;
  stdin.interfaces.add(lines);
  lines.once('close', () => stdin.interfaces.delete(lines));
  lines.on('newListener', (event) => event === 'line' && stdin.wish());
  const native = lines.question.bind(lines) as (...args: unknown[]) => unknown;
  lines.question = (prompt: string, ...rest: unknown[]): unknown => {
    let fail: (error: unknown) => void = () => {};
    const failure = new Promise<never>((_, reject) => (fail = reject));
    failure.catch(() => {});
    const taken = new AbortController();
    const [first, ...others] = rest;
    const given = typeof first === 'object' && first !== null ? (first as { signal?: AbortSignal }) : undefined;
    const signal = given?.signal ? AbortSignal.any([given.signal, taken.signal]) : taken.signal;
    const answer = withoutEcho(() => native(prompt, { ...given, signal }, ...(given ? others : rest)));
    const isPromise = answer instanceof Promise;
    if (isPromise) answer.catch(() => {}); // a question that is taken back has told why
    stdin.question = { prompt, ...(isPromise && { fail }), drop: () => withoutEcho(() => taken.abort()) };
    stdin.wish();
    return isPromise ? Promise.race([answer, failure]) : answer;
  };
}

/** The front end shows the question beside its field: it need not stand in the output as well. */
function withoutEcho<T>(work: () => T): T {
  const { stdout } = process;
  const { write } = stdout;
  stdout.write = () => true;
  try {
    return work();
  } finally {
    stdout.write = write;
  }
}
