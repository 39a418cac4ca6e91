import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Name of the kernelspec folder, and of the kernel in a notebook's metadata. */
export const kernelName = 'spikelab';

/** The program that a kernelspec starts. */
export const kernelMain = fileURLToPath(new URL('../main.js', import.meta.url));

export interface Kernelspec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The kernelspec of this installation: with the absolute path of the Node that runs now, so that no `PATH` is needed later. */
export function kernelspec(node = process.execPath, main = kernelMain): Kernelspec {
  return {
    argv: [node, main, '{connection_file}'],
    display_name: 'TypeScript (Spikelab)',
    language: 'typescript',
    interrupt_mode: 'message',
    metadata: { debugger: true },
  };
}

/** The user's Jupyter data folder. Source: jupyter_core's `jupyter_data_dir`. */
export function userDataFolder(env = process.env, platform = process.platform): string {
  if (env['JUPYTER_DATA_DIR']) return env['JUPYTER_DATA_DIR'];
  if (platform === 'darwin') return join(homedir(), 'Library', 'Jupyter');
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'jupyter');
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'jupyter');
}

/** Folders in which Jupyter looks for kernels, given the prefixes of its Python environments. */
export function dataFolders(prefixes: readonly string[], env = process.env): string[] {
  const folders = [
    ...(env['JUPYTER_PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    userDataFolder(env),
    ...prefixes.map((prefix) => join(prefix, 'share', 'jupyter')),
    ...(process.platform === 'win32'
      ? [join(env['PROGRAMDATA'] ?? 'C:\\ProgramData', 'jupyter')]
      : ['/usr/local/share/jupyter', '/usr/share/jupyter']),
  ];
  return [...new Set(folders)];
}

/** Where the kernelspec goes inside a Jupyter data folder. */
export function specFolder(dataFolder: string): string {
  return join(dataFolder, 'kernels', kernelName);
}

/** Writes the kernelspec; an earlier one is replaced in one step. Returns its folder. */
export function writeKernelspec(dataFolder: string): string {
  if (!existsSync(kernelMain))
    throw new Error(`The kernel is not built: ${kernelMain} is missing. Build it with: npm run build`);
  const target = specFolder(dataFolder);
  const fresh = `${target}.new-${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(fresh, 'kernel.json'), `${JSON.stringify(kernelspec(), null, 2)}\n`);
  writeFileSync(join(fresh, 'logo-svg.svg'), logo);
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
  return target;
}

/** Removes the kernelspec; `false` when there was none. */
export function removeKernelspec(dataFolder: string): boolean {
  const target = specFolder(dataFolder);
  if (!existsSync(target)) return false;
  rmSync(target, { recursive: true });
  return true;
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
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="12" fill="#3178c6"/><path d="M6 44h8c4 0 6-6 9-12 3 6 4-2 6-6 3-6 5-16 6-16s1 42 3 42 3-12 7-12h13" fill="none" stroke="#fff" stroke-width="4" stroke-linejoin="round" stroke-linecap="round"/></svg>
`;
