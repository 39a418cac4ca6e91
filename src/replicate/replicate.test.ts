/**
 * Replications on stroke digits, whole and cut; the figures against sums done by hand; records that were tampered with.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Engine } from '../engine/engine.js';
import { terminatePool } from '../engine/pool.js';
import type { SpikingNetwork } from '../train/model.js';
import { dense, input } from '../network/network.js';
import { type Preset, presets } from '../presets/index.js';
import { exponential, firingCount } from '../network/rule.js';
import { learningRule } from '../train/build.js';
import { Interrupted } from '../train/interrupt.js';
import { authorsCurve, authorsLog } from './authors-log.js';
import { compareWithPaper } from './compare.js';
import { toHtml, toMarkdown } from './document.js';
import { FolderInUse, inFolder } from './lock.js';
import { replicate } from './replicate.js';
import { spread } from '../network/spread.js';
import { accuracies, bestOf } from './rows.js';
import { verifyRun } from '../verify/verify-run.js';

const trainSlice = Engine.prototype.train;
let scratch: string;
beforeAll(async () => void (scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-replicate-'))));
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

const small: Preset = {
  name: 'strokes-small',
  dataset: 'strokes',
  layers: [input(28, 28), dense(30, { threshold: 5 }), dense(10, { threshold: 8, lateralInhibition: 1 })],
  options: { steps: 50 },
  rule: learningRule({
    loss: firingCount({ desired: 8, undesired: 1, margin: 1 }),
    regularizer: exponential({ lambda: 1 }),
    boosting: true,
  }),
  epochs: 2,
  paper: { mean: 90, best: 95, source: 'a <b>paper</b> | of nobody' },
  authorsLog: 'mnist-dense',
};
const options = { seeds: [0, 3], epochs: 2, samples: 300, threads: 2, silent: true } as const;
const json = async (file: string): Promise<Record<string, never>> =>
  JSON.parse(await readFile(file, 'utf8')) as Record<string, never>;

it('refuses a folder where none can be made, at once', async () => {
  for (const out of ['/proc/none', '/proc/self/none/deeper'])
    await expect(replicate(small, { ...options, seeds: [0], out })).rejects.toThrow(
      process.platform === 'linux' ? `cannot write ${out}: ENOENT: choose another folder` : /cannot write/,
    );
});

describe('replicate', () => {
  it('makes a run for each seed, and the same bits when it is cut anywhere and called again', async () => {
    const whole = await replicate(small, { ...options, out: path.join(scratch, 'whole') });
    expect(whole.map(({ seed, status, epochs }) => [seed, status, epochs.length])).toEqual([
      [0, 'done', 2],
      [3, 'done', 2],
    ]);
    expect(whole[0].weightsSha256).not.toBe(whole[1].weightsSha256);
    const out = path.join(scratch, 'cut');
    let cuts = 0;
    let rows = undefined as Awaited<ReturnType<typeof replicate>> | undefined;
    // Stopped twice in the first seed's run and twice in the second's, each time 0.7 epochs further.
    while (!rows) {
      const controller = new AbortController();
      let watch: NodeJS.Timeout | undefined;
      const onRun = (net: SpikingNetwork): void => {
        clearInterval(watch);
        const reached = (): number => net.history.progress.at(-1)?.epoch ?? 0;
        const cut = reached() + 0.7;
        watch = setInterval(() => void (reached() >= cut && controller.abort()), 1);
      };
      try {
        rows = await replicate(small, { ...options, threads: 1 + (cuts % 2), out, signal: controller.signal, onRun });
      } catch (error) {
        expect(error).toBeInstanceOf(Interrupted);
        cuts++;
        expect((await json(path.join(out, 'report.json'))).status).toBe('interrupted');
      } finally {
        clearInterval(watch);
      }
    }
    expect(cuts).toBeGreaterThan(3);
    for (const { parts } of rows)
      expect([parts[0].from, parts.at(-1)!.to, new Set(parts.map(({ threads }) => threads)).size]).toEqual([0, 2, 2]);
    const figures = (from: typeof whole): unknown =>
      from.map(({ seed, weightsSha256, epochs }) => [
        seed,
        weightsSha256,
        epochs.map(({ seconds: _, ...rest }) => rest),
      ]);
    expect(figures(rows)).toEqual(figures(whole));
    expect(await readdir(out)).not.toContain('.lock');
  });

  it('refuses fewer epochs than were begun: the weights would not be those of its last epoch', async () => {
    const shared = { ...options, seeds: [0], out: path.join(scratch, 'fewer') };
    const controller = new AbortController();
    const train = vi.spyOn(Engine.prototype, 'train');
    let net: SpikingNetwork | undefined;
    train.mockImplementation(function (this: Engine, ...slice) {
      if (net?.trainedEpochs === 1.5) controller.abort();
      return trainSlice.apply(this, slice);
    });
    await expect(replicate(small, { ...shared, signal: controller.signal, onRun: (of) => (net = of) })).rejects.toThrow(
      Interrupted,
    );
    train.mockRestore();
    await expect(replicate(small, { ...shared, epochs: 1 })).rejects.toThrow(
      /has trained 1\.5\d epochs, not 1: give 2 or more/,
    );
    expect((await replicate(small, shared))[0].epochs.length).toBe(2);
    expect((await replicate(small, { ...shared, epochs: 1 }))[0].epochs.length).toBe(2); // it has them
  });

  it('reports the last and the best epoch by name, beside the log and the paper', async () => {
    const out = path.join(scratch, 'whole');
    const report = (await json(path.join(out, 'report.json'))) as unknown as {
      status: string;
      summary: Record<string, { label: string; mean: number; n: number }>;
      rows: { testSha256: string }[];
    };
    expect(report.status).toBe('done');
    expect(report.summary.lastEpoch).toMatchObject({ label: 'test accuracy after epoch 2', n: 2 });
    expect(report.summary.bestEpoch.label).toContain('chosen on the test set');
    expect(report.rows[0].testSha256).toMatch(/^[0-9a-f]{64}$/);
    const markdown = await readFile(path.join(out, 'report.md'), 'utf8');
    expect(markdown).toContain("| authors' log, one run | 2 | 97.79 % | 97.79 % | 97.79 % |"); // the published log
    expect(markdown).toMatch(/\| 1 \| [^|]+ % \| 97\.32 % \| [^|]+ \| 45\.8 \| [^|]+ s \| 683 s \|/); // 91.6 / 2
    expect(markdown).toContain('300 samples only: this is not the experiment');
    expect(markdown).toContain('npx spikelab replicate whole/report.json --seeds 0,3 --epochs 2 --out whole');
    const html = await readFile(path.join(out, 'report.html'), 'utf8');
    expect(html).not.toMatch(/<script|<b>|https?:/i);
    expect(html).toContain('a &lt;b&gt;paper&lt;/b&gt; | of nobody');
    expect(html.match(/src="data:image\/png;base64,iVBOR/g)).toHaveLength(2);
  });

  it('covers the seeds of earlier calls, and names the runs of other settings', async () => {
    const out = path.join(scratch, 'later');
    const call = { ...options, epochs: 1, samples: 100, out };
    const [first] = await replicate(small, { ...call, seeds: [0] });
    const rows = await replicate(small, { ...call, seeds: [1] });
    expect(rows.map(({ seed }) => seed)).toEqual([0, 1]);
    expect(rows[0]).toEqual(first);
    type Report = {
      command: string;
      seeds: number[];
      summary: { lastEpoch: { n: number } };
      rows: { seed: number }[];
      others: { folder: string; why: string }[];
    };
    const report = async (): Promise<Report> => (await json(path.join(out, 'report.json'))) as unknown as Report;
    expect(await report()).toMatchObject({
      seeds: [0, 1],
      others: [],
      summary: { lastEpoch: { n: 2 } },
      command: expect.stringContaining('--seeds 0,1 ') as string,
    });

    await replicate({ ...small, rule: { ...small.rule, boosting: false } }, { ...call, seeds: [2] });
    expect((await report()).rows.map(({ seed }) => seed)).toEqual([2]);
    expect((await report()).others).toEqual([
      { folder: 'seed-0', why: 'it has another learning rule' },
      { folder: 'seed-1', why: 'it has another learning rule' },
    ]);
    expect(await readFile(path.join(out, 'report.md'), 'utf8')).toContain(
      'Not in this report: seed-0 (it has another learning rule); seed-1 (it has another learning rule).',
    );

    // A killed one was not going on; a damaged one is named, whatever is in it.
    const file = path.join(out, 'seed-0', 'report.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"status": "done"', '"status": "running"'));
    await writeFile(path.join(out, 'seed-2', 'report.json'), '[null]');
    const again = await replicate(small, { ...call, seeds: [1] });
    expect(again.map(({ seed, status }) => [seed, status])).toEqual([
      [0, 'interrupted'],
      [1, 'done'],
    ]);
    expect((await report()).others).toEqual([
      { folder: 'seed-2', why: expect.stringContaining('the file is [null], not an object') as string },
    ]);
  });

  it('refuses to go on with a run of other settings or other data', async () => {
    const out = path.join(scratch, 'whole');
    await expect(
      replicate({ ...small, rule: { ...small.rule, boosting: false } }, { ...options, out }),
    ).rejects.toThrow(/seed-0 holds a run with another learning rule than strokes-small's/);
    await expect(replicate({ ...small, options: { steps: 60 } }, { ...options, out })).rejects.toThrow(
      'holds a run with another network',
    );
    await expect(replicate(small, { ...options, samples: 200, out })).rejects.toThrow('holds a run with other data');
    await expect(replicate(small, { ...options, seeds: [1, 1], out })).rejects.toThrow('give each seed once');
    await expect(replicate(small, { ...options, seeds: [], out })).rejects.toThrow('number of seeds is 0');
  });

  it('shows as a picture whose text has the figures', async () => {
    const rows = await replicate(small, { ...options, out: path.join(scratch, 'whole') });
    const { last } = accuracies(rows);
    const picture = compareWithPaper(rows);
    expect(String(picture)).toContain(
      `strokes-small, 2 seeds, epoch 2: last ${(100 * last.mean).toFixed(2)} ± ${(100 * last.std!).toFixed(2)} %`,
    );
    expect(String(picture)).toContain('paper mean 90 %, best 95 %');
    const { data } = await picture.displayBundle();
    expect(data['image/png']).toMatch(/^iVBOR/);
    expect(() => compareWithPaper([])).toThrow('no rows');
    expect(() => compareWithPaper([rows[0], { ...rows[1], preset: 'other' }])).toThrow('compare one preset at a time');
  });
});

describe('verifyRun', () => {
  it('finds the same bits for both seeds, with another number of threads', async () => {
    const runs = await verifyRun(path.join(scratch, 'whole'), { threads: 1, seconds: 100 });
    const open = 'nothing confirms times, machines and threads; paper and authorsLog (strokes-small is no preset)';
    expect(runs.map(({ folder, same, notes }) => [path.basename(folder), same, notes])).toEqual([
      ['seed-0', true, [open, expect.stringMatching(/^nothing confirms report\.md, .*: only the records were/)]],
      ['seed-3', true, [open]],
      ['report.json', true, []],
    ]);
    const whats = runs[0].checks.map(({ what }) => what);
    expect(whats).toEqual(
      expect.arrayContaining([
        'training data',
        'test data',
        'weights after 1 epochs from seed 0',
        'state of the last checkpoint: moments, sample weights, place, curve',
        'predictions of the last checkpoint for the first 60 test samples',
      ]),
    );
    // without time the first recorded place of each is reached all the same
    const again = await verifyRun(path.join(scratch, 'whole'), { threads: 1, seconds: 0 });
    expect(again.pop()).toMatchObject({ folder: path.join(scratch, 'whole', 'report.json'), same: true });
    for (const { same, checks } of again)
      expect([same, checks.some(({ what }) => what.startsWith('weights after'))]).toEqual([true, true]);
  });

  it('notices a changed figure of any kind, another version, a record that is none', async () => {
    const folder = path.join(scratch, 'whole', 'seed-0');
    const file = path.join(folder, 'report.json');
    const text = await readFile(file, 'utf8');
    const whole = JSON.parse(text) as {
      marks: { weightsSha256: string }[];
      epochs: { cost: number }[];
      lastTest: object;
      versions: object;
      machine: object;
    };
    const failed = async (change: object): Promise<string[]> => {
      await writeFile(file, JSON.stringify({ ...whole, ...change }));
      const [run] = await verifyRun(folder, { threads: 2, seconds: 20 });
      expect(run.same).toBe(false);
      return run.checks.filter(({ same }) => !same).map(({ what }) => what);
    };
    const other = '0'.repeat(64);
    try {
      expect(await failed({ seed: 1 })).toContain('weights after 0.02 epochs from seed 1');
      expect(await failed({ marks: [{ ...whole.marks[0], weightsSha256: other }, ...whole.marks.slice(1)] })).toEqual([
        'weights after 0.02 epochs from seed 0',
        'marks.0.weightsSha256 in the last checkpoint',
      ]);
      expect(
        await failed({ epochs: [{ ...whole.epochs[0], cost: whole.epochs[0].cost + 1e-9 }, ...whole.epochs.slice(1)] }),
      ).toEqual(expect.arrayContaining(['accuracies and cost of epoch 1', 'epoch 1 in the last checkpoint']));
      expect(await failed({ weightsSha256: other })).toContain('weights of the last checkpoint');
      expect(await failed({ lastTest: { ...whole.lastTest, predictionsSha256: other } })).toContain(
        'predictions of the last checkpoint for the first 60 test samples',
      );
      expect(await failed({ dataSha256: other })).toEqual(['training data']);
      await writeFile(
        file,
        JSON.stringify({
          ...whole,
          versions: { spikelab: '0.0.1', numeric: 99 },
          machine: { ...whole.machine, node: 'v1' },
        }),
      );
      const [run] = await verifyRun(folder, { threads: 2, seconds: 5 });
      expect(run.notes).toEqual(
        expect.arrayContaining([
          expect.stringContaining('recorded with numeric version 99'),
          expect.stringContaining('recorded with spikelab 0.0.1'),
          expect.stringContaining('recorded with Node v1'),
        ]),
      );
      for (const [damaged, why] of [
        ['{', 'JSON'],
        ['[]', 'not an object'],
        ['null', 'not an object'],
        [JSON.stringify({ ...whole, epochs: [null] }), 'epochs\\[0\\] is null, not an object'],
        [JSON.stringify({ ...whole, epochs: whole.epochs.toReversed() }), 'epochs\\[0\\] is of epoch 2, not 1'],
        [JSON.stringify({ ...whole, marks: [null] }), 'marks\\[0\\] is null'],
        [JSON.stringify({ ...whole, marks: {} }), 'marks is {}, not a list'],
        [JSON.stringify({ ...whole, weightsSha256: 'x' }), 'not a sha256'],
        [JSON.stringify({ ...whole, machine: 'mine' }), 'machine is "mine", not an object'],
        [JSON.stringify({ ...whole, network: null }), 'network is null'],
        [text.replace('"seed": 0', '"seed": -1'), 'seed is -1'],
        [text.replace('"units": 30', '"units": 1e9'), 'units'],
      ] as const) {
        await writeFile(file, damaged);
        await expect(verifyRun(folder)).rejects.toThrow(
          new RegExp(`report\\.json is not the report of a run .*${why}`),
        );
      }
    } finally {
      await writeFile(file, text);
    }
    await expect(verifyRun(path.join(scratch, 'nothing'))).rejects.toThrow('is not there: give the --out folder');
  });
});

describe('figures', () => {
  it('are those of the textbook', () => {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squares 32, so sqrt(32 / 7)
    expect(spread([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ n: 8, mean: 5, std: Math.sqrt(32 / 7) });
    expect(spread([3])).toEqual({ n: 1, mean: 3 });
    expect(
      bestOf([
        { epoch: 1, testAccuracy: 0.5 },
        { epoch: 2, testAccuracy: 0.7 },
        { epoch: 3, testAccuracy: 0.7 },
      ]),
    ).toEqual({ epoch: 2, testAccuracy: 0.7 });
  });

  it("come from the authors' log with half of its cost", () => {
    expect(authorsLog('mnist-cnn')[3]).toEqual({
      epoch: 4,
      trainAccuracy: 0.9769,
      testAccuracy: 0.9564,
      cost: 47.996399 / 2,
      seconds: 1043.347,
    });
    expect(authorsCurve('nmnist-dense').points).toHaveLength(200);
    expect(() => authorsLog('fashion')).toThrow(
      'the authors\' logs have no run "fashion": they have mnist-dense, nmnist-dense, mnist-cnn',
    );
    expect(presets.jin2018.mnistDense.rule.loss).toEqual({ type: 'firingCount', desired: 35, undesired: 5, margin: 5 });
  });
});

describe('pages', () => {
  it('escape what they are given', () => {
    const blocks = [
      { kind: 'paragraph', text: '<script>alert("1")</script> & more' },
      { kind: 'table', head: ['a|b', 'c'], rows: [['<i>', '1']] },
    ] as const;
    const html = toHtml('</title><script>', blocks);
    expect(html).not.toMatch(/<script|<i>/);
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more');
    expect(toMarkdown(blocks)).toContain('| a\\|b | c |\n| --- | --: |\n| <i> | 1 |');
  });
});

describe('a folder', () => {
  it('belongs to one call of this process too', async () => {
    const folder = path.join(scratch, 'once');
    await inFolder(folder, async () => {
      await expect(inFolder(folder, () => Promise.resolve())).rejects.toThrow(
        'once is in use by another call of this process: await that first',
      );
    });
    expect(await inFolder(folder, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('is taken over from a dead process by one of many', async () => {
    const folder = path.join(scratch, 'raced');
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    for (let round = 0; round < 20; round++) {
      await inFolder(folder, () => Promise.resolve());
      await writeFile(path.join(folder, '.lock'), JSON.stringify({ pid, host: os.hostname() }));
      let [inside, most] = [0, 0];
      const results = await Promise.allSettled(
        Array.from({ length: 12 }, () =>
          inFolder(folder, async () => {
            most = Math.max(most, ++inside);
            await new Promise((resume) => setTimeout(resume, 20));
            inside--;
          }),
        ),
      );
      expect(most).toBe(1);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(FolderInUse);
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'that cannot be written is said so, with the fix (needs /proc: there root may not write either)',
    async () => {
      await expect(inFolder(path.join('/dev/null', 'run'), () => Promise.resolve())).rejects.toThrow(
        /cannot write .dev.null.run: (ENOTDIR|EEXIST|ENOENT): choose another folder/,
      );
      await expect(inFolder('/proc/self', () => Promise.resolve())).rejects.toThrow(
        /cannot write .*\/\.lock: .*(ENOENT|EACCES|EPERM).*: choose another folder/,
      );
    },
  );

  it('belongs to one process; a dead one counts no more', async () => {
    const folder = path.join(scratch, 'locked');
    await inFolder(folder, async () => {
      await writeFile(path.join(folder, '.lock'), JSON.stringify({ pid: process.ppid, host: os.hostname() }));
      await expect(inFolder(folder, () => Promise.resolve())).rejects.toThrow(FolderInUse);
      await expect(inFolder(folder, () => Promise.resolve())).rejects.toThrow(
        `in use by process ${process.ppid}: wait for it or stop it`,
      );
    });
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    // Yesterday's process had the same number.
    const later = { pid: process.pid, host: os.hostname(), started: Date.now() - 1000 * process.uptime() - 86_400_000 };
    for (const left of [JSON.stringify({ pid, host: os.hostname() }), JSON.stringify(later), '{"pid":']) {
      await writeFile(path.join(folder, '.lock'), left);
      const written = new Date(Date.now() - 5_000);
      await utimes(path.join(folder, '.lock'), written, written);
      expect(await inFolder(folder, () => Promise.resolve('mine'))).toBe('mine');
    }
    await writeFile(path.join(folder, '.lock'), JSON.stringify({ pid: process.ppid, host: os.hostname() }));
    const before = new Date(Date.now() - 120_000); // as after a restart of the machine: another process has the number
    await utimes(path.join(folder, '.lock'), before, before);
    expect(await inFolder(folder, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('of another machine is watched, whatever its clock says: refused while it is touched, taken over when it is not', async () => {
    const folder = path.join(scratch, 'shared');
    const lock = path.join(folder, '.lock');
    await inFolder(folder, () => Promise.resolve());
    for (const owner of [
      { pid: process.pid, host: 'another' },
      { pid: process.pid, host: os.hostname(), space: 'a container of the same name' },
    ]) {
      await writeFile(lock, JSON.stringify(owner));
      let clock = Date.UTC(2001, 0, 1); // of a machine that thinks it is 2001
      let touched = Promise.resolve();
      const beat = setInterval(() => void (touched = utimes(lock, new Date(clock), new Date((clock += 1000)))), 10);
      const waiting = vi.fn();
      await expect(inFolder(folder, () => Promise.resolve(), { waiting })).rejects.toThrow(
        new FolderInUse(
          `${folder} is in use by process ${process.pid} on ${owner.host}, which is alive: wait for it or stop it there`,
        ),
      );
      clearInterval(beat);
      await touched;
      expect(waiting).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(owner));
      const fast = new Date(Date.now() + 3_600_000);
      await utimes(lock, fast, fast); // and one whose clock is an hour fast
      const lost = vi.fn();
      expect(await inFolder(folder, () => Promise.resolve('mine'), { silence: 0.3, lost })).toBe('mine');
      expect(lost).not.toHaveBeenCalled();
    }
  });

  it('that another machine took over says so to the call that slept, which then leaves its lock alone', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const folder = path.join(scratch, 'slept');
      const theirs = JSON.stringify({ pid: 1, host: 'another' });
      let lost: (value?: unknown) => void = () => undefined;
      await inFolder(
        folder,
        () =>
          new Promise((resolve) => {
            void writeFile(path.join(folder, '.lock'), theirs).then(() => vi.advanceTimersByTime(10_000));
            lost = resolve;
          }),
        { lost: () => lost() },
      );
      expect(await readFile(path.join(folder, '.lock'), 'utf8')).toBe(theirs);
    } finally {
      vi.useRealTimers();
    }
  });
});
