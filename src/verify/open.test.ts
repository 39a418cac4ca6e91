/** verify-run on runs whose report and weights were changed alike: seen by the repetition, or named as open. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasets } from '../data/index.js';
import { terminatePool } from '../engine/pool.js';
import type { Experiment } from '../experiment/experiment.js';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../train/checkpoint.js';
import { sha256Of } from '../train/digest.js';
import { SpikingNetwork } from '../train/model.js';
import { predictionMark } from '../train/validation.js';
import { averagedFile } from '../replicate/final.js';
import { checkpointOf, reportOf, trainInFolder } from '../replicate/run-folder.js';
import type { RunReport } from '../replicate/run-report.js';
import { type Verdict, verdictOf } from '../../test/verify/verdict.js';

const tiny: Experiment = {
  name: 'tiny',
  data: { name: 'strokes', size: 200 },
  network: { hidden: [8], steps: 20 },
  rule: { boosting: true },
  epochs: 3,
  seed: 5,
};
let scratch: string;
const at = (name: string): string => path.join(scratch, name);
const reportIn = async (name: string): Promise<RunReport> =>
  JSON.parse(await readFile(reportOf(at(name)), 'utf8')) as RunReport;
const train = async (name: string, own: Partial<Experiment>, size = 200, cutAt = Infinity): Promise<unknown> => {
  const experiment: Experiment = { ...tiny, ...own, data: { name: 'strokes', size } };
  const data = await datasets.load('strokes', { size, quiet: true });
  const stop = new AbortController();
  let look: NodeJS.Timeout | undefined;
  const onStart = (net: SpikingNetwork): void =>
    void (look = setInterval(() => void (net.trainedEpochs > cutAt && stop.abort()), 1));
  const run = trainInFolder({
    experiment,
    data,
    out: at(name),
    silent: true,
    threads: 1,
    signal: stop.signal,
    onStart,
  });
  return run.catch((error: Error) => error).finally(() => clearInterval(look));
};
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-verify-open-'));
  await train('run', {});
  await train('mean', { final: { average: 2, draws: 2 } });
});
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

type Forge = (report: RunReport, checkpoint: Checkpoint) => Checkpoint['state'] | void;
let count = 0;
/** A copy with another report and checkpoint, each with what the other says. */
async function forged(name: string, forge: Forge): Promise<(seconds: number) => Promise<Verdict>> {
  const out = at(`forged-${count++}`);
  await cp(at(name), out, { recursive: true });
  const report = await reportIn(name);
  const checkpoint = structuredClone(await readCheckpoint(checkpointOf(out)));
  const state = forge(report, checkpoint) ?? checkpoint.state;
  await writeCheckpoint(checkpointOf(out), { ...checkpoint, state });
  await writeFile(reportOf(out), JSON.stringify({ ...report, weightsSha256: sha256Of(state.engine.weights) }));
  return (seconds) => verdictOf(out, seconds);
}
const others = ({ state }: Checkpoint): void => state.engine.weights.forEach((layer) => layer.fill(0.25));
/** Both say that the run ended with other weights. */
const ended =
  (end: { restored?: number; averaged?: number }, weights?: (checkpoint: Checkpoint) => void): Forge =>
  (report, checkpoint) => {
    const accuracy = end.restored === undefined ? undefined : report.epochs[end.restored - 1].testAccuracy;
    const ends = [{ epoch: 3, ...end, ...(accuracy !== undefined && { testAccuracy: accuracy }) }];
    delete (report as { testAccuracy?: number }).testAccuracy;
    Object.assign(report, { ends }, accuracy !== undefined && { testAccuracy: accuracy });
    weights?.(checkpoint);
    const { state } = checkpoint;
    return { ...state, position: { ...state.position, ends } };
  };
const times = 'nothing confirms times, machines and threads';

