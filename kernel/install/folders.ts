/** Jupyter's data folders: where kernelspecs and extensions are looked for. */
import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

/**
 * The user's home. An empty HOME, as some containers have it, is the root folder, as Python says, not the current one.
 */
const home = (): string => homedir() || resolve('/');

/** The user's Jupyter data folder. Source: jupyter_core's `jupyter_data_dir`. */
export function userDataFolder(env = process.env, platform = process.platform): string {
  if (env['JUPYTER_DATA_DIR']) return env['JUPYTER_DATA_DIR'];
  if (platform === 'darwin') return join(home(), 'Library', 'Jupyter');
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home(), 'AppData', 'Roaming'), 'jupyter');
  return join(env['XDG_DATA_HOME'] || join(home(), '.local', 'share'), 'jupyter');
}

/** Folders in which Jupyter looks, given the prefixes of its Python environments. */
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

/** Removes a folder, and those above it up to `top` that are empty then. `false` when there was none. */
export function removeFolder(folder: string, top: string): boolean {
  if (!existsSync(folder)) return false;
  rmSync(folder, { recursive: true });
  for (let above = dirname(folder); above.startsWith(top); above = dirname(above)) {
    try {
      rmdirSync(above);
    } catch {
      break; // others are in it
    }
  }
  return true;
}
