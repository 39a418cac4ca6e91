import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Completeness, CompileRequest, CompileResult, Completion, Inspection, LibraryDescription } from '../language/cell-compiler.js';
import type { CompilerReply, CompilerRequest } from '../language/main.js';

type Distributed<T> = T extends unknown ? Omit<T, 'id'> : never;

/** The compiler in its own process, so that neither a long check nor a long cell keeps the sockets waiting. */
export class CompilerProcess {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  private counter = 0;
  private readonly started: Promise<void>;

  constructor(folder: string, library: Promise<LibraryDescription>) {
    this.child = fork(fileURLToPath(new URL('../language/main.js', import.meta.url)), [], { cwd: folder, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true });
    this.child.on('message', (reply: CompilerReply) => {
      const waiter = this.waiting.get(reply.id);
      this.waiting.delete(reply.id);
      if (reply.error !== undefined) waiter?.reject(new Error(reply.error));
      else waiter?.resolve(reply.result as never);
    });
    this.child.on('exit', (code, signal) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`The compiler process ended (${signal ?? `exit code ${code}`}). Restart the kernel.`));
      this.waiting.clear();
    });
    this.started = library.then((description) => this.ask({ op: 'start', folder, library: description }));
    this.started.catch(() => {});
  }

  async compile(request: CompileRequest): Promise<CompileResult> {
    await this.started;
    return this.ask({ op: 'compile', request });
  }

  async commit(): Promise<void> {
    return this.ask({ op: 'commit' });
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
