import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSnapshot, discardSnapshot, findSnapshot } from '../compiler/compiler-snapshot.js';
import type {
  Completeness,
  CompileRequest,
  CompileResult,
  Completion,
  Inspection,
  LibraryDescription,
} from '../compiler/cell-compiler.js';
import { allocation, youngObjects } from './compiler-memory.js';
import { Dormancy } from './dormancy.js';
import { checkGivenUp, LongChecks, type Check } from './long-checks.js';
import type { Watchman } from './watchman.js';
import type { CompilerReply, CompilerRequest, SessionEvent } from '../compiler/compiler-server.js';

type Distributed<T> = T extends unknown ? Omit<T, 'id'> : never;

const program = fileURLToPath(new URL('../compiler/main.js', import.meta.url));
/** Milliseconds after the start until a missing snapshot is built: not while the first cells run. */
const buildSnapshotMs = 4000;

const ended = (how: string): string =>
  `The process that checks the cells ended (${how}). Another one takes its place and knows the cells that ran: run this one again.`;

/**
 * The compiler in its own process, so that neither a long check nor a long cell keeps the sockets waiting. One that
 * dies is followed by another, which is told what the session has declared. So is one that nobody asked for long: it is
 * ended, and comes back with the next request.
 */
export class CompilerProcess {
  private child: ChildProcess;
  private readonly waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  private counter = 0;
  /** Resolves when the present process can be asked; undefined when it died before. */
  private started: Promise<void> | undefined;
  /** What happened to the session's names, for a successor of this process. */
  private readonly session: SessionEvent[] = [];
  private builder: ChildProcess | undefined;
  private builderTimer: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly dormancy = new Dormancy(() => this.rest());
  /** Ended because nobody asked. */
  private dormant = false;
  private readonly checks = new LongChecks(() => this.giveUp());

  constructor(
    private readonly folder: string,
    private readonly library: Promise<LibraryDescription>,
    private readonly watchman: Watchman,
  ) {
    const snapshot = findSnapshot();
    this.child = this.spawn(snapshot);
    this.started = library.then((description) => this.start(description, snapshot));
    this.started.catch(() => {});
  }

  private async start(library: LibraryDescription, snapshot: string | undefined): Promise<void> {
    const asked = this.child;
    const request = { op: 'start', folder: this.folder, library, session: this.session } as const;
    try {
      await this.ask(request);
    } catch (error) {
      if (snapshot === undefined || this.closed || this.child !== asked) throw error;
      // A snapshot of another Node, or a damaged one: the plain way is slower, not worse.
      discardSnapshot(snapshot);
      this.child.kill('SIGKILL');
      this.child = this.spawn(undefined);
      await this.ask(request);
    }
    if (snapshot === undefined)
      this.builderTimer ??= setTimeout(() => (this.builder = buildSnapshot(library)), buildSnapshotMs).unref();
  }

  private spawn(snapshot: string | undefined): ChildProcess {
    const execArgv = [...youngObjects, ...(snapshot === undefined ? [] : ['--snapshot-blob', snapshot])];
    // Not in the notebook's folder, which may be gone: the compiler is told its name.
    // `fork` hands all options on to `spawn`; its type leaves one out.
    const options: ForkOptions & { windowsHide: boolean } = {
      cwd: dirname(program),
      env: { ...allocation, ...process.env },
      execArgv,
      stdio: ['ignore', 'ignore', snapshot === undefined ? 'inherit' : 'ignore', 'ipc'],
      detached: true,
      windowsHide: true,
    };
    const child = fork(program, [], options);
    this.watchman.watch('compiler', child.pid);
    let answered = false;
    child.on('error', () => {}); // `exit` or a failing request tells of it
    child.on('message', (reply: CompilerReply) => {
      answered = true;
      const waiter = this.waiting.get(reply.id);
      this.waiting.delete(reply.id);
      if (reply.error !== undefined) waiter?.reject(new Error(reply.error));
      else waiter?.resolve(reply.result as never);
    });
    child.on('exit', (code, signal) => {
      if (child !== this.child || this.closed || this.dormant) return;
      this.watchman.watch('compiler', undefined);
      const reason = ended(signal ?? `exit code ${code}`);
      // One that could not start from its snapshot is followed by `start` itself; one that could not start at all would
      // fail again at once: the next request tries.
      if (answered || snapshot === undefined) {
        this.started = undefined;
        process.stderr.write(`spikelab kernel: ${reason}\n`);
      }
      if (answered) void this.restart();
      this.lose(new Error(reason));
    });
    return child;
  }

