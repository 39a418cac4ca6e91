/**
 * Makes the project's `.venv`: JupyterLab and what `scripts/requirements.txt` lists. The set-up makes it anew when this
 * file changes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from './files.mjs';
import { findPython, venv, venvProgram } from './python.mjs';
import { rerun, run } from './run.mjs';

/**
 * Lets a fresh JupyterLab show the notebook at once, without a question about its news feed or an error from its yarn.
 */
function quietJupyterLab() {
  // JupyterLab runs a CommonJS yarn.js of its own; the project's package.json would declare it an ES module.
  writeAtomically(join(venv, 'package.json'), '{ "type": "commonjs" }\n');
  writeAtomically(
    join(venv, 'etc/jupyter/labconfig/page_config.json'),
    `${JSON.stringify({ disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true } }, null, 2)}\n`,
  );
}

/** @throws SetupError */
export function makeVirtualEnvironment() {
  const python = findPython();
  console.log(`  with ${python.name} ${python.version}`);
  // Made anew each time: a package cut off half-way looks installed to pip.
  rmSync(venv, { recursive: true, force: true });
  run(
    python.command,
    [...python.args, '-m', 'venv', venv],
    'Python lacks its venv module? On Debian and Ubuntu: apt install python3-venv, then run this again.',
  );
  run(
    venvProgram('python'),
    [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-input',
      '--disable-pip-version-check',
      '--progress-bar',
      'off',
      '-r',
      'scripts/requirements.txt',
    ],
    `JupyterLab comes from the Python package index: is the network up? ${rerun}`,
  );
  quietJupyterLab();
}

/**
 * The Python of a virtual environment for a long check, made once in `folder/venv`.
 * @param modules that it must be able to import
 * @param size what the packages take, where that is much
 * @throws SetupError
 */
export function pythonWith(folder, packages, modules, size = 'some MB') {
  const own = join(folder, 'venv');
  const python = process.platform === 'win32' ? join(own, 'Scripts/python.exe') : join(own, 'bin/python');
  if (existsSync(python) && spawnSync(python, ['-c', `import ${modules}`]).status === 0) return python;
  const found = findPython();
  rmSync(own, { recursive: true, force: true });
  run(found.command, [...found.args, '-m', 'venv', own], 'Python lacks its venv module?');
  console.log(`Installing ${packages.join(', ')}: ${size}, once`);
  run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', ...packages], 'Is the network up?');
  return python;
}
