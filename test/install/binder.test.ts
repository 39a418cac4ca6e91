/**
 * binder/ by the rules of repo2docker, without Docker: a copy of the repository as it would be checked out, the files
 * in their order, the environment's prefix in NB_PYTHON_PREFIX, a home of its own. What pip would fetch comes from the
 * project's `.venv`; the build of the sources, which the project has done, is copied.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing, root, WheelEnvironment } from './wheel-environment.js';

/**
 * Files of binder/ that repo2docker reads, and what they may hold: others would be ignored, or take another's place.
 */
const readByBinder = ['postBuild', 'requirements.txt', 'runtime.txt'];
const git = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
  cwd: root,
  encoding: 'utf8',
});
const why =
  missing ||
  (process.platform === 'win32' && 'mybinder.org runs Linux') ||
  (git.status !== 0 && 'no git checkout here');

describe.skipIf(why)(`binder${why ? ` (${why})` : ''}`, () => {
  const environment = new WheelEnvironment();
  const copy = join(environment.folder, 'repository');
  beforeAll(() => {
    environment.make();
    for (const file of git.stdout.split('\0').filter((name) => name && existsSync(join(root, name)))) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      cpSync(join(root, file), join(copy, file));
    }
    for (const built of ['dist/src', 'dist/kernel', 'dist/.spikelab-stamp', 'extension/lib', 'extension/labextension'])
      cpSync(join(root, built), join(copy, built), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  });
  afterAll(() => environment.remove());

  test('has the files that repo2docker reads for Python, and no other', () => {
    const files = git.stdout.split('\0').filter((name) => name.startsWith('binder/') && existsSync(join(root, name)));
    expect(files.map((name) => name.slice('binder/'.length)).sort()).toEqual(readByBinder);
    expect(readFileSync(join(root, 'binder/runtime.txt'), 'utf8')).toMatch(/^python-3\.\d+\n$/);
    expect(readFileSync(join(root, 'binder/postBuild'), 'utf8')).toContain('set -euo pipefail');
  });

  test('postBuild installs the wheel, checks it, and leaves neither sources’ packages nor caches', () => {
    const { status, stdout, stderr } = spawnSync('./binder/postBuild', [], {
      cwd: copy,
      encoding: 'utf8',
      timeout: 600_000,
      env: {
        ...environment.env,
        PATH: `${environment.env['PATH']}:${dirname(process.execPath)}:/usr/bin:/bin`,
        NB_PYTHON_PREFIX: environment.venv,
        PIP_NO_INDEX: '1',
        PIP_NO_DEPS: '1',
      },
    });
    expect(status, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toMatch(new RegExp(`✓ Kernelspec: ${environment.venv}`));
    expect(stdout).toMatch(/@spikelab\/jupyterlab v\S+ .*OK/);
    expect(environment.has('bin/spikelab')).toBe(true);
    for (const gone of ['node_modules', 'dist']) expect(existsSync(join(copy, gone)), gone).toBe(false);
    expect(existsSync(join(environment.home, '.npm'))).toBe(false);
    expect(readFileSync(join(copy, 'notebooks/quickstart.ipynb'), 'utf8')).toContain('let samples = 10_000;');
  });
});
