/**
 * Jupyter's own Python clients, for tests: the kernel installed by the command line into a prefix of its own, found by
 * name.
 */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingBuild } from './client.js';

export const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
export const commandLine = here('../../dist/src/cli/main.js');

/** Whether a Python has these packages; they are not imported, which takes seconds. */
export const hasPackages = (program: string, ...names: readonly string[]): boolean => {
  const look = 'import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))';
  return spawnSync(program, ['-c', look, ...names], { stdio: 'ignore' }).status === 0;
};

const own = here(process.platform === 'win32' ? '../../.venv/Scripts/python.exe' : '../../.venv/bin/python');
/** A Python with Jupyter's clients. */
export const python = [process.env['SPIKELAB_PYTHON'], own, 'python3'].find(
  (candidate) => candidate && hasPackages(candidate, 'nbclient', 'jupyter_kernel_test', 'jupyter_console'),
);
/** Why tests that need the clients cannot run, if so. */
export const missing =
  missingBuild ||
  (python === undefined && 'no Python with nbclient, jupyter_kernel_test and jupyter_console: npm run setup');

/** A fresh Jupyter that knows our kernel under the name `spikelab` and no other of that name. */
export class Jupyter {
  readonly prefix = mkdtempSync(join(tmpdir(), 'spikelab-prefix-'));
  readonly env = {
    ...process.env,
    JUPYTER_PATH: join(this.prefix, 'share/jupyter'),
    JUPYTER_PLATFORM_DIRS: '1',
    SPIKELAB_HISTORY: join(this.prefix, 'history.jsonl'),
  };

  install(): void {
    const { status, stderr } = spawnSync(process.execPath, [commandLine, 'install', '--prefix', this.prefix], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`spikelab install failed: ${stderr}`);
  }

  run(args: readonly string[], input = '', timeout = 580_000): SpawnSyncReturns<string> {
    return spawnSync(python!, args, { env: this.env, input, encoding: 'utf8', timeout, maxBuffer: 2 ** 28 });
  }

  /** Runs one of the Python files of this folder and reads the JSON of its last line. */
  json<T>(file: string, args: readonly string[], input = '', timeout?: number): T {
    const { stdout, stderr } = this.run([here(file), ...args], input, timeout);
    try {
      return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
    } catch {
      throw new Error(`${file} gave no result; it says:\n${stdout}\n${stderr}`);
    }
  }

  remove(): void {
    rmSync(this.prefix, { recursive: true, force: true });
  }
}
