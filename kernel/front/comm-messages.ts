import type { Message } from '../protocol/message.js';
import type { CommRegistry } from './comm-registry.js';
import type { Execution } from './execution.js';
import type { Parents } from './parents.js';
import type { Stoppable } from './stops.js';

/** A message of the front end that a comm's handler works on. */
interface Handling extends Stoppable {
  resolve(): void;
}

/** Hands messages of the front end to the comm handlers in the execution child. */
export class CommMessages {
  private readonly open = new Map<number, Handling>();

  constructor(
    private readonly registry: CommRegistry,
    private readonly parents: Parents,
    private readonly execution: Pick<Execution, 'send' | 'ensure'>,
  ) {}

  /** Resolves when the handler of the message has run, was interrupted, or is lost with its process. */
  async deliver(id: number, request: Message): Promise<void> {
    const { header, content, metadata, buffers } = request;
    const failure = this.execution.ensure();
    if (failure) throw new Error(failure.evalue);
    this.registry.follow(header.msg_type, content);
    this.parents.begin(id, request);
    await new Promise<void>((resolve) => {
      this.open.set(id, { resolve });
      this.execution.send({ op: 'comm', type: header.msg_type, content, metadata }, id, buffers);
    });
  }

  /** The handlers that go on now. */
  handling(): Stoppable[] {
    return [...this.open.values()];
  }

  /** The handler of a message has ended. */
  done(id: number): void {
    const handling = this.open.get(id);
    if (!handling) return;
    this.open.delete(id);
    this.parents.endComm(id);
    handling.resolve();
  }

  /** The execution child is gone, and with it every handler. */
  lost(): void {
    for (const id of [...this.open.keys()]) this.done(id);
  }
}
