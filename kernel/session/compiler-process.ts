import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildSnapshot, discardSnapshot, findSnapshot } from './compiler-snapshot.js';
import type { Completeness, CompileRequest, CompileResult, Completion, Inspection, LibraryDescription } from '../language/cell-compiler.js';
import type { CompilerReply, CompilerRequest } from '../language/compiler-server.js';

type Distributed<T> = T extends unknown ? Omit<T, 'id'> : never;

const program = fileURLToPath(new URL('../language/main.js', import.meta.url));
/** Milliseconds after the start until a missing snapshot is built: not while the first cells run. */
const buildSnapshotMs = 4000;

/** The compiler in its own process, so that neither a long check nor a long cell keeps the sockets waiting. */
export class CompilerProcess {
  private child: ChildProcess;
  private readonly waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  private counter = 0;
  private readonly started: Promise<void>;
  private builder: ChildProcess | undefined;
  private builderTimer: NodeJS.Timeout | undefined;

  constructor(private readonly folder: string, library: Promise<LibraryDescription>) {
    const snapshot = findSnapshot();
    this.child = this.spawn(snapshot);
    this.started = library.then((description) => this.start(description, snapshot));
    this.started.catch(() => {});
  }

  private async start(library: LibraryDescription, snapshot: string | undefined): Promise<void> {
    const request = { op: 'start', folder: this.folder, library } as const;
    try {
      await this.ask(request);
    } catch (error) {
      if (snapshot === undefined) throw error;
      // A snapshot of another Node, or a damaged one: the plain way is slower, not worse.
      discardSnapshot();
      this.child.kill('SIGKILL');
      this.child = this.spawn(undefined);
      await this.ask(request);
    }
    if (snapshot === undefined) this.builderTimer = setTimeout(() => (this.builder = buildSnapshot(library)), buildSnapshotMs).unref();
  }

  private spawn(snapshot: string | undefined): ChildProcess {
    const execArgv = snapshot === undefined ? [] : ['--snapshot-blob', snapshot];
    const child = fork(program, [], { cwd: this.folder, execArgv, stdio: ['ignore', 'ignore', snapshot === undefined ? 'inherit' : 'ignore', 'ipc'], detached: true });
    child.on('message', (reply: CompilerReply) => {
      const waiter = this.waiting.get(reply.id);
      this.waiting.delete(reply.id);
      if (reply.error !== undefined) waiter?.reject(new Error(reply.error));
      else waiter?.resolve(reply.result as never);
    });
    child.on('exit', (code, signal) => {
      if (child !== this.child) return;
      for (const { reject } of this.waiting.values()) reject(new Error(`The compiler process ended (${signal ?? `exit code ${code}`}). Restart the kernel.`));
      this.waiting.clear();
    });
    return child;
  }

  async compile(request: CompileRequest): Promise<CompileResult> {
    await this.started;
    return this.ask({ op: 'compile', request });
  }

  async emit(code: string): Promise<{ js: string; map: string }> {
    await this.started;
    return this.ask({ op: 'emit', code });
  }

  async declare(name: string): Promise<void> {
    await this.started;
    return this.ask({ op: 'declare', name });
  }

  /** Nobody waits for it: requests are answered in their order. */
  commit(): void {
    this.ask({ op: 'commit' }).catch(() => {}); // what matters is said to the next request
  }

  async complete(code: string, cursor: number): Promise<Completion> {
    await this.started;
    return this.ask({ op: 'complete', code, cursor });
  }

  async inspect(code: string, cursor: number, detail: 0 | 1): Promise<Inspection | undefined> {
    await this.started;
    return this.ask({ op: 'inspect', code, cursor, detail });
  }

  async isComplete(code: string): Promise<Completeness> {
    await this.started;
    return this.ask({ op: 'isComplete', code });
  }

  kill(): void {
    this.child.kill('SIGKILL');
    clearTimeout(this.builderTimer);
    // Detached and therefore the leader of a group: what it started ends with it.
    try {
      if (this.builder?.pid !== undefined && this.builder.exitCode === null) process.kill(process.platform === 'win32' ? this.builder.pid : -this.builder.pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }

  private ask<T>(request: Distributed<CompilerRequest>): Promise<T> {
    const id = ++this.counter;
    return new Promise<T>((resolve, reject) => {
      if (!this.child.connected) return reject(new Error('The compiler process is gone. Restart the kernel.'));
      this.waiting.set(id, { resolve, reject });
      this.child.send({ ...request, id });
    });
  }
}
