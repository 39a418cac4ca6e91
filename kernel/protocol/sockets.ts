import * as zmq from 'zeromq';
import { channelAddress, type ConnectionInfo } from './connection.js';
import { decodeMessage, encodeMessage } from './framing.js';
import { MessageFactory, type Message, type Outgoing } from './message.js';
import { PublishQueue, SendQueue } from './send-queue.js';
import { Signer } from './signing.js';

export type RequestChannel = 'shell' | 'control' | 'stdin';

/** Receives each well-formed message of a ROUTER socket. */
export type MessageHandler = (channel: RequestChannel, message: Message) => void;

/**
 * Messages that ZeroMQ holds for a subscriber that reads slowly, and how long (ms) one that does not read at all may
 * hold up the others.
 */
const slowSubscriberMessages = 64;
const stuckSubscriberMs = 15_000;
/**
 * Milliseconds that the end of the kernel waits for subscribers that read slowly: until ZeroMQ has taken everything,
 * then until it has sent it.
 */
const goodbyeMs = 500;
const lingerMs = 450;
/** Bytes of output that wait for ZeroMQ, above which the source of the output is asked to pause. */
const outputLimit = 4 * 2 ** 20;

/** The kernel's five sockets. Everything here runs in the front process, where user code cannot block it. */
export class Sockets {
  private readonly factory = new MessageFactory();
  private readonly signer: Signer;
  private readonly routers: Record<RequestChannel, zmq.Router>;
  /** Nothing is dropped for a slow subscriber: sending waits, and with it, in the end, the cell that writes. */
  private readonly publisher = new zmq.XPublisher({
    sendHighWaterMark: slowSubscriberMessages,
    noDrop: true,
    receiveHighWaterMark: 0,
    linger: lingerMs,
    verbosity: 'allSubs',
  });
  private readonly heartbeat = new zmq.Router({ sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: 0 });
  private readonly queues: Record<RequestChannel | 'hb', SendQueue> & { readonly iopub: PublishQueue };

  /** Called when output should pause, and when it may go on. */
  onPressure: (pause: boolean) => void = () => {};
  private paused = false;

  constructor(private readonly info: ConnectionInfo) {
    this.signer = new Signer(info.key, info.signature_scheme);
    const router = (): zmq.Router =>
      new zmq.Router({ sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: lingerMs, handover: true });
    this.routers = { shell: router(), control: router(), stdin: router() };
    this.queues = {
      shell: new SendQueue(this.routers.shell),
      control: new SendQueue(this.routers.control),
      stdin: new SendQueue(this.routers.stdin),
      iopub: new PublishQueue(this.publisher, stuckSubscriberMs, () => this.watchBacklog()),
      hb: new SendQueue(this.heartbeat),
    };
  }

  /** The reply to `connect_request`: the documents' names, and the short ones that ipykernel gives. */
  get ports(): Record<string, number> {
    const { shell_port, iopub_port, stdin_port, control_port, hb_port } = this.info;
    return {
      shell_port,
      iopub_port,
      stdin_port,
      control_port,
      hb_port,
      shell: shell_port,
      iopub: iopub_port,
      stdin: stdin_port,
      control: control_port,
      hb: hb_port,
    };
  }

  get session(): string {
    return this.factory.session;
  }

  /** Binds every socket where the connection file says, and nowhere else; then starts receiving. */
  async open(onMessage: MessageHandler): Promise<void> {
    await Promise.all([
      this.routers.shell.bind(channelAddress(this.info, 'shell')),
      this.routers.control.bind(channelAddress(this.info, 'control')),
      this.routers.stdin.bind(channelAddress(this.info, 'stdin')),
      this.publisher.bind(channelAddress(this.info, 'iopub')),
      this.heartbeat.bind(channelAddress(this.info, 'hb')),
    ]);
    void this.echoHeartbeat();
    void this.welcomeSubscribers();
    for (const channel of ['shell', 'control', 'stdin'] as const) void this.receive(channel, onMessage);
  }

  /** Answers on the socket the request came from, or on another one of the same client. Returns the message's id. */
  reply(channel: RequestChannel, out: Outgoing): string {
    const message = this.factory.make(out);
    this.queues[channel].push(encodeMessage(message, this.signer));
    return message.header.msg_id;
  }

  /** Publishes on iopub, under the topic `kernel.<session>.<type>`. */
  publish(out: Outgoing): void {
    const topic = Buffer.from(`kernel.${this.session}.${out.type}`);
    this.queues.iopub.push(encodeMessage(this.factory.make(out, [topic]), this.signer));
    this.watchBacklog();
  }

  private watchBacklog(): void {
    const { backlog } = this.queues.iopub;
    const pause = this.paused ? backlog > outputLimit / 2 : backlog > outputLimit;
    if (pause === this.paused) return;
    this.paused = pause;
    this.onPressure(pause);
  }

  /**
   * Waits until all queues are empty, then closes; what ZeroMQ still holds is given `lingerMs` when the process ends by
   * itself.
   */
  async close(): Promise<void> {
    const sent = Promise.all([
      this.queues.shell.flush(),
      this.queues.control.flush(),
      this.queues.stdin.flush(),
      this.queues.iopub.flush(),
    ]);
    await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, goodbyeMs).unref())]);
    for (const socket of [...Object.values(this.routers), this.publisher, this.heartbeat]) socket.close();
  }

  private async receive(channel: RequestChannel, onMessage: MessageHandler): Promise<void> {
    const socket = this.routers[channel];
    while (!socket.closed) {
      try {
        const frames = await socket.receive();
        onMessage(channel, decodeMessage(frames, this.signer));
      } catch (error) {
        if (socket.closed) return;
        process.stderr.write(`spikelab kernel: message on ${channel} dropped: ${(error as Error).message}\n`);
      }
    }
  }

  private async echoHeartbeat(): Promise<void> {
    while (!this.heartbeat.closed) {
      try {
        this.queues.hb.push(await this.heartbeat.receive());
      } catch (error) {
        if (!this.heartbeat.closed) process.stderr.write(`spikelab kernel: heartbeat: ${(error as Error).message}\n`);
      }
    }
  }

  /** Tells each new subscriber that its subscription is in place (protocol 5.4). */
  private async welcomeSubscribers(): Promise<void> {
    while (!this.publisher.closed) {
      try {
        const [frame] = await this.publisher.receive();
        if (frame === undefined || frame[0] !== 1) continue;
        const subscription = frame.subarray(1);
        const welcome = this.factory.make(
          { type: 'iopub_welcome', content: { subscription: subscription.toString('utf8') } },
          [subscription],
        );
        this.queues.iopub.push(encodeMessage(welcome, this.signer));
      } catch (error) {
        if (!this.publisher.closed) process.stderr.write(`spikelab kernel: iopub: ${(error as Error).message}\n`);
      }
    }
  }
}
