/** Which records of runs a folder holds: those that its metadata names, or those that commands left. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readWholeFile } from '#train-platform';
import { isObject } from '../experiment/check.js';
import { crateFile } from './crate.js';
import { listedFiles } from './crate-files.js';
import { seedFolders } from './earlier-runs.js';
import { reportOf } from './run-folder.js';

/**
 * Names of the records from the folder on: `report.json` of a run of its own, then `seed-<n>/report.json` by ascending
 * seed. Of a bundle only those that were packed, whatever was made in its folder since. Empty without any.
 * @throws Error when the metadata of a bundle is damaged
 */
export async function recordsIn(folder: string): Promise<string[]> {
  const metadata = path.join(folder, crateFile);
  const listed = existsSync(metadata) ? (await listedFiles(metadata)).map(({ name }) => name) : undefined;
  const seeds = listed
    ? [...new Set(listed)].filter((name) => /^seed-\d+\/report\.json$/.test(name)).sort((a, b) => seedOf(a) - seedOf(b))
    : (await seedFolders(folder)).map((name) => `${name}/report.json`);
  const has = listed ? listed.includes('report.json') : existsSync(reportOf(folder));
  return has && (seeds.length === 0 || (await isRun(reportOf(folder)))) ? ['report.json', ...seeds] : seeds;
}

/** Of `seed-<n>/report.json`. */
export const seedOf = (name: string): number => Number(/^seed-(\d+)/.exec(name)![1]);

/** Whether a report is of one run; that of a replication has none of its weights. */
async function isRun(report: string): Promise<boolean> {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(await readWholeFile(report)));
    return isObject(json) && 'weightsSha256' in json;
  } catch {
    return false; // what it should be is said where it is checked
  }
}
