import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { fileURLToPath } from 'node:url';
import { decodeChannelMessage, encodeChannelMessage, FrameReader, frameKind, type ChannelMessage } from './channel.js';

export interface ExecutionEvents {
  /** Text that cell `cell` wrote; 0 when it came past Node's streams (native code, child processes). */
  text(cell: number, stream: 'stdout' | 'stderr', text: string): void;
  message(cell: number, message: ChannelMessage, buffers: readonly Buffer[]): void;
  /** The process ended without being asked to. */
  died(reason: string): void;
}

/** What Node says on stderr at the end of a process whose inspector is connected. */
const inspectorNoise = 'Waiting for the debugger to disconnect...\n';

/**
 * The execution child as the front process sees it: a process group of its own, so that nothing that cells start outlives it.
 * Pipes: 1 and 2 for raw output, 3 for what cells write and show, 4 for requests to the control worker and its answers.
 */
export class ExecutionProcess {
  private readonly child: ChildProcess;
  private readonly control: Duplex;
  private ended = false;

  constructor(folder: string, events: ExecutionEvents) {
    const main = fileURLToPath(new URL('./child/main.js', import.meta.url));
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] });
    this.control = this.child.stdio[4] as Duplex;
    this.control.on('error', () => {});
    const answers = new FrameReader(({ cell, payload }) => events.message(cell, decodeChannelMessage(payload).message, []));
    this.control.on('data', (chunk: Buffer) => answers.push(chunk));
    const output = this.child.stdio[3] as Readable;
    const decoders = new Map<number, StringDecoder>();
    const reader = new FrameReader(({ kind, cell, payload }) => {
      if (kind === frameKind.message) {
        const { message, buffers } = decodeChannelMessage(payload);
        events.message(cell, message, buffers);
      } else events.text(cell, kind === frameKind.stdout ? 'stdout' : 'stderr', payload.toString('utf8'));
    });
    output.on('data', (chunk: Buffer) => reader.push(chunk));
    for (const [fd, stream] of [[1, 'stdout'], [2, 'stderr']] as const) {
      decoders.set(fd, new StringDecoder('utf8'));
      (this.child.stdio[fd] as Readable).on('data', (chunk: Buffer) => events.text(0, stream, decoders.get(fd)!.write(chunk).replace(inspectorNoise, '')));
    }
    // `close` comes after the pipes are read to their end: the last words of a crash are shown before its report.
    this.child.on('close', (code, signal) => {
      if (this.ended) return;
      this.ended = true;
      this.killGroup();
      events.died(signal ? describeSignal(signal) : `it exited with code ${code}`);
    });
    this.child.on('error', (error) => events.died(error.message));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  send(message: ChannelMessage, cell = 0, buffers: readonly Uint8Array[] = []): void {
    this.control.write(encodeChannelMessage(message, cell, buffers));
  }

  /** Stops reading what the process writes; it sleeps when its pipe is full. */
  pauseOutput(pause: boolean): void {
    for (const fd of [1, 2, 3] as const) {
      const stream = this.child.stdio[fd] as Readable | null;
      if (pause) stream?.pause();
      else stream?.resume();
    }
  }

  /** Ends the process and everything that cells started. */
  kill(): void {
    this.ended = true;
    this.killGroup();
    this.child.kill('SIGKILL');
    for (const stream of this.child.stdio) stream?.destroy();
  }

  private killGroup(): void {
    if (this.child.pid === undefined || process.platform === 'win32') return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
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
