import type { Router, XPublisher } from 'zeromq';

/** Milliseconds between two attempts to send what a full subscriber has no room for. */
const retryMs = 1;

/**
 * Sends on a socket one after the other. zeromq refuses a second send while one is under way and allows only 512 in one
 * turn of the event loop, so each socket has one queue and each send is awaited: nothing is lost, nothing overtakes.
 */
export class SendQueue<Socket extends Router | XPublisher = Router> {
  private readonly waiting: Uint8Array[][] = [];
  private running: Promise<void> | undefined;
  /** Bytes not yet handed to ZeroMQ. */
  backlog = 0;

  /** `onSent` is called after each message. */
  constructor(
    protected readonly socket: Socket,
    private readonly onSent: () => void = () => {},
  ) {}

  push(frames: Uint8Array[]): void {
    this.waiting.push(frames);
    this.backlog += size(frames);
    this.running ??= this.run();
  }

  /** Resolves when everything pushed so far has been handed to ZeroMQ. */
  async flush(): Promise<void> {
    while (this.running) await this.running;
  }

  /** Hands one message to ZeroMQ. */
  protected async send(frames: Uint8Array[]): Promise<void> {
    await this.socket.send(frames);
  }

  private async run(): Promise<void> {
    for (let frames = this.waiting.shift(); frames; frames = this.waiting.shift()) {
      try {
        await this.send(frames);
      } catch (error) {
        if (this.socket.closed) break;
        process.stderr.write(`spikelab kernel: a message could not be sent: ${(error as Error).message}\n`);
      }
      this.backlog -= size(frames);
      this.onSent();
    }
    this.running = undefined;
    if (this.waiting.length > 0 && !this.socket.closed) this.running = this.run();
  }
}

/**
 * The queue of a publisher that drops nothing (`noDrop`). ZeroMQ says that such a socket is ready even when a
 * subscriber is full, and then refuses the message for everybody (EAGAIN): it is tried again until all have room. A
 * subscriber that makes no room for `patienceMs` misses messages from then on, until it has read half of what waits for
 * it; the others go on without it.
 */
export class PublishQueue extends SendQueue<XPublisher> {
  constructor(
    socket: XPublisher,
    private readonly patienceMs: number,
    onSent: () => void,
  ) {
    super(socket, onSent);
  }

  protected override async send(frames: Uint8Array[]): Promise<void> {
    const start = performance.now();
    while (!(await this.offer(frames))) {
      if (performance.now() - start > this.patienceMs) return this.sendWithoutStuck(frames);
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  /** Whether ZeroMQ took the message. */
  private async offer(frames: Uint8Array[]): Promise<boolean> {
    try {
      await this.socket.send(frames);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || this.socket.closed) throw error;
      return false;
    }
  }

  /**
   * Drops the message for whoever is full. As nothing was sent for so long, everybody who reads has room. ZeroMQ leaves
   * a pipe that dropped a message out until it has been read down, so that the next messages need not wait for it
   * again.
   */
  private async sendWithoutStuck(frames: Uint8Array[]): Promise<void> {
    process.stderr.write(
      `spikelab kernel: a subscriber of the output has read nothing for ${this.patienceMs / 1000} s and now misses messages; the others get all.\n`,
    );
    this.socket.noDrop = false;
    try {
      await this.socket.send(frames);
    } finally {
      if (!this.socket.closed) this.socket.noDrop = true;
    }
  }
}

function size(frames: readonly Uint8Array[]): number {
  return frames.reduce((sum, frame) => sum + frame.byteLength, 0);
}
