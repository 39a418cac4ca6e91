/**
 * The image sets known by name: where their files live, what they must contain, what their classes are called.
 * Raw digests (after gunzip) decide when known, because mirrors compress anew; otherwise the digest of the public .gz.
 */
import { emnistEntries } from './emnist-entries.js';
import { fashionMnist, mnist } from './mnist-entries.js';
import type { DataSetEntry } from './registry-entry.js';

export { emnistSplits, type EmnistSplit } from './emnist-entries.js';
export type { DataArchive, DataFile, DataPart, DataSetEntry, PartName } from './registry-entry.js';

/** Every image set of the registry, by name. */
export const registry: readonly DataSetEntry[] = [mnist, fashionMnist, ...emnistEntries];

/** Entry of a set. @throws RangeError that lists the names */
export function registryEntry(name: string): DataSetEntry {
  const entry = registry.find((candidate) => candidate.name === name);
  if (!entry)
    throw new RangeError(
      `data set '${name}' is not known: choose one of ${registry.map((known) => `'${known.name}'`).join(', ')}`,
    );
  return entry;
}
