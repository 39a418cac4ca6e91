/**
 * What the process of the cells has to know of the project that a notebook is in; it goes from the compiler to it with
 * each cell.
 */
export interface Project {
  /** Compiler options for local files. */
  readonly emit?: Readonly<Record<string, unknown>>;
  /** Other names of modules, as in `tsconfig.json`, and the folder that they are relative to. */
  readonly paths?: Readonly<Record<string, readonly string[]>>;
  readonly base?: string;
  /** Whether every name may be one of a file in that folder. */
  readonly baseUrl?: boolean;
}

/** The files that a name may mean by the project's `paths` or `baseUrl`, most exact pattern first. */
export function aliased(specifier: string, { paths = {}, baseUrl = false }: Project): string[] {
  if (/^(?:\.{0,2}[\\/]|[\w+.-]+:)/.test(specifier)) return [];
  const matches = Object.entries(paths).flatMap(([pattern, targets]) => {
    const star = pattern.indexOf('*');
    if (star < 0) return specifier === pattern ? [{ length: Infinity, targets, rest: '' }] : [];
    const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
    const fits =
      specifier.length >= head.length + tail.length && specifier.startsWith(head) && specifier.endsWith(tail);
    return fits ? [{ length: star, targets, rest: specifier.slice(star, specifier.length - tail.length) }] : [];
  });
  const [best] = matches.sort((a, b) => b.length - a.length);
  const files = best ? best.targets.map((target) => target.replace('*', () => best.rest)) : [];
  return baseUrl ? [...files, specifier] : files;
}
