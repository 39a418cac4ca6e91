/** Finds a Python for JupyterLab and knows the paths inside the project's virtual environment. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './files.mjs';
import { SetupError } from './run.mjs';

export const venv = join(root, '.venv');
const windows = process.platform === 'win32';

/** Path of a program in the virtual environment, for instance `python` or `jupyter-lab`. */
export const venvProgram = (name) => (windows ? join(venv, 'Scripts', `${name}.exe`) : join(venv, 'bin', name));

const candidates = [['python3'], ['python'], ['py', '-3']];
const lowest = [3, 9];

/**
 * The first Python of at least 3.9 on the path, as a command with its leading arguments.
 * @throws SetupError that lists what was found and says what to install
 */
export function findPython() {
  const found = [];
  for (const [command, ...args] of candidates) {
    const name = [command, ...args].join(' ');
    const result = spawnSync(command, [...args, '-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])'], {
      encoding: 'utf8',
    });
    const version = result.status === 0 ? result.stdout.trim() : undefined;
    if (!version) continue;
    const [major, minor] = version.split('.').map(Number);
    if (major > lowest[0] || (major === lowest[0] && minor >= lowest[1])) return { command, args, name, version };
    found.push(`${name} is ${version}`);
  }
  throw new SetupError(
    `JupyterLab needs Python ${lowest.join('.')} or newer; ${found.length ? found.join(', ') : 'there is no python3, python or py on the path'}. ` +
      'Install it from https://www.python.org/downloads/ (Debian, Ubuntu: apt install python3 python3-venv), then run this again.',
  );
}
