/**
 * The `spikelab train` command as a person types it: a real process, Ctrl-C, resume, and what it answers to wrong
 * words.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasets } from '../../src/data/datasets.js';
import { presets } from '../../src/presets/index.js';
import { sequential } from '../../src/train/build.js';
import { SpikingNetwork } from '../../src/train/model.js';
import { onOutput, preset, root, spikelab } from './command.js';

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
  rule: { optimizer: object };
  experiment: { rule: { optimizer: object } };
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

  it('export-weights makes a small file of a run, the same network; the same file again', async () => {
    const files = ['first', 'again'].map((name) => path.join(folder, `${name}.safetensors`));
    for (const file of files) {
      const made = await spikelab(['export-weights', path.join(folder, 'two'), '--out', file, '--json']);
      expect(made).toMatchObject({ code: 0, err: '' });
      const bytes = await readFile(file);
      expect(JSON.parse(made.out)).toEqual({
        file,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        bytes: bytes.length,
      });
    }
    expect((await readFile(files[0])).equals(await readFile(files[1]))).toBe(true);
    const run = await SpikingNetwork.load(path.join(folder, 'two', 'checkpoint.safetensors'));
    expect(await (await SpikingNetwork.load(files[0])).weights()).toEqual(await run.weights());
    const none = await spikelab(['export-weights', path.join(folder, 'nowhere'), '--out', files[0]]);
    expect(none.code).toBe(1);
    expect(none.err).toMatch(/nowhere.*no such file/);
  });

  it('loses at most the last checkpoint interval to kill -9', async () => {
    // The first line after an epoch means that its checkpoint is written.
    const killed = await spikelab(train('killed'), onOutput(/epoch 1/, 'SIGKILL'));
    expect(killed.code).toBeNull();
    expect((await spikelab(train('killed', '--resume'))).code).toBe(0);
    expect((await report('killed')).weightsSha256).toBe((await report('two')).weightsSha256);
  });

  it('refuses another rate for a run that has trained all its epochs, and a plan where an experiment is wanted', async () => {
    const other = await spikelab(train('two', '--resume', '--lr', '0.5'));
    expect(other.code).toBe(64);
    expect(other.err).toMatch(/has trained all of its 2 epochs, the last with learning rate 0\.001.*--epochs/);
    expect((await spikelab(train('two', '--resume'))).code).toBe(0);
    const fewer = await spikelab(train('two', '--resume', '--epochs', '1'));
    expect(fewer.err).toMatch(/has trained 2 epochs, not 1: give 2 or more/);
    const plan = path.join(folder, 'plan.json');
    await writeFile(plan, JSON.stringify({ experiment: { data: { name: 'strokes' } }, set: { epochs: 3 }, grid: {} }));
    const refused = await spikelab(['train', plan, '--print']);
    expect([refused.code, refused.out]).toEqual([64, '']);
    expect(refused.err).toContain('is the plan of a sweep: give it to `spikelab sweep`');
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
      expect((await report(out)).weightsSha256).toBe((await report('two')).weightsSha256);
    }
  });

  it('goes on with another learning rate, the moments kept; verify-run repeats it', async () => {
    const first = ['train', 'strokes-dense', '--samples', '120', '--seed', '1', '--out', path.join(folder, 'rate')];
    expect((await spikelab([...first, '--epochs', '1', '--threads', '1'])).code).toBe(0);
    const more = ['--epochs', '2', '--resume', '--lr', '0.0002', '--schedule', 'constant'];
    expect((await spikelab([...first, ...more, '--threads', '2'])).code).toBe(0);
    const found = await report('rate');
    expect(found.epochs.map(({ learningRate }) => learningRate)).toEqual([0.001, 0.0002]);
    // experiment and rule say what it began with; the epochs have each its own rate
    expect(found.rule.optimizer).toMatchObject({ learningRate: 0.001, schedule: 'inverseSqrt' });
    expect(found.experiment.rule.optimizer).toMatchObject({ rate: 0.001, schedule: 'inverseSqrt' });

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

  it('trains an edited preset and a CSV file; the record holds the whole experiment, resumes, and makes it again', async () => {
    const printed = await spikelab(['train', 'strokes-dense', '--samples', '60', '--print']);
    const file = path.join(folder, 'mine.json');
    await writeFile(file, printed.out.replace('"name": "strokes-dense"', '"name": "mine"'));
    const { $schema } = JSON.parse(printed.out) as { $schema: string };
    const schema = JSON.parse(await readFile(path.resolve(root, $schema), 'utf8')) as object;
    expect(new Ajv().compile(schema)(JSON.parse(await readFile(file, 'utf8')))).toBe(true);
    const settings = ['--set', 'network.hidden=[20,20]', '--set', 'rule.optimizer.rate=0.002', '--floor', '0.0005'];
    const cosine = ['--schedule', 'cosine', '--set', 'network.steps=50', '--threads', '1'];
    const out = path.join(folder, 'mine');
    const first = await spikelab(['train', file, ...settings, ...cosine, '--epochs', '3', '--out', out]);
    expect([first.code, first.err]).toEqual([0, '']);
    const made = (await report('mine')) as Report & { experiment: object };
    expect(made.experiment).toMatchObject({
      name: 'mine',
      data: { name: 'strokes', size: 60 },
      network: { hidden: [20, 20], steps: 50 },
      rule: { optimizer: { rate: 0.002, schedule: 'cosine', floor: 0.0005 } },
      epochs: 3,
      seed: 1,
    });
    expect(made.epochs.map(({ learningRate }) => Number(learningRate.toFixed(6)))).toEqual([0.002, 0.001625, 0.000875]);
    const again = await spikelab(['train', path.join(out, 'report.json'), '--out', path.join(folder, 'mine-again')]);
    expect([again.code, again.err]).toEqual([0, '']);
    expect((await report('mine-again')).weightsSha256).toBe(made.weightsSha256);
    expect((await spikelab(['verify-run', out])).code).toBe(0);

    const rows = Array.from({ length: 60 }, (_, n) => `${n % 3},${((n % 3) * 2 + (n % 7) / 10).toFixed(2)},k${n % 3}`);
    await writeFile(path.join(folder, 'own.csv'), ['a,b,kind', ...rows].join('\n'));
    const own = ['train', path.join(folder, 'own.csv'), '--set', 'data.label=kind', '--set', 'network.hidden=[20]'];
    const begun = await spikelab([...own, '--out', path.join(folder, 'own')]);
    expect([begun.code, begun.err]).toEqual([0, '']);
    expect(((await report('own')) as unknown as { experiment: { data: object } }).experiment.data).toEqual({
      from: 'csv',
      file: '../own.csv',
      label: 'kind',
    });
    expect((await spikelab([...own, '--epochs', '4', '--resume', '--out', path.join(folder, 'own')])).code).toBe(0);
    expect((await spikelab([...own, '--epochs', '4', '--out', path.join(folder, 'whole-own')])).code).toBe(0);
    expect((await report('own')).weightsSha256).toBe((await report('whole-own')).weightsSha256);
    const verified = await spikelab(['verify-run', path.join(folder, 'own')]);
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('own: same bits') as string]);
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
    [
      ['train', 'mnist-dense', '--out', 'x', '--epochs', 'two'],
      '--epochs is two: it must be an integer from 1 to 100000',
    ],
    [['train', 'mnist-dense'], "required option '--out <dir>' not specified"],
    [['train', 'mnist-dense', '--lr', 'fast', '--out', 'x'], '--lr is fast: it must be a number from 0 to 1000'],
    [
      ['train', 'mnist-dense', '--set', 'rule.optimiser.rate=1'],
      'did you mean rule.optimizer.rate? rule has sideEffect',
    ],
    [['train', 'mnist-dense', '--set', 'rule.idle'], 'write --set PATH=VALUE'],
    [['train', 'mnist-dense', '--set', 'rule.idle='], '--set rule.idle= has no value: write --set PATH=VALUE'],
    [['train', 'mnist-dense', '--set', 'epochs=[3]', '--out', 'x'], 'epochs is [3], a list: it must be an integer'],
    [['train', 'mnist-dense', '--lr', '', '--out', 'x'], '--lr is "": it must be a number from 0 to 1000'],
    [['train', 'mnist.json', '--out', 'x'], 'there is no file mnist.json: give the JSON file of an experiment'],
    [['tran'], "unknown command 'tran'"],
    [['train', 'mnist-dense', '--out', '/nonexistent-run', '--resume'], 'holds no run to resume'],
  ])('%j ends with 64 and the fix', async (args, message) => {
    const { code, err } = await spikelab(args);
    expect(err).toContain(message);
    expect(code).toBe(64);
  });

  it('leaves no folder of a call that was refused', async () => {
    const out = path.join(folder, 'refused', 'below');
    const refused = ['--set', 'network.tauM=20', '--set', 'network.tauS=40', '--out', out];
    for (const command of ['train', 'replicate']) {
      const { code, err } = await spikelab([command, 'strokes-dense', '--samples', '20', ...refused]);
      expect([code, err]).toEqual([64, expect.stringContaining('tauS') as string]);
      await expect(stat(path.dirname(out))).rejects.toThrow('ENOENT');
    }
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
