/**
 * `spikelab run-notebook` with the real kernel: what is kept when a cell fails, when the user stops it, when something
 * is missing.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const main = new URL('../../dist/src/cli/main.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'spikelab-run-notebook-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function notebook(name: string, cells: string[], kernel = 'spikelab'): string {
  const file = join(folder, name);
  const metadata = { kernelspec: { name: kernel, display_name: kernel, language: 'typescript' } };
  // With outputs of an earlier run, which must not survive.
  const outputs = [{ output_type: 'stream', name: 'stdout', text: 'stale' }];
  const code = cells.map((source, index) => ({
    cell_type: 'code',
    id: `cell-${index}`,
    source,
    metadata: {},
    outputs,
    execution_count: 9,
  }));
  writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: code }));
  return file;
}

const spikelab = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });

interface Output {
  output_type: string;
  text?: string[];
  data?: Record<string, string[]>;
}
const cellsOf = (file: string) => JSON.parse(readFileSync(file, 'utf8')).cells as { outputs: Output[] }[];
const resultOf = (output: Output) => output.data?.['text/plain'].join('');

describe('run-notebook', () => {
  test('keeps results and page of a notebook that runs', () => {
    const run = spikelab(
      'run-notebook',
      notebook('good.ipynb', ['const x = 6;', 'x * 7']),
      '--out',
      'out/good.ipynb',
      '--html',
    );
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toContain('[2/2] x * 7');
    expect(resultOf(cellsOf(join(folder, 'out/good.ipynb'))[1].outputs[0])).toBe('42');
    const page = readFileSync(join(folder, 'out/good.html'), 'utf8');
    expect(page).toContain('42');
    expect(page, 'a page to read without a connection').not.toMatch(/<script|(src|href)="https?:/);
    expect(page).toContain('prefers-color-scheme: dark');
  });

  test('exits with 1 and keeps what ran when a cell fails', () => {
    const run = spikelab(
      'run-notebook',
      notebook('bad.ipynb', ['1 + 1', "throw new RangeError('too large')", '3']),
      '--json',
    );
    expect(run.status).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ exitCode: 1, executed: 2, cells: 3 });
    const [first, failed, last] = cellsOf(join(folder, 'runs/bad/bad.ipynb'));
    expect(resultOf(first.outputs[0])).toBe('2');
    expect(failed.outputs[0]).toMatchObject({ output_type: 'error', ename: 'RangeError', evalue: 'too large' });
    expect(last.outputs).toEqual([]);
  });

  test('on Ctrl-C interrupts the cell, exits with 130 and keeps what ran', async () => {
    const file = notebook('slow.ipynb', ["console.log('ran')", 'for (;;) {}', '3']);
    const child = spawn(process.execPath, [main, 'run-notebook', file, '--out', 'out/slow.ipynb'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = new Promise((resolve) => child.on('close', resolve));
    await new Promise<void>((resolve) =>
      child.stdout.on('data', (chunk) => String(chunk).includes('[2/3]') && resolve()),
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill('SIGINT');
    expect(await closed).toBe(130);
    const [first, stopped] = cellsOf(join(folder, 'out/slow.ipynb'));
    expect(first.outputs[0]).toMatchObject({ name: 'stdout', text: ['ran\n'] });
    expect(stopped.outputs.at(-1)).toMatchObject({ output_type: 'error' });
  });

  test('names the fix when the notebook is missing, is none, or names an unknown kernel', () => {
    expect(spikelab('run-notebook', 'nowhere.ipynb')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('check the path'),
    });
    writeFileSync(join(folder, 'text.ipynb'), 'not JSON');
    expect(spikelab('run-notebook', 'text.ipynb')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('is not a Jupyter notebook'),
    });
    const unknown = spikelab(
      'run-notebook',
      notebook('unknown.ipynb', ['1'], 'no-such-kernel'),
      '--out',
      'out/unknown.ipynb',
    );
    expect(unknown).toMatchObject({ status: 1, stderr: expect.stringContaining('spikelab install') });
    expect(existsSync(join(folder, 'out/unknown.ipynb'))).toBe(false);
  });

  test('refuses unknown options with 64', () => {
    expect(spikelab('run-notebook', 'x.ipynb', '--fast').status).toBe(64);
  });

  test('refuses before it runs: a name that no variable has, a place that cannot be written, cells that are none', () => {
    const file = notebook('refused.ipynb', ['1']);
    for (const [args, status, message] of [
      [['-p', 'class', '3'], 64, 'a parameter is named as a variable'],
      [['--parameters=seed'], 64, '-p seed has no value'],
      [['--out', '.'], 64, 'is a folder'],
      [['--out', 'page.html', '--html'], 64, 'notebook and page at once'],
      [['--out', 'refused.ipynb/out.ipynb'], 1, 'cannot be written'],
      [['--kernel', 'no-such-kernel'], 1, 'there is no kernel --kernel no-such-kernel'],
    ] as const) {
      const run = spikelab('run-notebook', file, ...args);
      expect([run.status, run.stderr], args.join(' ')).toEqual([status, expect.stringContaining(message)]);
      expect(run.stdout).not.toContain('[1/1]');
    }
    writeFileSync(join(folder, 'none.ipynb'), '{"cells": [null]}');
    expect(spikelab('run-notebook', 'none.ipynb').stderr).toContain('has a cell that is none');
  });
});
