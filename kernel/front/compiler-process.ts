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
import { Dormancy } from './dormancy.js';
import type { Watchman } from './watchman.js';
import type { CompilerReply, CompilerRequest, SessionEvent } from '../compiler/compiler-server.js';

type Distributed<T> = T extends unknown ? Omit<T, 'id'> : never;

const program = fileURLToPath(new URL('../compiler/main.js', import.meta.url));
/** Milliseconds after which a check that the user stops may never end. */
const longCheckMs = 2000;
/** Milliseconds after the start until a missing snapshot is built: not while the first cells run. */
const buildSnapshotMs = 4000;

/**
 * glibc learns from large blocks that come and go to keep freed memory, up to 64 MiB of it (mallopt(3), M_TRIM_THRESHOLD); V8's optimizing
 * compiler makes and frees many. A threshold of our own (glibc's first one, in bytes) ends the learning. Other systems do not know the name.
 * Not for the process of the cells: it makes large typed arrays slower.
 */
const allocation = { MALLOC_TRIM_THRESHOLD_: String(128 * 1024) };

/** MiB for young objects. What Node 24 gives them by itself costs 100 MiB in the end, and checks are hardly faster. Node 20 and 22 give less, and would refuse a snapshot made without the option. */
const youngObjects = Number.parseInt(process.versions.node) >= 24 ? ['--max-semi-space-size=8'] : [];

const ended = (how: string): string =>
  `The process that checks the cells ended (${how}). Another one takes its place and knows the cells that ran: run this one again.`;

/**
 * The compiler in its own process, so that neither a long check nor a long cell keeps the sockets waiting. One that dies is followed by
 * another, which is told what the session has declared. So is one that nobody asked for long: it is ended, and comes back with the next
 * request.
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
  /** The checks that are under way, with the time when they were asked for. */
  private readonly checks = new Set<{ readonly asked: number }>();

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
      // One that could not start from its snapshot is followed by `start` itself; one that could not start at all would fail again at once: the next request tries.
      if (answered || snapshot === undefined) {
        this.started = undefined;
        process.stderr.write(`spikelab kernel: ${reason}\n`);
      }
      if (answered) void this.restart();
      this.lose(reason);
    });
    return child;
  }

  /** Nothing that was asked will be answered. */
  private lose(reason: string): void {
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of lost) reject(new Error(reason));
  }

  /** Starts the successor of a process that died. */
  private restart(): Promise<void> {
    this.started = this.library.then((description) => {
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
    await this.ready(); // a start is not a check
    const check = { asked: performance.now() };
    this.checks.add(check);
    try {
      return await this.ask<CompileResult>({ op: 'compile', request });
    } finally {
      this.checks.delete(check);
    }
  }

  /** A stop: nobody waits for a long check any more, but later ones would wait behind it. */
  interrupt(): void {
    if (![...this.checks].some(({ asked }) => performance.now() - asked > longCheckMs)) return;
    const old = this.child;
    void this.restart();
    old.kill('SIGKILL');
    this.lose(ended('stopped at a long check'));
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

  /** A cell has begun to run: later ones know what it declares. Nobody waits for it: requests are answered in their order. */
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

  private async askStarted<T>(request: Distributed<CompilerRequest>): Promise<T> {
    await this.ready();
    return this.ask(request);
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