  /** Nothing that was asked will be answered. */
  private lose(reason: Error): void {
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of lost) reject(reason);
  }

  /** Starts the successor of a process that died. */
  private restart(): Promise<void> {
    this.started = this.library.then((description) => {
      if (this.closed) throw new Error(ended('the kernel ends')); // nobody would end that one
      const snapshot = findSnapshot();
      this.child = this.spawn(snapshot);
      this.dormant = false;
      return this.start(description, snapshot);
    });
    this.started.catch(() => {});
    return this.started;
  }

  /** Gives the process and its memory back, unless it is at work. */
  private rest(): void {
    if (this.waiting.size > 0) return this.dormancy.stir();
    this.dormant = true;
    this.started = undefined; // the next request starts another
    this.watchman.watch('compiler', undefined);
    this.child.kill('SIGKILL');
  }

  async compile(request: CompileRequest): Promise<CompileResult> {
    const check = this.checks.begin();
    try {
      return await this.askStarted<CompileResult>({ op: 'compile', request }, check);
    } finally {
      this.checks.end(check);
    }
  }

  interrupt(): void {
    this.checks.stop();
  }

  /** Ends a check that nobody waits for; what else was asked is asked again. */
  private giveUp(): void {
    if (this.closed) return;
    const old = this.child;
    void this.restart();
    old.kill('SIGKILL');
    this.lose(checkGivenUp);
  }

  emit(code: string): Promise<{ js: string; map: string }> {
    return this.askStarted({ op: 'emit', code });
  }

  /** An expression without its types. */
  strip(code: string): Promise<string> {
    return this.askStarted({ op: 'strip', code });
  }

  declare(name: string): Promise<void> {
    return this.tell({ declared: name });
  }

  /**
   * A cell has begun to run: later ones know what it declares. Nobody waits for it: requests are answered in their
   * order.
   */
  commit(code: string): void {
    void this.tell({ ran: code });
  }

  /** The execution child is gone, and with it every value. */
  forget(): void {
    void this.tell({ lost: true });
  }

  complete(code: string, cursor: number): Promise<Completion> {
    return this.askStarted({ op: 'complete', code, cursor });
  }

  inspect(code: string, cursor: number, detail: 0 | 1): Promise<Inspection | undefined> {
    return this.askStarted({ op: 'inspect', code, cursor, detail });
  }

  isComplete(code: string): Promise<Completeness> {
    return this.askStarted({ op: 'isComplete', code });
  }

  kill(): void {
    this.closed = true;
    this.child.kill('SIGKILL');
    clearTimeout(this.builderTimer);
    this.dormancy.end();
    this.builder?.stdin?.destroy(); // it ends when it sees that
  }

  private ready(): Promise<void> {
    return this.started ?? this.restart();
  }

  private async askStarted<T>(request: Distributed<CompilerRequest>, check: Check = {}): Promise<T> {
    for (;;) {
      await this.ready();
      if (check.stopped) throw checkGivenUp;
      check.asked = performance.now();
      try {
        return await this.ask<T>(request);
      } catch (error) {
        if (error !== checkGivenUp || check.stopped) throw error;
      }
    }
  }

  /** Notes an event of the session and passes it on; a process that is only starting gets the whole list. */
  private async tell(event: SessionEvent): Promise<void> {
    this.session.push(event);
    if (this.dormant) return;
    await this.ask({ op: 'event', event }).catch(() => {}); // what matters is said to the next request
  }

  private ask<T>(request: Distributed<CompilerRequest>): Promise<T> {
    const id = ++this.counter;
    this.dormancy.stir();
    return new Promise<T>((resolve, reject) => {
      if (!this.child.connected) return reject(new Error(ended('its channel is closed')));
      this.waiting.set(id, { resolve, reject });
      // A process that is just ending does not take it.
      this.child.send({ ...request, id }, (error) => {
        if (error && this.waiting.delete(id)) reject(new Error(ended(error.message)));
      });
    });
  }
}
