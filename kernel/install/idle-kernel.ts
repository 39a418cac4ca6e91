import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dealer } from 'zeromq';
import { channelAddress, channelNames, type ConnectionInfo } from '../protocol/connection.js';
import { decodeMessage, encodeMessage } from '../protocol/framing.js';
import { MessageFactory } from '../protocol/message.js';
import { Signer } from '../protocol/signing.js';
import { kernelMain } from './kernelspec.js';

export interface IdleKernel {
  /** Milliseconds from its start to the result of a first cell. */
  readonly firstResult: number;
  /**
   * MiB of all its processes when idle; on Linux what they share counts once, elsewhere for each. `undefined` where it
   * is not known.
   */
  readonly memory: number | undefined;
}

/** A kernel that lives and has not answered: the machine is slow or busy, nothing is known to be broken. */
export class SlowStart extends Error {
  override readonly name = 'SlowStart';
}

/** Milliseconds that a kernel may take to run `1 + 1`, and those in which it comes to rest. */
const patience = 30_000;
const restMs = 1500;

/**
 * Starts a kernel as Jupyter would, runs a cell, looks at it, and ends it. Throws an error that quotes what the kernel
 * said.
 * @param command what the kernelspec starts, without the connection file
 * @param milliseconds after which its answer is not waited for any more
 * @throws SlowStart when it lives and did not answer in that time
 */
export async function tryKernel(
  command: readonly string[] = [process.execPath, kernelMain],
  milliseconds = patience,
): Promise<IdleKernel> {
  const folder = mkdtempSync(join(tmpdir(), 'spikelab-doctor-'));
  const info = {
    transport: 'tcp',
    ip: '127.0.0.1',
    key: randomUUID(),
    signature_scheme: 'hmac-sha256',
    ...(await freePorts()),
  } as ConnectionInfo;
  const file = join(folder, 'connection.json');
  writeFileSync(file, JSON.stringify(info), { mode: 0o600 });
  const started = performance.now();
  const [program, ...args] = command;
  const child = spawn(program, [...args, file], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SPIKELAB_HISTORY: join(folder, 'history.jsonl'), JPY_PARENT_PID: String(process.pid) },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const shell = new Dealer({ linger: 0, receiveTimeout: milliseconds });
  try {
    shell.connect(channelAddress(info, 'shell'));
    const content = {
      code: '1 + 1',
      silent: false,
      store_history: false,
      allow_stdin: false,
      stop_on_error: true,
      user_expressions: {},
    };
    await shell.send(
      encodeMessage(new MessageFactory().make({ type: 'execute_request', content }), new Signer(info.key)),
    );
    const reply = await Promise.race([received(shell), ended.then(() => undefined)]);
    const status = reply && decodeMessage(reply, new Signer(info.key)).content['status'];
    if (status !== 'ok') throw new Error(reply ? `it answered "${String(status)}" to 1 + 1` : 'it ended');
    const firstResult = performance.now() - started;
    await new Promise((resolve) => setTimeout(resolve, restMs));
    return { firstResult, memory: memoryOf(child.pid!) };
  } catch (error) {
    if (error instanceof SlowStart) throw error;
    throw new Error(`${(error as Error).message}${said && `; it says: ${said.trim()}`}`);
  } finally {
    shell.close();
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function received(shell: Dealer): Promise<Buffer[]> {
  try {
    return await shell.receive();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    throw new SlowStart(`no answer to 1 + 1 within ${shell.receiveTimeout / 1000} s`);
  }
}

async function freePorts(): Promise<Record<string, number>> {
  const servers = await Promise.all(
    channelNames.map(
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = Object.fromEntries(
    channelNames.map((name, n) => [`${name}_port`, (servers[n].address() as AddressInfo).port]),
  );
  for (const server of servers) server.close();
  return ports;
}

/** MiB of a process and its descendants. */
function memoryOf(root: number): number | undefined {
  try {
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    const family = [root];
    for (let n = 0; n < family.length; n++)
      family.push(...rows.filter(([, parent]) => parent === family[n]).map(([pid]) => pid));
    const kibibytes = family.map(
      (pid) =>
        (process.platform === 'linux' ? proportional(pid) : undefined) ?? rows.find(([one]) => one === pid)?.[2] ?? 0,
    );
    return kibibytes.reduce((sum, one) => sum + one, 0) / 1024;
  } catch {
    return undefined; // no ps here
  }
}

function proportional(pid: number): number | undefined {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
