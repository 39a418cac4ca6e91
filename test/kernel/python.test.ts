/** The kernel through Jupyter's own Python clients: installed by the command line, found by name. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingBuild } from './client.js';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const own = here(process.platform === 'win32' ? '../../.venv/Scripts/python.exe' : '../../.venv/bin/python');
const python = [process.env['SPIKELAB_PYTHON'], own, 'python3'].find(
  (candidate) => candidate && spawnSync(candidate, ['-c', 'import nbclient, jupyter_kernel_test, jupyter_console'], { stdio: 'ignore' }).status === 0,
);
const missing = missingBuild || (python === undefined && 'no Python with nbclient, jupyter_kernel_test and jupyter_console: npm run setup');
const prefix = mkdtempSync(join(tmpdir(), 'spikelab-prefix-'));
const env = { ...process.env, JUPYTER_PATH: join(prefix, 'share/jupyter'), JUPYTER_PLATFORM_DIRS: '1', SPIKELAB_HISTORY: join(prefix, 'history.jsonl') };
const runPython = (args: string[], input = '') => spawnSync(python!, args, { env, input, encoding: 'utf8', timeout: 100_000 });

describe('Python clients', () => {
  beforeAll(({}) => {
    if (!missing) spawnSync(process.execPath, [here('../../dist/src/cli/main.js'), 'install', '--prefix', prefix]);
  });
  afterAll(() => rmSync(prefix, { recursive: true, force: true }));

  test('jupyter_kernel_test passes', (context) => {
    if (missing) return context.skip(missing);
    const { stdout, stderr } = runPython([here('conformance.py'), 'spikelab']);
    const { run, problems, skipped } = JSON.parse(stdout.trim().split('\n').at(-1)!);
    expect(problems, stderr).toEqual([]);
    expect(run).toBeGreaterThanOrEqual(12);
    expect(skipped).toEqual([]);
  });

  test('nbclient runs a notebook: results, errors, pictures, live updates', (context) => {
    if (missing) return context.skip(missing);
    const cells = ['console.log("hi"); let x = 1', 'x + 1', 'throw new RangeError("big")', 'show({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "picture" }) })', 'x * 10'];
    const { stdout, stderr } = runPython([here('notebook.py'), 'spikelab'], JSON.stringify(cells));
    expect(stderr).toBe('');
    const outputs = JSON.parse(stdout) as [number, Record<string, unknown>[]][];
    expect(outputs.map(([count]) => count)).toEqual([1, 2, 3, 4, 5]);
    expect(outputs[0][1]).toEqual([{ output_type: 'stream', name: 'stdout', text: 'hi\n' }]);
    expect(outputs[1][1]).toMatchObject([{ output_type: 'execute_result', data: { 'text/plain': '2' }, execution_count: 2 }]);
    expect(outputs[2][1]).toMatchObject([{ output_type: 'error', ename: 'RangeError', evalue: 'big' }]);
    expect(outputs[3][1]).toMatchObject([{ output_type: 'display_data', data: { 'text/plain': 'picture' } }]);
    expect(outputs[4][1]).toMatchObject([{ data: { 'text/plain': '10' } }]);
  });

  test('jupyter console runs a line', (context) => {
    if (missing) return context.skip(missing);
    const { stdout } = runPython(['-m', 'jupyter_console', '--kernel', 'spikelab', '--simple-prompt', '--no-confirm-exit'], '6 * 7\nexit\n');
    expect(stdout).toContain('42');
  });
});
