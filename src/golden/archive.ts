/** Reading the files of a golden case: beside its description, or in an archive beside it. */
import { resolve, sep } from 'node:path';
import { gunzip } from '#data-platform';
import { readWholeFile } from '#train-platform';
import { parseTar } from '../data/formats/tar.js';

/** Reads a file of a case as text, by the path its description gives. */
export type ReadText = (path: string) => Promise<string>;

/** Reader of the files in a `.tar` or `.tar.gz` archive, which is read once, on the first call. */
export function archiveReader(archive: string): ReadText {
  let texts: Promise<Map<string, Uint8Array>> | undefined;
  return async (path) => {
    texts ??= readArchive(archive);
    const data = (await texts).get(normalise(path));
    if (!data) throw new Error(`${archive} holds no file ${path}: correct the path in the case description`);
    return new TextDecoder().decode(data);
  };
}

/** Reader of the files in a folder. */
export function folderReader(folder: string): ReadText {
  return async (path) => new TextDecoder().decode(await readWholeFile(insideFolder(folder, path)));
}

/** Full path of a file in a folder. Throws when the path leaves the folder. */
export function insideFolder(folder: string, path: string): string {
  const root = resolve(folder);
  const full = resolve(root, path);
  if (!full.startsWith(root + sep))
    throw new Error(`path ${path} leaves the folder of its case description: keep the files beside it`);
  return full;
}

async function readArchive(archive: string): Promise<Map<string, Uint8Array>> {
  const bytes = await readWholeFile(archive);
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    const files = parseTar(gzipped ? gunzip(bytes) : bytes, archive);
    return new Map([...files].map(([name, data]) => [normalise(name), data]));
  } catch (cause) {
    throw new Error(`${archive} is not a whole tar archive (${(cause as Error).message}): fetch it again`, { cause });
  }
}

const normalise = (path: string): string => path.replace(/^(\.\/)+/, '');
