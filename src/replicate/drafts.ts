import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Removes what killed processes left half written in a folder that this one has locked. Files of the user's stay, also
 * `notes.tmp`.
 */
export async function removeDrafts(folder: string): Promise<void> {
  const inside = await readdir(folder).catch(() => [] as string[]);
  for (const name of inside)
    if (/\.\d+\.[0-9a-f]{8}\.tmp$/.test(name)) await rm(path.join(folder, name), { force: true }); // as writeFileAtomic calls them
}
