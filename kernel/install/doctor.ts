import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { installations, type Finding, type PythonEnvironment } from './installations.js';
import { kernelMain, notFromHere } from './kernelspec.js';

/** The first Node whose `vm` can import from a folder that is not the script's own. */
const oldestNode = [20, 12] as const;

export type { Finding, PythonEnvironment } from './installations.js';

/** Looks at everything the kernel needs, starts one, and names what is wrong and how to mend it. */
export async function diagnose(pythons: readonly PythonEnvironment[], env = process.env): Promise<Finding[]> {
  const needed = [nodeVersion(), binding(), build()];
  const trial = needed.every(({ status }) => status === 'ok') ? [await idleKernel()] : [];
  return [...needed, ...trial, jupyter(pythons), ...installations(pythons, env)];
}

/** MiB of an idle kernel above which something is wrong with it. */
const idleMemoryLimit = 350;

/** Loads ZeroMQ only now: whether that works is another check's business. */
async function idleKernel(): Promise<Finding> {
  const check = 'Idle kernel';
  try {
    const { tryKernel } = await import('./idle-kernel.js');
    const { firstResult, memory } = await tryKernel();
    const detail = `1 + 1 after ${Math.round(firstResult)} ms from cold${memory === undefined ? '' : `, then ${Math.round(memory)} MiB of memory in all its processes`}`;
    if (memory !== undefined && memory > idleMemoryLimit)
      return {
        check,
        status: 'warning',
        detail: `${detail}; at most ${idleMemoryLimit} MiB are expected: update Spikelab, or report it`,
      };
    return { check, status: 'ok', detail };
  } catch (error) {
    if ((error as Error).name === 'SlowStart')
      return {
        check,
        status: 'warning',
        detail: `a kernel was started and lives, but gave ${(error as Error).message}: this machine is slow or busy. Run spikelab doctor again when it is at rest`,
      };
    return {
      check,
      status: 'problem',
      detail: `a kernel was started and did not run 1 + 1: ${(error as Error).message}. Mend what it says, or build it anew: npm run build`,
    };
  }
}

/**
 * Asks a Python for its prefix, its JupyterLab and, in order, the folders where that looks: a virtual environment's may
 * come before the user's.
 */
const aboutJupyter = `${notFromHere}
import json
about = {"prefix": sys.prefix}
try:
    import importlib.metadata
    about["jupyterlab"] = importlib.metadata.version("jupyterlab")
except Exception:
    pass
try:
    from jupyter_core.paths import jupyter_path
    about["path"] = jupyter_path()
except Exception:
    pass
print(json.dumps(about))`;

/** The Python environments at hand: an active one, this project's, those on the path. */
export function pythonEnvironments(candidates: readonly string[]): PythonEnvironment[] {
  const found = new Map<string, PythonEnvironment>();
  for (const python of candidates) {
    const { status, stdout } = spawnSync(python, ['-c', aboutJupyter], { encoding: 'utf8', timeout: 20_000 });
    if (status !== 0) continue;
    const { prefix, jupyterlab, path } = JSON.parse(stdout) as Omit<PythonEnvironment, 'python'>;
    if (!found.has(prefix)) found.set(prefix, { python, prefix, jupyterlab, path });
  }
  return [...found.values()];
}

export function nodeVersion(version = process.versions.node, file = process.execPath): Finding {
  const check = 'Node';
  const [major, minor] = version.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]))
    return { check, status: 'ok', detail: `${version} at ${file}` };
  return {
    check,
    status: 'problem',
    detail: `${version} is too old, ${oldestNode.join('.')} is needed: install a newer Node, then run spikelab install with it`,
  };
}

function binding(): Finding {
  const check = 'ZeroMQ binding';
  try {
    const { version } = createRequire(import.meta.url)('zeromq') as { version: string };
    return { check, status: 'ok', detail: `ZeroMQ ${version}` };
  } catch (error) {
    return {
      check,
      status: 'problem',
      detail: `zeromq does not load on ${process.platform} ${process.arch}: ${(error as Error).message}. Install the packages again with this Node: npm ci`,
    };
  }
}

function build(): Finding {
  const check = 'Kernel build';
  return existsSync(kernelMain)
    ? { check, status: 'ok', detail: kernelMain }
    : { check, status: 'problem', detail: `${kernelMain} is missing: npm run build (from a wheel: install it again)` };
}

function jupyter(pythons: readonly PythonEnvironment[]): Finding {
  const check = 'JupyterLab';
  const labs = pythons.filter(({ jupyterlab }) => jupyterlab !== undefined);
  if (labs.length > 0)
    return {
      check,
      status: 'ok',
      detail: labs.map(({ jupyterlab, prefix }) => `${jupyterlab} in ${prefix}`).join(', '),
    };
  return {
    check,
    status: 'warning',
    detail: 'not found in any Python on the path: npm run setup makes one in .venv (VS Code needs none)',
  };
}
