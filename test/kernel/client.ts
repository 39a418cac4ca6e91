/** A Jupyter client in a few lines, written from the protocol's documents and sharing no code with the kernel. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import * as zmq from 'zeromq';

export const kernelMain = fileURLToPath(new URL('../../dist/kernel/main.js', import.meta.url));
export const missingBuild = existsSync(kernelMain) ? false : 'the kernel is not built: npm run build';

export interface Received {
  readonly identities: readonly Buffer[];
  readonly type: string;
  readonly header: Record<string, string>;
  readonly parent: Record<string, string>;
  readonly metadata: Record<string, unknown>;
  readonly content: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- JSON as it came
  readonly buffers: readonly Buffer[];
}

export interface Executed {
  readonly reply: Received['content'];
  /** Everything on iopub for the cell except status and execute_input, in order. */
  readonly outputs: Received[];
  readonly stdout: string;
  readonly stderr: string;
  /** `text/plain` of the execute_result, without colours. */
  readonly result: string | undefined;
  readonly error: Received['content'] | undefined;
  readonly milliseconds: number;
}

const plain = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : stripVTControlCharacters(text);

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Milliseconds until something that should come is given up: a busy machine may be ten times slower than this one. */
const patience = 300_000;

/** Kernels that were started and whose end nobody has seen. */
const living = new Set<Client>();

/** Ends the kernels that `since` does not name: what a test that failed left behind. */
export async function endKernels(since: ReadonlySet<Client> = new Set()): Promise<void> {
  await Promise.all([...living].filter((client) => !since.has(client)).map((client) => client.end()));
}

/** The kernels that live now. */
export const livingKernels = (): ReadonlySet<Client> => new Set(living);

export class Client {
  readonly iopub: Received[] = [];
  readonly session = randomUUID();
  /** How many replies each request got; more than one is the kernel's mistake. */
  readonly replyCounts = new Map<string, number>();
  /** What the kernel wrote on its own stderr. */
  log = '';
  private readonly listeners = new Set<(message: Received) => void>();
  private readonly replies = new Map<string, (message: Received) => void>();

  private constructor(
    readonly process: ChildProcess,
    readonly folder: string,
    readonly key: string,
    private readonly sockets: {
      shell: zmq.Dealer;
      control: zmq.Dealer;
      stdin: zmq.Dealer;
      iopub: zmq.Subscriber;
      hb: zmq.Request;
    },
  ) {}

  /** Starts a kernel in `cwd` (a fresh folder by default) and waits until it answers. */
  static async start(
    options: { cwd?: string; key?: string; node?: string; env?: NodeJS.ProcessEnv; connectionFileMode?: number } = {},
  ): Promise<Client> {
    const folder = mkdtempSync(join(tmpdir(), 'spikelab-kernel-'));
    const [shell, iopub, stdin, control, hb] = await freePorts(5);
    const key = options.key ?? randomUUID();
    const file = join(folder, 'connection.json');
    writeFileSync(
      file,
      JSON.stringify({
        transport: 'tcp',
        ip: '127.0.0.1',
        shell_port: shell,
        iopub_port: iopub,
        stdin_port: stdin,
        control_port: control,
        hb_port: hb,
        key,
        signature_scheme: 'hmac-sha256',
      }),
      { mode: options.connectionFileMode ?? 0o600 },
    );
    const child = spawn(options.node ?? process.execPath, [kernelMain, file], {
      cwd: options.cwd ?? folder,
      stdio: ['ignore', 'inherit', 'pipe'],
      detached: true,
      // As Jupyter does: should this process be killed, its kernels end by themselves.
      env: {
        ...process.env,
        SPIKELAB_HISTORY: join(folder, 'history.jsonl'),
        JPY_PARENT_PID: String(process.pid),
        ...options.env,
      },
    });
    const identity = `client-${randomUUID()}`;
    const sockets = {
      shell: new zmq.Dealer({ routingId: identity, linger: 0 }),
      control: new zmq.Dealer({ routingId: identity, linger: 0 }),
      stdin: new zmq.Dealer({ routingId: identity, linger: 0 }),
      iopub: new zmq.Subscriber({ receiveHighWaterMark: 0, linger: 0 }),
      hb: new zmq.Request({ linger: 0 }),
    };
    const client = new Client(child, folder, key, sockets);
    living.add(client);
    child.once('exit', () => living.delete(client));
    child.stderr.on('data', (chunk: Buffer) => (client.log += chunk.toString()));
    sockets.shell.connect(`tcp://127.0.0.1:${shell}`);
    sockets.control.connect(`tcp://127.0.0.1:${control}`);
    sockets.stdin.connect(`tcp://127.0.0.1:${stdin}`);
    sockets.hb.connect(`tcp://127.0.0.1:${hb}`);
    sockets.iopub.connect(`tcp://127.0.0.1:${iopub}`);
    sockets.iopub.subscribe('');
    void client.receiveAll();
    try {
      await client.until(({ type }) => type === 'iopub_welcome');
      await client.request('shell', 'kernel_info_request', {});
    } catch (error) {
      await client.end();
      throw error;
    }
    return client;
  }

