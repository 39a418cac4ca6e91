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

/** The metadata of a bundle. @throws Error naming the file that is damaged */
export async function readCrate(file: string): Promise<{ readonly '@graph': readonly unknown[] }> {
  const bytes = await readWholeFile(file);
  let crate: unknown;
  try {
    crate = parseJson(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw wrong(file, (cause as Error).message);
  }
  const graph = (crate as { '@graph'?: unknown } | null)?.['@graph'];
  if (!Array.isArray(graph)) throw wrong(file, 'it has no @graph');
  return crate as { '@graph': unknown[] };
}

const wrong = (file: string, what: string): Error => new Error(`${file} is not the metadata of a bundle: ${what}`);

/** The files that a bundle's metadata names, each with its sha256. @throws Error naming the metadata that is damaged */
export async function listedFiles(file: string): Promise<{ name: string; recorded: string }[]> {
  const { '@graph': graph } = await readCrate(file);
  return graph.flatMap((entity) => {
    const {
      '@id': name,
      '@type': type,
      sha256: recorded,
    } = (entity ?? {}) as { '@id'?: unknown; '@type'?: unknown; sha256?: unknown };
    if (recorded === undefined && ![type].flat().includes('File')) return [];
    if (typeof name !== 'string' || !isInside(name) || unusable(name) !== undefined)
      throw wrong(file, `${JSON.stringify(name)} is no file of it`);
    if (typeof recorded !== 'string' || !/^[0-9a-f]{64}$/.test(recorded))
      throw wrong(file, `the sha256 of ${name} is none`);
    return [{ name, recorded }];
  });
}

/** Of a system or a version control, which nobody packed. */
export const isHidden = (name: string): boolean =>
  name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
