/** Output under load: nothing is lost or reordered, and a subscriber that does not read harms nobody but itself. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as zmq from 'zeromq';
import { Client, missingBuild, type Received } from './client.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(missingBuild)('a flood of output', () => {
  let kernel: Client;
  beforeAll(async () => void (kernel = await Client.start()));
  afterAll(() => kernel.close());

  /** The numbers that a cell printed, in order. */
  const numbers = (outputs: readonly Received[]): number[] =>
    outputs
      .filter(({ type }) => type === 'stream')
      .flatMap(({ content }) => (content.text as string).trimEnd().split('\n').map(Number));
  const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  const residentMiB = (): number =>
    process.platform === 'linux'
      ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${kernel.process.pid}/status`, 'utf8'))![1]) / 1024
      : 0;

  test('ten thousand lines arrive, in order, in few messages, before idle', async () => {
    const started = performance.now();
    const { stdout, outputs, reply } = await kernel.execute('for (let i = 0; i < 10000; i++) console.log(`line ${i}`)');
    const ms = performance.now() - started;
    expect(reply.status).toBe('ok');
    expect(stdout).toBe(Array.from({ length: 10000 }, (_, i) => `line ${i}\n`).join(''));
    // Text is held back for 15 ms, so that a slow machine sends more.
    expect(outputs.length).toBeLessThanOrEqual(20 + ms / 15);
    const own = kernel.iopub.filter(({ parent }) => parent.msg_id === outputs[0].parent.msg_id);
    expect(own.at(-1)).toMatchObject({ type: 'status', content: { execution_state: 'idle' } });
  });

  test('text arrives while a synchronous cell computes, streams and displays keep their order', async () => {
    const cell = kernel.begin('console.log("first"); while (true) {}');
    await kernel.until(({ type, parent }) => type === 'stream' && parent.msg_id === cell.reply.id);
    await kernel.interrupt();
    await cell.idle;
    const { outputs } = await kernel.execute(
      'console.log("a"); console.error("b"); show({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "c" }) }); await snn.displaysSettled(); console.log("d"); process.stdout.write("e"); "f"',
    );
    expect(outputs.map(({ type, content }) => [type, content.text ?? content.data['text/plain']])).toEqual([
      ['stream', 'a\n'],
      ['stream', 'b\n'],
      ['display_data', 'c'],
      ['stream', 'd\ne'],
      ['execute_result', "'f'"],
    ]);
  });

  test('output of a background task goes to the cell that started it', async () => {
    const starter = kernel.begin(
      '(async () => { for (let i = 0; i < 3; i++) { await new Promise((r) => setTimeout(r, 100)); console.log(`tick ${i}`) } })(); 0',
    );
    await starter.idle;
    await kernel.execute('console.log("other"); await new Promise((r) => setTimeout(r, 150))');
    const tick = await kernel.until(({ type, content }) => type === 'stream' && content.text.includes('tick 2'));
    expect(tick.parent.msg_id).toBe(starter.reply.id);
    for (const { content, parent } of kernel.iopub.filter(
      ({ type, content }) => type === 'stream' && content.text.includes('tick'),
    )) {
      expect(content.text).not.toContain('other');
      expect(parent.msg_id).toBe(starter.reply.id);
    }
  });

  test('20,000 lines on each of two streams in turn arrive in order, all before idle', async () => {
    const { outputs, reply } = await kernel.execute(
      'for (let i = 0; i < 40_000; i += 2) { console.log(i); console.error(i + 1); }',
    );
    expect(reply.status).toBe('ok');
    expect(numbers(outputs)).toEqual(upTo(40_000));
    expect(
      outputs.every(({ content }) => (content.name === 'stdout') === (Number.parseInt(content.text) % 2 === 0)),
    ).toBe(true);
    expect(kernel.iopub.filter(({ parent }) => parent.msg_id === outputs[0].parent.msg_id).at(-1)).toMatchObject({
      type: 'status',
      content: { execution_state: 'idle' },
    });
    kernel.iopub.splice(0);
  });

  test('1,000 comm messages are answered in order, and 5,000 of a cell arrive in order', async () => {
    await kernel.execute(
      'comms.register("echo", (comm) => { comm.onMessage = ({ data, buffers }) => comm.send(data, { buffers }); })',
    );
    await kernel.send('shell', 'comm-open', 'comm_open', { comm_id: 'flood', target_name: 'echo', data: {} });
    const binary = Buffer.alloc(1000, 7);
    for (let i = 0; i < 1000; i++)
      await kernel.send('shell', `comm-${i}`, 'comm_msg', { comm_id: 'flood', data: { i } }, { buffers: [binary] });
    await kernel.until(({ type, content }) => type === 'comm_msg' && content.data.i === 999);
    const answers = kernel.iopub.filter(({ type }) => type === 'comm_msg');
    expect(answers.map(({ content }) => content.data.i)).toEqual(upTo(1000));
    expect(answers.every(({ buffers }) => binary.equals(buffers[0]))).toBe(true);
    const { outputs } = await kernel.execute(
      '{ const comm = comms.open("widget"); for (let i = 0; i < 5000; i++) comm.send({ i }); }',
    );
    expect(outputs.filter(({ type }) => type === 'comm_msg').map(({ content }) => content.data.i)).toEqual(upTo(5000));
    kernel.iopub.splice(0);
  });

  test('a subscriber that rests for a while is waited for; one that never reads is left out until it reads again', async () => {
    const port = (await kernel.request('control', 'connect_request', {})).content.iopub_port as number;
    const other = new zmq.Subscriber({ receiveHighWaterMark: 1, linger: 0 });
    other.connect(`tcp://127.0.0.1:${port}`);
    other.subscribe('');
    const texts: string[] = [];
    const read = async (until: string): Promise<void> => {
      for (let text = ''; !text.includes(until); texts.push(text)) text = String((await other.receive()).at(-1));
    };
    await read('"subscription"');
    await kernel.execute('console.log("both are here")');
    await read('both are here');
    await read('"idle"');
    const flood =
      'const line = "x".repeat(1000); for (let i = 0; i < 30_000; i++) { (i % 2 === 0 ? console.log : console.error)(`${i} ${line}`); }; undefined';

    const awaited = kernel.execute(flood);
    await pause(4000); // by now every buffer on the way is full
    texts.length = 0;
    await read('"idle"');
    expect((await awaited).reply.status).toBe('ok');
    expect(texts.filter((text) => text.includes(' xxx')).length).toBe(numbersOfStreams(kernel.iopub));
    expect(numbersOfStreams(kernel.iopub)).toBe(30_000);
    kernel.iopub.splice(0);

    const before = residentMiB();
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, residentMiB())), 100);
    const { reply, outputs, milliseconds } = await kernel.execute(flood);
    clearInterval(watch);
    expect(reply.status).toBe('ok');
    expect(outputs.map(({ content }) => Number.parseInt(content.text))).toEqual(upTo(30_000));
    expect(milliseconds).toBeGreaterThan(14_000); // it was waited for; otherwise the case has not been met
    expect(peak - before).toBeLessThan(100);
    expect(kernel.log).toMatch(/a subscriber of the output has read nothing for 15 s/);
    const second = await kernel.execute('console.log("quick again")');
    expect(second.milliseconds).toBeLessThan(milliseconds); // that one is not waited for again

    let back = false;
    const reading = read('welcome back').then(() => (back = true));
    while (!back) {
      await kernel.execute('console.log("welcome back")');
      await pause(20);
    }
    await reading;
    other.close();
  });

  test('the end of the kernel cuts nothing off, not even for a subscriber that is a little behind', async () => {
    const ending = await Client.start();
    const other = new zmq.Subscriber({ receiveHighWaterMark: 1, linger: 0, receiveTimeout: 300_000 });
    other.connect(`tcp://127.0.0.1:${(await ending.request('control', 'connect_request', {})).content.iopub_port}`);
    other.subscribe('');
    await other.receive();
    await ending.execute(
      'for (let i = 0; i < 30; i++) show({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": `${i} ${"x".repeat(1e6)}` }) }); await snn.displaysSettled()',
    );
    const { code } = (await Promise.all([ending.shutdown(), readToEnd()]))[0];
    expect(code).toBe(0);
    other.close();

    async function readToEnd(): Promise<void> {
      const texts: string[] = [];
      while (!texts.includes('{"status":"ok","restart":false}')) texts.push(String((await other.receive()).at(-1)));
      expect(
        texts
          .filter((text) => text.includes('xxx'))
          .map((text) => Number.parseInt(JSON.parse(text).data['text/plain'])),
      ).toEqual(upTo(30));
    }
  });
});

/** How many lines of the flood there are. */
function numbersOfStreams(messages: readonly Received[]): number {
  return messages.filter(({ type, content }) => type === 'stream' && /^\d+ x+\n$/.test(content.text)).length;
}
