/** Sweeps on drawn digits, stopped and killed; comparisons against sums done by hand. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { terminatePool } from '../engine/pool.js';
import { setDisplayHost, displaySymbol, type DisplayBundle } from '../plot/index.js';
import type { Experiment } from '../experiment/experiment.js';
import { classifier } from '../train/build.js';
import { Interrupted } from '../train/interrupt.js';
import { replicate } from '../replicate/replicate.js';
import { datasets } from '../data/index.js';
import { compare } from './compare.js';
import type { ComparedRun } from './compared-run.js';
import { comparisonOf } from './comparison.js';
import { sweep } from './sweep.js';

let scratch: string;
beforeAll(async () => void (scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-sweep-'))));
afterAll(async () => {
  setDisplayHost(undefined);
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

const experiment: Experiment = {
  name: 'small',
  data: { name: 'strokes', size: 60 },
  network: { hidden: [20], steps: 40 },
  epochs: 2,
};
const grid = { 'network.threshold': [1, 2], 'network.tauM': [32], seed: [0, 1] };
const bits = (comparison: Awaited<ReturnType<typeof sweep>>): string[] =>
  comparison.rows.flatMap(({ label, runs }) => runs.map((run) => `${label} ${run.seed} ${run.weightsSha256}`));

describe('sweep', () => {
  it('trains every combination, in the folders of the command line, and shows a table that changes', async () => {
    const shown: { bundle: DisplayBundle; id: string | undefined; update: boolean | undefined }[] = [];
    setDisplayHost({
      display: (bundle, options) => shown.push({ bundle, id: options?.displayId, update: options?.update }),
    });
    const out = path.join(scratch, 'whole');
    const result = await sweep(experiment, grid, { out, threads: 1 });
    setDisplayHost(undefined);
    expect(result.rows).toHaveLength(2);
    expect(result.settings).toEqual(['network.threshold']); // tauM has one value: it is not what differs
    const texts = shown.map(({ bundle }) => String(bundle.data['text/plain']));
    expect(new Set(shown.map(({ id }) => id)).size).toBe(1);
    expect([shown[0].update, shown.at(-1)!.update]).toEqual([false, true]);
    expect(texts[0]).toContain('0 of 4 runs; now threshold=1,tauM=32/seed-0');
    expect(texts.some((text) => text.includes('3 of 4 runs; now threshold=2,tauM=32/seed-1'))).toBe(true);
    expect(texts.at(-1)).toMatch(/^4 runs\n\nthreshold {2}seeds {2}epochs {2}test accuracy, %/);
    const html = String(shown.at(-1)!.bundle.data['text/html']);
    expect(html).toMatch(/^<p>4 runs<\/p>\n\n<table>\n<thead><tr><th>threshold<\/th><th>seeds<\/th>/);
    expect(html.match(/<tr>/g)).toHaveLength(3);
    // one run of it, by another way
    const folder = path.join(out, 'threshold=2,tauM=32');
    const rows = await replicate(
      { ...experiment, network: { ...experiment.network, threshold: 2, tauM: 32 } },
      { seeds: [1], out: path.join(scratch, 'one'), threads: 2, silent: true },
    );
    const report = JSON.parse(await readFile(path.join(folder, 'seed-1', 'report.json'), 'utf8')) as {
      weightsSha256: string;
    };
    expect(report.weightsSha256).toBe(rows[0].weightsSha256);
  });

  it('stands once below its cell, and shows itself in later ones', async () => {
    const key = Symbol.for('spikelab.interrupt');
    const cell = (signal: AbortSignal): void =>
      void Object.defineProperty(globalThis, key, { value: { signal }, configurable: true });
    const shown: string[] = [];
    setDisplayHost({ display: ({ data }) => void shown.push(String(data['text/html'])) });
    cell(new AbortController().signal);
    try {
      const result = await sweep(experiment, grid, { out: path.join(scratch, 'whole') });
      expect(shown.at(-1)).toContain('<table>');
      expect(result[displaySymbol]()).toEqual({ 'text/plain': '2 rows, best first: the table above' });
      cell(new AbortController().signal);
      expect(Object.keys(result[displaySymbol]())).toEqual(['text/html', 'text/markdown', 'text/plain']);
    } finally {
      Reflect.deleteProperty(globalThis, key);
      setDisplayHost(undefined);
    }
  });

  it('goes on after a stop at any place to the same bits, and leaves what is done as it is', async () => {
    const whole = await compare(path.join(scratch, 'whole'));
    const out = path.join(scratch, 'cut');
    let stops = 0;
    for (let result = undefined as unknown; !result;) {
      const controller = new AbortController();
      // Stopped in the first epoch that is new.
      setDisplayHost({
        display: ({ data }) => void (/epoch \d+/.test(String(data['text/plain'])) && controller.abort()),
      });
      try {
        result = await sweep(experiment, grid, { out, threads: 1, signal: controller.signal });
        expect(bits(result as typeof whole)).toEqual(bits(whole));
      } catch (error) {
        expect(error).toBeInstanceOf(Interrupted);
        expect(stops++).toBeLessThan(20);
      } finally {
        setDisplayHost(undefined);
      }
    }
    expect(stops).toBeGreaterThan(1);
    const file = path.join(out, 'threshold=1,tauM=32', 'seed-0', 'report.json');
    const before = (await stat(file)).mtimeMs;
    expect(bits(await sweep(experiment, grid, { out, silent: true }))).toEqual(bits(whole));
    expect((await stat(file)).mtimeMs).toBe(before);
  });

  it('goes on after kill -9', async () => {
    const out = path.join(scratch, 'killed');
    const library = pathToFileURL(fileURLToPath(new URL('../../dist/src/index.js', import.meta.url))).href;
    const script = `import { sweep } from ${JSON.stringify(library)};
      await sweep(${JSON.stringify({ ...experiment, epochs: 100_000 })}, ${JSON.stringify(grid)}, { out: ${JSON.stringify(out)}, threads: 1 });`;
    const file = path.join(scratch, 'killed.mjs');
    await writeFile(file, script);
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const ended = new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)));
    const first = path.join(out, 'threshold=1,tauM=32', 'seed-0', 'report.json');
    while (child.exitCode === null && !(await stat(first).catch(() => undefined)))
      await new Promise((resume) => setTimeout(resume, 20));
    child.kill('SIGKILL');
    expect(said).toBe('');
    expect(await ended).toBe('SIGKILL');
    const drafts = [path.join(out, 'plan.json'), first].map((file) => `${file}.999999.0a1b2c3d.tmp`);
    for (const draft of drafts) await writeFile(draft, 'half'); // as if it had been killed while it wrote them
    const reached = (await compare(out)).rows[0].epochs;
    expect(reached).toBeLessThan(100_000);
    const epochs = reached + 3;
    const again = await sweep(
      { ...experiment, epochs },
      { 'network.threshold': [1], 'network.tauM': [32], seed: [0] },
      { out, silent: true },
    );
    const whole = await sweep(
      { ...experiment, epochs },
      { 'network.threshold': [1], 'network.tauM': [32], seed: [0] },
      { out: path.join(scratch, 'unkilled'), silent: true },
    );
    expect(bits(again)).toEqual(bits(whole));
    expect(again.rows[0].epochs).toBe(epochs);
    for (const draft of drafts) await expect(stat(draft)).rejects.toThrow('ENOENT');
  });

  it('goes on behind settings that let the weights grow beyond all numbers, and says which', async () => {
    const shown: string[] = [];
    setDisplayHost({ display: ({ data }) => void shown.push(String(data['text/plain'])) });
    const steep = { ...experiment, rule: { regularizer: { lambda: 10, beta: 1 } } };
    const limits = { 'rule.regularizer.limit': [0.001, 8], seed: [0] };
    const result = await sweep(steep, limits, { out: path.join(scratch, 'diverged'), threads: 1 });
    setDisplayHost(undefined);
    expect(result.rows.filter(({ seeds }) => seeds.length > 0).map(({ runs }) => runs[0].status)).toEqual(['done']);
    expect(shown.at(-1)).toMatch(
      /^2 runs; not to its end: limit=0.001\/seed-0: layer hidden1: weights are no longer finite/,
    );
    const all = sweep(steep, { 'rule.regularizer.limit': [0.001] }, { out: path.join(scratch, 'none'), silent: true });
    await expect(all).rejects.toThrow('weights are no longer finite');
  });

  it('refuses what does not exist before anything is trained', async () => {
    const out = path.join(scratch, 'nothing');
    await expect(sweep(experiment, { 'network.tau': [1] }, { out })).rejects.toThrow('did you mean network.tauM');
    await expect(sweep('strokes-dens', {}, { out })).rejects.toThrow('did you mean strokes-dense?');
    await expect(sweep(experiment, grid, { ou: out } as never)).rejects.toThrow('sweep() has no option "ou"');
    await expect(stat(out)).rejects.toThrow('ENOENT');
  });
});

describe('compare', () => {
  it('has mean and standard deviation over the seeds, the best first, what differs as columns', async () => {
    const result = await compare(path.join(scratch, 'whole'));
    const [a, b] = result.rows;
    expect(a.testAccuracy.mean).toBeGreaterThanOrEqual(b.testAccuracy.mean);
    expect(new Set([a.label, b.label])).toEqual(new Set(['threshold 1', 'threshold 2']));
    expect(a.seeds).toEqual([0, 1]);
    const [x, y] = a.testAccuracies;
    expect(a.testAccuracy).toEqual({
      n: 2,
      mean: expect.closeTo((x + y) / 2, 12) as number,
      std: expect.closeTo(Math.abs(x - y) / Math.SQRT2, 12) as number,
    });
    const markdown = String(result[displaySymbol]()['text/markdown']);
    expect(markdown).toContain(
      '| threshold | seeds | epochs | test accuracy, % | best epoch, % | training accuracy, % | time, s |',
    );
    expect(markdown).toContain(
      ` ${(100 * a.testAccuracy.mean).toFixed(2)} ± ${(100 * a.testAccuracy.std!).toFixed(2)} |`,
    );
  });

  it('takes the records of networks, and several folders', async () => {
    const { train, test } = await datasets.load('strokes', { size: 60 });
    const records = [];
    for (const hidden of [[10], [30]]) {
      const net = classifier({ hidden, steps: 40, threads: 1 });
      await net.fit(train, { validation: test, silent: true });
      records.push(net.runRecord);
    }
    const result = await compare(records);
    expect(result.settings).toEqual(['network.hidden']);
    expect(result.rows.map(({ label }) => label).sort()).toEqual(['hidden [10]', 'hidden [30]']);
    const folders = await compare([path.join(scratch, 'whole', 'threshold=1,tauM=32'), path.join(scratch, 'one')]);
    expect(folders.rows).toHaveLength(2);
    const twice = await compare([path.join(scratch, 'whole'), path.join(scratch, 'cut')]); // the same runs again
    expect(twice.rows.map(({ seeds }) => seeds)).toEqual([
      [0, 1],
      [0, 1],
    ]);
    // Runs that are linked count; a setting has its column even where a figure has the same name.
    await mkdir(path.join(scratch, 'links'));
    for (const seed of ['seed-0', 'seed-1'])
      await symlink(path.join(scratch, 'whole', 'threshold=1,tauM=32', seed), path.join(scratch, 'links', seed));
    expect((await compare(path.join(scratch, 'links'))).rows.map(({ seeds }) => seeds)).toEqual([[0, 1]]);
    const [run] = twice.rows[0].runs;
    const cosine = (epochs: number): ComparedRun => ({
      ...run,
      experiment: { ...run.experiment, rule: { optimizer: { schedule: 'cosine', epochs } } },
    });
    const [optimizer] = [run.whole.rule?.optimizer];
    // Its defaults, written out.
    const told = { ...run, seed: 7, experiment: { ...run.experiment, rule: { optimizer } } };
    const same = comparisonOf([run, told]);
    expect([same.settings, same.rows.map(({ seeds }) => seeds)]).toEqual([[], [[run.seed, 7]]]);
    const rates = [2, 4].map(cosine);
    expect(String(comparisonOf(rates))).toMatch(/^rule\.optimizer\.epochs +seeds +epochs/m);
    await expect(compare(path.join(scratch, 'nowhere'))).rejects.toThrow('there is no folder');
    await expect(compare([])).rejects.toThrow('no runs to compare');
    for (const none of [[undefined], [{}], [null], [5]])
      await expect(compare(none as never)).rejects.toThrow(/no run to compare: give folders/);
    const one = path.join(scratch, 'whole', 'threshold=1,tauM=32', 'seed-0', 'report.json');
    expect((await compare(one)).rows[0].seeds).toEqual([0]);
    const fewer = sweep({ ...experiment, epochs: 1 }, grid, { out: path.join(scratch, 'whole'), silent: true });
    const plan = path.join(scratch, 'whole', 'plan.json');
    const before = await readFile(plan, 'utf8');
    await expect(fewer).rejects.toThrow(
      /has trained 2 epochs, not 1: give 2 or more \(--epochs\), or choose another folder/,
    );
    const invalid = { ...experiment, epochs: 3, network: { ...experiment.network, hidden: [21] } };
    await expect(sweep(invalid, grid, { out: path.join(scratch, 'whole') })).rejects.toThrow('another network than');
    expect(await readFile(plan, 'utf8')).toBe(before); // a sweep that is refused changes nothing
    const none = path.join(scratch, 'never');
    const slow = { 'network.tauM': [20], 'network.tauS': [8, 40] };
    await expect(sweep(experiment, slow, { out: none, silent: true })).rejects.toThrow(/tauS/);
    await expect(stat(none)).rejects.toThrow('ENOENT');
    const broken = path.join(scratch, 'broken');
    await writeFile(`${broken}.txt`, '');
    await expect(compare(`${broken}.txt`)).rejects.toThrow();
  });
});
