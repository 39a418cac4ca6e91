import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Name of the kernelspec folder, and of the kernel in a notebook's metadata. */
export const kernelName = 'spikelab';

/** The program that a kernelspec starts. */
export const kernelMain = fileURLToPath(new URL('../main.js', import.meta.url));

/** Version of the built package that this is part of. */
export const ownVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

export interface Kernelspec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * What a kernelspec is to start: this package's kernel with a Node, or the wheel's launcher, which looks for one at
 * each start.
 */
export interface Starter {
  /**
   * Absolute path of a Node. Default: the one that runs now, so that no `PATH` is needed later; with a launcher, what
   * that finds.
   */
  readonly node?: string;
  /** The Python whose `spikelab.kernel` is the launcher. */
  readonly python?: string;
}

/**
 * Begins what Python runs by `-c`, which looks for every module in the current folder first: a user's `types.py` or
 * `json.py` would take the place of Python's.
 */
export const notFromHere = 'import sys; sys.path = [path for path in sys.path if path]; ';

/** What the wheel's Python runs. Not `-m spikelab.kernel`, which has the notebook's folder first as well. */
export const launcher = `${notFromHere}from spikelab.kernel import main; sys.exit(main(sys.argv[1:]))`;

/** The kernelspec of this installation. */
export function kernelspec({ node, python }: Starter = {}): Kernelspec {
  const launched = python === undefined ? undefined : [python, '-c', launcher, ...(node ? ['--node', node] : [])];
  return {
    argv: [...(launched ?? [node ?? process.execPath, kernelMain]), '{connection_file}'],
    display_name: 'TypeScript (Spikelab)',
    language: 'typescript',
    interrupt_mode: 'message',
    metadata: { debugger: true, spikelab: ownVersion() },
  };
}

/** Where the kernelspec goes inside a Jupyter data folder. */
export function specFolder(dataFolder: string): string {
  return join(dataFolder, 'kernels', kernelName);
}

/** Writes the kernelspec; an earlier one is replaced in one step. Returns its folder. */
export function writeKernelspec(dataFolder: string, starter?: Starter): string {
  if (!existsSync(kernelMain))
    throw new Error(`The kernel is not built: ${kernelMain} is missing. Build it with: npm run build`);
  const target = specFolder(dataFolder);
  const fresh = `${target}.new-${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(fresh, 'kernel.json'), `${JSON.stringify(kernelspec(starter), null, 2)}\n`);
  writeFileSync(join(fresh, 'logo-svg.svg'), logo);
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
  return target;
}

/** Reads an installed kernelspec. */
export function readKernelspec(dataFolder: string): Kernelspec | undefined {
  try {
    return JSON.parse(readFileSync(join(specFolder(dataFolder), 'kernel.json'), 'utf8')) as Kernelspec;
  } catch {
    return undefined;
  }
}

/** A membrane potential that climbs, fires and rests. */
export const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="12" fill="#3178c6"/><path d="M6 44h8c4 0 6-6 9-12 3 6 4-2 6-6 3-6 5-16 6-16s1 42 3 42 3-12 7-12h13" fill="none" stroke="#fff" stroke-width="4" stroke-linejoin="round" stroke-linecap="round"/></svg>
`;
