/** A fresh environment with a home of its own: what is installed there, what runs there, which files it leaves. */
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const windows = process.platform === 'win32';
/** The user without rights, where root runs this. */
const nobody = 65534;

/** A Python of this minor version that everybody may run (with `shared`), or undefined. */
export function findPython(version, shared = false) {
  const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  let installed = [];
  try {
    installed = readdirSync(pyenv).filter((name) => name.startsWith(`${version}.`));
  } catch {
    // no pyenv here
  }
  const candidates = [
    ...(shared ? [`/usr/bin/python${version}`] : installed.map((name) => join(pyenv, name, 'bin/python'))),
    `python${version}`,
    'python3',
    'python',
  ];
  const test = `import sys, venv, ensurepip; assert sys.version_info[:2] == (${version.replace('.', ', ')}); print(sys.executable)`;
  for (const candidate of candidates) {
    const { status, stdout } = spawnSync(candidate, ['-c', test], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

/** A step that failed, with what it said. */
export class StepFailed extends Error {}

export class Environment {
  constructor({ folder = 'env', user = false }) {
    this.base = mkdtempSync(join(tmpdir(), 'spikelab-install-'));
    this.prefix = join(this.base, folder);
    this.home = join(this.base, 'home');
    this.work = join(this.base, 'work');
    for (const path of [this.home, this.work]) mkdirSync(path);
    this.identity = user && process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
    if (this.identity.uid) for (const path of [this.base, this.home, this.work]) chownSync(path, nobody, nobody);
    this.bin = join(this.prefix, windows ? 'Scripts' : 'bin');
    /** Only the environment's programs: no Node but the one that comes with Spikelab. */
    this.path = [this.bin];
  }

  /** Runs a program of the environment to its end. @throws StepFailed */
  async run(program, args, { ok = [0], input = '', env = {} } = {}) {
    const child = spawn(program, args, {
      cwd: this.work,
      env: {
        PATH: this.path.join(delimiter),
        HOME: this.home,
        USERPROFILE: this.home,
        LANG: 'C.UTF-8',
        ...(process.env.SPIKELAB_DATA && { SPIKELAB_DATA: process.env.SPIKELAB_DATA }),
        ...env,
      },
      ...this.identity,
    });
    let [out, all] = ['', ''];
    child.stdout.on('data', (text) => ((out += text), (all += text)));
    child.stderr.on('data', (text) => (all += text));
    child.stdin.end(input);
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    if (!ok.includes(code))
      throw new StepFailed(`${[program, ...args].join(' ')} ended with ${code}:\n${all.slice(-3000)}`);
    return out;
  }

  async make(python) {
    await this.run(python, ['-m', 'venv', this.prefix]);
  }

  /** Everything below the environment, the home and the working folder, without bytecode. */
  files() {
    return [this.prefix, this.home, this.work].flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory() && !entry.name.endsWith('.pyc'))
        .map((entry) => join(entry.parentPath ?? dirname(entry.path), entry.name).slice(this.base.length + 1)),
    );
  }

  remove() {
    rmSync(this.base, { recursive: true, force: true });
  }
}
