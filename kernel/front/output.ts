import type { IOPub } from '../protocol/iopub.js';
import type { JsonObject } from '../protocol/message.js';
import type { ChannelMessage } from '../common/channel.js';
import type { CommRegistry } from './comm-registry.js';
import type { Parents } from './parents.js';
import type { RunningCell } from './shell.js';

/** Publishes what cells and comm handlers show, each for the request it belongs to. */
export class Output {
  constructor(
    private readonly iopub: IOPub,
    private readonly parents: Parents,
    private readonly comms: CommRegistry,
  ) {}

  text(cell: number, stream: 'stdout' | 'stderr', text: string): void {
    this.iopub.text(this.parents.of(cell), stream, text);
  }

  /** Publishes a message of the execution child. `running` is the cell it comes from, as long as that runs. */
  show(cell: number, running: RunningCell | undefined, message: ChannelMessage, buffers: readonly Uint8Array[]): void {
    const { iopub } = this;
    const request = this.parents.of(cell);
    switch (message.op) {
      case 'show': {
        const { type, text } = message;
        if (running && typeof text === 'string') running.history?.setOutput(running.line, text);
        return iopub.message(String(type), buffers[0], request);
      }
      case 'clear':
        return iopub.message('clear_output', { wait: message['wait'] === true }, request);
      case 'error':
        if (request?.content['silent'] === true) return;
        return iopub.message(
          'error',
          { ename: message['ename'], evalue: message['evalue'], traceback: message['traceback'] },
          request,
        );
      case 'comm': {
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
