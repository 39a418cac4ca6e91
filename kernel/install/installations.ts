/**
 * What of Spikelab the Jupyters at hand have: kernelspecs, what these start, and JupyterLab extensions, with their
 * versions.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { extensionFolder, extensionVersion } from './extension.js';
import { dataFolders } from './folders.js';
import { ownVersion, readKernelspec, specFolder, type Kernelspec } from './kernelspec.js';

export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'problem';
  /** What was found; for anything but `ok`, also what to do. */
  readonly detail: string;
}

export interface PythonEnvironment {
  readonly python: string;
  readonly prefix: string;
  /** Version of JupyterLab in it, if any. */
  readonly jupyterlab: string | undefined;
  /** The folders where its Jupyter looks, the first to be taken first; `undefined` without Jupyter. */
  readonly path?: readonly string[] | undefined;
}

/** What a kernelspec starts: the kernel's program and the version of its package, or what keeps it from starting. */
type Started = { readonly program: string; readonly version: string | undefined } | { readonly fault: string };

const again = 'run spikelab install again';

/** Findings about kernelspecs and extensions in all folders where Jupyter looks. */
export function installations(pythons: readonly PythonEnvironment[], env: NodeJS.ProcessEnv): Finding[] {
  const folders = dataFolders(
    pythons.map(({ prefix }) => prefix),
    env,
  );
  const installed = folders.flatMap((folder) => {
    const spec = readKernelspec(folder);
    return spec ? [{ folder, started: startedBy(spec, pythonOf(folder, pythons)) }] : [];
  });
  const findings = installed.map(({ folder, started }) => kernelFinding(specFolder(folder), started));
  if (installed.length === 0)
    findings.push({
      check: 'Kernelspec',
      status: 'problem',
      detail:
        'Jupyter does not know the kernel yet: spikelab install --user (or --sys-prefix for the active Python environment)',
    });
  const programs = new Set(installed.flatMap(({ started }) => ('program' in started ? [started.program] : [])));
  if (programs.size > 1)
    findings.push({
      check: 'Two kernels',
      status: 'warning',
      detail: `the name is installed for ${[...programs].join(' and ')}; ${winners(installed, pythons)}. Remove the other with spikelab uninstall`,
    });
  return [...findings, ...extensionFindings(folders, pythons)];
}

/** Which of several kernels each Jupyter takes: the first in its own order of folders. */
function winners(
  installed: readonly { readonly folder: string; readonly started: Started }[],
  pythons: readonly PythonEnvironment[],
): string {
  const taken = pythons.flatMap(({ prefix, path = [] }) => {
    const first = path.flatMap((folder) => installed.filter((one) => one.folder === folder))[0]?.started;
    return first ? [`Jupyter in ${prefix} takes ${'program' in first ? first.program : first.fault}`] : [];
  });
  return taken.length > 0 ? taken.join(', ') : 'each Jupyter takes the first that it finds';
}

/** The Python of the environment whose data folder this is: the one that `python` in its kernelspec stands for. */
function pythonOf(folder: string, pythons: readonly PythonEnvironment[]): string | undefined {
  const own = pythons.find(({ prefix }) => folder === join(prefix, 'share', 'jupyter'));
  return (own ?? pythons[0])?.python;
}

function startedBy({ argv, metadata }: Kernelspec, python: string | undefined): Started {
  // `-m` in those of version 0.1.
  if (argv[1] !== '-c' && argv[1] !== '-m') {
    const gone = argv.slice(0, 2).find((path) => !existsSync(path));
    const version = metadata?.['spikelab'];
    return gone
      ? { fault: `${gone}, which is gone` }
      : { program: argv[1], version: typeof version === 'string' ? version : undefined };
  }
  const command = argv[0] === 'python' ? python : argv[0];
  if (command === undefined) return { fault: 'python, and there is none' };
  const asked = [...argv.slice(1, -1), '--where'];
  const { stdout, error } = spawnSync(command, asked, { encoding: 'utf8', timeout: 60_000 });
  if (error) return { fault: `${command}, which does not start: ${error.message}` };
  try {
    const answer = JSON.parse(stdout) as { program: string; version: string; problem: string | null };
    return answer.problem === null ? answer : { fault: answer.problem };
  } catch {
    return { fault: `${command}, and that Python does not have Spikelab's wheel` };
  }
}

function kernelFinding(folder: string, started: Started): Finding {
  const check = 'Kernelspec';
  if ('fault' in started)
    return { check, status: 'problem', detail: `${folder} starts ${started.fault}: ${again}, or spikelab uninstall` };
  const { program, version } = started;
  const packageVersion = ownVersion();
  if (version !== packageVersion)
    return {
      check,
      status: 'warning',
      detail: `${folder} starts ${program} of version ${version ?? 'unknown'}, this is ${packageVersion}: ${again}`,
    };
  return { check, status: 'ok', detail: `${folder} starts ${program} ${version}` };
}

function extensionFindings(folders: readonly string[], pythons: readonly PythonEnvironment[]): Finding[] {
  const check = 'Extension';
  const found = folders.flatMap((folder) => {
    const version = extensionVersion(folder);
    return version === undefined ? [] : [{ folder: extensionFolder(folder), version }];
  });
  if (found.length === 0 && pythons.some(({ jupyterlab }) => jupyterlab !== undefined))
    return [
      {
        check,
        status: 'problem',
        detail: `JupyterLab has no Spikelab extension: pictures show, but not live and not to zoom into; ${again}`,
      },
    ];
  const packageVersion = ownVersion();
  return found.map(({ folder, version }) =>
    version === packageVersion
      ? { check, status: 'ok', detail: `${folder}, version ${version} as the kernel` }
      : {
          check,
          status: 'problem',
          detail: `${folder} is version ${version}, the kernel ${packageVersion}: ${again}, then reload JupyterLab's page`,
        },
  );
}
