/** `spikelab install`, `uninstall` and `doctor`: make Jupyter know the kernel, and say what is wrong when it does not work. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { diagnose, pythonEnvironments, type Finding } from '../../kernel/install/doctor.js';
import { removeKernelspec, userDataFolder, writeKernelspec } from '../../kernel/install/kernelspec.js';
import { ensureSnapshot } from '../../kernel/compiler/compiler-snapshot.js';
import { packageRoot } from './jupyter-python.js';

export interface InstallPlace {
  readonly user?: boolean;
  readonly sysPrefix?: boolean;
  readonly prefix?: string;
  readonly json?: boolean;
}

/** The Jupyter data folder that the options mean; the user's own by default. */
export function installFolder({ user, sysPrefix, prefix }: InstallPlace): string {
  if ([user, sysPrefix, prefix !== undefined].filter(Boolean).length > 1)
    throw new RangeError('give one of --user, --sys-prefix and --prefix, not several');
  if (prefix !== undefined) return join(resolve(prefix), 'share', 'jupyter');
  return sysPrefix ? join(activePrefix(), 'share', 'jupyter') : userDataFolder();
}

/** The active Python environment: a virtual environment's or conda's variable, else what `python3` says. */
function activePrefix(): string {
  const active = process.env['VIRTUAL_ENV'] ?? process.env['CONDA_PREFIX'];
  if (active) return active;
  for (const python of ['python3', 'python']) {
    const { status, stdout } = spawnSync(python, ['-c', 'import sys; print(sys.prefix)'], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  throw new Error(
    '--sys-prefix needs a Python environment and none was found: activate one, or use --user or --prefix',
  );
}

/** Pythons worth asking for JupyterLab: the active environment's, this package's own, those on the path. */
function pythonCandidates(): string[] {
  const inside = (prefix: string): string =>
    process.platform === 'win32' ? join(prefix, 'Scripts', 'python.exe') : join(prefix, 'bin', 'python');
  const active = [process.env['VIRTUAL_ENV'], process.env['CONDA_PREFIX'], join(packageRoot(), '.venv')].filter(
    (prefix) => prefix !== undefined,
  );
  return [...active.map(inside), 'python3', 'python'];
}

const signs = { ok: '✓', warning: '!', problem: '✗' } as const;

function print(findings: readonly Finding[]): void {
  for (const { check, status, detail } of findings) console.log(`${signs[status]} ${check}: ${detail}`);
}

/** Adds the three commands. Exit codes: 0 done, 1 something is wrong, 64 wrong arguments. */
export function registerKernelCommands(program: Command): void {
  const place = (command: Command): Command =>
    command
      .option('--user', "the user's Jupyter folder (default)")
      .option('--sys-prefix', 'the active Python environment')
      .option('--prefix <folder>', 'the Python environment or prefix in this folder')
      .option('--json', 'print JSON');

  place(program.command('install').description('make Jupyter know the Spikelab kernel; no Python is needed')).action(
    (options: InstallPlace) => {
      const folder = writeKernelspec(installFolder(options));
      // The library's entry file is beside the kernel's; without the snapshot the kernel only starts more slowly.
      const snapshot = ensureSnapshot({ file: join(packageRoot(), 'dist/src/index.js'), globals: [] });
      console.log(
        options.json
          ? JSON.stringify({ installed: folder, snapshot })
          : `Installed the kernel "TypeScript (Spikelab)" in ${folder}`,
      );
    },
  );

  place(program.command('uninstall').description('remove the kernel from Jupyter')).action((options: InstallPlace) => {
    const folder = installFolder(options);
    const removed = removeKernelspec(folder);
    console.log(
      options.json
        ? JSON.stringify({ removed })
        : removed
          ? `Removed the kernel from ${folder}`
          : `No Spikelab kernel was installed in ${folder}`,
    );
  });

  program
    .command('doctor')
    .description(
      'check Node, the ZeroMQ binding, JupyterLab and the installed kernels; start a kernel and say its memory',
    )
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const findings = await diagnose(pythonEnvironments(pythonCandidates()));
      if (options.json) console.log(JSON.stringify({ findings }));
      else print(findings);
      if (findings.some(({ status }) => status === 'problem')) process.exitCode = 1;
    });
}
