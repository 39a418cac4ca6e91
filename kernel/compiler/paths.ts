/**
 * Paths as TypeScript writes them: with slashes on every system. What it asks about comes so, and is to be found under
 * that name.
 */

/** A path of this system; a backslash in one of Linux or macOS is part of a name. */
export function slashed(path: string): string {
  return /^(?:[a-z]:[\\/]|\\)/i.test(path) ? path.replaceAll('\\', '/') : path;
}

/** A file or folder in a folder; also in one of a Windows share, `//server/share`. */
export function inside(folder: string, ...names: readonly string[]): string {
  return [folder.replace(/\/$/, ''), ...names].join('/');
}

/** The folder that a path is in; a root is in itself. */
export function above(path: string): string {
  const root = /^(?:[a-z]:)?\//i.exec(path)?.[0] ?? '';
  return path.slice(0, Math.max(root.length, path.lastIndexOf('/')));
}

/** The path that a `file:` URL means. */
export function urlPath(url: string): string {
  return decodeURIComponent(new URL(url).pathname).replace(/^\/(?=[a-z]:)/i, '');
}
