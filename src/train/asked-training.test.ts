/** A front end asks for the trainings that go on and stops one, as JupyterLab's panel does over a comm. */
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { strokeDigits } from '../data/strokes/strokes.js';
import { terminatePool } from '../engine/pool.js';
import { curvesMime, parseCurvesPayload } from '../plot/index.js';
import { setDisplayHost, type DisplayBundle } from '../plot/display.js';
import { parseTrainingReply, trainingTarget, type TrainingReply } from '../plot/trainingReply.js';
import { classifier } from './build.js';
import { Interrupted } from './interrupt.js';

const answers = new Map<string, (question: Record<string, unknown>) => Promise<object>>();
const display = vi.fn<(bundle: DisplayBundle) => void>();
const digits = strokeDigits({ part: 'train', count: 100, seed: 1 });

beforeEach(() => setDisplayHost({ display, answer: (target, answer) => answers.set(target, answer) }));
afterEach(() => setDisplayHost(undefined));
afterAll(terminatePool);

const ask = async (question: Record<string, unknown>): Promise<TrainingReply> =>
  parseTrainingReply(JSON.parse(JSON.stringify((await answers.get(trainingTarget)?.(question)) ?? { trainings: [] })));

test('it hears of both, stops the one it names with everything kept, and the other goes on', async () => {
  const [one, other] = [1, 2].map((seed) => classifier({ hidden: [10], steps: 20, seed, threads: 1 }));
  const ended = one.fit(digits, { epochs: 100_000 }).catch((error: unknown) => error);
  await vi.waitFor(async () => expect((await ask({})).trainings).toHaveLength(1), { timeout: 600_000 });
  const stop = new AbortController();
  const second = other.fit(digits, { epochs: 100_000, signal: stop.signal }).catch((error: unknown) => error);
  await vi.waitFor(async () => expect((await ask({})).trainings).toHaveLength(2), { timeout: 600_000 });
  const ids = (await ask({})).trainings.map(({ state }) => state!.id!);
  expect(new Set(ids).size).toBe(2);
  // The outputs say the same ids: who looks at them knows whom to ask for.
  const shown = display.mock.calls.map(([{ data }]) => parseCurvesPayload(data[curvesMime]).state?.id);
  expect(ids).toEqual(expect.arrayContaining(shown.filter((id) => id !== undefined)));
  await ask({ stop: 'nobody' });
  await ask({ stop: ids[0] });
  const error = await ended;
  expect(error).toBeInstanceOf(Interrupted);
  expect(String(error)).toContain('training stopped at epoch');
  expect((await ask({})).trainings.map(({ state, live }) => [state!.id, live])).toEqual([[ids[1], true]]);
  stop.abort();
  expect(await second).toBeInstanceOf(Interrupted);
  expect((await ask({})).trainings).toEqual([]);
  const { epochs } = await one.fit(digits, { epochs: 1 }); // goes on from there
  expect(epochs.length).toBeGreaterThan(0);
});
