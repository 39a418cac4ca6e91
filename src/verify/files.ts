/** The files of a bundle, as hostile as any from elsewhere, against the sha256 that its metadata names. */
import { existsSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '#data-platform';
import { readWholeFile } from '#train-platform';
import { crateFile, workflowFile } from '../bundle/crate.js';
import { isHidden, listedFiles } from '../bundle/crate-files.js';
import { named } from './differing.js';
import type { OpenedBundle } from '../bundle/unzipped.js';
import { comparisons, type VerifiedRun } from './verified.js';

/**
 * Nothing for a folder that is no bundle; one that has a bundle's script and no metadata has lost it. @throws Error
 * when the metadata is damaged
 */
export async function verifyBundle({ folder, beside }: OpenedBundle): Promise<VerifiedRun | undefined> {
  const metadata = path.join(folder, crateFile);
  if (!existsSync(metadata)) return withoutMetadata(folder);
  const { checks, compare } = comparisons();
  const listed = new Set([crateFile]);
  const whole = await realpath(folder);
  for (const { name, recorded } of await listedFiles(metadata)) {
    listed.add(name);
    compare(`sha256 of ${name}`, recorded, await contentOf(path.join(folder, name), whole));
  }
  const inside = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
  const more = inside.filter((name) => !listed.has(name));
  const own = more.filter((name) => !isHidden(name));
  const notes = own.map((name) => `${name} is not in its metadata: nothing tells whether it belongs to it`);
  const hidden = [...more.filter(isHidden), ...beside];
  if (hidden.length > 0)
    notes.push(`not in its metadata, and not looked at: ${named(hidden)}, as systems and programs leave them`);
  return { folder: metadata, same: checks.length > 0 && checks.every(({ same }) => same), checks, notes };
}

/** sha256 of a file that lies in the bundle, or what it is instead. */
async function contentOf(file: string, whole: string): Promise<string> {
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined) return 'there is no such file';
  if (!real.startsWith(whole + path.sep)) return 'a link that leads out of the bundle';
  return (await stat(real)).isFile() ? sha256(await readWholeFile(real)) : 'not a file';
}

/** The script that only bundles have tells of one whose metadata was left out, or taken away. */
function withoutMetadata(folder: string): VerifiedRun | undefined {
  if (!existsSync(path.join(folder, workflowFile))) return undefined;
  const found = `there is no such file beside ${workflowFile}`;
  const check = { what: crateFile, recorded: 'the sha256 of each file', found, same: false };
  return { folder: path.join(folder, crateFile), same: false, checks: [check], notes: [] };
}
