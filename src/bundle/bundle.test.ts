/** What a bundle packs and what it refuses: one experiment, commands that are true, sources that cannot be written. */
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasets, type AnyTrainTest } from '../data/index.js';
import { terminatePool } from '../engine/pool.js';
import { openData, readExperiment } from '../experiment/read.js';
import type { Experiment } from '../experiment/experiment.js';
import { withSettings } from '../experiment/settings.js';
import { bundleRun } from './bundle.js';
import { trainInFolder } from '../replicate/run-folder.js';

let scratch: string;
let data: AnyTrainTest;
const at = (...names: string[]): string => path.join(scratch, ...names);
const tiny: Experiment = {
  name: 'tiny',
  data: { name: 'strokes', size: 60 },
  network: { hidden: [5], steps: 20 },
  epochs: 2,
};
const train = (out: string, experiment: Experiment): Promise<unknown> =>
  trainInFolder({ experiment, data, out: at(out), silent: true, threads: 1 });
const bundle = (folder: string, out: string, options = {}): Promise<unknown> =>
  bundleRun(at(folder), { out: at(out), license: 'CC0-1.0', ...options });
const commands = async (out: string): Promise<string[]> =>
  (await readFile(at(out, 'workflow.sh'), 'utf8')).split('\n').filter((line) => line.startsWith('npx'));
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-bundle-'));
  data = await datasets.load('strokes', { size: 60, quiet: true });
  await train('base/seed-0', { ...tiny, seed: 0 });
});
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});
/** The base's seed, and another folder beside it. */
async function beside(name: string, experiment: Experiment, folder = 'seed-1'): Promise<void> {
  await cp(at('base'), at(name), { recursive: true });
  await train(`${name}/${folder}`, { seed: 1, ...experiment });
}

