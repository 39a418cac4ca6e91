/** Which records of runs a folder holds: those that its metadata names, or those that commands left. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readWholeFile } from '#train-platform';
import { isObject } from '../experiment/check.js';
import { parseJson } from '../network/json.js';
import { crateFile } from './crate.js';
import { listedFiles } from './crate-files.js';
import { seedFolders } from '../replicate/earlier-runs.js';
import { holdsRun, reportOf } from '../replicate/run-folder.js';

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
  if (!has) return seeds;
  const keys = await keysOf(reportOf(folder));
  // Without seeds what it should be is said where it is read, unless it is that of a replication which has none yet.
  const own = seeds.length > 0 ? keys.includes('weightsSha256') : !keys.includes('rows');
  return own ? ['report.json', ...seeds] : seeds;
}

/** Why {@link recordsIn} finds none, and the fix. @param give what can be given */
export function whyNoRecords(folder: string, give: string): string {
  const has = (name: string): boolean => existsSync(path.join(folder, name));
  if (has(crateFile)) return `the metadata of ${folder} lists no report.json of a run: get the bundle as it was packed`;
  if (has('sweep.json')) return `${folder} is the folder of a sweep: give that of one of its settings`;
  if (existsSync(reportOf(folder)))
    return `${folder} holds a replication of which no seed has a record yet: let one end an epoch first (replicate)`;
  if (holdsRun(folder))
    return `${folder} holds a run that was killed before it wrote a report: let it end an epoch first (train --resume)`;
  return `${folder} holds no run: ${give}`;
}

/** Of `seed-<n>/report.json`. */
export const seedOf = (name: string): number => Number(/^seed-(\d+)/.exec(name)![1]);

/** Keys of a report: that of a run has the sha256 of its weights, that of a replication rows. None of a damaged one. */
async function keysOf(report: string): Promise<string[]> {
  try {
    const json = parseJson(new TextDecoder().decode(await readWholeFile(report)));
    return isObject(json) ? Object.keys(json) : [];
  } catch {
    return []; // what it should be is said where it is checked
  }
}
