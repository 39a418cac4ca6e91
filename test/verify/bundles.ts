/** What tests of `verify-run` on bundles share: the verdict, and a file that is changed with its sha256. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { sha256 } from '#data-platform';
import type { VerifiedRun } from '../../src/verify/verified.js';
import { verifyRun, type VerifyRunOptions } from '../../src/verify/verify-run.js';

/** Without time: to the first recorded place. */
export const verify = (folder: string, options: VerifyRunOptions = {}): Promise<VerifiedRun[]> =>
  verifyRun(folder, { quiet: true, threads: 1, seconds: 0, ...options });

/** Comparisons that differ. */
export const failed = (verified: readonly VerifiedRun[]): string[] =>
  verified.flatMap(({ checks }) => checks.filter(({ same }) => !same).map(({ what }) => what));

/** Changes a file of a bundle, and what its metadata says of the bytes. */
export async function change(bundle: string, name: string, changed: (text: string) => string): Promise<void> {
  const file = path.join(bundle, name);
  const before = await readFile(file, 'utf8');
  const after = changed(before);
  expect(after, name).not.toBe(before);
  await writeFile(file, after);
  const metadata = path.join(bundle, 'ro-crate-metadata.json');
  const crate = JSON.parse(await readFile(metadata, 'utf8')) as { '@graph': { '@id': string }[] };
  const bytes = new TextEncoder().encode(after);
  const graph = crate['@graph'].map((entity) =>
    entity['@id'] === name ? { ...entity, sha256: sha256(bytes), contentSize: String(bytes.byteLength) } : entity,
  );
  await writeFile(metadata, JSON.stringify({ ...crate, '@graph': graph }));
}

/** Replaces a part of a report's text. */
export const figures = (edit: (report: Record<string, unknown>) => object) => (text: string) =>
  JSON.stringify({ ...(JSON.parse(text) as object), ...edit(JSON.parse(text) as Record<string, unknown>) }, null, 2);
