import { existsSync } from 'node:fs';
import type { ChannelMessage } from '../common/channel.js';
import { kernelError, type ErrorReport } from '../common/error-report.js';
import type { Watchman } from './watchman.js';
import { ExecutionProcess, type ExecutionEvents } from './execution-process.js';

export interface ExecutionOptions extends Omit<ExecutionEvents, 'died'> {
  readonly folder: string;
  readonly watchman: Watchman;
  /** The process ended, and its variables are lost. Where it could not be restarted, the next cell tries to. */
  died(error: ErrorReport, restarted: boolean): void;
}

/**
 * The process that runs the cells, and its successors. One that died is followed by the next at once; one that could
 * not even start is not, because the next would fail the same way: each cell then tries anew.
 */
export class Execution {
  private process: ExecutionProcess | undefined;
  /** Whether the present process came to life. */
  private ready = false;
  private closed = false;

  constructor(private readonly options: ExecutionOptions) {
    const failure = this.ensure();
    if (failure) process.stderr.write(`spikelab kernel: ${failure.evalue}\n`);
  }

  /** Starts the process where there is none. Returns why that is not possible. */
  ensure(): ErrorReport | undefined {
    const { folder, text, message } = this.options;
    if (this.process) return undefined;
    // Node would say that it does not find its own program.
    if (!existsSync(folder))
      return kernelError(
        'FolderMissing',
        `The notebook's folder ${folder} does not exist (any more), so its cells cannot run. Make it again and run the cell again, or restart the kernel from a notebook in another folder.`,
      );
    try {
      this.ready = false;
      const started = new ExecutionProcess(folder, {
        text,
        message: (cell, content, buffers) => {
          if (content.op === 'ready') this.ready = true;
          message(cell, content, buffers);
        },
        died: (reason) => this.died(reason),
      });
      this.process = started;
      this.options.watchman.watch('cells', started.pid);
    } catch (error) {
      return startFailed((error as Error).message);
    }
    return undefined;
  }

  send(message: ChannelMessage, cell = 0, buffers: readonly Uint8Array[] = []): void {
    this.process?.send(message, cell, buffers);
  }

  pauseOutput(pause: boolean): void {
    this.process?.pauseOutput(pause);
  }

  /** Ends the process and starts another. */
  replace(reason: string): void {
    this.process?.kill();
    this.died(reason);
  }

  close(): void {
    this.closed = true;
    this.process?.kill();
  }

  private died(reason: string): void {
    if (this.closed) return;
    this.process = undefined;
    this.options.watchman.watch('cells', undefined);
    if (!this.ready) return this.options.died(startFailed(reason), false);
    const failure = this.ensure();
    const next = failure ? failure.evalue : 'A new one has been started.';
    this.options.died(
      kernelError('ProcessDied', `The process that runs the cells ended: ${reason}. Its variables are lost. ${next}`),
      !failure,
    );
  }
}

function startFailed(reason: string): ErrorReport {
  return kernelError(
    'StartFailed',
    `The process that runs the cells could not be started: ${reason}. Run the cell again to try once more; "spikelab doctor" finds what is wrong with an installation.`,
  );
}
