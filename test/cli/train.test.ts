/** The `spikelab train` command as a person types it: a real process, Ctrl-C, resume, and what it answers to wrong words. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onOutput, preset, spikelab } from './command.js';

let folder: string;

beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'spikelab-cli-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const train = (out: string, ...more: string[]): string[] => [
  'train',
  preset,
  '--samples',
  '300',
  '--epochs',
  '2',
  '--seed',
  '1',
  '--out',
  path.join(folder, out),
  ...more,
];
interface Report {
  status: string;
  weightsSha256: string;
  epochs: { epoch: number; trainAccuracy: number; testAccuracy: number; cost: number; seconds: number }[];
}
const report = async (out: string): Promise<Report> =>
  JSON.parse(await readFile(path.join(folder, out, 'report.json'), 'utf8')) as Report;

describe(`spikelab train ${preset}`, () => {
  it('gives the same weights with one and two threads, and interrupted by Ctrl-C and resumed', async () => {
    const two = await spikelab(train('two', '--threads', '2'));
    expect(two.err).toBe('');
    expect(two.code).toBe(0);
    const { epochs, weightsSha256, status } = await report('two');
    expect(status).toBe('done');
    expect(weightsSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    for (const epoch of epochs) {
      for (const key of ['trainAccuracy', 'testAccuracy', 'cost', 'seconds'] as const)
        expect(epoch[key]).toBeGreaterThan(0);
    }

    const one = await spikelab(train('one', '--threads', '1', '--json'));
    expect(one.code).toBe(0);
    expect((JSON.parse(one.out) as Report).weightsSha256).toBe(weightsSha256);

    const cut = await spikelab(train('cut'), onOutput(/epoch 1 /, 'SIGINT'));
    expect(cut.code).toBe(130);
    expect(cut.out).toContain('--resume goes on from there');
    expect(cut.err).toContain('training stopped at epoch');
    expect((await report('cut')).status).toBe('interrupted');
    const again = await spikelab(train('cut'));
    expect(again).toMatchObject({
      code: 64,
      err: expect.stringContaining('holds a run already: add --resume') as string,
    });
    // without --epochs: as many as it was begun with
    expect(
      (
        await spikelab([
          'train',
          preset,
          '--samples',
          '300',
          '--seed',
          '1',
          '--resume',
          '--out',
          path.join(folder, 'cut'),
        ])
      ).code,
    ).toBe(0);
    expect(await report('cut')).toMatchObject({ status: 'done', plannedEpochs: 2 });
    expect((await report('cut')).weightsSha256).toBe(weightsSha256);
    expect((await report('cut')).epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it('loses at most the last checkpoint interval to kill -9', async () => {
    const whole = await spikelab(train('whole'));
    expect(whole.code).toBe(0);
    // The first line after an epoch means that its checkpoint is written.
    const killed = await spikelab(train('killed'), onOutput(/epoch 1/, 'SIGKILL'));
    expect(killed.code).toBeNull();
    expect((await spikelab(train('killed', '--resume'))).code).toBe(0);
    expect((await report('killed')).weightsSha256).toBe((await report('whole')).weightsSha256);
  });

  it('says when the folder cannot be written, before it trains', async () => {
    await writeFile(path.join(folder, 'a-file'), '');
    const blocked = await spikelab(train('a-file/below'));
    expect(blocked.code).toBe(1);
    expect(blocked.err).toMatch(/^spikelab: cannot write .*below: ENOTDIR: choose another folder/);
  });
});

describe('wrong words', () => {
  it.each([
    [['train', 'mnist-dens', '--out', 'x'], 'there is no preset "mnist-dens": did you mean mnist-dense?'],
    [['train', 'mnist-dense', '--out', 'x', '--threads', '0'], '--threads is 0: it must be an integer from 1 to 256'],
    [['train', 'mnist-dense', '--out', 'x', '--epochs', 'two'], '--epochs is NaN: it must be an integer'],
    [['train', 'mnist-dense'], "required option '--out <dir>' not specified"],
    [['tran'], "unknown command 'tran'"],
    [['train', 'mnist-dense', '--out', '/nonexistent-run', '--resume'], 'holds no run to resume'],
  ])('%j ends with 64 and the fix', async (args, message) => {
    const { code, err } = await spikelab(args);
    expect(err).toContain(message);
    expect(code).toBe(64);
  });

  it('names the places it looked for missing data', async () => {
    const { code, err } = await spikelab(
      ['train', 'mnist-dense', '--out', path.join(folder, 'missing'), '--no-download'],
      undefined,
      {
        SPIKELAB_DATA: path.join(folder, 'no-data'),
        SPIKELAB_CACHE: path.join(folder, 'no-cache'),
      },
    );
    expect(code).toBe(1);
    expect(err).toContain('no-data');
  });
});
