/**
 * Runs a kernel through a random, seeded life and keeps the books: who asked what, who was answered, what memory grew,
 * who stayed behind.
 */
import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import { Client } from './client.js';
import { measureMemory, processesWith, snapshotsOnSignal, type Memory } from './soak-memory.js';
import { actions, pause, setUp, type Action, type Soak } from './soak-actions.js';
import type { Draw } from './soak-fuzz.js';

export interface SoakRecord {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly seed: number;
  readonly cells: number;
  readonly seconds: number;
  /** How often each action was done. */
  readonly actions: Readonly<Record<string, number>>;
  /** Requests that were answered exactly once, with one busy, one idle and nothing after it. */
  readonly answered: number;
  readonly messages: number;
  readonly violations: readonly string[];
  /**
   * Of the last session: when it was warm and at its end, how many cells lie between, and how much living objects grew
   * for each, in kB.
   */
  readonly memory:
    | {
        readonly warm: Memory;
        readonly end: Memory;
        readonly cells: number;
        readonly livePerCell: number;
        readonly allowed: typeof growthAllowed;
      }
    | undefined;
  readonly orphans: number;
}

/** Milliseconds that anything may take: a busy machine may be ten times slower than this one. */
const patience = 300_000;

/** How often an action is drawn, beside the others. */
const weights: Readonly<Record<Action | 'restart' | 'crash', number>> = {
  result: 6,
  variable: 6,
  flood: 4,
  error: 3,
  interrupt: 5,
  interruptedFlood: 2,
  doubleStop: 2,
  detached: 2,
  burst: 4,
  language: 4,
  stdin: 3,
  comm: 3,
  display: 2,
  background: 2,
  hostileContent: 6,
  hostileFrames: 3,
  restart: 1,
  crash: 1,
};
/**
 * What a session may grow: kB of living objects a cell (its text, source map and types, which later cells may need),
 * and MiB altogether: what a session of a few hundred cells knows more than one of twenty.
 */
export const growthAllowed = { livePerCell: 25, resident: 64 };
/** In a shorter soak what a cell leaves behind is lost in what the processes begin with. */
export const cellsForRate = 300;

/** Integers below n, by a multiplicative congruential generator (Park and Miller, 1988). */
export function dice(seed: number): Draw {
  let state = (seed % 2147483646) + 1;
  return (n) => {
    state = (state * 48271) % 2147483647;
    return Math.floor((state / 2147483647) * n);
  };
}

/**
 * The first two fifths are with restarts and crashes; the rest is one session, whose memory is compared.
 * @param progress called now and then, with what was done so far
 */
export async function soak(
  cells: number,
  seed: number,
  progress: (text: string) => void = () => {},
): Promise<SoakRecord> {
  const [draw, mark, started] = [dice(seed), randomUUID(), performance.now()];
  const [counts, violations]: [Record<string, number>, string[]] = [{}, []];
  let [answered, messages, warm]: [number, number, Memory | undefined] = [0, 0, undefined];
  const settled = Math.ceil(cells * 0.4);
  const warmed = settled + Math.min(40, Math.ceil(cells * 0.1));
  let session = await begin(draw, mark);

  for (let n = 0; n < cells; n++) {
    const name = drawAction(draw, n < settled);
    counts[name] = (counts[name] ?? 0) + 1;
    try {
      if (name === 'restart') session = await restart(session, mark);
      else if (name === 'crash') await crash(session);
      else await within(patience, actions[name](session));
      const books = await check(session);
      answered += books.answered;
      messages += books.messages;
      violations.push(...books.violations.map((text) => `${n} ${name}: ${text}`));
    } catch (error) {
      violations.push(`${n} ${name}: ${(error as Error).message.slice(0, 500)}`);
      session.client.close();
      session = await begin(draw, mark);
    }
    if (n === warmed) warm = await memory(session);
    if (n % 50 === 0) progress(`${n} of ${cells}, ${violations.length} violations`);
  }

  const end = warm && (await memory(session));
  const { code } = await session.client.shutdown();
  if (code !== 0) violations.push(`the kernel ended with code ${code}`);
  await pause(500);
  return {
    date: new Date().toISOString(),
    machine: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
    node: process.version,
    seed,
    cells,
    seconds: Math.round((performance.now() - started) / 1000),
    actions: counts,
    answered,
    messages,
    violations,
    memory: warm &&
      end && {
        warm,
        end,
        cells: cells - warmed,
        livePerCell: (end.live - warm.live) / (cells - warmed),
        allowed: growthAllowed,
      },
    orphans: processesWith(`SPIKELAB_SOAK=${mark}`).length,
  };
}