  /** Signs and sends; resolves with the reply. */
  request(
    channel: 'shell' | 'control',
    type: string,
    content: Record<string, unknown>,
    options: {
      buffers?: Buffer[];
      metadata?: Record<string, unknown>;
      header?: Record<string, unknown> | undefined;
    } = {},
  ): Promise<Received> & { id: string } {
    const id = randomUUID();
    const reply = new Promise<Received>((resolve) => this.replies.set(id, resolve)) as Promise<Received> & {
      id: string;
    };
    void this.send(channel, id, type, content, options);
    reply.id = id;
    return reply;
  }

  async send(
    channel: 'shell' | 'control' | 'stdin',
    id: string,
    type: string,
    content: Record<string, unknown>,
    options: {
      buffers?: Buffer[];
      metadata?: Record<string, unknown>;
      key?: string;
      parent?: object;
      header?: Record<string, unknown> | undefined;
    } = {},
  ): Promise<Buffer[]> {
    const header = {
      msg_id: id,
      msg_type: type,
      session: this.session,
      username: 'test',
      date: new Date().toISOString(),
      version: '5.4',
      ...options.header,
    };
    const json = [header, options.parent ?? {}, options.metadata ?? {}, content].map((part) =>
      Buffer.from(JSON.stringify(part)),
    );
    const signature = createHmac('sha256', options.key ?? this.key)
      .update(Buffer.concat(json))
      .digest('hex');
    const frames = [Buffer.from('<IDS|MSG>'), Buffer.from(signature), ...json, ...(options.buffers ?? [])];
    await this.raw(channel, frames);
    return frames;
  }

  async raw(channel: 'shell' | 'control' | 'stdin', frames: Buffer[]): Promise<void> {
    await this.sockets[channel].send(frames);
  }

  /**
   * Runs a cell; resolves when its reply and its `idle` are both there. `header` adds fields to the request's header.
   */
  async execute(
    code: string,
    options: Record<string, unknown> = {},
    header?: Record<string, unknown>,
  ): Promise<Executed> {
    const start = performance.now();
    const { reply, idle } = this.begin(code, options, header);
    const [{ content }] = await Promise.all([reply, idle]);
    return this.collect(reply.id, content, performance.now() - start);
  }

  /** Sends a cell without waiting. */
  begin(
    code: string,
    options: Record<string, unknown> = {},
    header?: Record<string, unknown>,
  ): { reply: Promise<Received> & { id: string }; idle: Promise<Received> } {
    const reply = this.request(
      'shell',
      'execute_request',
      {
        code,
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: false,
        stop_on_error: true,
        ...options,
      },
      { header },
    );
    const idle = this.until(
      ({ type, parent, content }) =>
        type === 'status' && parent.msg_id === reply.id && content.execution_state === 'idle',
    );
    return { reply, idle };
  }

