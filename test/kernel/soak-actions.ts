/** What the soak test does to a kernel: each action checks its own outcome and throws what is wrong. */
import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import type { Client, Executed } from './client.js';
import { hostileContents, hostileFrames, type Draw } from './soak-fuzz.js';

/** A session: the kernel, the dice, and what its variables must be. */
export interface Soak {
  readonly client: Client;
  /** What stands in the environment of all its processes. */
  readonly mark: string;
  readonly draw: Draw;
  /** Value of the cell variable `kept`. */
  kept: number;
  /** Ids of requests that must have been answered: exactly one reply, one busy, one idle, nothing after it. */
  readonly asked: string[];
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What each fresh kernel is given. */
export const setUp =
  'import { spawn } from "node:child_process"; let kept = 0; comms.register("echo", (comm) => { comm.onMessage = ({ data, buffers }) => comm.send(data, { buffers }) })';

/** Begins a cell and notes that it must be answered. */
function begin(soak: Soak, code: string, options?: Record<string, unknown>): { id: string; done: Promise<Executed> } {
  const { reply, idle } = soak.client.begin(code, options);
  soak.asked.push(reply.id);
  return {
    id: reply.id,
    done: Promise.all([reply, idle]).then(([{ content }]) => soak.client.collect(reply.id, content)),
  };
}

const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `line ${from + i}\n`).join('');
const flood = (from: number, count: number | 'Infinity'): string =>
  `for (let i = 0; i < ${count}; i++) console.log(\`line \${${from} + i}\`)`;

const endless = [
  'while (true) {}',
  'await new Promise(() => {})',
  'for (;;) await new Promise((r) => setTimeout(r, 1))',
  'setTimeout(() => { for (;;); }, 1); await new Promise(() => {})',
  'const fib = (n: number): number => n < 2 ? n : fib(n - 1) + fib(n - 2); fib(90)',
  '/(a+)+b/.test("a".repeat(60))',
];

/** Stops what was begun; the variables must be kept. */
async function interrupted(soak: Soak, cell: ReturnType<typeof begin>): Promise<Executed> {
  await soak.client.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === cell.id);
  await pause(soak.draw(150));
  await soak.client.interrupt();
  const outcome = await cell.done;
  assert.equal(outcome.reply.status, 'error');
  assert.equal(outcome.reply.ename, 'Interrupted');
  await actions.variable(soak);
  return outcome;
}