describe('bundle', () => {
  it.each<[string, Experiment, string]>([
    ['network', { ...tiny, network: { hidden: [9], steps: 20 } }, 'network.hidden [5], seed-1 with [9]'],
    ['rule', { ...tiny, rule: { optimizer: { beta1: 0.5 } } }, 'rule.optimizer.beta1 0.9, seed-1 with 0.5'],
    ['rate', { ...tiny, rule: { optimizer: { rate: 0.5 } } }, 'rule.optimizer.rate 0.001, seed-1 with 0.5'],
    ['final', { ...tiny, final: { draws: 2 } }, 'final null, seed-1 with {"draws":2}'],
    ['name', { ...tiny, name: 'other' }, 'preset "tiny", seed-1 with "other"'],
    ['seed', { ...tiny, seed: 0 }, 'seed-0 and seed-1 are both of seed 0'],
  ])('refuses seeds of another %s, naming both', async (name, experiment, what) => {
    await beside(name, experiment);
    await expect(bundle(name, `${name}-out`)).rejects.toThrow(what);
    await expect(bundle(name, `${name}-out`)).rejects.toThrow('bundle their folders one by one');
  });

  it('refuses seeds of other data', async () => {
    await beside('other', tiny);
    const file = at('other', 'seed-1', 'report.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/"dataSha256": "[0-9a-f]{8}/, '"dataSha256": "00000000'));
    await expect(bundle('other', 'other-out')).rejects.toThrow(
      /training data sha256 "[0-9a-f]{64}", seed-1 with "0000/,
    );
  });

  it('has a command for each number of epochs, with the record that is there and outside of the records', async () => {
    await beside('unequal', { ...tiny, epochs: 1 });
    await train('unequal/seed-2', { ...tiny, seed: 2 });
    await bundle('unequal', 'unequal-out');
    expect(await commands('unequal-out')).toEqual([
      'npx spikelab replicate "$here"/seed-0/report.json --seeds 0,2 --epochs 2 --out again "$@"',
      'npx spikelab replicate "$here"/seed-0/report.json --seeds 1 --epochs 1 --out again "$@"',
    ]);
    expect((await readExperiment(at('unequal-out', 'seed-0', 'report.json'))).network?.hidden).toEqual([5]);
    await bundle('base/seed-0', 'one-out');
    expect(await commands('one-out')).toEqual([
      'npx spikelab train "$here"/report.json --seed 0 --epochs 2 --out again "$@"',
    ]);
    expect(await readFile(at('one-out', 'README.md'), 'utf8')).toContain('sh workflow.sh --data-dir DIR');
  });

  it('says the epochs of a cosine that was cut before its end', async () => {
    const cosine: Experiment = { ...tiny, seed: 0, rule: { optimizer: { schedule: 'cosine' } }, epochs: 3 };
    const stop = new AbortController();
    const cut = trainInFolder({
      experiment: cosine,
      data,
      out: at('cosine'),
      silent: true,
      threads: 1,
      signal: stop.signal,
      onReport: () => stop.abort(),
    });
    await expect(cut).rejects.toThrow('stopped');
    await bundle('cosine', 'cosine-out');
    const [command] = await commands('cosine-out');
    const epochs = Number(/--epochs (\d+)/.exec(command)![1]);
    expect(epochs).toBeLessThan(3);
    expect(command).toContain('--set rule.optimizer.epochs=3');
    const again = withSettings(await readExperiment(at('cosine-out', 'report.json')), [
      { path: 'epochs', value: epochs },
      { path: 'rule.optimizer.epochs', value: 3 },
    ]);
    await train('cosine-again', again);
    const [first, second] = await Promise.all(
      ['cosine', 'cosine-again'].map(
        async (name) =>
          JSON.parse(await readFile(at(name, 'report.json'), 'utf8')) as {
            rule: object;
            epochs: { cost: number }[];
          },
      ),
    );
    expect(second.rule).toEqual(first.rule);
    expect(second.epochs.map(({ cost }) => cost)).toEqual(first.epochs.map(({ cost }) => cost));
  });

  it('packs a folder that it cannot write into, unless another machine works there', async (context) => {
    if (!process.geteuid || process.geteuid() === 0) return context.skip('root writes everywhere');
    await mkdir(at('to'));
    for (const [name, mode] of [
      ['', 0o755],
      ['to', 0o777],
      ['base/seed-0', 0o555],
    ] as const)
      await chmod(at(name), mode);
    const lock = at('base', 'seed-0', '.lock');
    try {
      await bundle('base/seed-0', 'to/readonly');
      await chmod(at('base/seed-0'), 0o755);
      await writeFile(lock, JSON.stringify({ pid: 5, host: 'elsewhere', started: 1 }), { mode: 0o644 });
      await chmod(at('base/seed-0'), 0o555);
      const told: string[] = [];
      const waiting = ({ host }: { host: string }): void => void told.push(host);
      await bundle('base/seed-0', 'to/silent', { lock: { silence: 0.2, waiting } });
      expect(told).toEqual(['elsewhere']);
    } finally {
      await chmod(at('base/seed-0'), 0o755);
      await rm(lock, { force: true });
    }
    expect(await readFile(at('to', 'readonly', 'report.json'), 'utf8')).toContain('"tiny"');
  });

  it('refuses a file in the place of its folder, and an --out that lies in it by a link', async () => {
    await writeFile(at('a.zip'), '');
    await expect(bundle('a.zip', 'b.zip')).rejects.toThrow('a.zip is no folder: give the --out folder');
    await symlink(at('base', 'seed-0'), at('link'));
    await expect(bundle('base/seed-0', 'link/inside.zip')).rejects.toThrow('lies inside');
    await expect(bundle('link', 'base/seed-0/new/inside')).rejects.toThrow('lies inside');
  });

  it('finds files that have moved by the ends of their paths, and no two as one', async () => {
    const classes = ['left', 'right'];
    const named = ['0.dat', '1.dat'].flatMap((name) => classes.map((label) => ({ name, label })));
    const listed = named.map(({ name, label }) => ({ file: at('gone', 'rec', label, name), label }));
    const own = { from: 'dat', file: listed } as const;
    // 40 events in the left or the right half of 16 x 16 pixels
    const recording = (label: string): Uint8Array => {
      const events = Array.from({ length: 40 }, (_, k) => [
        500 * k,
        (k % 8) + (label === 'right' ? 8 : 0) + ((k % 16) << 14),
      ]);
      const head = '% Width 16\n% Height 16\n% Version 2\n\x0c\x08';
      return Buffer.concat([Buffer.from(head, 'latin1'), new Uint8Array(Uint32Array.from(events.flat()).buffer)]);
    };
    for (const { name, label } of named) {
      await mkdir(at('moved', label), { recursive: true });
      await writeFile(at('moved', label, name), recording(label));
    }
    const open = (): Promise<AnyTrainTest> => openData(own, { dataDir: at('moved'), quiet: true });
    const before = (await open()).train.sha256;
    await cp(at('moved'), at('gone', 'rec'), { recursive: true });
    expect((await openData(own, { quiet: true })).train.sha256).toBe(before);
    await rm(at('gone'), { recursive: true });
    for (const label of classes) await rm(at('moved', label), { recursive: true });
    await writeFile(at('moved', '0.dat'), recording('left'));
    await expect(open()).rejects.toThrow(/left.0\.dat and .*right.0\.dat are both .*0\.dat in/);
  });

  it('names own data that is not where the record says, and the fix', async () => {
    const own = { data: { from: 'csv', file: at('gone', 'a.csv'), label: 'class' } } as const;
    await expect(openData(own.data)).rejects.toThrow(
      `the data of the experiment, ${at('gone', 'a.csv')}, is not there: give the folder that holds it (--data-dir`,
    );
  });
});
