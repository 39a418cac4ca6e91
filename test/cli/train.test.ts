/** The `spikelab train` command as a person types it: a real process, Ctrl-C, resume, and what it answers to wrong words. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasets } from '../../src/data/datasets.js';
import { presets } from '../../src/presets/index.js';
import { sequential } from '../../src/train/build.js';
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
  epochs: {
    epoch: number;
    trainAccuracy: number;
    testAccuracy: number;
    cost: number;
    seconds: number;
    learningRate: number;
  }[];
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

  it('saves at SIGHUP, when its terminal goes away, and at SIGTERM; the next start clears away what a killed one left half written', async () => {
    for (const signal of ['SIGHUP', 'SIGTERM'] as const) {
      const out = signal.toLowerCase();
      const cut = await spikelab(train(out, '--threads', '1'), onOutput(/epoch 1 /, signal));
      expect([cut.code, (await report(out)).status]).toEqual([130, 'interrupted']);
      const drafts = ['checkpoint.safetensors', 'report.json'].map((name) => `${name}.999999.0a1b2c3d.tmp`);
      for (const draft of drafts) await writeFile(path.join(folder, out, draft), 'half');
      await writeFile(path.join(folder, out, 'notes.tmp'), 'of the user');
      expect((await spikelab(train(out, '--resume', '--threads', '1'))).code).toBe(0);
      expect((await readdir(path.join(folder, out))).sort()).toEqual([
        'checkpoint.safetensors',
        'notes.tmp',
        'report.json',
      ]);
      expect((await report(out)).weightsSha256).toBe((await report('whole')).weightsSha256);
    }
  });

  it('goes on with another learning rate, the moments kept; verify-run repeats it', async () => {
    const first = ['train', 'strokes-dense', '--samples', '120', '--seed', '1', '--out', path.join(folder, 'rate')];
    expect((await spikelab([...first, '--epochs', '1', '--threads', '1'])).code).toBe(0);
    const more = ['--epochs', '2', '--resume', '--lr', '0.0002', '--schedule', 'constant'];
    expect((await spikelab([...first, ...more, '--threads', '2'])).code).toBe(0);
    const found = await report('rate');
    expect(found.epochs.map(({ learningRate }) => learningRate)).toEqual([0.001, 0.0002]);

    const { train: digits, test } = await datasets.load('strokes', { size: 120 });
    const { layers, options, rule } = presets.followups.strokesDense;
    const net = sequential(layers, { ...options, ...rule, seed: 1, threads: 1 });
    const learningRate = (epoch: number): number => [0.001, 0.0002][epoch];
    await net.fit(digits, { epochs: 2, validation: test, learningRate, silent: true });
    expect((await net.measuredRecord()).weightsSha256).toBe(found.weightsSha256);

    const verified = await spikelab(['verify-run', path.join(folder, 'rate')]);
    expect([verified.code, verified.err]).toEqual([0, '']);
    const other = await spikelab([...first, '--resume', '--idle', 'step']);
    expect([other.code, other.err]).toEqual([64, expect.stringContaining('another learning rule') as string]);
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