describe('verify-run of files that were changed alike', () => {
  it('says of honest ones what no repetition can tell, and of each place what it was not repeated to', async () => {
    for (const name of ['run', 'mean']) {
      expect(await verdictOf(at(name), 100)).toEqual({ failed: [], notes: times });
      const { failed, notes } = await verdictOf(at(name), 0);
      expect(failed).toEqual([]);
      expect(notes).toContain('; the last weights');
      expect(notes).toContain('; moments, place and curve of the checkpoint');
    }
  });

  it.each<[string, Forge, string[]]>([
    ['a mean', ended({ averaged: 2 }, others), ['mean weights of 2 epochs at the end']],
    ['the best epoch', ended({ restored: 2 }), ['weights of epoch 2 at the end']],
    [
      'other moments',
      (_, { state }) => state.engine.moment1[0].fill(1) && undefined,
      ['moments of the optimiser in the last checkpoint'],
    ],
    [
      'other powers',
      (_, { state }) => ({ ...state, engine: { ...state.engine, powers: [0.5, 0.5] } }),
      ['powers of the optimiser.0 in the last checkpoint'],
    ],
    [
      'other weights of the samples',
      (_, { state }) => state.sampleWeights.fill(2) && undefined,
      ['weights of the samples in the last checkpoint'],
    ],
    [
      'another curve',
      (_, { state }) => ({ ...state, position: { ...state.position, progress: [] } }),
      ['progress.0 in the last checkpoint'],
    ],
  ])('sees %s where it was repeated to there, and else names it', async (_, forge, what) => {
    const verdict = await forged('run', forge);
    const { failed } = await verdict(100);
    expect(failed).toEqual(expect.arrayContaining(what));
    expect((await verdict(0)).notes).toContain('; moments, place and curve of the checkpoint');
  });

  it.each([{ average: 2 }, { restoreBest: true }])('takes a run that did end so: %j', async (asked) => {
    const { network, rule } = await readCheckpoint(checkpointOf(at('run')));
    const data = await datasets.load('strokes', { size: 200, quiet: true });
    const net = SpikingNetwork.create(network, rule, { seed: 5, threads: 1 });
    await net.fit(data.train, { epochs: 3, validation: data.test, silent: true, ...asked });
    await cp(at('run'), at('ended'), { recursive: true });
    await net.save(checkpointOf(at('ended')));
    const { history: epochs, epochs: _, ...figures } = net.runRecord;
    const report = { ...(await reportIn('run')), ...figures, epochs };
    for (const seconds of [0, 100]) {
      await writeFile(reportOf(at('ended')), JSON.stringify(report));
      expect((await verdictOf(at('ended'), seconds)).failed).toEqual([]);
    }
    expect(await verdictOf(at('ended'), 100)).toEqual({ failed: [], notes: times });
  });

  it('repeats a run to the place inside an epoch where it was cut', async () => {
    await train('cut', {}, 2000, 0.3);
    const { parts } = await reportIn('cut');
    expect(parts[0].to % 1).toBeGreaterThan(0);
    const honest = await verdictOf(at('cut'), 100);
    expect(honest.failed).toEqual([]);
    expect(honest.notes).toContain(times);
    expect(honest.notes).not.toContain('the last weights');
    const [failed] = (await (await forged('cut', (_, checkpoint) => others(checkpoint)))(100)).failed;
    expect(failed).toMatch(/^weights after [\d.]+ epochs$/);
  });

  it('names a mean that nothing confirms, and sees another where the training was repeated', async () => {
    const verdict = await forged('mean', () => undefined);
    const out = at(`forged-${count - 1}`);
    for (const epoch of [2, 3]) await rm(path.join(out, `weights-epoch-${epoch}.safetensors`));
    const { network, rule, state } = await readCheckpoint(checkpointOf(out));
    const data = await datasets.load('strokes', { size: 200, quiet: true });
    const net = SpikingNetwork.create(network, rule, { seed: 5, weights: state.engine.weights, threads: 1 });
    await net.fit(data.test, { epochs: 3, silent: true });
    await net.save(averagedFile(out), { weightsOnly: true });
    const { accuracy, predictions } = await net.evaluate(data.test, { draws: 2 });
    const report = await reportIn('mean');
    const weightsSha256 = sha256Of(await net.weights());
    const final = { ...report.final, testAccuracy: accuracy, weightsSha256, ...predictionMark(predictions) };
    await writeFile(reportOf(out), JSON.stringify({ ...report, final }));
    const mean = 'mean of the weights of the last 2 epochs';
    const { failed, notes } = await verdict(0);
    expect(failed).toEqual([]);
    expect(notes).toContain(`; that averaged.safetensors is the ${mean}`);
    expect((await verdict(100)).failed).toEqual([mean]);
  });

  it('gives the range of an accuracy that some samples leave open, and asks all where there is time', async () => {
    await train('large', { network: { hidden: [4], steps: 5 }, epochs: 1, final: { draws: 2 } }, 6000);
    expect(await verdictOf(at('large'), 100)).toEqual({ failed: [], notes: times });
    const { final } = await reportIn('large');
    const other = { ...final!, testAccuracy: final!.testAccuracy - 0.001 };
    const verdict = await forged('large', (report) => void Object.assign(report, { final: other }));
    const { failed, notes } = await verdict(0);
    expect(failed).toEqual([]);
    expect(notes).toMatch(/; accuracy of the final test, which may be 0\.\d+ to 0\.\d+ by 1000 of 1\d+ test samples/);
    expect((await verdict(100)).failed).toEqual(['accuracy of the final test']);
  });
});
