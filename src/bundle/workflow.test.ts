/** `workflow.sh`: as this version writes it, run by a shell from elsewhere, and the forms of earlier versions. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { terminatePool } from '../engine/pool.js';
import { bundleRun } from './bundle.js';
import { parseRunReport } from '../replicate/recorded-run.js';
import { replicate } from '../replicate/replicate.js';
import { isWorkflow, type PackedRun, workflowOf } from './workflow.js';

let scratch: string;
const at = (...names: string[]): string => path.join(scratch, ...names);
const tiny = { name: 'tiny', data: { name: 'strokes', size: 60 }, network: { hidden: [6], steps: 20 }, epochs: 1 };
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-workflow-'));
  await replicate(tiny, { seeds: [0, 1], out: at('rep'), silent: true, threads: 1 });
});
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

async function packedOf(...names: string[]): Promise<PackedRun[]> {
  const reads = names.map(async (name) => {
    const report = await readFile(at('rep', ...name.split('/')));
    return { name: names.length > 1 ? name : 'report.json', run: parseRunReport(report, name) };
  });
  return Promise.all(reads);
}

it('is called from any folder, and its results go there', async (context) => {
  if (process.platform === 'win32') context.skip('Windows has no sh');
  await bundleRun(at('rep'), { out: at('my bündle') });
  await mkdir(at('bin'));
  await writeFile(at('bin', 'npx'), '#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n', { mode: 0o755 });
  const called = (script: string, cwd: string): string[] => {
    const env = { ...process.env, PATH: `${at('bin')}:${process.env.PATH}` };
    return execFileSync('sh', [script, '--data-dir', 'my data'], { cwd, env, encoding: 'utf8' }).trim().split('\n');
  };
  const options = ['--seeds', '0,1', '--epochs', '1', '--out', 'again', '--data-dir', 'my data'];
  for (const [script, cwd, record] of [
    ['workflow.sh', at('my bündle'), './seed-0/report.json'],
    ['my bündle/workflow.sh', scratch, 'my bündle/seed-0/report.json'],
    [at('my bündle', 'workflow.sh'), os.tmpdir(), at('my bündle', 'seed-0', 'report.json')],
  ]) {
    expect(called(script, cwd)).toEqual(['spikelab', 'replicate', record, ...options]);
    expect((await readFile(path.resolve(cwd, record))).equals(await readFile(at('rep', 'seed-0', 'report.json')))).toBe(
      true,
    );
  }
});

describe('a script of a bundle', () => {
  const first = (out: string): string =>
    `set -e\nnpx spikelab replicate report.json --seeds 0,1 --epochs 1 --out ${out}\n`;
  const after = (text: string, lines: string): string => text.replace(/(#!.*\n.*\n)[^]*/, `$1${lines}`);

  it('may be of an earlier version', async () => {
    const packed = await packedOf('seed-0/report.json', 'seed-1/report.json');
    const now = workflowOf(packed);
    expect(isWorkflow(now, packed)).toBe(true);
    const inItsFolder = now.replace('here=$(dirname -- "$0")\n', '').replaceAll('"$here"/', '');
    expect(inItsFolder).toContain('replicate seed-0/report.json');
    expect(isWorkflow(inItsFolder, packed)).toBe(true);
    for (const out of ['five-seeds', "'five seeds ü'", "'~'"])
      expect(isWorkflow(after(now, first(out)), packed), out).toBe(true);
    const single = await packedOf('seed-0/report.json');
    const train = 'set -e\nnpx spikelab train report.json --seed 0 --epochs 1 --out seed-0\n'; // no record lies there
    expect(isWorkflow(after(now, train), single)).toBe(true);
  });

  it('writes into a folder of its own, and over no record', async () => {
    const packed = await packedOf('seed-0/report.json', 'seed-1/report.json');
    const outs = [
      '.',
      '..',
      "'..'",
      "''",
      '-rf',
      "'a/b'",
      "'..\\x'",
      '~',
      '"$HOME"',
      'seed-0',
      'seed-1',
      'Seed-1',
      '/tmp',
    ];
    for (const out of outs) expect(isWorkflow(after(workflowOf(packed), first(out)), packed), out).toBe(false);
  });
});
