/** Who made the results of a bundle, and under which licence others may use them: no record tells of that. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isObject } from '../experiment/check.js';
import { crateFile, licenses } from './crate.js';
import { readCrate } from './crate-files.js';

export interface Credits {
  /** SPDX identifier. */
  readonly license: string;
  readonly authors: readonly string[];
}

/** @throws RangeError for a licence that is no SPDX identifier, or an author without a name */
export function requireCredits({ license, authors }: Credits): Credits {
  if (!/^[A-Za-z0-9][A-Za-z0-9.+-]{0,99}$/.test(license))
    throw new RangeError(`licence ${JSON.stringify(license)} is no SPDX identifier: give for instance CC-BY-4.0`);
  const nobody = authors.find((name) => !/^\P{Cc}{1,200}$/u.test(name) || name.trim() === '');
  if (nobody !== undefined)
    throw new RangeError(
      `author ${JSON.stringify(nobody.slice(0, 80))} is no name of 1 to 200 characters: give for instance "Ada Lovelace"`,
    );
  return { license, authors };
}

/** As a bundle's metadata has them, unchecked. */
export function creditsIn(graph: readonly unknown[]): Credits {
  const entities = graph.filter(isObject);
  const license = entities.find((one) => one['@id'] === './')?.['license'];
  return {
    license: String(isObject(license) ? license['@id'] : license).replace(licenses, ''),
    authors: entities.filter((one) => one['@type'] === 'Person').map(({ name }) => String(name)),
  };
}

/** Those of the bundle in a folder; undefined where it holds none. @throws Error when its metadata is damaged */
export async function creditsOf(folder: string): Promise<Credits | undefined> {
  const file = path.join(folder, crateFile);
  return existsSync(file) ? creditsIn((await readCrate(file))['@graph']) : undefined;
}
