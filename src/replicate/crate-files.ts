/** Reads the metadata of a bundle, as hostile as any file from elsewhere: its names stay in the bundle's folder. */
import { readWholeFile } from '#train-platform';
import { parseJson } from '../network/json.js';

/** Whether a name of a bundle stays in it, on any system. */
export function isInside(name: string): boolean {
  return name !== '' && !/^[/\\]|[\\:\0]/.test(name) && !name.split('/').includes('..');
}

/** Why no file can be called so, of a name that stays inside; undefined where one can. */
export function unusable(name: string): string | undefined {
  const parts = name.replace(/\/$/, '').split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '__proto__')) return 'is no name of a file';
  const long = parts.find((part) => new TextEncoder().encode(part).byteLength > 255);
  return long === undefined ? undefined : 'is longer than the 255 bytes that a name may have';
}

/** The files that a bundle's metadata names, each with its sha256. @throws Error naming the metadata that is damaged */
export async function listedFiles(file: string): Promise<{ name: string; recorded: string }[]> {
  const bytes = await readWholeFile(file);
  const wrong = (what: string): Error => new Error(`${file} is not the metadata of a bundle: ${what}`);
  let graph: unknown;
  try {
    graph = (parseJson(new TextDecoder().decode(bytes)) as { '@graph'?: unknown } | null)?.['@graph'];
  } catch (cause) {
    throw wrong((cause as Error).message);
  }
  if (!Array.isArray(graph)) throw wrong('it has no @graph');
  return (graph as unknown[]).flatMap((entity) => {
    const {
      '@id': name,
      '@type': type,
      sha256: recorded,
    } = (entity ?? {}) as { '@id'?: unknown; '@type'?: unknown; sha256?: unknown };
    if (recorded === undefined && ![type].flat().includes('File')) return [];
    if (typeof name !== 'string' || !isInside(name) || unusable(name) !== undefined)
      throw wrong(`${JSON.stringify(name)} is no file of it`);
    if (typeof recorded !== 'string' || !/^[0-9a-f]{64}$/.test(recorded)) throw wrong(`the sha256 of ${name} is none`);
    return [{ name, recorded }];
  });
}
