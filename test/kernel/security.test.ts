/**
 * What a kernel must not do for strangers: obey them, listen elsewhere, show its key, or go to the network by itself.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';

const folder = mkdtempSync(join(tmpdir(), 'spikelab-security-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Pids of the kernel and everything it started. */
function family(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [
          [
            Number(pid),
            Number(
              readFileSync(`/proc/${pid}/stat`, 'utf8')
                .replace(/^.*\) /s, '')
                .split(' ')[1],
            ),
          ],
        ];
      } catch {
        return [];
      }
    });
  const found = [root];
  for (let n = 0; n < found.length; n++)
    found.push(...parents.filter(([, parent]) => parent === found[n]).map(([pid]) => pid));
  return found;
}

/** `address:port` of every TCP socket on which the processes listen, as in the kernel's own table. */
function listening(pids: readonly number[]): string[] {
  const inodes = new Set(
    pids.flatMap((pid) =>
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
        } catch {
          return [];
        }
      }),
    ),
  );
  return ['tcp', 'tcp6']
    .flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1))
    .flatMap((line) => {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state !== '0A' || !inodes.has(inode)) return [];
      const [address, port] = local.split(':');
      const shown = address === '0100007F' ? '127.0.0.1' : address;
      return [`${shown}:${Number.parseInt(port, 16)}`];
    });
}

describe.skipIf(missingBuild)('security', () => {
  let kernel: Client | undefined;
  afterEach(async () => {
    await kernel?.shutdown();
    kernel = undefined;
  });

  test('forged, replayed and malformed messages are dropped on every channel, each with a line in the log', async () => {
    const client = (kernel = await Client.start());
    await client.send(
      'shell',
      'f1',
      'execute_request',
      { code: 'globalThis.forged = 1', silent: false },
      { key: 'guessed' },
    );
    await client.send('control', 'f2', 'shutdown_request', { restart: false }, { key: '' });
    await client.send('stdin', 'f3', 'input_reply', { value: 'forged' }, { key: 'guessed' });
    const frames = await client.send('control', 'once', 'interrupt_request', {});
    await client.raw('control', frames);
    await client.raw('stdin', [Buffer.from('<IDS|MSG>'), Buffer.from('0')]);
    await client.raw('control', [Buffer.alloc(0)]);
    await expect.poll(() => client.log.trim().split('\n').length).toBe(6);
    expect(client.log.match(/message on shell dropped: wrong signature/g)).toHaveLength(1);
    expect(client.log.match(/message on control dropped: wrong signature/g)).toHaveLength(1);
    expect(client.log.match(/message on stdin dropped: wrong signature/g)).toHaveLength(1);
    expect(client.log).toContain('message on control dropped: replayed message');
    expect(client.log).toContain('message on stdin dropped: 1 frames after the delimiter');
    expect(client.log).toContain('message on control dropped: no <IDS|MSG> delimiter');
    expect((await client.execute('"forged" in globalThis')).result).toBe('false');
    for (const secret of [client.key]) expect(client.log).not.toContain(secret);
  });

  test.skipIf(process.platform === 'win32')(
    'a connection file that others can read is warned of; a private one is not',
    async () => {
      const quiet = (kernel = await Client.start());
      expect(quiet.log).toBe('');
      await quiet.shutdown();
      kernel = await Client.start({ connectionFileMode: 0o644 });
      expect(kernel.log).toMatch(/connection\.json can be read by other users \(mode 644\).*chmod 600/);
    },
  );

  test.skipIf(process.platform === 'win32')('what the kernel writes is private, whatever the umask', async () => {
    const history = join(folder, 'history.jsonl');
    const cache = join(folder, 'cache');
    const shell = join(folder, 'open-umask');
    writeFileSync(shell, `#!/bin/sh\numask 000\nexec '${process.execPath}' "$@"\n`);
    chmodSync(shell, 0o700);
    kernel = await Client.start({
      node: shell,
      env: { SPIKELAB_HISTORY: history, SPIKELAB_CACHE: cache, TMPDIR: folder },
    });
    await kernel.execute('"a secret"');
    expect(statSync(history).mode & 0o077).toBe(0);
    const own = readdirSync(kernel.folder).filter((name) => name !== 'connection.json' && name !== 'history.jsonl');
    expect(own).toEqual([]); // nothing in the notebook's folder, no second connection file anywhere in it
  });

  test.skipIf(process.platform !== 'linux')(
    'listens on the five ports of its file, at its address, and nowhere else',
    async () => {
      kernel = await Client.start();
      await kernel.execute('1 + 1');
      const { content } = await kernel.request('shell', 'connect_request', {});
      const wanted = ['shell', 'iopub', 'stdin', 'control', 'hb'].map((name) => `127.0.0.1:${content[`${name}_port`]}`);
      expect(listening(family(kernel.process.pid!)).sort()).toEqual(wanted.sort());
    },
  );

  test('nothing is fetched from the network unless a cell asks', async (context) => {
    const traced = join(folder, 'connects.txt');
    if (process.platform !== 'linux' || spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0)
      return context.skip('strace is not there or may not trace');
    const shell = join(folder, 'traced');
    writeFileSync(
      shell,
      `#!/bin/sh\nexec strace -f -qq -e trace=connect,sendto,sendmsg,sendmmsg -o '${traced}' '${process.execPath}' "$@"\n`,
    );
    chmodSync(shell, 0o700);
    const network = (): string[] =>
      readFileSync(traced, 'utf8')
        .split('\n')
        .filter((line) => /connect\(.*AF_INET|send(to|msg|mmsg)\(.*AF_INET/.test(line));
    kernel = await Client.start({ node: shell });
    expect(
      (await kernel.execute('import { inspect } from "node:util"; show(raster); inspect(snn.presets)')).reply.status,
    ).toBe('ok');
    await kernel.execute('import left from "a-package-that-is-not-there"');
    await kernel.execute('const wrong: string = 1');
    await kernel.request('shell', 'complete_request', { code: 'snn.', cursor_pos: 4 });
    await kernel.request('shell', 'inspect_request', { code: 'fetch', cursor_pos: 2, detail_level: 1 });
    expect(network()).toEqual([]);

    // The same look notices a cell that does ask.
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    await kernel.execute(
      `await new Promise((done) => require("node:net").connect(${(server.address() as AddressInfo).port}, "127.0.0.1").on("close", done).resume())`,
    );
    server.close();
    await expect.poll(network).toHaveLength(1);
  });
});
