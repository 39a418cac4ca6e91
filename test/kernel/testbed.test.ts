/**
 * Each message type of the Jupyter messaging documents, in the tiers of runtimed/kernel-testbed's list: by
 * jupyter_client, and what is finer than it by our own client.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';
import { Jupyter, missing } from './python-client.js';

const tiers = {
  'basic protocol': [
    'heartbeat_responds',
    'kernel_info_reply_valid',
    'kernel_info_has_language_info',
    'kernel_info_has_protocol_version',
    'execute_stdout',
    'execute_stderr',
    'execute_reply_ok',
    'status_busy_idle_lifecycle',
    'execute_input_broadcast',
    'shutdown_reply',
  ],
  'interactive features': [
    'complete_request',
    'inspect_request',
    'is_complete_complete',
    'is_complete_incomplete',
    'history_request',
    'comm_info_request',
    'error_handling',
  ],
  'rich output': ['display_data', 'update_display_data', 'execute_result', 'rich_execute_result'],
  'advanced features': [
    'stdin_input_request',
    'comms_lifecycle',
    'interrupt_request',
    'execution_count_increments',
    'parent_header_correlation',
  ],
  'left out by the list': ['connect_request', 'clear_output'],
};

describe('message types, by jupyter_client', () => {
  const jupyter = new Jupyter();
  let outcome: Record<string, string | null>;

  beforeAll(() => {
    if (missing) return;
    jupyter.install();
    outcome = jupyter.json('testbed.py', ['spikelab']);
  });
  afterAll(() => jupyter.remove());

  test.for(Object.entries(tiers).flatMap(([tier, names]) => names.map((name) => [tier, name])))(
    '%s: %s',
    ([, name], context) => {
      if (missing) return context.skip(missing);
      expect(outcome[name]).toBeNull();
    },
  );

  test('none ran that is not in the list', (context) => {
    if (missing) return context.skip(missing);
    expect(Object.keys(outcome).sort()).toEqual(Object.values(tiers).flat().sort());
  });
});

describe.skipIf(missingBuild)('message types, by a Node client', () => {
  let kernel: Client;
  beforeAll(async () => {
    kernel = await Client.start();
  });
  afterAll(() => kernel?.close());

  const statuses = (id: string): string[] =>
    kernel.iopub
      .filter(({ type, parent }) => type === 'status' && parent.msg_id === id)
      .map(({ content }) => content.execution_state);

  test.each([
    ['shell', 'kernel_info_request', {}],
    ['control', 'kernel_info_request', {}],
    ['shell', 'connect_request', {}],
    ['shell', 'complete_request', { code: 'Math.flo', cursor_pos: 8 }],
    ['shell', 'inspect_request', { code: 'Math', cursor_pos: 2, detail_level: 1 }],
    ['shell', 'is_complete_request', { code: 'if (true) {' }],
    ['shell', 'history_request', { hist_access_type: 'tail', n: 1, output: false, raw: true }],
    ['shell', 'comm_info_request', {}],
    ['control', 'interrupt_request', {}],
    ['shell', 'execute_request', { code: '1', silent: true }],
  ] as const)(
    '%s %s: one reply on its channel with the request as parent, busy before it and idle after',
    async (channel, type, content) => {
      const asked = kernel.request(channel, type, content);
      const [reply] = await Promise.all([
        asked,
        kernel.until(
          (one) => one.type === 'status' && one.parent.msg_id === asked.id && one.content.execution_state === 'idle',
        ),
      ]);
      expect(reply.type).toBe(type.replace('request', 'reply'));
      expect(reply.parent).toMatchObject({ msg_id: asked.id, msg_type: type, session: kernel.session });
      expect(reply.content.status).toBe(type === 'is_complete_request' ? 'incomplete' : 'ok');
      expect(statuses(asked.id)).toEqual(['busy', 'idle']);
    },
  );

  test("every message has a header of its own: unique id, date, version 5.4, the kernel's session", async () => {
    await kernel.execute('console.log(1); 2');
    const headers = kernel.iopub.map(({ header }) => header);
    expect(new Set(headers.map(({ msg_id }) => msg_id)).size).toBe(headers.length);
    expect(new Set(headers.map(({ session }) => session)).size).toBe(1);
    for (const { date, version } of headers) {
      expect(new Date(date).toISOString()).toBe(date);
      expect(version).toBe('5.4');
    }
  });

  test('shutdown with restart says so, to every client, and ends with code 0', async () => {
    const ended = new Promise((resolve) => kernel.process.once('exit', resolve));
    const { content, parent } = await kernel.request('control', 'shutdown_request', { restart: true });
    expect(content).toEqual({ status: 'ok', restart: true });
    const told = await kernel.until(({ type }) => type === 'shutdown_reply');
    expect(told).toMatchObject({ content, parent });
    expect(await ended).toBe(0);
  });
});
