/**
 * `spikelab install`, `uninstall` and `doctor`: make Jupyter know the kernel, and say what is wrong when it does not
 * work.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { cacheFolder } from '#data-platform';
import { defaultThreads } from '#engine-platform';
import { ensureSnapshot } from '../../kernel/compiler/compiler-snapshot.js';
import { cpuQuota } from '../engine/cpu-quota.node.js';
import { diagnose, nodeVersion, pythonEnvironments, type Finding } from '../../kernel/install/doctor.js';
import { extensionFolder, installExtension } from '../../kernel/install/extension.js';
import { removeFolder, userDataFolder } from '../../kernel/install/folders.js';
import { specFolder, writeKernelspec } from '../../kernel/install/kernelspec.js';
import { removeLeftovers } from '../../kernel/install/leftovers.js';
import { packageRoot, wheelPython } from './jupyter-python.js';

export interface InstallPlace {
  readonly user?: boolean;
  readonly sysPrefix?: boolean;
  readonly prefix?: string;
  readonly json?: boolean;
}

/**
 * The Jupyter data folder that the options mean. By default the one that pip put the wheel's into; without a wheel, the
 * user's own.
 */
export function installFolder({ user, sysPrefix, prefix }: InstallPlace): string {
  if ([user, sysPrefix, prefix !== undefined].filter(Boolean).length > 1)
    throw new RangeError('give one of --user, --sys-prefix and --prefix, not several');
  // `--prefix "$UNSET"` is not the current folder.
  if (prefix === '') throw new RangeError('--prefix is empty: name the folder of a Python environment');
  if (prefix !== undefined) return join(resolve(prefix), 'share', 'jupyter');
  if (sysPrefix) return join(activePrefix(), 'share', 'jupyter');
  const wheelPrefix = user || !wheelPython() ? undefined : process.env['SPIKELAB_PREFIX'];
  return wheelPrefix ? join(wheelPrefix, 'share', 'jupyter') : resolve(userDataFolder());
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
  const wheel = wheelPython();
  const active = [process.env['VIRTUAL_ENV'], process.env['CONDA_PREFIX'], join(packageRoot(), '.venv')].filter(
    (prefix) => prefix !== undefined,
  );
  return [...(wheel ? [wheel] : []), ...active.map(inside), 'python3', 'python'];
}

/** The absolute path of a Node that runs and is new enough. @throws RangeError */
function usableNode(path: string): string {
  if (path === '') throw new RangeError('--node is empty: give the path of a Node');
  const { stdout, error } = spawnSync(path, ['-p', 'process.versions.node + " " + process.execPath'], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  const [version, file] = (stdout ?? '').trim().split(/ (.*)/);
  if (!file) throw new RangeError(`--node ${path} is no Node that runs here${error ? `: ${error.message}` : ''}`);
  const { status, detail } = nodeVersion(version, file);
  if (status !== 'ok') throw new RangeError(`--node ${path}: ${detail}`);
  return file;
}

/** Names the way out where the folder is somebody else's. */
function writing<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC')
      throw new Error(`there is no room for ${folder} (${message}): make some, or use --prefix FOLDER`);
    // ENOENT and ENOTDIR: a home that is not there, as some containers have it.
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR'].includes(code ?? '')) throw error;
    throw new Error(
      `${folder} cannot be written (${message}): use --user, --prefix FOLDER, or the rights of its owner`,
    );
  }
}

/** What training takes of the machine, and why. */
function processors(): Finding {
  const check = 'Processors';
  try {
    const threads = defaultThreads();
    const quota = cpuQuota();
    const wanted = process.env['SPIKELAB_THREADS'];
    const limit = quota === undefined ? '' : `, a control group grants ${Number(quota.toFixed(2))} of them`;
    const why = wanted ? 'as SPIKELAB_THREADS says' : 'SPIKELAB_THREADS sets another number';
    const detail = `${availableParallelism()} usable of ${cpus().length}${limit}; training uses ${threads === 1 ? 'one thread' : `${threads} threads`} (${why})`;
    return { check, status: 'ok', detail };
  } catch (error) {
    return { check, status: 'problem', detail: (error as Error).message };
  }
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

  place(program.command('install').description('make Jupyter know the Spikelab kernel and its JupyterLab extension'))
    .option(
      '--node <path>',
      'the Node that runs the kernel (default: the one that runs this; SPIKELAB_NODE goes first)',
    )
    .action((options: InstallPlace & { readonly node?: string }) => {
      const folder = installFolder(options);
      const node = options.node === undefined ? undefined : usableNode(options.node);
      const [kernel, extension] = writing(folder, () => [
        writeKernelspec(folder, { node, python: wheelPython() }),
        installExtension(folder),
      ]);
      // The library's entry file is beside the kernel's; without the snapshot the kernel only starts more slowly.
      const snapshot =
        node === undefined && ensureSnapshot({ file: join(packageRoot(), 'dist/src/index.js'), globals: [] });
      console.log(
        options.json
          ? JSON.stringify({ installed: kernel, extension, snapshot })
          : `Installed the kernel "TypeScript (Spikelab)" in ${kernel}\nInstalled the JupyterLab extension in ${extension}`,
      );
    });

  place(program.command('uninstall').description('remove kernel and extension from Jupyter, caches and the history'))
    .option('--keep-caches', 'leave caches and the history where they are')
    .action((options: InstallPlace & { readonly keepCaches?: boolean }) => {
      const folder = installFolder(options);
      const removed = writing(folder, () => [
        ...[specFolder(folder), extensionFolder(folder)].filter((path) => removeFolder(path, folder)),
        ...(options.keepCaches ? [] : removeLeftovers(cacheFolder())),
      ]);
      if (options.json) return console.log(JSON.stringify({ removed }));
      for (const path of removed) console.log(`Removed ${path}`);
      if (removed.length === 0) console.log(`No Spikelab kernel was installed in ${folder}, and there were no caches`);
      if (wheelPython()) console.log(`The rest is pip's: ${wheelPython()!} -m pip uninstall spikelab`);
    });

  program
    .command('doctor')
    .description(
      'check Node, the ZeroMQ binding, JupyterLab and the installed kernels; start a kernel and say its memory',
    )
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const findings = [...(await diagnose(pythonEnvironments(pythonCandidates()))), processors()];
      if (options.json) console.log(JSON.stringify({ findings }));
      else print(findings);
      if (findings.some(({ status }) => status === 'problem')) process.exitCode = 1;
    });
}