export const actions = {
  async result(soak: Soak) {
    const n = soak.draw(1e6);
    assert.equal((await begin(soak, `${n} + 1`).done).result, String(n + 1));
  },
  async variable(soak: Soak) {
    assert.equal((await begin(soak, 'kept').done).result, String(soak.kept));
    soak.kept = soak.draw(1e6);
    assert.equal(
      (await begin(soak, `kept = ${soak.kept}; class Shape${soak.draw(5)} { side = ${soak.kept} }`).done).reply.status,
      'ok',
    );
  },
  async flood(soak: Soak) {
    const [from, count] = [soak.draw(1000), 1 + soak.draw(20_000)];
    assert.equal(digest((await begin(soak, flood(from, count)).done).stdout), digest(lines(from, count)));
  },
  async error(soak: Soak) {
    // The cell waits, so that the others have arrived: only what is queued when it fails is aborted.
    const [failing, behind, after] = [
      begin(soak, 'await new Promise((resolve) => setTimeout(resolve, 100)); throw new RangeError("expected")'),
      begin(soak, '1'),
      begin(soak, 'const wrong: string = 1', { stop_on_error: false }),
    ];
    assert.equal((await failing.done).error?.ename, 'RangeError');
    for (const { reply } of [await behind.done, await after.done]) assert.equal(reply.status, 'aborted');
  },
  async interrupt(soak: Soak) {
    await interrupted(soak, begin(soak, endless[soak.draw(endless.length)]));
  },
  /** Two stops in a row are one; training that saves is ended by the second. */
  async doubleStop(soak: Soak) {
    const saving = soak.draw(2) === 0;
    const code = saving
      ? 'const { signal } = (globalThis as any)[Symbol.for("spikelab.interrupt")]; await new Promise((resolve) => signal.addEventListener("abort", () => setTimeout(resolve, 60_000)))'
      : endless[soak.draw(endless.length)];
    const cell = begin(soak, `console.log("begun"); ${code}`);
    await soak.client.until(({ type, parent }) => type === 'stream' && parent.msg_id === cell.id);
    await soak.client.interrupt();
    if (saving) await pause(1100);
    await soak.client.interrupt();
    assert.equal((await cell.done).reply.ename, 'Interrupted');
    await actions.variable(soak);
  },
  /** Children that leave the kernel's process group: they go on, and are gone when the kernel is. */
  async detached(soak: Soak) {
    const cell = begin(
      soak,
      'const hidden = spawn("sleep", ["3000"], { detached: true, stdio: "ignore" }); hidden.unref(); hidden.pid',
    );
    const pid = Number((await cell.done).result);
    process.kill(pid, 0); // throws when it is not there
    if (soak.draw(2) === 0) process.kill(pid, 'SIGKILL');
  },
  async interruptedFlood(soak: Soak) {
    const { stdout } = await interrupted(soak, begin(soak, flood(0, 'Infinity')));
    const count = stdout.split('\n').length - 1;
    assert.equal(
      digest(stdout.slice(0, stdout.lastIndexOf('\n') + 1)),
      digest(lines(0, count)),
      `${count} lines of an interrupted flood are not in order`,
    );
  },
  async burst(soak: Soak) {
    const cells = Array.from({ length: 2 + soak.draw(8) }, (_, i) => begin(soak, `console.log(${i}); ${i} * 10`));
    const outcomes = await Promise.all(cells.map(({ done }) => done));
    outcomes.forEach((outcome, i) => assert.deepEqual([outcome.stdout, outcome.result], [`${i}\n`, String(i * 10)]));
    const counts = outcomes.map(({ reply }) => reply.execution_count as number);
    assert.deepEqual(
      counts,
      counts.map((_, i) => counts[0] + i),
    );
  },
  async language(soak: Soak) {
    const busy = begin(soak, `const until = Date.now() + ${soak.draw(200)}; while (Date.now() < until) {}`);
    const asked = [
      soak.client.request('shell', 'complete_request', { code: 'Math.flo', cursor_pos: 8 }),
      soak.client.request('shell', 'inspect_request', { code: 'kept', cursor_pos: 2, detail_level: 0 }),
      soak.client.request('shell', 'is_complete_request', { code: 'if (1) {' }),
      soak.client.request('control', 'kernel_info_request', {}),
      soak.client.request('shell', 'history_request', { hist_access_type: 'tail', n: 3, output: false, raw: true }),
    ];
    soak.asked.push(...asked.map(({ id }) => id));
    const [complete, inspect, isComplete] = await Promise.all(asked);
    assert.deepEqual(complete.content.matches, ['floor']);
    assert.equal(inspect.content.found, true);
    assert.equal(isComplete.content.status, 'incomplete');
    await busy.done;
  },
  async stdin(soak: Soak) {
    const answer = `answer ${soak.draw(1e6)} 🧠`;
    soak.client.onInput = (question) =>
      void soak.client.send(
        'stdin',
        `a-${question.header.msg_id}`,
        'input_reply',
        { value: answer, status: 'ok' },
        { parent: question.header },
      );
    assert.equal((await begin(soak, 'prompt("?")', { allow_stdin: true }).done).result, `'${answer}'`);
  },
  async comm(soak: Soak) {
    const comm_id = `comm-${soak.draw(1e9)}`;
    const bytes = Buffer.alloc(soak.draw(200_000), soak.draw(256));
    const send = async (type: string, content: Record<string, unknown>, buffers: Buffer[] = []) => {
      const { id } = soak.client.request('shell', type, { comm_id, ...content }, { buffers });
      await soak.client.until(
        ({ type: t, parent, content: c }) => t === 'status' && parent.msg_id === id && c.execution_state === 'idle',
      );
      return soak.client.iopub.filter(({ type: t, parent }) => parent.msg_id === id && t.startsWith('comm_'));
    };
    assert.deepEqual(await send('comm_open', { target_name: 'echo', data: {} }), []);
    const [echo] = await send('comm_msg', { data: { n: 1 } }, [bytes]);
    assert.ok(echo?.buffers[0]?.equals(bytes), 'the echoed buffer differs');
    await send('comm_close', { data: {} });
  },
  async display(soak: Soak) {
    const size = 1 + soak.draw(2_000_000);
    const { outputs } = await begin(
      soak,
      `show({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "x".repeat(${size}) }) }); console.log("after")`,
    ).done;
    const shown = outputs.find(({ type }) => type === 'display_data');
    assert.equal(shown?.content.data['text/plain'].length, size);
  },
  async background(soak: Soak) {
    const cell = begin(
      soak,
      '(async () => { for (let i = 0; i < 3; i++) { await new Promise((r) => setTimeout(r, 5)); console.log(`tick ${i}`) } })(); 0',
    );
    await cell.done;
    soak.asked.splice(soak.asked.indexOf(cell.id), 1); // its output may come after idle
    await soak.client.until(
      ({ type, parent, content }) => type === 'stream' && parent.msg_id === cell.id && content.text.includes('tick 2'),
    );
  },
  async hostileContent(soak: Soak) {
    const { type, content, channel, buffers } = hostileContents(soak.draw);
    const request = soak.client.request(channel, type, content, { buffers });
    if (type.endsWith('_request')) {
      soak.asked.push(request.id);
      assert.ok(
        ['ok', 'error', 'aborted', 'complete', 'incomplete', 'invalid'].includes((await request).content.status),
        `${type} answered with a strange status`,
      );
    }
    await soak.client.until(
      ({ type: t, parent, content: c }) =>
        t === 'status' && parent.msg_id === request.id && c.execution_state === 'idle',
    );
  },
  async hostileFrames(soak: Soak) {
    for (let n = 0; n < 5; n++)
      await soak.client.raw(
        (['shell', 'control', 'stdin'] as const)[soak.draw(3)],
        hostileFrames(soak.draw, soak.client.key),
      );
    await actions.result(soak);
  },
} as const;

export type Action = keyof typeof actions;

const digest = (text: string): string => `${text.length} characters ${createHash('sha256').update(text).digest('hex')}`;
