/** The stop button and cells: it keeps every variable, and the next cell runs. What else it stops: stops.test.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, missingBuild } from './client.js';
import { stoppedCells } from './stopped-cells.js';

let kernel: Client;
const folder = mkdtempSync(join(tmpdir(), 'spikelab-interrupt-'));
const run = (code: string) => kernel.execute(code);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Begins a cell; resolves some milliseconds after it has begun to run. */
async function running(code: string, ms = 50): Promise<ReturnType<Client['begin']>> {
  const cell = kernel.begin(`console.log("begun");\n${code}`);
  await kernel.until(({ type, parent }) => type === 'stream' && parent.msg_id === cell.reply.id);
  await pause(ms);
  return cell;
}

/** Stops what `begin` begins. How soon that is measures `npm run bench:kernel`. */
async function stops(begin: () => ReturnType<typeof running>, after: () => Promise<void>): Promise<void> {
  const cell = await begin();
  const answer = kernel.interrupt();
  const { content } = await cell.reply;
  expect((await answer).content).toEqual({ status: 'ok' });
  expect(content).toMatchObject({ status: 'error' });
  expect(content.ename).not.toBe('ProcessDied');
  await cell.idle;
  await after();
}

describe.skipIf(missingBuild)('the stop button', () => {
  beforeAll(async () => {
    kernel = await Client.start({ cwd: folder });
    await run('let kept = { deep: [1, 2, 3] };');
  });
  afterAll(async () => {
    await kernel?.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });
  const isKept = async (): Promise<void> => expect((await run('kept.deep')).result).toBe('[ 1, 2, 3 ]');

  test.each(Object.entries(stoppedCells))('stops %s', (_name, code) => stops(() => running(code), isKept));

  test('at any moment of a start, never in vain', async () => {
    for (let ms = 0; ms < 40; ms += 2) {
      const cell = kernel.begin('while (true) {}');
      await kernel.until(({ type, parent }) => type === 'execute_input' && parent.msg_id === cell.reply.id);
      await pause(ms);
      await kernel.interrupt();
      expect((await cell.reply).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
      await cell.idle;
    }
  });

  test('by SIGINT to the process group, too', async () => {
    const cell = await running('while (true) {}');
    process.kill(-kernel.process.pid!, 'SIGINT');
    expect((await cell.reply).content).toMatchObject({ status: 'error', ename: 'Interrupted' });
    expect((await run('kept.deep.length')).result).toBe('3');
  });

  test('native code, again and again, with looks at values that wait for its end', async () => {
    await run('let looked: any = { at: 1 };');
    for (let n = 0; n < 8; n++) {
      const cell = await running('require("node:child_process").execSync("sleep 60")');
      for (let look = 0; look < 2; look++)
        await kernel.request('shell', 'complete_request', { code: 'looked.', cursor_pos: 7 });
      await kernel.interrupt();
      expect((await cell.reply).content.ename).not.toBe('ProcessDied');
      await cell.idle;
    }
    expect((await run('looked.at')).result).toBe('1');
  });

  test('a child process that begins after the first signal', async () => {
    const late = 'trap "" INT; sleep 1; trap - INT; exec sleep 60';
    const cell = await running(`require("node:child_process").execFileSync("sh", ["-c", ${JSON.stringify(late)}])`);
    await kernel.interrupt();
    expect((await cell.reply).content.ename).not.toBe('ProcessDied');
    await cell.idle;
    await isKept();
  });

  test('lets `finally` run, and later code that looks the same', async () => {
    await run('let cleaned = 0; function spin(n: number) { for (let i = 0; i < n; i++); return n }');
    const cell = await running('try { while (true) {} } finally { for (let i = 0; i < 3; i++) cleaned++ }');
    await kernel.interrupt();
    await cell.idle;
    expect((await run('cleaned + spin(5)')).result).toBe('8');
  });

  test('when nothing runs, ends background work', async () => {
    await run('let ticks = 0; setInterval(() => ticks++, 1); 0');
    await kernel.interrupt();
    await run('const seen = ticks; await new Promise((r) => setTimeout(r, 50));');
    expect((await run('ticks - seen')).result).toBe('0');
  });

  test('tells the library by its signal, and waits while it saves', async () => {
    await run(`const holder = (globalThis as any)[Symbol.for("spikelab.interrupt")];
      let saved = "";
      const train = async () => { const { signal } = holder; await new Promise((r) => signal.addEventListener("abort", r)); await new Promise((r) => setTimeout(r, 200)); saved = "yes"; throw Object.assign(new Error("saved at batch 7"), { name: "Interrupted" }) };`);
    const cell = await running('await train()');
    await kernel.interrupt();
    expect((await cell.reply).content).toMatchObject({ ename: 'Interrupted', evalue: 'saved at batch 7' });
    const after = await run('saved + holder.signal.aborted');
    expect(after.reply).toMatchObject({ status: 'ok' });
    expect(after.result).toBe("'yesfalse'");
  });

  test('training in worker threads, at a batch boundary', async () => {
    await run(
      'const { train } = await datasets.strokes({ train: 2000, test: 10, seed: 1 }); const net = snn.classifier({ hidden: [100], steps: 100, seed: 7 });',
    );
    // Without live curves: their last picture is drawn after the training has stopped, and takes longer than the stop.
    const training = () => running('await net.fit(train, { epochs: 1000, silent: true })', 1000);
    // The net is whole: it goes on to be used.
    const isWhole = async (): Promise<void> =>
      expect((await run('(await net.evaluate(train.slice(0, 10))).samples')).result).toBe('10');
    await stops(training, isWhole);
    await isKept();
  });
});
