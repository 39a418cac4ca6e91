/**
 * What the project needs is in its repository: a file that `.gitignore` leaves out by accident is missing in a clone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What programs make there while they run. */
const made = /^test\/output\/|__pycache__\/|\.ipynb_checkpoints\/|node_modules\/|\.(log|tsbuildinfo)$/;

test.skipIf(!existsSync(join(root, '.git')))('.gitignore leaves out nothing that was written by hand', () => {
  const folders = ['bench', 'docs', 'extension/src', 'kernel', 'notebooks', 'python', 'scripts', 'src', 'test'];
  const options = ['--others', '--ignored', '--exclude-standard', '-z', '--', ...folders];
  const { status, stdout } = spawnSync('git', ['ls-files', ...options], { cwd: root, encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout.split('\0').filter((file) => file !== '' && !made.test(file))).toEqual([]);
});