  collect(id: string, reply: Received['content'], milliseconds = 0): Executed {
    const outputs = this.iopub.filter(
      ({ type, parent }) => parent.msg_id === id && type !== 'status' && type !== 'execute_input',
    );
    const text = (name: string): string =>
      outputs
        .filter(({ type, content }) => type === 'stream' && content.name === name)
        .map(({ content }) => content.text as string)
        .join('');
    return {
      reply,
      outputs,
      stdout: text('stdout'),
      stderr: text('stderr'),
      result: plain(outputs.find(({ type }) => type === 'execute_result')?.content.data['text/plain']),
      error: outputs.find(({ type }) => type === 'error')?.content,
      milliseconds,
    };
  }

  /** Waits for a message on iopub, also one that is already there. */
  until(match: (message: Received) => boolean, timeout = patience): Promise<Received> {
    const known = this.iopub.find(match);
    if (known) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.listeners.delete(listener);
        reject(new Error(`nothing on iopub matched ${String(match)} in ${timeout} ms; the kernel says: ${this.log}`));
      }, timeout);
      const listener = (message: Received): void => {
        if (!match(message)) return;
        clearTimeout(timer);
        this.listeners.delete(listener);
        resolve(message);
      };
      this.listeners.add(listener);
    });
  }

  interrupt(): Promise<Received> {
    return this.request('control', 'interrupt_request', {});
  }

  /** Milliseconds of a heartbeat's round trip. */
  async heartbeat(): Promise<number> {
    const start = performance.now();
    await this.sockets.hb.send('ping');
    await this.sockets.hb.receive();
    return performance.now() - start;
  }

  /** Asks the kernel to end, waits for it, and closes the sockets. */
  async shutdown(): Promise<{ code: number | null; milliseconds: number }> {
    const start = performance.now();
    const ended = new Promise<number | null>((resolve) =>
      this.process.exitCode !== null ? resolve(this.process.exitCode) : this.process.once('exit', resolve),
    );
    await this.request('control', 'shutdown_request', { restart: false });
    const code = await ended;
    const milliseconds = performance.now() - start;
    this.close();
    return { code, milliseconds };
  }

  /** Ends the kernel in whatever state it is, and everything it started. */
  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGTERM');
      const late = setTimeout(() => this.process.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(late);
    }
    this.close();
  }

  close(): void {
    for (const socket of Object.values(this.sockets)) socket.close();
    if (this.process.exitCode === null) this.process.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async receiveAll(): Promise<void> {
    const loop = async (socket: zmq.Dealer | zmq.Subscriber, handle: (message: Received) => void): Promise<void> => {
      try {
        for await (const frames of socket) handle(this.decode(frames));
      } catch {
        // Closed.
      }
    };
    const answer = (message: Received): void => {
      this.replyCounts.set(message.parent.msg_id, (this.replyCounts.get(message.parent.msg_id) ?? 0) + 1);
      this.replies.get(message.parent.msg_id)?.(message);
      this.replies.delete(message.parent.msg_id);
    };
    await Promise.all([
      loop(this.sockets.shell, answer),
      loop(this.sockets.control, answer),
      loop(this.sockets.stdin, (message) => this.onInput?.(message)),
      loop(this.sockets.iopub, (message) => {
        this.iopub.push(message);
        for (const listener of this.listeners) listener(message);
      }),
    ]);
  }

  onInput: ((message: Received) => void) | undefined;

  private decode(frames: Buffer[]): Received {
    const at = frames.findIndex((frame) => frame.toString() === '<IDS|MSG>');
    const json = frames.slice(at + 2, at + 6);
    const signature = createHmac('sha256', this.key).update(Buffer.concat(json)).digest('hex');
    if (this.key !== '' && frames[at + 1].toString() !== signature)
      throw new Error('the kernel sent a message with a wrong signature');
    const [header, parent, metadata, content] = json.map((frame) => JSON.parse(frame.toString()));
    return {
      identities: frames.slice(0, at),
      type: header.msg_type,
      header,
      parent,
      metadata,
      content,
      buffers: frames.slice(at + 6),
    };
  }
}
