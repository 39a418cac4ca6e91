/** Files that somebody names: their bytes, or an error that says what is missing. */
import { requireBytes } from '../../network/require.js';
import { listFolder, readIfPresent } from '#data-platform';
import { MissingDataError } from '../registry/locate.js';

/** Bytes of a file, or those given. @throws MissingDataError */
export async function bytesOf(file: string | Uint8Array): Promise<Uint8Array> {
  if (typeof file !== 'string') return requireBytes('a reader of files', file, 'the path of a file, or its bytes');
  const bytes = await readIfPresent(file).catch(async (cause: unknown) => {
    if (!(await listFolder(file))) throw cause;
    throw new MissingDataError(
      `${file} is a folder, not a file: give the path of a file in it; datasets.fromFolder reads folders of images or recordings`,
      { cause },
    );
  });
  if (!bytes)
    throw new MissingDataError(`there is no file ${file}: give its path from the folder of the notebook, or its bytes`);
  return bytes;
}

/** How errors and data sets call a file: its name without folders and extension. */
export function nameOf(file: string | Uint8Array, fallback: string): string {
  if (typeof file !== 'string') return fallback;
  return file.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '') || fallback;
}
