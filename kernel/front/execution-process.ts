import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Duplex, Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { fileURLToPath } from 'node:url';
import {
  DamagedChannel,
  decodeChannelMessage,
  encodeChannelMessage,
  FrameReader,
  frameKind,
  type ChannelMessage,
} from '../common/channel.js';
import { userSource } from '../common/function-source.js';
import { frontName, killDescendants, sessionVariable } from '../common/descendants.js';

export interface ExecutionEvents {
  /** Text that cell `cell` wrote; 0 when it came past Node's streams (native code, child processes). */
  text(cell: number, stream: 'stdout' | 'stderr', text: string): void;
  message(cell: number, message: ChannelMessage, buffers: readonly Buffer[]): void;
  /** The process ended without being asked to, or could not be started. Called once, after everything it wrote. */
  died(reason: string): void;
}

/** The pipe with what cells write and show. */
const outputFd = 3;

/** What Node says on stderr at the end of a process whose inspector is connected. */
const inspectorNoise = 'Waiting for the debugger to disconnect...\n';

/** Milliseconds of silence after which a dead process has said everything, though somebody else may hold its pipes. */
const lastWordsMs = 200;

/**
 * The execution child as the front process sees it: a process group of its own, and a name that what cells start
 * inherits, so that nothing outlives it. Pipes: 1 and 2 for raw output, 3 for what cells write and show, 4 for requests
 * to the control worker and its answers.
 */
export class ExecutionProcess {
  private readonly child: ChildProcess;
  private readonly control: Duplex;
  private readonly session = `${frontName}.${randomUUID()}`;
  private lastRead = 0;
  private paused = false;
  private ended = false;

  constructor(folder: string, events: ExecutionEvents) {
    const main = fileURLToPath(new URL('../child/main.js', import.meta.url));
    const env = { ...process.env, [sessionVariable]: this.session };
    // The second option lets `import.meta.resolve` of a cell start from the notebook.
    const nodeOptions = ['--disable-warning=ExperimentalWarning', '--experimental-import-meta-resolve'];
    this.child = spawn(process.execPath, [...nodeOptions, main], {
      cwd: folder,
      detached: true,
      windowsHide: true,
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    const end = (reason: string): void => {
      if (this.ended) return;
      this.kill();
      events.died(reason);
    };
    this.control = this.child.stdio[4] as Duplex;
    this.control.on('error', () => {});
    const answers = new FrameReader(({ cell, payload }) =>
      events.message(cell, decodeChannelMessage(payload).message, []),
    );
    this.control.on('data', (chunk: Buffer) => answers.push(chunk));
    const output = this.child.stdio[outputFd] as Readable;
    const reader = new FrameReader(({ kind, cell, payload }) => {
      if (kind === frameKind.message) {
        const { message, buffers } = decodeChannelMessage(payload);
        events.message(cell, message, buffers);
      } else events.text(cell, kind === frameKind.stdout ? 'stdout' : 'stderr', payload.toString('utf8'));
    });
    output.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        if (!(error instanceof DamagedChannel)) throw error;
        end(
          `what it wrote to file descriptor ${outputFd}, which is the kernel's own, cannot be read (${error.message})`,
        );
      }
    });
    for (const [fd, stream] of [
      [1, 'stdout'],
      [2, 'stderr'],
    ] as const) {
      const decoder = new StringDecoder('utf8');
      (this.child.stdio[fd] as Readable).on('data', (chunk: Buffer) =>
        // Node shows the line that ended the process, as it was run.
        events.text(0, stream, userSource(decoder.write(chunk).replace(inspectorNoise, ''))),
      );
    }
    for (const fd of [1, 2, 3] as const)
      (this.child.stdio[fd] as Readable).on('data', () => (this.lastRead = performance.now()));

    this.child.on('error', (error) => end(error.message));
    this.child.on('exit', (code, signal) => {
      if (this.ended) return;
      const reason = signal ? describeSignal(signal) : `it exited with code ${code}`;
      // What it started may hold its pipes open, which then never close.
      this.killOthers();
      // The last words of a crash are shown before its report.
      this.child.on('close', () => end(reason));
      void this.silence().then(() => end(reason));
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  send(message: ChannelMessage, cell = 0, buffers: readonly Uint8Array[] = []): void {
    this.control.write(encodeChannelMessage(message, cell, buffers));
  }

  /** Stops reading what the process writes; it sleeps when its pipe is full. */
  pauseOutput(pause: boolean): void {
    this.paused = pause;
    for (const fd of [1, 2, 3] as const) {
      const stream = this.child.stdio[fd] as Readable | null;
      if (pause) stream?.pause();
      else stream?.resume();
    }
  }

  /** Ends the process and everything that cells started. */
  kill(): void {
    this.ended = true;
    this.killOthers();
    this.child.kill('SIGKILL');
    for (const stream of this.child.stdio) stream?.destroy();
  }

  /** Resolves when nothing has come for a while. */
  private async silence(): Promise<void> {
    this.lastRead = performance.now();
    while (!this.ended && performance.now() - this.lastRead < lastWordsMs) {
      await new Promise((resolve) => setTimeout(resolve, lastWordsMs / 10));
      if (this.paused) this.lastRead = performance.now();
    }
  }

  private killOthers(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    if (process.platform === 'win32') return killDescendants(this.session, pid);
    // Descendants are found by their parents: the first of them must not be gone, nor start more.
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGSTOP');
    killDescendants(this.session, pid);
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nobody is left in the group.
    }
  }
}

function describeSignal(signal: NodeJS.Signals): string {
  if (signal === 'SIGABRT') return 'it was aborted (SIGABRT), as Node does when memory runs out; see the output above';
  if (signal === 'SIGKILL') return 'it was killed (SIGKILL), as the system does when memory runs out';
  if (signal === 'SIGSEGV') return 'native code crashed (SIGSEGV)';
  return `it received ${signal}`;
}
