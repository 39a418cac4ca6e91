/**
 * `spikelab replicate` and `verify-run` as a person types them: real processes, kill -9, Ctrl-C, wrong words, data that
 * is not here.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inFolder } from '../../src/replicate/lock.js';
import { data, onOutput, preset, spikelab } from './command.js';

let folder: string;

beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'spikelab-cli-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const args = (out: string, ...more: string[]): string[] => [
  'replicate',
  preset,
  '--seeds',
  '0..1',
  '--epochs',
  '2',
  '--samples',
  '300',
  '--out',
  path.join(folder, out),
  ...more,
];
const report = async (
  ...names: string[]
): Promise<{ status: string; weightsSha256: string; rows: { seed: number; weightsSha256: string }[] }> =>
  JSON.parse(await readFile(path.join(folder, ...names, 'report.json'), 'utf8')) as never;

describe(`spikelab replicate ${preset}`, () => {
  it('goes on after kill -9 and after Ctrl-C to the same bits, and verify-run repeats them', async () => {
    const killed = await spikelab(args('cut', '--threads', '2'), onOutput(/seed 1,[^]*epoch 1 /, 'SIGKILL'));
    expect(killed.code).toBeNull();
    expect((await report('cut', 'seed-0')).status).toBe('done');
    const stopped = await spikelab(args('cut', '--threads', '1'), onOutput(/seed 1,[^]*epoch 1 /, 'SIGINT'));
    expect(stopped).toMatchObject({
      code: 130,
      out: expect.stringContaining('the same command goes on from there') as string,
    });
    expect((await report('cut')).status).toBe('interrupted');

    const { code, out, err } = await spikelab(args('cut', '--threads', '2', '--json'));
    expect(err).toBe('');
    expect(code).toBe(0);
    const rows = JSON.parse(out) as { seed: number; weightsSha256: string }[];
    expect(rows.map(({ seed }) => seed)).toEqual([0, 1]);
    // a run that was never cut, by the other command
    const whole = await spikelab([
      'train',
      preset,
      '--seed',
      '1',
      '--epochs',
      '2',
      '--samples',
      '300',
      '--out',
      path.join(folder, 'whole'),
      '--json',
    ]);
    expect(whole.code).toBe(0);
    expect(rows[1].weightsSha256).toBe((JSON.parse(whole.out) as { weightsSha256: string }).weightsSha256);
    expect((await report('cut')).rows.map(({ weightsSha256 }) => weightsSha256)).toEqual(
      rows.map(({ weightsSha256 }) => weightsSha256),
    );
    for (const file of ['report.html', 'report.md', 'curves.png', 'comparison.png'])
      expect(existsSync(path.join(folder, 'cut', file)), file).toBe(true);

    const verified = await spikelab(['verify-run', path.join(folder, 'cut'), '--seconds', '10']);
    expect(verified.err).toBe('');
    expect(verified.out).toMatch(
      /seed-0: same bits\n(.|\n)*✓ predictions of the last checkpoint(.|\n)*seed-1: same bits/,
    );
    expect(verified.code).toBe(0);
    const record = path.join(folder, 'cut', 'seed-1', 'report.json');
    await writeFile(
      record,
      (await readFile(record, 'utf8')).replace(/"weightsSha256": "..../g, '"weightsSha256": "0000'),
    );
    const tampered = await spikelab(['verify-run', path.join(folder, 'cut', 'seed-1'), '--json']);
    expect(tampered.code).toBe(1);
    expect((JSON.parse(tampered.out) as { same: boolean }[])[0].same).toBe(false);
  });

  it('stops while N-MNIST is read, and says that nothing was begun', async (context) => {
    if (!existsSync(path.join(data, 'nmnist-small'))) context.skip('no nmnist-small in SPIKELAB_DATA');
    // 1,000 recordings take seconds to read; the process is asked to stop as soon as its handler is there
    const out = path.join(folder, 'stopped');
    const probe = `process.on('newListener', (name) => { if (name === 'SIGINT') setImmediate(() => process.kill(process.pid, 'SIGINT')); });`;
    const file = path.join(folder, 'probe.mjs');
    await writeFile(file, probe);
    const stopped = await spikelab(
      ['replicate', 'nmnist-dense', '--samples', '1000', '--epochs', '1', '--out', out],
      undefined,
      { NODE_OPTIONS: `--import ${pathToFileURL(file).href}` },
    );
    expect(stopped).toMatchObject({
      code: 130,
      err: 'spikelab: stopped while the data was made ready: there was nothing to save yet\n',
    });
    expect(existsSync(out)).toBe(false);
  });

  it('asks a second process to try again later', async () => {
    let second: ReturnType<typeof spikelab> | undefined;
    const first = await spikelab(args('busy', '--epochs', '50'), (child) => {
      child.stdout?.once('data', () => {
        second = spikelab(args('busy'));
        void second.then(() => child.kill('SIGINT'));
      });
    });
    expect(first.code).toBe(130);
    expect(await second).toMatchObject({
      code: 75,
      err: expect.stringMatching(/busy is in use by process \d+: wait for it or stop it/) as string,
    });
  });
});

describe('a folder that two machines share', () => {
  it('is worked in by one of them, and by the other once that one is gone', async () => {
    const out = path.join(folder, 'shared');
    const another = path.join(folder, 'another.mjs');
    await writeFile(another, `import os from 'node:os'; os.hostname = () => 'another';`);
    let refused: ReturnType<typeof spikelab> | undefined;
    const first = await spikelab(
      args('shared', '--epochs', '5000', '--threads', '1'),
      (child) => {
        child.stdout?.once('data', () => {
          refused = spikelab(args('shared'));
          void refused.then(() => child.kill('SIGKILL'));
        });
      },
      { NODE_OPTIONS: `--import ${pathToFileURL(another).href}` },
    );
    expect(first.code).toBeNull();
    expect(await refused).toMatchObject({
      code: 75,
      out: expect.stringMatching(/shared has a lock of process \d+ on another: seeing for a minute/) as string,
      err: expect.stringMatching(/in use by process \d+ on another, which is alive: wait for it or stop it/) as string,
    });
    expect(JSON.parse(await readFile(path.join(out, '.lock'), 'utf8'))).toMatchObject({ host: 'another' });
    expect(await inFolder(out, () => Promise.resolve('mine'), { silence: 0.3 })).toBe('mine');
    expect(existsSync(path.join(out, '.lock'))).toBe(false);
  });
});

describe('wrong words', () => {
  it.each([
    [['replicate', 'mnist-cn', '--out', 'x'], 'there is no preset "mnist-cn": did you mean mnist-cnn?'],
    [
      ['replicate', 'mnist-dense', '--out', 'x', '--seeds', '4..0'],
      '--seeds 4..0: the last must not be below the first',
    ],
    [
      ['replicate', 'mnist-dense', '--out', 'x', '--seeds', 'one'],
      '--seeds is "one": write 0..4, 0,1,2 or a single number',
    ],
    [['replicate', 'mnist-dense', '--out', 'x', '--seeds', '1,1', '--epochs', '1'], 'give each seed once'],
    [['replicate', 'mnist-dense'], "required option '--out <dir>' not specified"],
    [['verify-run', '/nonexistent-run'], 'is not there'],
  ])('%j ends with 64 and the fix', async (words, message) => {
    const { code, err } = await spikelab(words);
    expect(err).toContain(message);
    expect(code).toBe(64);
  });

  it.each([
    ['ti46-dense-800', /LDC93S9/],
    ['emnist-dense-200', /emnist-balanced-train-images[^]*nist\.gov/],
    ['nmnist-dense', /Train and Test[^]*garrickorchard[^]*--samples 1000/],
    ['spoken-digits', /Clone https:\/\/github\.com\/Jakobovski/],
  ])('%s without its data fails at once and says how to get it', async (preset, message) => {
    const { code, err } = await spikelab(
      [
        'replicate',
        preset,
        '--out',
        path.join(folder, 'missing'),
        '--no-download',
        '--data-dir',
        path.join(folder, 'no-data'),
      ],
      undefined,
      { SPIKELAB_CACHE: path.join(folder, 'no-cache') },
    );
    expect(err).toMatch(message);
    expect(code).toBe(1);
    expect(existsSync(path.join(folder, 'missing'))).toBe(false);
  });
});
