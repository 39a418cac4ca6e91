/**
 * `spikelab sweep` as a person types it, and the very commands of its rules in a shell; the whole with Snakemake and
 * SLURM is `npm run test:slurm`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snakemakeFiles } from '../../src/cluster/snakemake.js';
import { root, spikelab } from './command.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), "spikelab's sweep "))));
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Config {
  spikelab: string;
  folder: string;
  threads: number;
  runs: Record<string, { train: string[]; mem_mb: number; minutes: number }>;
}
interface Result {
  status: string;
  seed: number;
  weightsSha256: string;
  parts: { from: number; to: number }[];
}

const plan = { experiment: 'strokes-dense', set: { 'data.size': 60, epochs: 2 }, grid: { seed: [3, 4] } };
const python = path.join(root, process.platform === 'win32' ? '.venv/Scripts/python.exe' : '.venv/bin/python');

/** Without an input: bash takes a socket there, as Node gives it, for a login from elsewhere: it reads its settings. */
const bash = (options: readonly string[], cwd: string): ReturnType<typeof spawnSync> =>
  spawnSync('bash', options, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** The shell command of a rule, with what Snakemake puts in its place. */
function shellOf(snakefile: string, rule: string, values: Record<string, string>): string {
  const text = snakefile.slice(snakefile.indexOf(`rule ${rule}:`));
  const lines = text.slice(text.indexOf('shell:')).split('\n').slice(1);
  const end = lines.findIndex((line) => !/^ {8}".*"$/.test(line));
  const command = lines.slice(0, end).map((line) => JSON.parse(line.trim()) as string);
  return command.join('').replace(/\{([\w.[\]]+)\}/g, (_, name: string) => {
    if (values[name] === undefined) throw new Error(`the rule ${rule} uses {${name}}`);
    return values[name];
  });
}

describe('spikelab sweep', () => {
  it('writes a workflow whose rules go on from a checkpoint, fail without a result, and report', async () => {
    const out = path.join(folder, 'out');
    await writeFile(path.join(folder, 'plan.json'), JSON.stringify(plan));
    const { code, err, out: said } = await spikelab(['sweep', path.join(folder, 'plan.json'), '--out', out]);
    expect([code, err]).toEqual([0, '']);
    expect(said).toMatch(/^2 runs, each with 1 thread, \d+ MB and \d+ minutes\n/);
    const config = JSON.parse(await readFile(path.join(out, 'sweep.json'), 'utf8')) as Config;
    const snakefile = await readFile(path.join(out, 'Snakefile'), 'utf8');
    const names = Object.keys(config.runs);
    expect(names).toHaveLength(2);
    for (const { mem_mb, minutes } of Object.values(config.runs)) {
      expect(mem_mb).toBeGreaterThan(512);
      expect(minutes).toBeGreaterThan(10);
    }
    for (const name of ['results', 'logs', 'report']) await mkdir(path.join(out, name)); // Snakemake makes them
    const word = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
    const run = (name: string, train = config.runs[name].train): ReturnType<typeof spawnSync> => {
      const command = shellOf(snakefile, 'run', {
        'params.folder': word(`./${name}`),
        'params.spikelab': config.spikelab,
        'params.train': train.map(word).join(' '),
        threads: String(config.threads),
        output: `results/${name}.json`,
        log: `logs/${name}.log`,
      });
      return bash(['-euo', 'pipefail', '-c', command], out);
    };
    const result = async (name: string): Promise<Result> =>
      JSON.parse(await readFile(path.join(out, 'results', `${name}.json`), 'utf8')) as Result;

    // the first run was stopped after an epoch, the second was never begun
    const { train } = config.runs[names[0]];
    const first = await spikelab([
      'train',
      ...train,
      '--set',
      'epochs=1',
      '--threads',
      '2',
      '--out',
      path.join(out, names[0]),
    ]);
    expect(first).toMatchObject({ code: 0, err: '' });
    for (const name of names) expect(run(name)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(await result(names[0])).toMatchObject({
      status: 'done',
      seed: 3,
      parts: [
        { from: 0, to: 1 },
        { from: 1, to: 2 },
      ],
    });
    const whole = await spikelab(['train', ...train, '--out', path.join(folder, 'whole'), '--json']);
    expect((JSON.parse(whole.out) as Result).weightsSha256).toBe((await result(names[0])).weightsSha256);

    await rm(path.join(out, 'results', `${names[0]}.json`));
    expect(run(names[0], [...train, '--seed', '9'])).toMatchObject({ status: 64, stdout: '', stderr: '' });
    expect(existsSync(path.join(out, 'results', `${names[0]}.json`))).toBe(false);
    expect(await readFile(path.join(out, 'logs', `${names[0]}.log`), 'utf8')).toContain('holds a run with seed 3');
    expect(run(names[0])).toMatchObject({ status: 0 }); // done already: its report again

    const report = shellOf(snakefile, 'report', {
      'params.spikelab': config.spikelab,
      input: names.map((name) => `results/${name}.json`).join(' '),
      'output[0]': 'report/report.html',
      log: 'logs/report.log',
    });
    expect(bash(['-c', report], out)).toMatchObject({ status: 0, stderr: '' });
    const files = ['comparison.json', 'comparison.png', 'curves.png', 'report.html', 'report.md'];
    expect((await readdir(path.join(out, 'report'))).sort()).toEqual(files);
    const page = await readFile(path.join(out, 'report', 'report.md'), 'utf8');
    expect(page).toContain('# 2 runs of 1 setting');
    for (const name of names) expect(page).toContain((await result(name)).weightsSha256);
  });

  it('loses nothing of a folder: profiles of people, another workflow, runs of an earlier plan', async () => {
    const out = path.join(folder, 'again');
    const file = path.join(folder, 'again.json');
    const sweep = async (changes: object): Promise<{ code: number | null; out: string; err: string }> => {
      await writeFile(file, JSON.stringify({ ...plan, ...changes }));
      return spikelab(['sweep', file, '--out', out, '--memory-mb', '700', '--minutes', '11']);
    };
    expect(await sweep({})).toMatchObject({ code: 0, err: '' });
    const profile = path.join(out, 'profiles', 'slurm', 'config.yaml');
    await writeFile(profile, 'executor: slurm\ndefault-resources:\n  slurm_account: ours\n');
    const held = path.join(out, 'seed-3');
    await mkdir(held);
    await writeFile(path.join(held, 'checkpoint.safetensors'), 'of a run that was begun');

    const longer = await sweep({ set: { 'data.size': 60, epochs: 5 }, grid: { seed: [3, 4, 5] } });
    expect(longer).toMatchObject({ code: 0, err: '' });
    expect(longer.out).toContain('profiles/slurm/config.yaml is kept');
    expect(await readFile(profile, 'utf8')).toContain('slurm_account: ours');
    const config = JSON.parse(await readFile(path.join(out, 'sweep.json'), 'utf8')) as Config;
    expect(Object.keys(config.runs)).toEqual(['seed-3', 'seed-4', 'seed-5']);

    const real = path.join(out, 'seed-5');
    const train = ['train', 'strokes-dense', '--set', 'data.size=60', '--set', 'network.hidden=[4]', '--epochs', '2'];
    expect(await spikelab([...train, '--threads', '1', '--out', real])).toMatchObject({ code: 0 });
    const fewer = await sweep({ set: { 'data.size': 60, epochs: 1 }, grid: { seed: [4, 5] } });
    expect([fewer.code, fewer.err]).toEqual([
      64,
      expect.stringContaining('seed-5 has trained 2 epochs, and the plan has 1'),
    ]);
    await rm(real, { recursive: true });

    const other = await sweep({ set: { 'data.size': 80, epochs: 5 } });
    expect(other.code).toBe(64);
    expect(other.err).toMatch(/seed-3 holds a run that an earlier plan began with other settings/);
    await rm(held, { recursive: true });
    expect(await sweep({ set: { 'data.size': 80, epochs: 5 } })).toMatchObject({ code: 0 });

    await writeFile(path.join(out, 'Snakefile'), 'rule all:\n');
    const foreign = await sweep({});
    expect([foreign.code, foreign.err]).toEqual([64, expect.stringContaining('was not written by spikelab sweep')]);
    expect(await readFile(path.join(out, 'Snakefile'), 'utf8')).toBe('rule all:\n');
  });

  it.skipIf(!existsSync(python))('writes profiles that are YAML, with options that belong together', () => {
    const runs = [{ name: 'a', train: ['strokes-dense'], memoryMb: 700, minutes: 11 }];
    const files = snakemakeFiles({ runs, threads: 1, spikelab: ['spikelab'] });
    const read = `import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin.read())))`;
    const profile = (name: string): unknown =>
      JSON.parse(
        spawnSync(python, ['-c', read], { input: files.get(`profiles/${name}/config.yaml`), encoding: 'utf8' }).stdout,
      );
    expect(profile('default')).toEqual({ 'rerun-incomplete': true, 'keep-going': true });
    expect(profile('slurm')).toMatchObject({
      executor: 'slurm',
      'slurm-status-command': 'squeue',
      'slurm-requeue': true,
    });
    expect(profile('kubernetes')).toMatchObject({
      executor: 'kubernetes',
      'default-storage-provider': 's3',
      config: ['spikelab=spikelab'],
    });
  });

  it('refuses runs without a name of their own', () => {
    const files = (...names: string[]): (() => unknown) => {
      const runs = names.map((name) => ({ name, train: [], memoryMb: 1, minutes: 1 }));
      return () => snakemakeFiles({ runs, threads: 1, spikelab: ['spikelab'] });
    };
    expect(files()).toThrow('a sweep of no runs');
    expect(files('a', 'a')).toThrow('two runs are named a');
    for (const name of ['../a', '', '.hidden', 'a//b', '/a', 'a/../b', 'a b', '{a}', 'a\n'])
      expect(files(name)).toThrow('a run is named');
  });
});