async function begin(draw: Draw, mark: string): Promise<Soak> {
  const client = await Client.start({
    env: { SPIKELAB_SOAK: mark, ...(process.platform === 'linux' && snapshotsOnSignal) },
  });
  const { reply } = await client.execute(setUp);
  assert.equal(reply.status, 'ok', 'a fresh kernel does not run its first cell');
  client.iopub.splice(0);
  return { client, mark, draw, kept: 0, asked: [] };
}

/** As Jupyter restarts: the old kernel is asked to end, in the middle of a cell, and a new one is started. */
async function restart({ client, draw }: Soak, mark: string): Promise<Soak> {
  if (draw(2) === 0)
    void client.request('shell', 'execute_request', {
      code: 'console.log("x".repeat(1e6)); while (true) {}',
      silent: false,
    });
  await pause(draw(100));
  const { code } = await within(patience, client.shutdown());
  assert.equal(code, 0);
  return begin(draw, mark);
}

/** The process of the cells dies; the kernel says so and goes on. */
async function crash(soak: Soak): Promise<void> {
  const { reply } = await within(
    patience,
    soak.client.execute('process.kill(process.pid, "SIGKILL"); await new Promise(() => {})'),
  );
  assert.equal(reply.ename, 'ProcessDied');
  assert.equal((await within(patience, soak.client.execute(setUp))).reply.status, 'ok');
  soak.kept = 0;
}

/** Whether each request got exactly one reply and one busy and idle around everything it published. */
async function check({ client, asked }: Soak): Promise<{ answered: number; messages: number; violations: string[] }> {
  const violations: string[] = [];
  // A reply may arrive before the idle that was sent after it: they come on two sockets.
  for (const id of asked)
    await client.until(
      ({ type, parent, content }) => type === 'status' && parent.msg_id === id && content.execution_state === 'idle',
      patience,
    );
  await pause(5); // whatever should not come after it
  for (const id of asked) {
    const replies = client.replyCounts.get(id) ?? 0;
    const own = client.iopub.filter(({ parent }) => parent.msg_id === id);
    const states = own.filter(({ type }) => type === 'status').map(({ content }) => content.execution_state);
    if (replies !== 1) violations.push(`${replies} replies to one request`);
    if (states.join() !== 'busy,idle' || own.at(-1)?.type !== 'status')
      violations.push(`published ${own.map(({ type, content }) => content.execution_state ?? type).join(', ')}`);
  }
  const result = { answered: asked.length, messages: client.iopub.length, violations };
  asked.splice(0);
  client.iopub.splice(0);
  return result;
}

function drawAction(draw: Draw, mayRestart: boolean): keyof typeof weights {
  const names = (Object.keys(weights) as (keyof typeof weights)[]).filter(
    (name) => mayRestart || (name !== 'restart' && name !== 'crash'),
  );
  const bag = names.flatMap((name) => Array.from({ length: weights[name] }, () => name));
  return bag[draw(bag.length)];
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>(
    (_, reject) => (timer = setTimeout(() => reject(new Error(`not done after ${ms} ms`)), ms)),
  );
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function memory({ client, mark }: Soak): Promise<Memory> | undefined {
  return process.platform === 'linux'
    ? measureMemory(processesWith(`SPIKELAB_SOAK=${mark}`), client.folder)
    : undefined;
}
