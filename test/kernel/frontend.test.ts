/** What a front end and cells do together beyond running code: input, comms, floods of output, displays, history. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HistoryFile } from '../../kernel/front/history-file.js';
import { matchesGlob } from '../../kernel/front/history.js';
import { Client, missingBuild, type Received } from './client.js';

let kernel: Client;
const run = (code: string, options?: Record<string, unknown>) => kernel.execute(code, options);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers the next question. */
const answering = (value: string): Promise<Received> =>
  new Promise((resolve) => {
    kernel.onInput = (question) => {
      resolve(question);
      void kernel.send(
        'stdin',
        `answer-${question.header.msg_id}`,
        'input_reply',
        { value, status: 'ok' },
        { parent: question.header },
      );
    };
  });

describe.skipIf(missingBuild)('a front end', () => {
  beforeAll(async () => {
    kernel = await Client.start();
  });
  afterAll(async () => {
    await kernel?.shutdown();
  });

  describe('input', () => {
    test('prompt, confirm and password ask and wait', async () => {
      let asked = answering('Ada');
      const cell = kernel.begin('console.log("before"); const name = prompt("Name?"); name', { allow_stdin: true });
      const question = await asked;
      expect(question).toMatchObject({ type: 'input_request', content: { prompt: 'Name? ', password: false } });
      expect(question.parent.msg_id).toBe(cell.reply.id);
      // What was printed before the question is there before the question is answered.
      await kernel.until(({ type, parent }) => type === 'stream' && parent.msg_id === cell.reply.id);
      const { content } = await cell.reply;
      await cell.idle;
      expect(kernel.collect(cell.reply.id, content)).toMatchObject({ stdout: 'before\n', result: "'Ada'" });
      asked = answering('');
      expect((await run('prompt("Colour?", "red")', { allow_stdin: true })).result).toBe("'red'");
      for (const [text, result] of [
        ['y', 'true'],
        [' YES ', 'true'],
        ['no', 'false'],
        ['', 'false'],
      ]) {
        void answering(text);
        expect((await run('confirm("Go on?")', { allow_stdin: true })).result).toBe(result);
      }
      asked = answering('s3cret 🔑');
      expect((await run('password("Key")', { allow_stdin: true })).result).toBe("'s3cret 🔑'");
      expect((await asked).content).toEqual({ prompt: 'Key ', password: true });
    });

    test('is refused where the front end has none, and in background tasks', async () => {
      expect((await run('prompt("?")', { allow_stdin: false })).error).toMatchObject({
        ename: 'InputError',
        evalue: expect.stringContaining('allow_stdin is false'),
      });
      const late = kernel.begin('setTimeout(() => prompt("?"), 50); 0', { allow_stdin: true });
      await late.idle;
      expect(
        (await kernel.until(({ type, parent }) => type === 'error' && parent.msg_id === late.reply.id)).content,
      ).toMatchObject({ ename: 'InputError' });
    });

    test('the stop button ends the wait; completion works meanwhile; a late answer goes nowhere', async () => {
      let question: Received | undefined;
      kernel.onInput = (message) => (question = message);
      const cell = kernel.begin('prompt("never answered")', { allow_stdin: true });
      await expect.poll(() => question).toBeDefined();
      expect(
        (await kernel.request('shell', 'complete_request', { code: 'Math.flo', cursor_pos: 8 })).content.matches,
      ).toEqual(['floor']);
      await kernel.interrupt();
      expect((await cell.reply).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
      await cell.idle;
      await kernel.send('stdin', 'late', 'input_reply', { value: 'late' }, { parent: question!.header });
      void answering('right');
      expect((await run('prompt("again")', { allow_stdin: true })).result).toBe("'right'");
    });
  });

  describe('comms', () => {
    const send = (type: string, content: Record<string, unknown>, buffers: Buffer[] = []) => {
      const { id } = kernel.request('shell', type, content, { buffers });
      return {
        id,
        idle: kernel.until(
          ({ type: t, parent, content: c }) => t === 'status' && parent.msg_id === id && c.execution_state === 'idle',
        ),
      };
    };
    const info = async (content = {}) => (await kernel.request('shell', 'comm_info_request', content)).content;

    test('opened by the front end: messages and binary buffers both ways', async () => {
      // Sent at once: the open message must not overtake the cell that registers the target.
      const cell = kernel.begin(`comms.register('echo', (comm, opening) => {
        comm.send({ opened: opening.data });
        comm.onMessage = ({ data, buffers }) => { console.log('got', data.n); comm.send({ n: Number(data.n) + 1 }, { buffers: buffers.map((b) => b.map((x) => 255 - x)), metadata: { m: 1 } }) };
      })`);
      const open = send('comm_open', { comm_id: 'c-1', target_name: 'echo', data: { hello: true } });
      await cell.idle;
      await open.idle;
      const opened = await kernel.until(({ type, parent }) => type === 'comm_msg' && parent.msg_id === open.id);
      expect(opened.content).toEqual({ comm_id: 'c-1', data: { opened: { hello: true } } });
      expect(await info()).toMatchObject({ status: 'ok', comms: { 'c-1': { target_name: 'echo' } } });
      expect((await info({ target_name: 'other' })).comms).toEqual({});

      const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 256));
      const message = send('comm_msg', { comm_id: 'c-1', data: { n: 41 } }, [bytes, Buffer.alloc(0)]);
      await message.idle;
      const own = kernel.iopub.filter(({ parent }) => parent.msg_id === message.id);
      expect(own.map(({ type }) => type)).toEqual(['status', 'stream', 'comm_msg', 'status']);
      expect(own[2]).toMatchObject({ content: { comm_id: 'c-1', data: { n: 42 } }, metadata: { m: 1 } });
      expect(own[2].buffers.map(({ length }) => length)).toEqual([100_000, 0]);
      expect(own[2].buffers[0].every((byte, i) => byte === 255 - (i % 256))).toBe(true);
      await send('comm_close', { comm_id: 'c-1', data: {} }).idle;
      expect((await info()).comms).toEqual({});
    });

    test('opened by a cell', async () => {
      const { outputs } = await run(
        'let closed = 0; const line = comms.open("jupyter.widget", { state: { v: 1 } }, { buffers: [Float32Array.of(1.5)] }); line.onClose = () => { closed++ }; line.onMessage = () => { throw new RangeError("in a handler") }; undefined',
      );
      expect(outputs.map(({ type }) => type)).toEqual(['comm_open']);
      expect(outputs[0].content).toMatchObject({ target_name: 'jupyter.widget', data: { state: { v: 1 } } });
      expect(new Float32Array(Uint8Array.from(outputs[0].buffers[0]).buffer)).toEqual(Float32Array.of(1.5));
      const id = outputs[0].content.comm_id as string;
      const failing = send('comm_msg', { comm_id: id, data: {} });
      await failing.idle;
      expect(
        kernel.iopub.find(({ type, parent }) => type === 'error' && parent.msg_id === failing.id)?.content,
      ).toMatchObject({ ename: 'RangeError', evalue: 'in a handler' });
      await send('comm_close', { comm_id: id, data: {} }).idle;
      expect((await run('closed')).result).toBe('1');
      expect((await run('line.send({})')).error?.evalue).toContain('is closed');
    });

    test('messages to an open comm reach a cell that awaits', async () => {
      await run(
        'const control = comms.open("slider"); let value = 0; control.onMessage = ({ data }) => { value = Number(data.value) }',
      );
      const id = (await run('control.id')).result!.slice(1, -1);
      const cell = kernel.begin('while (value === 0) await new Promise((r) => setTimeout(r, 5)); value');
      await pause(100);
      void send('comm_msg', { comm_id: id, data: { value: 7 } });
      const { content } = await cell.reply;
      await cell.idle;
      expect(kernel.collect(cell.reply.id, content).result).toBe('7');
    });

    test.each([
      [{}],
      [{ comm_id: 3 }],
      [{ comm_id: 'x', data: 'text' }],
      [{ comm_id: 'x', target_name: 'echo', data: null }],
    ])('a malformed message %j harms nothing', async (content) => {
      await send('comm_msg', content).idle;
      await send('comm_close', content).idle;
      expect((await run('1 + 1')).result).toBe('2');
    });
  });

  describe('output', () => {
    test('promises and timers show without what Node notes on them', async () => {
      const { stdout, result } = await run(
        'console.log(Promise.resolve(5), [new Promise(() => {})]); Promise.resolve(5)',
      );
      expect(stdout).toBe('Promise { 5 } [ Promise { <pending> } ]\n');
      expect(result).toBe('Promise { 5 }\nThis is a promise. Its value comes with `await` before the expression.');
      const timers = await run(
        'const timeout = setTimeout(() => 1, 5); console.log(timeout, setImmediate(() => 1)); timeout',
      );
      for (const text of [timers.stdout, timers.result]) {
        expect(text).toMatch(/Timeout {\n {2}_idleTimeout: 5,/);
        expect(text).not.toMatch(/async|trigger|kResourceStore|Cell/i);
      }
      expect(timers.stdout).toContain('Immediate {');
    });

    test('clearOutput', async () => {
      const { outputs } = await run('console.log("a"); clearOutput({ wait: true }); console.log("b"); clearOutput()');
      expect(outputs.map(({ type, content }) => [type, content.text ?? content.wait])).toEqual([
        ['stream', 'a\n'],
        ['clear_output', true],
        ['stream', 'b\n'],
        ['clear_output', false],
      ]);
    });

    test('page gives the reply a payload', async () => {
      expect((await run('page("long text")')).reply.payload).toEqual([
        { source: 'page', data: { 'text/plain': 'long text' }, start: 0 },
      ]);
    });

    test('100,000 lines arrive in order, all before idle', async () => {
      const { outputs, stdout, reply, milliseconds } = await run('for (let i = 0; i < 100_000; i++) console.log(i)');
      expect(reply.status).toBe('ok');
      expect(stdout === Array.from({ length: 100_000 }, (_, i) => `${i}\n`).join('')).toBe(true);
      // Text is held back for 15 ms: a slow machine sends more.
      expect(outputs.length).toBeLessThanOrEqual(120 + milliseconds / 15);
      const own = kernel.iopub.filter(({ parent }) => parent.msg_id === outputs[0].parent.msg_id);
      expect(own.at(-1)).toMatchObject({ type: 'status', content: { execution_state: 'idle' } });
    });

    test('100 MB arrive whole while the kernel stays small', async () => {
      const memory = () =>
        process.platform === 'linux'
          ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${kernel.process.pid}/status`, 'utf8'))![1]) / 1024
          : 0;
      const before = memory();
      let peak = 0;
      const watch = setInterval(() => (peak = Math.max(peak, memory())), 50);
      const { outputs, stdout } = await run(
        'for (let i = 0; i < 10; i++) process.stdout.write(String.fromCodePoint(0x1f600, 97 + i).repeat(2_000_000))',
      );
      clearInterval(watch);
      const sent = createHash('sha256')
        .update(Array.from({ length: 10 }, (_, i) => String.fromCodePoint(0x1f600, 97 + i).repeat(2_000_000)).join(''))
        .digest('hex');
      expect(createHash('sha256').update(stdout).digest('hex')).toBe(sent); // 100 MB of UTF-8, cut nowhere inside a character
      expect(peak - before).toBeLessThan(120);
      kernel.iopub.splice(0);
      expect(outputs.length).toBeLessThan(3000);
    });

    test('an interrupted flood leaves the pipe in order', async () => {
      const cell = kernel.begin(
        'function* forever() { for (;;) yield "x".repeat(5000) }\nfor (const line of forever()) console.log(line)',
      );
      await pause(300);
      await kernel.interrupt();
      expect((await cell.reply).content.status).toBe('error');
      await cell.idle;
      expect((await run('console.log("after"); 5')).stdout).toBe('after\n');
    });

    test('bytes of one character in two writes', async () => {
      expect(
        (
          await run(
            'const euro = Buffer.from("€"); process.stdout.write(euro.subarray(0, 1)); process.stdout.write(euro.subarray(1)); undefined',
          )
        ).stdout,
      ).toBe('€');
    });

    test('typed arrays show as length and a few values', async () => {
      expect((await run('new Float32Array(784).fill(0.5)')).result).toBe(
        'Float32Array(784) [ 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, … 0.5, 0.5, 0.5 ]',
      );
      expect((await run('({ weights: new BigInt64Array(1000) })')).result).toBe(
        '{ weights: BigInt64Array(1000) [ 0n, 0n, 0n, 0n, 0n, 0n, … 0n, 0n, 0n ] }',
      );
      expect((await run('Uint8Array.of(1, 2)')).result).toBe('Uint8Array(2) [ 1, 2 ]');
    });

    test('the text of a result has no codes for a terminal, also where an object shows itself with colours', async () => {
      const raw = async (code: string): Promise<unknown> =>
        (await run(code)).outputs.at(-1)!.content.data['text/plain'];
      expect(await raw('({ tau: 64, name: "LIF", on: true })')).toBe("{ tau: 64, name: 'LIF', on: true }");
      expect(await raw('({ [Symbol.for("nodejs.util.inspect.custom")]: () => "\\x1b[31mred\\x1b[0m" })')).toBe('red');
      const cut = await raw('Array.from({ length: 300 }, () => Array.from({ length: 100 }, () => 12345678901))');
      expect(cut).toMatch(/\n… \d+ more characters not shown/);
      expect(cut).not.toContain('\x1b');
    });

    test('large results are cut with a notice, and never made in full', async () => {
      const text = (
        await run('Array.from({ length: 300 }, (_, i) => ({ name: `number ${i}`, text: "y".repeat(2000) }))')
      ).result!;
      expect(text.length).toBeLessThan(101_000);
      expect(text).toMatch(/more characters not shown; console\.log\(value\) prints all$/);
      // In full it would be 10,000,000,000 values: nobody would see the end.
      const wide = await run(
        'const deep = (n: number): unknown => n === 0 ? 1 : Array.from({ length: 100 }, () => shared[n - 1]); const shared: unknown[] = []; for (let n = 0; n < 6; n++) shared[n] = deep(n); shared[5]',
      );
      expect(wide.result!.length).toBeLessThan(101_000);
    });

    test('a picture takes its place before what is printed after it; its metadata is kept', async () => {
      const history =
        '{ epochs: [{ epoch: 1, trainAccuracy: 0.5, cost: 1, seconds: 1, learningRate: 0.1 }], progress: [] }';
      const { outputs: shown } = await run(`show(curves(${history} as never)); console.log("below")`);
      expect(shown.map(({ type }) => type)).toEqual(['display_data', 'stream', 'update_display_data']);
      expect(shown[2].content.transient).toEqual(shown[0].content.transient);
      expect(shown[2].content.metadata['image/png'].width).toBeGreaterThan(100);
      expect(
        (
          await run(
            '({ [Symbol.for("Jupyter.display")]: () => ({}), displayBundle: () => ({ data: { "text/plain": "own" }, metadata: { "text/plain": { a: 1 } } }) })',
          )
        ).outputs[0].content,
      ).toMatchObject({ data: { 'text/plain': 'own' }, metadata: { 'text/plain': { a: 1 } } });
    });
  });
});

describe('history that outlives a session', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spikelab-history-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.skipIf(missingBuild)('tail, search and ranges of earlier sessions', async () => {
    const env = { SPIKELAB_HISTORY: join(folder, 'deep/history.jsonl') };
    const first = await Client.start({ env });
    await first.execute('"from the first"');
    await first.shutdown();
    expect(statSync(env.SPIKELAB_HISTORY).mode & 0o077).toBe(0);
    const second = await Client.start({ env });
    const ask = async (content: Record<string, unknown>) =>
      (await second.request('shell', 'history_request', { raw: true, ...content })).content.history;
    await second.execute('"from the second"');
    expect(await ask({ hist_access_type: 'tail', n: 5, output: false })).toEqual([
      [1, 1, '"from the first"'],
      [2, 1, '"from the second"'],
    ]);
    expect(await ask({ hist_access_type: 'search', pattern: '*first*', output: true })).toEqual([
      [1, 1, ['"from the first"', "'from the first'"]],
    ]);
    expect(await ask({ hist_access_type: 'range', session: -1, start: 0, stop: 9, output: false })).toEqual([
      [1, 1, '"from the first"'],
    ]);
    expect(await ask({ hist_access_type: 'range', session: 0, start: 1, output: false })).toEqual([
      [0, 1, '"from the second"'],
    ]);
    const refused = (
      await second.request('shell', 'history_request', { hist_access_type: 'search', pattern: 'a'.repeat(1001) })
    ).content;
    expect(refused).toMatchObject({
      status: 'error',
      evalue: 'The pattern of a history search has 1001 characters, at most 1000 are possible: shorten it.',
    });
    await second.shutdown();
  });

  test('a search pattern matches as the regular expression does, and a hostile one takes no time', () => {
    const letters = (alphabet: string) =>
      fc.array(fc.constantFrom(...alphabet), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(letters('ab\n.'), letters('ab.*?'), (text, glob) => {
        const expected = new RegExp(
          `^${glob.replaceAll('.', '\\.').replace(/\*+/g, '[^]*').replaceAll('?', '[^]')}$`,
        ).test(text);
        expect(matchesGlob(text, glob)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
    // With backtracking neither would end.
    expect(matchesGlob('a'.repeat(10_000), `${'*a'.repeat(50)}*b`)).toBe(false);
    expect(matchesGlob('a'.repeat(10_000), `*${'?a'.repeat(50)}*b`)).toBe(false);
  });

  test('sessions side by side, damaged lines, a bound on the file, a folder that cannot be written', () => {
    const path = join(folder, 'history.jsonl');
    const [a, b] = [new HistoryFile(path), new HistoryFile(path)];
    a.add(1, 'a1');
    b.add(1, 'b1');
    a.add(2, 'a2');
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"s":"cut off\n[]\nnull\n{"s":1}\n`);
    b.setOutput(1, 'out');
    expect(new HistoryFile(path).read()).toEqual({
      session: 3,
      entries: [
        { session: 1, line: 1, source: 'a1' },
        { session: 1, line: 2, source: 'a2' },
        { session: 2, line: 1, source: 'b1', output: 'out' },
      ],
    });
    for (let n = 0; n < 5200; n++) b.add(n + 2, 'x'.repeat(1700));
    expect(statSync(path).size).toBeGreaterThan(8 * 2 ** 20);
    const after = new HistoryFile(path);
    after.add(1, 'new');
    expect(statSync(path).size).toBeLessThan(9 * 2 ** 20);
    const { entries, session } = after.read();
    expect(session).toBe(3);
    expect(entries).toHaveLength(5001);
    expect(entries.at(-2)).toMatchObject({ session: 2, line: 5201 });
    const nowhere = new HistoryFile(join(path, 'below-a-file'));
    const log = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    nowhere.add(1, 'kept in memory');
    expect(log.mock.calls.join()).toContain('SPIKELAB_HISTORY names another file');
    log.mockRestore();
    expect(nowhere.read().entries).toEqual([{ session: 1, line: 1, source: 'kept in memory' }]);
    expect(existsSync(join(path, 'below-a-file'))).toBe(false);
  });
});
