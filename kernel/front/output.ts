import type { IOPub } from '../protocol/iopub.js';
import type { JsonObject } from '../protocol/message.js';
import { gradedOutputLimit, isGrading } from '../common/grading.js';
import type { ChannelMessage } from '../common/channel.js';
import type { CommRegistry } from './comm-registry.js';
import type { Parents } from './parents.js';
import type { RunningCell } from './shell.js';

/** Publishes what cells and comm handlers show, each for the request it belongs to. */
export class Output {
  private readonly grading = isGrading();
  /** What each cell has put out, in characters. */
  private readonly used = new Map<number, number>();

  constructor(
    private readonly iopub: IOPub,
    private readonly parents: Parents,
    private readonly comms: CommRegistry,
  ) {}

  text(cell: number, stream: 'stdout' | 'stderr', text: string): void {
    // To a grader one line on stderr is a test that failed, a warning of the student's, too.
    if (!this.grading) this.iopub.text(this.parents.of(cell), stream, text);
    else if (this.allows(cell, text.length)) this.iopub.text(this.parents.of(cell), 'stdout', text);
  }

  /** Whether a cell may put out so much more; the first time that it may not, it says so. */
  private allows(cell: number, length: number): boolean {
    const before = this.used.get(cell) ?? 0;
    if (before > gradedOutputLimit) return false;
    this.used.set(cell, before + length);
    if (before + length <= gradedOutputLimit) return true;
    const notice = `\n… more than ${gradedOutputLimit.toLocaleString('en')} characters of output: the rest is not kept while a grader runs this notebook\n`;
    this.iopub.text(this.parents.of(cell), 'stdout', notice);
    return false;
  }

  /** Publishes a message of the execution child. `running` is the cell it comes from, as long as that runs. */
  show(cell: number, running: RunningCell | undefined, message: ChannelMessage, buffers: readonly Uint8Array[]): void {
    const { iopub } = this;
    const request = this.parents.of(cell);
    switch (message.op) {
      case 'show': {
        const { type, text } = message;
        if (this.grading && type !== 'execute_result' && !this.allows(cell, buffers[0].length)) return;
        if (running && typeof text === 'string') running.history?.setOutput(running.line, text);
        return iopub.message(String(type), buffers[0], request);
      }
      case 'clear':
        if (this.grading) return; // it would take an error away
        return iopub.message('clear_output', { wait: message['wait'] === true }, request);
      case 'error':
        if (request?.content['silent'] === true) return;
        return iopub.message(
          'error',
          { ename: message['ename'], evalue: message['evalue'], traceback: message['traceback'] },
          request,
        );
      case 'comm': {
        if (this.grading) return; // nobody is there to see a widget, and nbclient lets one take a cell's outputs
        const content = message['content'] as JsonObject;
        this.comms.follow(message['type'], content);
        return iopub.message(String(message['type']), content, request, {
          metadata: message['metadata'] as JsonObject,
          buffers,
        });
      }
    }
  }
}
