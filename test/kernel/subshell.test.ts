/** Subshells (JEP 91): concurrent requests on the shell channel, told apart by the header's `subshell_id`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';

let kernel: Client;
const control = async (type: string, content: Record<string, unknown> = {}) =>
  (await kernel.request('control', type, content)).content;
const create = async (): Promise<string> => (await control('create_subshell_request')).subshell_id;
const list = async (): Promise<string[]> => (await control('list_subshell_request')).subshell_id;
const sleep = (ms: number) => `await new Promise((resolve) => setTimeout(resolve, ${ms}));`;

describe.skipIf(missingBuild)('subshells', () => {
  beforeAll(async () => {
    kernel = await Client.start();
  });
  afterAll(async () => {
    await kernel?.shutdown();
  });

  test('are announced, created, listed and deleted', async () => {
    expect((await kernel.request('shell', 'kernel_info_request', {})).content.supported_features).toContain(
      'kernel subshells',
    );
    expect(await control('list_subshell_request')).toEqual({ status: 'ok', subshell_id: [] });
    const [a, b] = [await create(), await create()];
    expect(await list()).toEqual([a, b]);
    expect(await control('delete_subshell_request', { subshell_id: a })).toEqual({ status: 'ok' });
    expect(await list()).toEqual([b]);
    for (const subshell_id of [a, 'nobody', 5, undefined, null])
      expect(await control('delete_subshell_request', { subshell_id })).toMatchObject({
        status: 'error',
        ename: 'SubshellNotFound',
      });
    await control('delete_subshell_request', { subshell_id: b });
    expect(await list()).toEqual([]);
  });

  test('run their cells while a cell of the main shell awaits, with the same variables and types', async () => {
    const sub = { subshell_id: await create() };
    await kernel.execute('interface Shared { n: number }\nlet shared: Shared = { n: 1 };');
    const waiting = kernel.begin(`while (shared.n < 3) ${sleep(5)}\nconsole.log("saw", shared.n); shared.n`);
    await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === waiting.reply.id);
    expect((await kernel.execute('const step: Shared = { n: shared.n + 1 }; step.n', {}, sub)).result).toBe('2');
    const inner = await kernel.execute('console.log("from the subshell"); shared.n = step.n + 1', {}, sub);
    expect(inner.stdout).toBe('from the subshell\n');
    const { content } = await waiting.reply;
    await waiting.idle;
    expect(kernel.collect(waiting.reply.id, content)).toMatchObject({ stdout: 'saw 3\n', result: '3' });
    expect((await kernel.execute('step.n')).result).toBe('2');
  });

  test('a shell runs its own requests one after the other, several shells side by side', async () => {
    const shells = [undefined, { subshell_id: await create() }, { subshell_id: await create() }];
    await kernel.execute('const order: string[] = []; let met = 0;');
    // The first cells of all three end when all have begun; each second one must find its own first one ended.
    const first = (n: number) => `met++; while (met < 3) ${sleep(1)} ${sleep(20)} order.push("${n}.1")`;
    const second = (n: number) => `order.push(order.includes("${n}.1") ? "${n}.2" : "too early")`;
    const cells = shells.flatMap((header, n) => [first(n), second(n)].map((code) => kernel.begin(code, {}, header)));
    await Promise.all(cells.map(({ idle }) => idle));
    const order = ((await kernel.execute('order.join(" ")')).result ?? '').slice(1, -1).split(' ');
    expect(order.sort()).toEqual(['0.1', '0.2', '1.1', '1.2', '2.1', '2.2']);
  });

  test('count and remember for themselves', async () => {
    const sub = { subshell_id: await create() };
    const before = (await kernel.execute('0')).reply.execution_count;
    const first = await kernel.execute('"in the subshell"', {}, sub);
    expect(first.reply.execution_count).toBe(1);
    expect(first.outputs[0].content.execution_count).toBe(1);
    expect((await kernel.execute('throw new Error("here")', {}, sub)).error!.traceback.join('\n')).toMatch(
      /In\[s\d+-2\]\.ts:1:7/,
    );
    const history = async (header?: Record<string, unknown>) =>
      (
        await kernel.request(
          'shell',
          'history_request',
          { hist_access_type: 'tail', n: 2, output: true, raw: true },
          { header },
        )
      ).content.history;
    expect((await history(sub)).map((row: unknown[]) => row.slice(1))).toEqual([
      [1, ['"in the subshell"', "'in the subshell'"]],
      [2, ['throw new Error("here")', null]],
    ]);
    expect((await history()).at(-1)[2]).toEqual(['0', '0']);
    expect((await kernel.execute('0')).reply.execution_count).toBe(before + 1);
  });

  test('an error aborts the queue of its own shell only', async () => {
    const sub = { subshell_id: await create() };
    const slow = kernel.begin(`${sleep(200)} "main goes on"`);
    const late = kernel.begin('"queued in main"');
    const failing = kernel.begin(`${sleep(20)} throw new Error("stop")`, {}, sub);
    const queued = kernel.begin('1', {}, sub);
    expect((await failing.reply).content.status).toBe('error');
    expect((await queued.reply).content.status).toBe('aborted');
    expect((await slow.reply).content.status).toBe('ok');
    expect((await late.reply).content.status).toBe('ok');
    await Promise.all([slow, late, failing, queued].map(({ idle }) => idle));
  });

  test('the stop button ends the cells of all shells', async () => {
    const sub = { subshell_id: await create() };
    const cells = [kernel.begin('await new Promise(() => {})'), kernel.begin(`while (true) ${sleep(1)}`, {}, sub)];
    for (const { reply } of cells)
      await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === reply.id);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await kernel.interrupt();
    for (const { reply } of cells)
      expect((await reply).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
    await Promise.all(cells.map(({ idle }) => idle));
    expect((await kernel.execute('1 + 1', {}, sub)).result).toBe('2');
  });

  test('ask the user themselves', async () => {
    const sub = { subshell_id: await create() };
    const waiting = kernel.begin(
      'await new Promise<void>((resolve) => { globalThis.setTimeout(resolve, 300) }); "main"',
    );
    kernel.onInput = (question) => {
      expect((question.parent as Record<string, unknown>)['subshell_id']).toBe(sub.subshell_id);
      void kernel.send('stdin', 'answer', 'input_reply', { value: 'Ada', status: 'ok' }, { parent: question.header });
    };
    expect((await kernel.execute('prompt("Name?")', { allow_stdin: true }, sub)).result).toBe("'Ada'");
    await waiting.idle;
  });

  test('take comm messages, completion and inspection', async () => {
    const sub = { subshell_id: await create() };
    await kernel.execute(
      'const heard: number[] = []; comms.register("sub", (comm) => { comm.onMessage = ({ data }) => { heard.push(Number(data.n)); comm.send({ heard: heard.length }) } })',
    );
    const waiting = kernel.begin(`while (heard.length === 0) ${sleep(5)} heard`);
    await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === waiting.reply.id);
    void kernel.request('shell', 'comm_open', { comm_id: 'over-sub', target_name: 'sub', data: {} }, { header: sub });
    const { id } = kernel.request('shell', 'comm_msg', { comm_id: 'over-sub', data: { n: 7 } }, { header: sub });
    const reply = await kernel.until(({ type, parent }) => type === 'comm_msg' && parent.msg_id === id);
    expect(reply.content).toEqual({ comm_id: 'over-sub', data: { heard: 1 } });
    await waiting.idle;
    expect(kernel.collect(waiting.reply.id, {}).result).toBe('[ 7 ]');
    expect(
      (await kernel.request('shell', 'complete_request', { code: 'Math.flo', cursor_pos: 8 }, { header: sub })).content
        .matches,
    ).toEqual(['floor']);
  });

  test('a request to a subshell that does not exist is refused, and still ends with idle', async () => {
    const header = { subshell_id: 'nobody' };
    const cell = kernel.begin('globalThis.ran = true', {}, header);
    expect((await cell.reply).content).toMatchObject({
      status: 'error',
      ename: 'SubshellNotFound',
      evalue: expect.stringContaining('"nobody"'),
    });
    await cell.idle;
    expect(
      (await kernel.request('shell', 'complete_request', { code: 'Math.', cursor_pos: 5 }, { header })).content,
    ).toMatchObject({ status: 'error', ename: 'SubshellNotFound' });
    const { id } = kernel.request('shell', 'comm_msg', { comm_id: 'x', data: {} }, { header });
    await kernel.until(
      ({ type, parent, content }) => type === 'status' && parent.msg_id === id && content.execution_state === 'idle',
    );
    expect((await kernel.execute('"ran" in globalThis')).result).toBe('false');
  });

  test('deleting one answers what waits in it; its running cell goes on', async () => {
    const subshell_id = await create();
    const running = kernel.begin(`${sleep(200)} "to the end"`, {}, { subshell_id });
    const queued = kernel.begin('1', {}, { subshell_id });
    await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === running.reply.id);
    expect(await control('delete_subshell_request', { subshell_id })).toEqual({ status: 'ok' });
    expect((await queued.reply).content.status).toBe('aborted');
    expect((await running.reply).content.status).toBe('ok');
    await running.idle;
    expect(kernel.collect(running.reply.id, {}).result).toBe("'to the end'");
  });

  test('there is a bound', async () => {
    const made: string[] = [];
    let reply = await control('create_subshell_request');
    for (; reply.status === 'ok' && made.length < 200; reply = await control('create_subshell_request'))
      made.push(reply.subshell_id);
    expect(reply.evalue).toMatch(/^\d+ subshells are open/);
    for (const subshell_id of made) await control('delete_subshell_request', { subshell_id });
  });
});
