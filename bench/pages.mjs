/**
 * The pages and pictures that are made of records in bench/results. Each benchmark writes its own when it ends;
 * `node bench/pages.mjs [NAME …]` makes them anew from the records as they are, of those named or of all.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, writeAtomically } from '../scripts/setup/files.mjs';
import { growthPage, growthPicture } from './engine/growth-page.mjs';
import { stagesPage } from './engine/stages-page.mjs';
import { withPart } from './page.mjs';
import { summaryOf } from './peers/summary.mjs';
import { peersPage, peersPicture } from './peers/table.mjs';

const pages = {
  peers: async (record) => ({
    'docs/results/peers.md': peersPage(record),
    'docs/results/peers.svg': await peersPicture(record),
    'README.md': withPart(join(root, 'README.md'), 'peers', 'bench:peers', summaryOf(record, 'docs/')),
    'docs/performance.md': withPart(join(root, 'docs/performance.md'), 'peers', 'bench:peers', summaryOf(record, '')),
  }),
  stages: (record) => ({ 'docs/results/stages.md': stagesPage(record) }),
  growth: async (record) => ({
    'docs/results/growth.md': growthPage(record),
    'docs/results/growth.svg': await growthPicture(record),
  }),
};
/** Benchmarks that have pages. */
export const pageNames = Object.keys(pages);

/** @returns file, from the root -> text, as the last record of a benchmark makes them */
export async function pagesOf(name) {
  return await pages[name](JSON.parse(readFileSync(join(root, `bench/results/${name}.json`), 'utf8')));
}

/** Writes the pages of a benchmark. */
export async function publish(name) {
  for (const [file, text] of Object.entries(await pagesOf(name))) writeAtomically(join(root, file), text);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const named = process.argv.slice(2);
  for (const name of named.length > 0 ? named : pageNames) await publish(name);
}
