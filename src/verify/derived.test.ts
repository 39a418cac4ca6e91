/** verify-run on what a bundle has beside its records: settings as they stand, pages, files that no bundle has. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '#data-platform';
import { terminatePool } from '../engine/pool.js';
import { bundleRun } from '../bundle/bundle.js';
import { replicate } from '../replicate/replicate.js';
import { change, failed, figures, verify } from '../../test/verify/bundles.js';

let scratch: string;
const at = (...names: string[]): string => path.join(scratch, ...names);
const tiny = { data: { name: 'strokes', size: 60 }, network: { hidden: [6], steps: 20 }, epochs: 2 };
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'spikelab-verify-derived-'));
  await replicate({ ...tiny, name: 'tiny' }, { seeds: [0, 1], out: at('rep'), silent: true, threads: 1 });
  await bundleRun(at('rep', 'seed-0'), { out: at('one'), license: 'CC0-1.0' });
});
afterAll(async () => {
  terminatePool();
  await rm(scratch, { recursive: true, force: true });
});

describe('verify-run of files beside the records', () => {
  it('takes settings.json as the records have it: their data, defaults that it leaves out, no key more', async () => {
    await cp(at('rep'), at('untested'), { recursive: true });
    const file = at('untested', 'seed-0', 'report.json');
    await writeFile(file, figures(() => ({ lastTest: undefined }))(await readFile(file, 'utf8')));
    await bundleRun(at('untested'), { out: at('untested-b'), license: 'CC0-1.0' });
    expect(await readFile(at('untested-b', 'settings.json'), 'utf8')).toContain('"test": {');
    expect(failed(await verify(at('untested-b')))).toEqual([]);
    await change(at('untested-b'), 'settings.json', (text) =>
      text.replace(/"inputs": \d+,/, '').replace('"network": {', '"network": { "accuracy": "99.9 %",'),
    );
    const [files] = await verify(at('untested-b'));
    expect(failed([files])).toEqual([]);
    expect(files.notes).toContain('nothing confirms network.accuracy of settings.json: no version writes it');
  });

  it('names pages, which nobody compares, and files that no bundle has', async () => {
    const pages = async (folder: string): Promise<string[]> =>
      (await verify(folder)).flatMap(({ notes }) => notes).filter((note) => /report\.md|\.pdf/.test(note));
    expect(await pages(at('one'))).toEqual([]);
    expect(await pages(at('rep'))).toEqual([expect.stringMatching(/^nothing confirms report\.md, report\.html, comp/)]);
    await cp(at('one'), at('paged'), { recursive: true });
    for (const name of ['report.md', 'certificate.pdf']) {
      await writeFile(at('paged', name), 'Test accuracy 99.9 %');
      const metadata = at('paged', 'ro-crate-metadata.json');
      const crate = JSON.parse(await readFile(metadata, 'utf8')) as { '@graph': object[] };
      const bytes = await readFile(at('paged', name));
      const more = { '@id': name, '@type': 'File', sha256: sha256(bytes), description: '99.9 %, confirmed' };
      await writeFile(metadata, JSON.stringify({ ...crate, '@graph': [...crate['@graph'], more] }));
    }
    expect(await pages(at('paged'))).toEqual([
      expect.stringContaining('nothing confirms certificate.pdf, nor what ro-crate-metadata.json says of it'),
      'nothing confirms report.md: only the records were compared',
    ]);
    await cp(at('rep'), at('unsaid'), { recursive: true });
    await rm(at('unsaid', 'report.json'));
    expect(await pages(at('unsaid'))).toHaveLength(1);
  });
});
